"""What the page of a person is written with."""

from __future__ import annotations

from typing import Any

from django import template
from django.utils import timezone

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
