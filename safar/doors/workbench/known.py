"""What is known of a person, line by line, each with what the reader may do about it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from safar.directory.people.models import (
    STANDINGS,
    Channel,
    Consent,
    Functioning,
    Identifier,
    Name,
    Person,
    Phone,
    Relation,
    SafeContact,
    SpokenLanguage,
    Weekday,
)
from safar.directory.people.phones import spaced
from safar.directory.people.rules import NoContact, SafeRules, Standing, next_moment, why_not_contact
from safar.doors.workbench.gate import record_url
from safar.doors.workbench.records import RecordScreen
from safar.foundation.access.actors import Actor
from safar.foundation.access.visibility import resource_of, visible
from safar.foundation.files.models import StoredFile
from safar.foundation.languages.territories import country_name
from safar.foundation.registers import register_of

TONES = {
    Standing.HOLDS: "check",
    Standing.NOT_YET: "clock",
    Standing.EXPIRED: "calendar-x",
    Standing.WITHDRAWN: "x",
}


@dataclass(frozen=True, slots=True)
class Secret:
    """A value shown on asking: where it is asked for, and what it is called."""

    url: str
    label: Any
    mask: str = "•••• ••••"


@dataclass(frozen=True, slots=True)
class Line:
    """One thing known of a person, with what may be done to it."""

    text: Any
    small: tuple[Any, ...] = ()
    icon: str = "circle-dot"
    url: str = ""
    secret: Secret | None = None
    links: tuple[tuple[Any, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Panel:
    """A part of the page; an empty one says so and offers the first act."""

    title: Any
    lines: list[Line]
    acts: list[tuple[Any, str]]


class Belongings:
    """The rows of a record page's children by their model, and the acts the reader may do on the person."""

    def __init__(self, screen: RecordScreen, actor: Actor) -> None:
        self.person: Person = screen.page.obj
        self.actor = actor
        self.rows = {child.model: rows for child, rows in screen.page.children}
        self.acts = {button.action.name: button.action for button in screen.page.buttons}
        self.slug = screen.register.slug

    def of(self, model: type[Any]) -> list[Any]:
        """Her rows of a model; none where the reader may see none."""
        return self.rows.get(model, [])

    def act(self, name: str, row: Any = None) -> str:
        """Where an act is done, to one of her rows if one is named; '' if the reader may not."""
        if name not in self.acts:
            return ""
        url = reverse("workbench:act", args=[self.slug, self.person.pk, name])
        return f"{url}?which={row.pk}" if row is not None else url

    def links(self, row: Any, *names: str) -> tuple[tuple[Any, str], ...]:
        """What may be done to one of her rows."""
        short = {"change": _("Change"), "remove": _("Remove"), "withdraw": _("Withdraw")}
        return tuple(
            (short.get(name.split("_")[0], self.acts[name].label), self.act(name, row))
            for name in names
            if name in self.acts
        )

    def panel(self, model: type[Any], title: Any, lines: Iterable[Line], *acts: str) -> Panel | None:
        """A panel of what the reader may see; None if the reader may see nothing of the sort."""
        if model not in self.rows:
            return None
        return Panel(
            title,
            list(lines),
            [(self.acts[name].label, self.act(name)) for name in acts if name in self.acts],
        )


def safe_lines(her: Belongings, safe: SafeContact, now: datetime) -> Iterator[tuple[str, str]]:
    """What must be known before anybody dials: an icon and a sentence each, the most dangerous first."""
    if safe.do_not_contact:
        yield "phone-off", _("Do not contact at all: wait for a call from this person")
        return
    yield from _right_now(safe.rules, now)
    if (safe.hour_from, safe.hour_to) != (0, 24):
        yield "clock", _("Only from %(start)s to %(end)s, Tashkent time") % {
            "start": f"{safe.hour_from:02}:00", "end": f"{safe.hour_to:02}:00",
        }  # fmt: skip
    if len(safe.days) < len(Weekday):
        yield (
            "calendar",
            _("Only on: %(days)s")
            % {"days": ", ".join(str(Weekday(day).label).lower() for day in sorted(safe.days))},
        )
    open_ways = ", ".join(str(Channel(one).label) for one in safe.channels)
    closed = ", ".join(str(one.label) for one in Channel if one not in safe.channels)
    yield (
        "smartphone",
        _("%(ways)s; not: %(closed)s") % {"ways": open_ways, "closed": closed} if closed else open_ways,
    )
    if safe.phone_id and safe.phone:
        yield "phone", _("On the number %(number)s alone") % {"number": spaced(safe.phone.number)}
    yield "mic", _("A message may be left") if safe.may_leave_message else _("Leave no message")
    if safe.keep_from:
        yield "eye-off", _("Is not to know: %(who)s") % {"who": safe.keep_from}
    for row in her.of(Relation):
        if row.is_trusted:
            yield "users", _("May be told: %(who)s") % {"who": _who(row)}
    if safe.note:
        yield "sticky-note", safe.note
    yield "languages", _("Speaks to us in: %(language)s") % {"language": safe.get_language_display()}


