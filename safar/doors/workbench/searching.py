"""One search over every register the reader may open: one query, a few of each, by the beginning of a name or number.

What is typed travels in the body of a form, not in the address: it may be a name, a telephone or a PINFL, and addresses stay
in the browser's history, in bookmarks and in the logs of whatever stands between. So the page cannot be bookmarked, and an
address with a question in it answers as one without. A list keeps what it is narrowed by in its address, so a name (level 1) may
stand there; a number never does.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.core.exceptions import FieldDoesNotExist
from django.db.models import CharField, F, Func, QuerySet, TextField, Value
from django.db.models.functions import Cast, Coalesce, NullIf
from django.http import HttpResponse
from django.utils.http import urlencode
from django.utils.translation import get_language
from django.views.decorators.http import require_http_methods

from safar import map as house
from safar.directory.places.models import NAME_IN
from safar.doors.workbench.gate import StaffRequest, answer, list_url, record_url, staff_page
from safar.foundation.access.actors import Actor
from safar.foundation.access.visibility import always_hidden, may, visible
from safar.foundation.registers import Register, all_registers, register_by_slug, register_of
from safar.foundation.registers.listing import SEARCH, ordered, searched

EACH, EACH_AS_TYPED = 8, 4
LEAST = 2
LONGEST = 200
#: The names of the columns of a hit's title and of what tells it from others, and that of its state.
Shown = tuple[tuple[str, ...], tuple[str, ...], str]


@dataclass(frozen=True, slots=True)
class Hit:
    """A record found."""

    pk: str
    title: str
    detail: str
    url: str
    tag: tuple[str, str, str] | None


@dataclass
class Group:
    """What was found in one register."""

    register: Register
    hits: list[Hit]
    all_url: str
    has_more: bool = False


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page
def search(request: StaffRequest) -> HttpResponse:
    """Find records by the beginning of a name or a number; as it is typed, or on a page of its own."""
    text = request.POST.get(SEARCH, "").strip()[:LONGEST]
    as_typed = bool(request.htmx)
    groups = found(request.actor, text, each=EACH_AS_TYPED if as_typed else EACH)
    context = {
        "text": text,
        "groups": groups,
        "count": sum(len(group.hits) for group in groups),
        "has_more": any(group.has_more for group in groups),
        "is_short": len(text) < LEAST,
        "registers": [(r.title, list_url(r), r.icon) for r in open_registers(request.actor)],
    }
    return answer(request, "workbench/parts/found.html" if as_typed else "workbench/search.html", context)


def open_registers(actor: Actor) -> list[Register]:
    """Registers the actor may look something up in, in the order of the map."""
    on_map = {slug: place for place, slug in enumerate(house.register_slugs())}
    found = [r for r in all_registers() if r.search and may(actor, r.model, "view")]
    return sorted(found, key=lambda register: on_map.get(register.slug, len(on_map)))


def found(actor: Actor, text: str, *, each: int) -> list[Group]:
    """What the actor may see that begins with the text, by register; one query for them all."""
    if len(text) < LEAST:
        return []
    open_to = open_registers(actor)
    shown = {register.slug: _columns(register, actor) for register in open_to}
    parts = [_matches(register, actor, text, each + 1, shown[register.slug]) for register in open_to]
    if not parts:
        return []
    rows = list(parts[0].union(*parts[1:], all=True)) if len(parts) > 1 else list(parts[0])
    groups: dict[str, Group] = {}
    for row in rows:
        register = register_by_slug(row["found_in"])
        group = groups.setdefault(register.slug, Group(register, [], _all_url(register, text)))
        if len(group.hits) == each:
            group.has_more = True
        else:
            group.hits.append(_hit(register, row, shown[register.slug]))
    return [groups[r.slug] for r in open_to if r.slug in groups]


def _all_url(register: Register, text: str) -> str:
    """The list of all that fit; none where the address would have to carry what it may not."""
    if register.keeps_from_address(text):
        return ""
    return list_url(register, urlencode({SEARCH: text}))


def _matches(register: Register, actor: Actor, text: str, most: int, columns: Shown) -> QuerySet:
    rows = searched(register, visible(actor, register.model), text, most)
    title, detail, state = columns
    shown = {
        "found_in": Value(register.slug, CharField()),
        "found_pk": Cast("pk", CharField()),
        "found_title": _joined(" ", title),
        "found_detail": _joined(" · ", detail),
        "found_state": _joined("", (state,) if state else ()),
    }
    return ordered(register, rows).annotate(**shown).values(*shown)[:most]


def _joined(between: str, names: tuple[str, ...]) -> Any:
    """The columns as one text, those that are empty left out."""
    if not names:
        return Value("", CharField())
    return Func(Value(between), *map(_text, names), function="concat_ws", output_field=CharField())


def _text(name: str) -> Any:
    """A column as text, null if it is empty; the name of a place in the reader's language, in Uzbek where that one is missing."""
    text = NullIf(Cast(F(name), CharField()), Value(""))
    stem, found, rest = name.partition(NAME_IN["uz"])
    if not found or rest:
        return text
    said = NAME_IN.get((get_language() or "uz").lower(), found)
    return Coalesce(NullIf(Cast(F(f"{stem}{said}"), CharField()), Value("")), text)


