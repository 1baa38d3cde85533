"""What the pages of the workbench are written with: the shell, values as a person reads them, deadlines, events."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import lru_cache
from typing import Any

from django import template
from django.db.models import Model
from django.utils import timezone
from django.utils.dateformat import format as format_date
from django.utils.formats import date_format, number_format
from django.utils.functional import Promise
from django.utils.html import conditional_escape, escape, format_html, format_html_join, linebreaks
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from safar.doors.website.templatetags.look import icon, tag
from safar.doors.workbench.naming import link_of
from safar.doors.workbench.shell import page_url
from safar.doors.workbench.shell import shell as shell_of
from safar.foundation.actions.once import FIELD, fresh_key

register = template.Library()

PHONE = re.compile(r"\+[0-9][0-9 ()-]{7,20}")
WEEK = timedelta(days=7)
END = format_html("</{}>", "td")


@register.simple_tag(takes_context=True)
def shell(context: Any) -> Any:
    """What stands around the page."""
    return shell_of(context.get("request"))


@register.simple_tag
def address(name: str) -> str:
    """The address of a page that another room may or may not have; empty if it does not."""
    return page_url(name)


@register.simple_tag
def submission_key() -> SafeString:
    """The hidden field that makes sending a form twice harmless."""
    return format_html('<input type="hidden" name="{}" value="{}">', FIELD, fresh_key())


@register.filter
def shown(value: Any) -> Any:
    """A value as a person reads it; what is not known is a dash."""
    if isinstance(value, Promise):
        value = str(value)
    if value is None or value == "":
        return _dash(_("not stated"))
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    if isinstance(value, datetime):
        return format_html(
            '<span class="sf-nowrap">{}</span>',
            date_format(timezone.localtime(value), "SHORT_DATETIME_FORMAT"),
        )
    if isinstance(value, date):
        return format_html('<span class="sf-nowrap">{}</span>', date_format(value, "SHORT_DATE_FORMAT"))
    if isinstance(value, int | float | Decimal):
        return number_format(value, use_l10n=True)
    return _text(value)


@lru_cache(maxsize=16)
def _dash(words: str) -> SafeString:
    return format_html(
        '<span class="sf-muted" aria-hidden="true">—</span><span class="govuk-visually-hidden">{}</span>',
        words,
    )


def _text(value: Any) -> Any:
    if isinstance(value, str) and not isinstance(value, SafeString):
        if PHONE.fullmatch(value):
            return format_html(
                '<a class="sf-nowrap" href="tel:{}">{}</a>', re.sub(r"[^0-9+]", "", value), value
            )
        return linebreaks(value, autoescape=True) if "\n" in value else value
    if isinstance(value, Iterable) and not isinstance(value, str | Model):
        return format_html_join(", ", "{}", ((one,) for one in value)) or shown("")
    return value


@register.simple_tag(takes_context=True)
def value_of(context: Any, value: Any, tone: tuple[str, str] | None = None) -> Any:
    """A value, as the tag of its state or with a link to its own record where there is one."""
    if tone and value not in (None, ""):
        return tag(tone[0], value, tone[1])
    if isinstance(value, Model):
        url = link_of(value, context["request"].actor)
        return format_html('<a href="{}">{}</a>', url, value) if url else escape(value)
    return shown(value)


@register.simple_tag
def cells(row: Any) -> SafeString:
    """The cells of a row of a list; the first names the row and leads to its record."""
    first, *others = row.cells
    words = first.piece.value if first.piece.value not in (None, "") else row.title
    made = format_html(
        '<th scope="row"><a href="{}">{}</a>{}</th>', row.url, _in_list(words), _beneath(first)
    )
    for cell in others:
        shape = cell.shape
        made += _begun("" if cell.piece.tone else shape.label, shape.is_number, shape.is_short)
        made += conditional_escape(_listed(cell.piece)) + _beneath(cell) + END
    return made


@lru_cache(maxsize=1024)
def _begun(label: str, is_number: bool, is_short: bool) -> SafeString:
    """How every cell of a column begins."""
    kind = "sf-n" if is_number else "sf-nowrap" if is_short else ""
    named = format_html(' data-l="{}"', label) if label else ""
    return format_html('<td class="{}"{}>', kind, named) if kind else format_html("<td{}>", named)


def _beneath(cell: Any) -> SafeString:
    known = [(_listed(piece),) for piece in cell.under if piece.value not in (None, "")]
    return format_html("<small>{}</small>", format_html_join(" · ", "{}", known)) if known else SafeString()


def _listed(piece: Any) -> Any:
    """A value in a list: records are named, not linked, since the row's own link is enough."""
    if piece.tone and piece.value not in (None, ""):
        return tag(piece.tone[0], piece.value, piece.tone[1])
    return str(piece.value) if isinstance(piece.value, Model) else shown(piece.value)


def _in_list(value: Any) -> Any:
    return value if isinstance(value, str) else str(value) if isinstance(value, Model) else shown(value)


@register.simple_tag
def due(day: date | None, today: date, *, late: bool = False) -> Any:
    """A deadline: how late it is, today, tomorrow, the day of this week, or the date."""
    if day is None:
        return ""
    days = (today - day).days
    if days > 0 or late:
        words = ngettext("%(n)s day late", "%(n)s days late", max(days, 1)) % {"n": max(days, 1)}
        return _due("late", "octagon-alert", words)
    if days == 0:
        return _due("soon", "clock", _("Today"))
    if days == -1:
        return _due("soon", "clock", _("Tomorrow"))
    words = (
        format_date(day, "d.m, D").lower() if day - today < WEEK else date_format(day, "SHORT_DATE_FORMAT")
    )
    return _due("", "calendar", words)


def _due(kind: str, sign: str, words: Any) -> SafeString:
    return format_html(
        '<span class="sf-due{}">{}{}</span>', f" sf-due--{kind}" if kind else "", icon(sign), words
    )


@register.filter
def message_kind(message: Any) -> str:
    """The tone of a message, by its level."""
    return {"success": "ok", "warning": "warn", "error": "stop"}.get(message.level_tag, "info")


@register.filter
def part(thing: Any, name: str) -> Any:
    """A named part of an object or a mapping; empty where it has none."""
    if isinstance(thing, dict):
        return thing.get(name, "")
    return getattr(thing, name, "")


@register.filter
def is_plain(thing: Any) -> bool:
    """Whether a next step is told in words alone."""
    return isinstance(thing, str | Promise)
