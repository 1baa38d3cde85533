"""The check asked of the database: for pages that go through Django, and whenever the snapshot is not sure of itself.

Firms are read as the public sees them, whoever asks. A snapshot may lend its index (`set_hints`) to say which firms are
worth comparing; what is said of them comes from the database all the same.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime
from functools import cache
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, Q, QuerySet, TextField, Value
from django.db.models.functions import Concat
from django.utils import timezone

from safar.citizens.recruiters import check, codes
from safar.citizens.recruiters.check import Answer, Firm, NameKeys, Question, Recheck
from safar.citizens.recruiters.firms import Firms
from safar.citizens.recruiters.models import Alias, Branch, Recruiter
from safar.citizens.recruiters.nearness import Loose, nearest
from safar.citizens.recruiters.rules import ZONE
from safar.foundation.access.actors import acting, current_actor, public_actor
from safar.foundation.access.visibility import visible

FIELDS = (
    "id", "number", "name", "state", "stir", "legal_form", "name_cyrl", "name_ru", "licensed_from", "licensed_until",
    "stopped_on", "state_reason", "state_order", "destinations", "works", "address", "phone", "website", "deposit_paid",
    "exact_key", "script_key", "cyrl_key", "ru_key", "before", "old_numbers", "offices",
)  # fmt: skip
#: Stands between a text and its keys; no stored text holds it.
BETWEEN = "\x1f"
Hints = Callable[[str], Iterable[int] | None]


@cache
def published() -> QuerySet:
    """Published firms with what they were called and numbered before and what their branches are called: one statement."""
    mine = {"recruiter": OuterRef("pk")}
    before, offices = (_seen(model).filter(**mine).order_by("id") for model in (Alias, Branch))
    return _seen(Recruiter).annotate(
        before=ArraySubquery(before.filter(kind=Alias.Kind.FORMER_NAME).values(keyed=_keyed("text"))),
        old_numbers=ArraySubquery(before.filter(kind=Alias.Kind.OLD_NUMBER).values("text")),
        offices=ArraySubquery(offices.values(keyed=_keyed("name"))),
    )


def _seen(model: Any) -> Any:
    return visible(public_actor(), model)


def _keyed(text: str) -> Concat:
    between = Value(BETWEEN)
    return Concat(text, between, "exact_key", between, "script_key", output_field=TextField())


def firm_of(values: Sequence[Any]) -> Firm:
    """A firm from the values of `FIELDS`."""
    row = dict(zip(FIELDS, values, strict=True))
    before, offices = ([keyed.split(BETWEEN) for keyed in row[part]] for part in ("before", "offices"))
    return Firm(
        id=row["id"],
        number=row["number"],
        name=row["name"],
        state=row["state"],
        stir=row["stir"],
        form=row["legal_form"].lower(),
        other_names=tuple(name for name in (row["name_cyrl"], row["name_ru"]) if name),
        former_names=tuple(text for text, *_keys in before),
        old_numbers=tuple(row["old_numbers"]),
        branches=tuple(text for text, *_keys in offices),
        licensed_from=row["licensed_from"],
        licensed_until=row["licensed_until"],
        stopped_on=row["stopped_on"],
        reason=row["state_reason"],
        decision=row["state_order"],
        destinations=tuple(row["destinations"]),
        works=tuple(row["works"]),
        address=row["address"],
        phone=row["phone"],
        website=row["website"],
        deposit_paid=row["deposit_paid"],
        stored=NameKeys(
            present=(row["exact_key"], row["script_key"], row["cyrl_key"], row["ru_key"]),
            former=tuple(key for _text, *keys in before for key in keys),
            branches=tuple(key for _text, *keys in offices for key in keys),
        ),
    )


def firms(rows: QuerySet) -> list[Firm]:
    """The firms of a query on `published()`, by id."""
    return [firm_of(values) for values in rows.order_by("id").values_list(*FIELDS)]


def bearers(keys: Sequence[str]) -> list[int]:
    """Ids of firms that bear one of these exact keys as name, number or tax number, or did before, or whose branch does."""
    numbers = [key[2:] for key in keys if key.startswith("n:")]
    names = [key[2:] for key in keys if key.startswith("a:")]
    mine = Q(number_key__in=numbers) | Q(stir__in=[number for number in numbers if len(number) == 9])
    for column in ("exact_key", "script_key", "cyrl_key", "ru_key"):
        mine |= Q(**{f"{column}__in": names})
    by_name = Q(exact_key__in=names) | Q(script_key__in=names)
    before = Q(kind=Alias.Kind.OLD_NUMBER, exact_key__in=numbers) | Q(kind=Alias.Kind.FORMER_NAME) & by_name
    ids = _seen(Recruiter).filter(mine).order_by().values_list("id", flat=True)
    return list(
        ids.union(
            _seen(Alias).filter(before).order_by().values_list("recruiter_id", flat=True),
            _seen(Branch).filter(by_name).order_by().values_list("recruiter_id", flat=True),
        )
    )


class Database:
    """A `check.Source` that asks the database each time."""

    def exact(self, keys: Sequence[str]) -> list[Firm]:
        """Firms that bear one of the keys, by id."""
        ids = bearers(keys)
        found = firms(published().filter(pk__in=ids)) if ids else []
        return [firm for firm in found if any(key in firm.keys for key in keys)]

    def near(self, text: str, limit: int) -> list[Firm]:
        """Firms that resemble a text, the nearest first."""
        wanted = _hints(text)
        if wanted is None:
            return Firms(firms(published())).near(text, limit)
        return nearest(Loose.of(text), firms(published().filter(pk__in=list(wanted))), limit)

    def licensed(self, today: date) -> int:
        """How many firms hold a licence today."""
        return _seen(Recruiter).licensed_on(today).count()


def no_hints(text: str) -> None:
    """Nobody knows better than to read all firms."""


_hints: Hints = no_hints


def set_hints(hints: Hints) -> None:
    """Let `hints` say which firms are worth comparing with a text (None: it does not know)."""
    global _hints
    _hints = hints


def answer(text: str, *, destination: str | None = None, work: str | None = None, now: datetime) -> Answer:
    """Answer a check at a moment, from the database, with the number of the answer."""
    question = Question(text=text, destination=destination, work=work, host=own_host())
    with acting(current_actor() or public_actor()):
        return ask(question, Database(), today=timezone.localdate(now, ZONE), now=now)


def ask(question: Question, source: check.Source, *, today: date, now: datetime) -> Answer:
    """Answer a question out of a source, under a number of this installation."""

    def is_ours(text: str) -> bool:
        return codes.decode(text, key=answer_key(), now=now) is not None

    return numbered(check.ask(question, source, today=today, is_answer_number=is_ours), now)


def numbered(found: Answer, now: datetime) -> Answer:
    """The answer with its number; questions that were no questions get none."""
    if found.verdict not in codes.NUMBERS:
        return found
    return found.with_code(
        codes.encode(found.verdict, found.firm.id if found.firm else 0, now, key=answer_key())
    )


def recheck(code: str, *, now: datetime) -> Recheck | None:
    """What an answer's number said then and how its firm stands now; None if it is no number of ours."""
    said = codes.decode(code, key=answer_key(), now=now)
    if said is None:
        return None
    with acting(current_actor() or public_actor()):
        found = firms(published().filter(pk=said.firm_id)) if said.firm_id else []
    return check.recheck(said, found[0] if found else None, today=timezone.localdate(now, ZONE))


@cache
def answer_key() -> bytes:
    """The key answers of this installation are sealed with."""
    return codes.answer_key(settings.SECRET_KEY)


@cache
def own_host() -> str:
    """The name of this site, as printed codes hold it."""
    return (urlsplit(settings.SAFAR_PUBLIC_URL).hostname or "").lower()