def _columns(register: Register, actor: Actor) -> Shown:
    """The columns a hit is shown by: its name, what tells it from others, its state; none that is hidden on any row."""
    closed = always_hidden(actor, register.model) | set(register.secret)
    plain = [n for n in register.columns if n not in closed and _is_plain(register, n)]
    state = next((n for n in register.tones if n not in closed and _is_plain(register, n)), "")
    said = [tuple(n for n in names if n.partition("__")[0] not in closed) for names in register.hit]
    if said[0]:
        return said[0], said[1], state
    title = _owner(register, actor, closed) or next(iter(plain), "")
    numbers = (
        [register.import_key]
        if register.import_key not in closed and _is_plain(register, register.import_key)
        else []
    )
    others = [n for n in (*numbers, *plain) if n not in (title, state) and _is_text(register, n)]
    return (title,) if title else (), tuple(others[:1]), state


def _owner(register: Register, actor: Actor, closed: frozenset[str] | set[str]) -> str:
    """The name of the record a row belongs to, where that is its first column."""
    first = register.columns[0]
    found = register.model._meta.get_field(first) if _has(register, first) else None
    owner = register_of(found.related_model) if found is not None and found.is_relation else None
    if owner is None or first in closed or not may(actor, owner.model, "view"):
        return ""
    hidden = always_hidden(actor, owner.model) | set(owner.secret)
    name = next((n for n in owner.columns if n not in hidden and _is_plain(owner, n)), "")
    return f"{first}__{name}" if name else ""


def _has(register: Register, name: str) -> bool:
    try:
        return bool(register.model._meta.get_field(name).concrete)
    except FieldDoesNotExist:
        return False


def _is_plain(register: Register, name: str) -> bool:
    if not _has(register, name):
        return False
    found = register.model._meta.get_field(name)
    return not found.is_relation and not getattr(found, "encrypted", False)


def _is_text(register: Register, name: str) -> bool:
    return isinstance(register.model._meta.get_field(name), CharField | TextField)


def _hit(register: Register, row: dict[str, str], columns: Shown) -> Hit:
    _title, detail, state = columns
    tone = register.tone(state, row["found_state"]) if state else None
    return Hit(
        pk=row["found_pk"],
        title=row["found_title"] or row["found_pk"],
        detail=_in_words(register, "".join(detail[:1]), row["found_detail"]),
        url=record_url(register, row["found_pk"]),
        tag=(*tone, _in_words(register, state, row["found_state"])) if tone else None,
    )


def _in_words(register: Register, name: str, value: str) -> str:
    """A stored code as its label."""
    if not _has(register, name):
        return value
    labels = {str(code): label for code, label in register.model._meta.get_field(name).flatchoices}
    return str(labels.get(value, value))
