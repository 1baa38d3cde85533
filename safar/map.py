"""The whole house on one page: the road a person travels, and what Safar does at each stage of it.

The home page, the menu of the workbench and a person's page are built from these lists, so a service that
is not here is nowhere, and one that does not work yet is not here. Addresses are named (`website:check`) and
registers are meant by their slug; this page knows no page and no table.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Text = str | Promise


@dataclass(frozen=True, kw_only=True)
class Stage:
    """A part of the journey, named as the person herself would say it."""

    code: str
    title: Text
    line: Text
    icon: str
    is_trouble: bool = False


@dataclass(frozen=True, kw_only=True)
class Wing:
    """A part of the house: what is done for people, what is done by the state, and what both speak of."""

    code: str
    title: Text
    line: Text


@dataclass(frozen=True, kw_only=True)
class Page:
    """A page that is not a register, by the name of its address, and where on the road it is wanted."""

    title: Text
    url_name: str
    stages: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Service:
    """Something Safar does now: what it is and where it stands.

    `pages` are open to anybody, `desk_pages` to staff; `registers` are the slugs of its lists, the main one first;
    `parts` are lists of what belongs to a record, reached from its page and by search: the menu leaves them out.
    """

    code: str
    title: Text
    line: Text
    icon: str
    wing: str
    pages: tuple[Page, ...] = ()
    desk_pages: tuple[Page, ...] = ()
    registers: tuple[str, ...] = ()
    parts: tuple[str, ...] = ()


STAGES = (
    Stage(
        code="thinking",
        title=_("I am thinking of leaving"),
        line=_("Which way is legal, what it costs, what it is worth"),
        icon="compass",
    ),
    Stage(
        code="preparing",
        title=_("I am getting ready"),
        line=_("Papers, a contract, and leaving without debts"),
        icon="backpack",
    ),
    Stage(
        code="abroad",
        title=_("I am abroad"),
        line=_("Rights, the embassy, sending money"),
        icon="globe",
    ),
    Stage(
        code="trouble",
        title=_("I am in trouble"),
        line=_("They took the passport, do not pay, threaten. Anywhere on the road, even without papers."),
        icon="life-buoy",
        is_trouble=True,
    ),
    Stage(
        code="returning",
        title=_("I am coming home"),
        line=_("Work, study, a small business and rest"),
        icon="house",
    ),
)
"""The journey in its order. Trouble stands where it mostly begins, and may come anywhere."""

WINGS = (
    Wing(
        code="citizens",
        title=_("Services to people"),
        line=_("What a person gets, at each stage of the road"),
    ),
    Wing(
        code="institutions",
        title=_("Institutions"),
        line=_("What the state and its partners do to be able to help"),
    ),
    Wing(code="directory", title=_("Directory"), line=_("Who and where: the names both wings speak of")),
    Wing(
        code="machinery",
        title=_("Order and trust"),
        line=_("What was done, by whom, and whether it still stands"),
    ),
)

SERVICES = (
    Service(
        code="recruiters",
        title=_("Recruiters"),
        line=_("Licensed firms that send people to work abroad, open for anybody to check"),
        icon="shield-check",
        wing="citizens",
        pages=(
            Page(
                title=_("Check a recruiter"),
                url_name="website:check",
                stages=("thinking", "preparing", "trouble"),
            ),
            Page(title=_("Check the code on a poster"), url_name="website:code", stages=("preparing",)),
        ),
        registers=("recruiters", "licence-decisions", "deposits", "recruiter-branches", "recruiter-partners"),
    ),
    Service(
        code="people",
        title=_("People"),
        line=_("Those who asked for something, each with what is known and what comes next"),
        icon="users",
        wing="directory",
        registers=("people", "duplicates"),
        parts=("papers", "consents", "safe-contacts"),
    ),
    Service(
        code="organisations",
        title=_("Organisations"),
        line=_("Offices, agencies and partners, and who answers to whom"),
        icon="building-2",
        wing="directory",
        registers=("organisations", "offices", "focal-points"),
    ),
    Service(
        code="places",
        title=_("Places"),
        line=_("Countries, regions, districts and mahallas with their official codes"),
        icon="map-pin",
        wing="directory",
        registers=("places", "place-differences"),
    ),
    Service(
        code="staff",
        title=_("Staff"),
        line=_("Who works here, in which office, and what each may do"),
        icon="users-round",
        wing="directory",
        registers=("staff",),
    ),
    Service(
        code="history",
        title=_("History"),
        line=_("Every act, who did it and when, sealed against change"),
        icon="history",
        wing="machinery",
        desk_pages=(Page(title=_("History"), url_name="workbench:audit"),),
    ),
    Service(
        code="messages",
        title=_("Messages"),
        line=_("What leaves for people, by their rules and saying nothing of what it is about"),
        icon="mail",
        wing="machinery",
        desk_pages=(Page(title=_("Messages that did not arrive"), url_name="workbench:messages"),),
    ),
    Service(
        code="api",
        title=_("Programs"),
        line=_("The pass of each program that reads Safar’s records, and what it may read"),
        icon="key-round",
        wing="machinery",
        pages=(Page(title=_("For programs"), url_name="programs"),),
        registers=("tokens", "webhooks"),
        parts=("webhook-deliveries",),
    ),
)
"""What works now, in the order the menus show it."""


def pages_at(stage: str) -> tuple[Page, ...]:
    """The pages a person wants at a stage of the road, by the stage's code."""
    return tuple(page for service in SERVICES for page in service.pages if stage in page.stages)


def services_of(wing: str) -> tuple[Service, ...]:
    """The services of a wing, by its code."""
    return tuple(service for service in SERVICES if service.wing == wing)


def service_of_register(slug: str) -> Service | None:
    """The service a register belongs to, or nothing where the map does not know it."""
    return next((service for service in SERVICES if slug in (*service.registers, *service.parts)), None)


def register_slugs(services: Iterable[Service] = SERVICES) -> tuple[str, ...]:
    """The registers of these services, in the order of the map."""
    return tuple(slug for service in services for slug in (*service.registers, *service.parts))
