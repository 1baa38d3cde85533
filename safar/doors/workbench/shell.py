"""What stands around every page of the workbench: the menu made from the map, who the reader is, and her look."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.urls import NoReverseMatch, reverse

from safar import map as house
from safar.directory.people.actions import send_again
from safar.directory.people.models import Person
from safar.doors.workbench.gate import StaffRequest
from safar.doors.workbench.look import Look, look_of
from safar.foundation.access.actors import Actor
from safar.foundation.access.policy import roles
from safar.foundation.access.visibility import may
from safar.foundation.history.models import Event
from safar.foundation.registers import Register, all_registers, register_by_slug

MOST_ROLES = 2


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the menu."""

    title: Any
    url: str
    icon: str
    is_current: bool = False


@dataclass(frozen=True, slots=True)
class Shell:
    """Everything around the content of a page."""

    groups: list[tuple[Any, list[Entry]]]
    mine: list[Entry]
    name: str
    initials: str
    where: str
    look: Look
    is_day: bool
    here: str


class PageRequest(StaffRequest):
    """A request that keeps its shell: pages ask for it more than once."""

    shell: Shell


def shell(request: PageRequest | None) -> Shell | None:
    """The shell of a request; nothing where there is no request or no member of staff (a page that says what broke)."""
    actor = getattr(request, "actor", None)
    if request is None or actor is None or actor.kind != "staff":
        return None
    if not hasattr(request, "shell"):
        request.shell = _shell(request, actor)
    return request.shell


def _shell(request: StaffRequest, actor: Actor) -> Shell:
    match = request.resolver_match
    slug = (match.kwargs.get("slug") or match.view_name) if match else ""
    name = str(getattr(request.user, "full_name", "") or actor.name)
    return Shell(
        groups=menu(actor, slug),
        mine=own_registers(actor, slug),
        name=name,
        initials=initials(name),
        where=where_of(actor),
        look=look_of(request),
        is_day=bool(match and match.view_name == "workbench:day"),
        here=request.get_full_path() if request.method == "GET" else reverse("workbench:day"),
    )


def menu(actor: Actor, current: str = "") -> list[tuple[Any, list[Entry]]]:
    """The wings of the map with the registers the actor may open; an empty wing is left out."""
    groups = []
    for wing in house.WINGS:
        entries = [
            entry for service in house.services_of(wing.code) for entry in entries_of(service, actor, current)
        ]
        if entries:
            groups.append((wing.title, entries))
    return groups


def entries_of(service: house.Service, actor: Actor, current: str) -> list[Entry]:
    """A service's pages for staff and its registers; a register stands under the service's name where it is the only line."""
    pages = [
        _page_entry(service, page, current) for page in service.desk_pages if page_opens(page.url_name, actor)
    ]
    known = [found for slug in service.registers if (found := register_by_slug(slug))]
    found = [register for register in known if may(actor, register.model, "view")]
    if len(known) == 1 and found and not pages:
        return [_entry(found[0], current, service.title, service.icon)]
    return [*pages, *(_entry(register, current) for register in found)]


def page_opens(url_name: str, actor: Actor) -> bool:
    """Whether a page of the map opens to the actor."""
    gates: dict[str, tuple[type[Any], str]] = {
        "workbench:audit": (Event, "view"),
        "workbench:messages": (Person, send_again.name),
    }
    return url_name not in gates or may(actor, *gates[url_name])


def own_registers(actor: Actor, current: str = "") -> list[Entry]:
    """Registers outside the map: what a person keeps for herself, such as her access tokens."""
    on_map = set(house.register_slugs())
    return [
        _entry(r, current) for r in all_registers() if r.slug not in on_map and may(actor, r.model, "view")
    ]


def initials(name: str) -> str:
    """One or two letters for the round sign beside a name."""
    letters = [part[0] for part in name.replace(".", " ").split() if part[0].isalpha()]
    return "".join(letters[:2]).upper() or "•"


def where_of(actor: Actor) -> str:
    """As what the person works here: the names of her roles, the first two."""
    labels = [str(label) for role, label in roles().items() if role in actor.roles]
    return ", ".join(labels[:MOST_ROLES]) + (
        f" +{len(labels) - MOST_ROLES}" if len(labels) > MOST_ROLES else ""
    )


def page_url(name: str) -> str:
    """The address of a page that another room may or may not have."""
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""


def _page_entry(service: house.Service, page: house.Page, current: str) -> Entry:
    return Entry(page.title, reverse(page.url_name), service.icon, page.url_name == current)


def _entry(register: Register, current: str, title: Any = "", icon: str = "") -> Entry:
    url = reverse("workbench:list", args=[register.slug])
    return Entry(title or register.title, url, icon or register.icon, register.slug == current)
