"""What the page of a person is written with."""

from __future__ import annotations

from typing import Any

from django import template
from django.utils import timezone

from safar.directory.people.duplicates.noticing import Alike
from safar.doors.workbench.compare import Comparison, Resembling, comparison, resembling
from safar.doors.workbench.person import PersonPage, person_page

register = template.Library()


@register.simple_tag(takes_context=True)
def her_page(context: Any) -> PersonPage:
    """What is shown of the person whose record this is, asked for once a page."""
    screen = context["screen"]
    if screen.own is None:
        screen.own = person_page(context["request"].actor, screen, now=timezone.now())
    page: PersonPage = screen.own
    return page


@register.simple_tag(takes_context=True)
def compared(context: Any) -> Comparison | None:
    """The two records of the pair whose page this is."""
    return comparison(context["request"].actor, context["screen"].page.obj)


@register.filter
def resembling_records(alike: list[Alike]) -> list[Resembling]:
    """The records like the one a form writes down."""
    return resembling(alike)
