"""Sending cases made from the description, and judging each answer by it."""

from __future__ import annotations

import json
import random
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import requests
import schemathesis
from hypothesis import HealthCheck, Phase, given, seed, settings
from schemathesis.checks import not_a_server_error
from schemathesis.core.failures import FailureGroup
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

DESCRIPTION = Path(__file__).resolve().parents[2] / "docs" / "openapi.json"
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]


@schemathesis.serializer("application/x-ndjson")
def as_lines(ctx: Any, value: Any) -> bytes:
    """A made-up line, sent as one."""
    return value if isinstance(value, bytes) else json.dumps(value).encode() + b"\n"


REAL = 0.7
"""How often a made-up key or version is replaced by a real one, so that a case gets past the door."""


@dataclass
class Count:
    """What came of the cases of one kind of caller."""

    cases: int = 0
    statuses: Counter[int] = field(default_factory=Counter)
    faults: dict[str, str] = field(default_factory=dict)

    def __str__(self) -> str:
        told = ", ".join(f"{status}: {count}" for status, count in sorted(self.statuses.items()))
        return f"{self.cases:>7} cases  {len(self.faults):>3} faults  ({told})"


@dataclass
class Sender:
    """One kind of caller of a running server."""

    address: str
    secret: str
    chance: random.Random
    count: Count = field(default_factory=Count)

    def __post_init__(self) -> None:
        self.line = requests.Session()
        self.headers = {"Authorization": f"Bearer {self.secret}"} if self.secret else {}
        self.known: dict[str, list[dict[str, Any]]] = {}

    def send(self, schema: Any, cases: int) -> Count:
        """Send about so many cases, spread evenly over the operations."""
        operations = [found.ok() for found in schema.get_all_operations()]
        share, more = divmod(cases, len(operations))
        for number, operation in enumerate(operations):
            if wanted := share + (number < more):
                self._send_cases(operation, wanted)
        return self.count

    def _send_cases(self, operation: Any, wanted: int) -> None:
        @seed(self.chance.randrange(2**32))
        @settings(
            max_examples=wanted,
            database=None,
            deadline=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @given(case=operation.as_strategy())
        def one(case: Any) -> None:
            self._one(operation, case)

        sent = self.count.cases
        while self.count.cases - sent < wanted:
            before = self.count.cases
            one()
            if self.count.cases == before or not operation.path_parameters and not operation.query:
                break

    def _one(self, operation: Any, case: Any) -> None:
        self._make_real(operation, case)
        self.count.cases += 1
        response = case.call(base_url=self.address, headers=self.headers, session=self.line)
        self.count.statuses[response.status_code] += 1
        try:
            case.validate_response(response, checks=CHECKS)
        except (AssertionError, FailureGroup) as fault:
            said = "; ".join(str(one) for one in getattr(fault, "exceptions", [fault]))
            self.count.faults.setdefault(f"{operation.label} {response.status_code}", said)

    def _make_real(self, operation: Any, case: Any) -> None:
        slug = operation.path.removeprefix("/api/v1/").split("/")[0].split(".")[0]
        if self.chance.random() > REAL or not (rows := self._rows(slug)):
            return
        row = self.chance.choice(rows)
        if "pk" in (case.path_parameters or {}):
            case.path_parameters["pk"] = row["id"]
            if isinstance(case.body, dict) and "version" in case.body:
                case.body["version"] = row["version"]

    def _rows(self, slug: str) -> list[dict[str, Any]]:
        if slug not in self.known:
            answer = self.line.get(f"{self.address}/api/v1/{slug}", headers=self.headers)
            self.known[slug] = answer.json()["items"] if answer.status_code == 200 else []
        return self.known[slug]


def described() -> Any:
    """The description in git, which a test holds equal to the one that runs."""
    return schemathesis.openapi.from_dict(json.loads(DESCRIPTION.read_text(encoding="utf-8")))
