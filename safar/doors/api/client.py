"""The typed Python client, written from the description: `python -m safar.doors.api.client` writes it anew.

What every register shares is written by hand (``clients/python/safar_client/base.py``); rows and methods are made here.
"""

from __future__ import annotations

import json
import keyword
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from safar.doors.api.description import PATH as DESCRIPTION

PATH = Path(__file__).resolve().parents[3] / "clients" / "python" / "safar_client" / "registers.py"
HEAD = '''"""Rows and methods of every register. Made by `python -m safar.doors.api.client` from docs/openapi.json: do not edit."""

# ruff: noqa
# fmt: off

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from safar_client.base import Answered, Client, Line, Register

Array = list
'''
_TYPES = {"string": "str", "integer": "int", "boolean": "bool", "number": "float", "object": "dict[str, Any]"}


def client(description: dict[str, Any]) -> str:
    """The source of the client for a description."""
    schemas, by_slug = description["components"]["schemas"], _operations(description)
    parts = [HEAD]
    parts += [_row(name, schemas[name]) for name in sorted(schemas) if name.endswith("Row")]
    parts += [_register(slug, found, schemas) for slug, found in sorted(by_slug.items())]
    parts.append(_safar(sorted(by_slug)))
    return "\n\n".join(parts)


def _operations(description: dict[str, Any]) -> dict[str, list[tuple[str, dict[str, Any]]]]:
    found: dict[str, list[tuple[str, dict[str, Any]]]] = {}
    for path, methods in sorted(description["paths"].items()):
        for operation in methods.values():
            found.setdefault(operation["tags"][0], []).append((path, operation))
    return found


def type_of(schema: dict[str, Any]) -> str:
    """A JSON schema as a type of Python."""
    if "anyOf" in schema:
        kinds = dict.fromkeys(
            "None" if one.get("type") == "null" else type_of(one) for one in schema["anyOf"]
        )
        return " | ".join(kinds)
    if schema.get("type") == "array":
        return f"Array[{type_of(schema.get('items', {}))}]"
    return _TYPES.get(schema.get("type", ""), "Any")


def _name(name: str) -> str:
    return f"{name}_" if keyword.iskeyword(name) else name


def _row(name: str, schema: dict[str, Any]) -> str:
    fields = [f"    {_name(n)}: {_nullable(type_of(s))} = None" for n, s in schema["properties"].items()]
    return "\n".join(
        [
            "@dataclass(frozen=True, slots=True)",
            f"class {name}:",
            f'    """{schema["title"]}."""',
            "",
            *fields,
        ]
    )


def _nullable(kind: str) -> str:
    return kind if kind in ("Any",) or kind.endswith("None") else f"{kind} | None"


def _register(slug: str, operations: list[tuple[str, dict[str, Any]]], schemas: dict[str, Any]) -> str:
    row = next(o["responses"]["200"] for p, o in operations if o["operationId"].startswith("read_"))
    made = _of(row).rpartition("/")[2]
    lines = [
        f"class {_class(slug)}(Register[{made}]):",
        f'    """Records of {slug}."""',
        "",
        f'    slug, row = "{slug}", {made}',
    ]
    for path, operation in operations:
        lines += ["", *_method(path, operation, schemas, made)]
    return "\n".join(lines)


def _of(response: dict[str, Any]) -> str:
    return str(next(iter(response["content"].values()))["schema"]["$ref"])


def _method(path: str, operation: dict[str, Any], schemas: dict[str, Any], row: str) -> Iterator[str]:
    name, kind = path.rpartition("/")[2], operation["operationId"].split("_")[0]
    asked = [
        p["name"]
        for p in operation.get("parameters", [])
        if p["in"] == "query" and p["name"] not in ("after", "limit")
    ]
    if kind in ("list", "stream") and not operation.get("requestBody") and path.count("/") == 3:
        takes = "".join(f", {_name(one)}: str | None = None" for one in asked)
        given = ", ".join(f'"{one}": {_name(one)}' for one in asked)
        said = (
            "Everything that fits, a page at a time."
            if kind == "list"
            else "Everything that fits, in one stream."
        )
        yield f"    def {kind}(self{', *' if asked else ''}{takes}) -> Iterator[{row}]:"
        yield f'        """{said}"""'
        yield f"        return self._{kind}({{{given}}})"
    elif kind == "search" and path.endswith("/search"):
        yield f"    def search(self, q: str, *, sort: str | None = None) -> Iterator[{row}]:"
        yield '        """What answers a text best, a page at a time; the text travels in the body."""'
        yield "        return self._search(q, sort)"
    elif kind == "read" and path.endswith("{pk}"):
        yield f"    def read(self, pk: str | int) -> {row}:"
        yield '        """One record; `NotFound` if there is none, or none to be seen."""'
        yield "        return self._read(pk)"
    elif name.endswith(".ndjson"):
        name = name.removesuffix(".ndjson")
        yield f"    def {name}_many(self, lines: Iterable[Line]) -> Iterator[Answered[{row}]]:"
        yield '        """The same on many records, each done by itself."""'
        yield f'        return self._many("{name}", lines)'
    else:
        yield from _act(path, name, schemas[_of(operation["requestBody"]).rpartition("/")[2]], row)


def _act(path: str, name: str, schema: dict[str, Any], row: str) -> Iterator[str]:
    pk = "{pk}" in path
    required = set(schema.get("required", []))
    known = sorted(schema.get("properties", {}).items(), key=lambda one: one[0] not in required)
    takes = [f"{_name(n)}: {type_of(s)}" + ("" if n in required else " = None") for n, s in known]
    given = ", ".join(f'"{n}": {_name(n)}' for n, _s in known)
    signature = ", ".join(["self", *(["pk: str | int"] if pk else []), "*", *takes, "key: str | None = None"])
    yield f"    def {name}({signature}) -> {row}:"
    yield f'        """{name.replace("_", " ").capitalize()}; done once, however often it is sent under the same key."""'
    yield f'        return self._act({"pk" if pk else "None"}, "{name}", {{{given}}}, key)'


def _class(slug: str) -> str:
    return "".join(word.title() for word in slug.split("-"))


def _safar(slugs: list[str]) -> str:
    lines = ["class Safar(Client):", '    """Safar, by token: a register is an attribute."""']
    for slug in slugs:
        lines += ["", "    @property", f"    def {slug.replace('-', '_')}(self) -> {_class(slug)}:"]
        lines += [f'        """The register {slug}."""', f"        return {_class(slug)}(self)"]
    return "\n".join(lines) + "\n"


def current() -> str:
    """The client for the description in git."""
    return client(json.loads(DESCRIPTION.read_text(encoding="utf-8")))


if __name__ == "__main__":
    PATH.write_text(current(), encoding="utf-8")
