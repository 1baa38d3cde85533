"""The project's own source as laws read it: files, syntax trees, templates."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "safar"


@cache
def python_files(*, tests: bool = False) -> tuple[Path, ...]:
    """Python files of the product, without migrations; its tests only if asked for."""
    found = (p for p in PACKAGE.rglob("*.py") if "migrations" not in p.parts)
    return tuple(p for p in found if tests or "tests" not in p.parts)


@cache
def tree(path: Path) -> ast.Module:
    """Syntax tree of a file."""
    return ast.parse(path.read_text(), filename=str(path))


def templates() -> Iterator[Path]:
    """Every HTML template of ours."""
    yield from PACKAGE.rglob("*.html")


def place(path: Path) -> str:
    """A file's path from the root, as messages name it."""
    return path.relative_to(ROOT).as_posix()