def _right_now(rules: SafeRules, now: datetime) -> Iterator[tuple[str, str]]:
    reasons = {why_not_contact(rules, channel, now) for channel in rules.channels}
    if None in reasons:
        yield "circle-check", _("This is a good moment")
    elif reasons & {NoContact.DAY, NoContact.HOUR} and (then := next_moment(rules, now)):
        yield (
            "octagon-x",
            _("Not now. Next: %(moment)s")
            % {"moment": date_format(timezone.localtime(then), "SHORT_DATETIME_FORMAT")},
        )


def show_url(row: Any, name: str) -> str:
    """Where a secret value of a row is shown on asking."""
    register = register_of(type(row))
    return reverse("workbench:show-secret", args=[register.slug, row.pk, name]) if register else ""


def name_lines(her: Belongings) -> Iterator[Line]:
    """Her other names."""
    for row in her.of(Name):
        small = [row.get_kind_display(), _("until %(day)s") % {"day": day_of(row.until)} if row.until else ""]
        yield Line(row.full_name, _known(small), "user", links=her.links(row, "change_name", "remove_name"))


def phone_lines(her: Belongings, safe: SafeContact | None) -> Iterator[Line]:
    """Her telephones, the safe one marked."""
    for row in her.of(Phone):
        is_safe = safe is not None and safe.phone_id == row.pk
        small = [row.get_whose_display(), _("the safe one") if is_safe else ""]
        yield Line(
            spaced(row.number),
            _known(small),
            "shield" if is_safe else "phone",
            links=her.links(row, "change_phone", "remove_phone"),
        )


def relative_lines(her: Belongings) -> Iterator[Line]:
    """Who is close to her, as she said."""
    for row in her.of(Relation):
        small = [
            _("guardian by law") if row.is_guardian else "",
            _("may be told") if row.is_trusted else "",
            spaced(row.phone) if row.phone else "",
            _("until %(day)s") % {"day": day_of(row.until)} if row.until else "",
        ]
        register = register_of(Person)
        url = record_url(register, row.relative.pk) if row.relative and register else ""
        yield Line(
            _who(row), _known(small), "users", url, links=her.links(row, "change_relative", "remove_relative")
        )


def _who(row: Relation) -> str:
    name = row.name or (str(row.relative) if row.relative else _("somebody you may not see"))
    return f"{row.get_kind_display()}: {name}"


def language_lines(her: Belongings) -> Iterator[Line]:
    """What she speaks."""
    for row in her.of(SpokenLanguage):
        yield Line(
            row.get_language_display(),
            (row.get_level_display(),),
            "languages",
            links=her.links(row, "change_language", "remove_language"),
        )


def daily_life_lines(her: Belongings) -> Iterator[Line]:
    """What is difficult in daily life."""
    for row in her.of(Functioning):
        hard = [
            f"{row._meta.get_field(name).verbose_name}: {getattr(row, f'get_{name}_display')()}"
            for name in row.domains_with_difficulty
        ]
        words = _("Counts as a disability") if row.is_disability else _("Does not count as a disability")
        yield Line(words, (*hard, _("asked on %(day)s") % {"day": day_of(row.asked_on)}), "clipboard-check")


def paper_lines(her: Belongings, papers: list[Identifier]) -> Iterator[Line]:
    """Her papers with their numbers hidden, and their scans."""
    scans: dict[str, list[StoredFile]] = {}
    if papers:
        kept = visible(her.actor, StoredFile).filter(
            subject_type=resource_of(Identifier),
            subject_pk__in=[str(paper.pk) for paper in papers],
            erased_at=None,
        )
        for one in kept.order_by("uploaded_at", "pk"):
            scans.setdefault(one.subject_pk, []).append(one)
    for paper in papers:
        small = [
            "" if paper.country == "UZ" else country_name(paper.country),
            _("valid until %(day)s") % {"day": day_of(paper.expires_on)} if paper.expires_on else "",
            paper.get_seen_display(),
            _("check digits are right") if paper.is_checked else "",
            _("linked on %(day)s") % {"day": day_of(paper.linked_on)} if paper.linked_on else "",
        ]
        opened = [
            (_("Open the scan (your look is recorded)"), reverse("workbench:file", args=[one.pk]))
            for one in scans.get(str(paper.pk), [])
        ]
        links = (*opened, *her.links(paper, "add_scan", "change_paper", "remove_paper"))
        secret = Secret(show_url(paper, "number"), paper.get_type_display(), paper.masked or "••••")
        yield Line(paper.get_type_display(), _known(small), "file-text", secret=secret, links=links)


def consent_lines(her: Belongings, consents: list[tuple[Consent, Standing]]) -> Iterator[Line]:
    """What she agreed to, and how it stands today."""
    for row, standing in consents:
        to = row.recipient or (str(row.organisation) if row.organisation else _("this office alone"))
        small = [
            row.get_about_display(),
            _("to: %(whom)s") % {"whom": to},
            str(STANDINGS[standing]),
            _("until %(day)s") % {"day": day_of(row.expires_on)}
            if row.expires_on and standing is Standing.HOLDS
            else "",
        ]
        links = her.links(row, "withdraw_consent") if standing in (Standing.HOLDS, Standing.NOT_YET) else ()
        yield Line(row.get_purpose_display(), _known(small), TONES[standing], links=links)


def _known(parts: list[Any]) -> tuple[Any, ...]:
    return tuple(part for part in parts if part)


def day_of(day: date) -> str:
    """A day as the language writes it."""
    return date_format(day, "SHORT_DATE_FORMAT")
