"""A person's page: first how she may be reached, then her journey, then what is known of her, each with what may be done.

It stands on the record page of the register and shows nothing that page may not: every row is asked for in the reader's eyes.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from safar import map as house
from safar.directory.people.actions import export_what_is_held
from safar.directory.people.facts import icon_of, stage_of
from safar.directory.people.held import as_json, what_is_held
from safar.directory.people.models import (
    STANDINGS,
    Channel,
    Consent,
    Fact,
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
from safar.doors.workbench.doing import act_screen
from safar.doors.workbench.gate import StaffRequest, answer, record_url, staff_page
from safar.doors.workbench.records import RecordScreen
from safar.foundation.access.actors import Actor
from safar.foundation.access.visibility import covers, get, hidden_fields, resource_of, visible
from safar.foundation.actions import Stale
from safar.foundation.actions.forms import form_for, run
from safar.foundation.files.download import download
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


@dataclass(frozen=True, slots=True)
class Stop:
    """A stage of the journey as it went for this person."""

    title: Any
    icon: str
    state: str
    line: str


@dataclass
class PersonPage:
    """What the person's page shows beyond the record page."""

    number: str
    face: str
    spellings: list[str]
    about: list[str]
    holding: str
    safe: list[tuple[str, str]] | None
    code_word: Secret | None
    safe_url: str
    journey: list[Stop]
    facts: list[tuple[str, str, str]]
    panels: list[Panel] = field(default_factory=list)
    empty: list[Panel] = field(default_factory=list)
    aside: list[Panel] = field(default_factory=list)
    more: list[tuple[str, Any, str]] = field(default_factory=list)


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


def person_page(actor: Actor, screen: RecordScreen, *, now: datetime) -> PersonPage:
    """A person's page for one reader."""
    her, today = Belongings(screen, actor), timezone.localdate(now)
    person = her.person
    papers = (
        list(visible(actor, Identifier).filter(person_id=person.pk).order_by("type", "pk"))
        if Identifier in her.rows
        else []
    )
    safe = visible(actor, SafeContact).filter(person_id=person.pk).first() if her.of(SafeContact) else None
    consents = [(row, row.standing_on(today)) for row in her.of(Consent)]
    holding = sum(standing is Standing.HOLDS for _row, standing in consents)
    words = ngettext("Agreed: %(n)s purpose", "Agreed: %(n)s purposes", holding) % {"n": holding}
    panels = [
        her.panel(Name, _("Other names"), _names(her), "add_name"),
        her.panel(Phone, _("Telephones"), _phones(her, safe), "add_phone"),
        her.panel(Relation, _("Relatives and people of trust"), _relatives(her), "add_relative"),
        her.panel(SpokenLanguage, _("Languages"), _languages(her), "add_language"),
        her.panel(Functioning, _("Daily life"), _functioning(her), "record_functioning"),
    ]
    aside = [
        her.panel(Identifier, _("Papers"), _papers(her, papers), "add_paper", "link_papers"),
        her.panel(Consent, _("Consents"), _consents(her, consents), "give_consent"),
    ]
    return PersonPage(
        number=person.neutral_name,
        face="".join(part[0] for part in (person.given, person.family) if part).upper(),
        spellings=[row.full_name for row in her.of(Name)],
        about=list(_about(person, hidden_fields(actor, person), today)),
        holding=words if holding else "",
        safe=list(_safe(her, safe, now)) if safe else None,
        code_word=Secret(_show(safe, "code_word"), _("code word")) if safe and safe.code_word else None,
        safe_url=her.act("set_safe_contact"),
        journey=list(journey(her.of(Fact))),
        facts=[(icon_of(fact.code), fact.what(), _when_and_who(fact)) for fact in her.of(Fact)],
        panels=[panel for panel in panels if panel and panel.lines],
        empty=[panel for panel in panels if panel and not panel.lines and panel.acts],
        aside=[panel for panel in aside if panel],
        more=list(_more(her)),
    )


def _more(her: Belongings) -> Iterator[tuple[str, Any, str]]:
    """Acts on the person as a whole: icon, words, address."""
    take_out = export_what_is_held
    if covers(her.actor, her.person, take_out.name):
        yield take_out.icon, take_out.label, reverse("workbench:held", args=[her.person.pk])
    if "erase_person" in her.acts and her.person.erased_on is None:
        erase = her.acts["erase_person"]
        yield erase.icon, erase.label, her.act("erase_person")


def journey(facts: list[Fact]) -> Iterator[Stop]:
    """The stages in the order of the map, each with the newest fact of it; the newest of all says where she is now."""
    newest: dict[str, Fact] = {}
    for fact in facts:
        newest.setdefault(stage_of(fact.code), fact)
    now = max(
        (fact for stage, fact in newest.items() if stage), key=lambda fact: (fact.on, fact.pk), default=None
    )
    for stage in house.STAGES:
        here = newest.get(stage.code)
        state = _state(stage, here, now) if here else ""
        yield Stop(stage.title, stage.icon, state, f"{_day(here.on)}: {here.what()}" if here else "")


def _state(stage: house.Stage, fact: Fact, now: Fact | None) -> str:
    if stage.is_trouble:
        return "is-trouble"
    return "is-now" if fact is now else "is-past"


def _about(person: Person, hidden: frozenset[str], today: date) -> Iterator[str]:
    if person.birth_date and "birth_date" not in hidden:
        years = (
            today.year
            - person.birth_date.year
            - ((today.month, today.day) < (person.birth_date.month, person.birth_date.day))
        )
        yield ngettext("%(n)s year old", "%(n)s years old", years) % {"n": years}
    if "sex" not in hidden:
        yield str(person.get_sex_display()).lower()
    if person.place_id and person.place and "place" not in hidden:
        yield str(person.place)


# -- safe contact ----------------------------------------------------------------------------------------------------------


def _safe(her: Belongings, safe: SafeContact, now: datetime) -> Iterator[tuple[str, str]]:
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


def _show(row: Any, name: str) -> str:
    register = register_of(type(row))
    return reverse("workbench:show-secret", args=[register.slug, row.pk, name]) if register else ""


# -- panels ------------------------------------------------------------------------------------------------------------------


def _names(her: Belongings) -> Iterator[Line]:
    for row in her.of(Name):
        small = [row.get_kind_display(), _("until %(day)s") % {"day": _day(row.until)} if row.until else ""]
        yield Line(row.full_name, _known(small), "user", links=her.links(row, "change_name", "remove_name"))


def _phones(her: Belongings, safe: SafeContact | None) -> Iterator[Line]:
    for row in her.of(Phone):
        is_safe = safe is not None and safe.phone_id == row.pk
        small = [row.get_whose_display(), _("the safe one") if is_safe else ""]
        yield Line(
            spaced(row.number),
            _known(small),
            "shield" if is_safe else "phone",
            links=her.links(row, "change_phone", "remove_phone"),
        )


def _relatives(her: Belongings) -> Iterator[Line]:
    for row in her.of(Relation):
        small = [
            _("guardian by law") if row.is_guardian else "",
            _("may be told") if row.is_trusted else "",
            spaced(row.phone) if row.phone else "",
            _("until %(day)s") % {"day": _day(row.until)} if row.until else "",
        ]
        register = register_of(Person)
        url = record_url(register, row.relative.pk) if row.relative and register else ""
        yield Line(
            _who(row), _known(small), "users", url, links=her.links(row, "change_relative", "remove_relative")
        )


def _who(row: Relation) -> str:
    name = row.name or (str(row.relative) if row.relative else _("somebody you may not see"))
    return f"{row.get_kind_display()}: {name}"


def _languages(her: Belongings) -> Iterator[Line]:
    for row in her.of(SpokenLanguage):
        yield Line(
            row.get_language_display(),
            (row.get_level_display(),),
            "languages",
            links=her.links(row, "change_language", "remove_language"),
        )


def _functioning(her: Belongings) -> Iterator[Line]:
    for row in her.of(Functioning):
        hard = [
            f"{row._meta.get_field(name).verbose_name}: {getattr(row, f'get_{name}_display')()}"
            for name in row.domains_with_difficulty
        ]
        words = _("Counts as a disability") if row.is_disability else _("Does not count as a disability")
        yield Line(words, (*hard, _("asked on %(day)s") % {"day": _day(row.asked_on)}), "clipboard-check")


def _papers(her: Belongings, papers: list[Identifier]) -> Iterator[Line]:
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
            _("valid until %(day)s") % {"day": _day(paper.expires_on)} if paper.expires_on else "",
            paper.get_seen_display(),
            _("check digits are right") if paper.is_checked else "",
            _("linked on %(day)s") % {"day": _day(paper.linked_on)} if paper.linked_on else "",
        ]
        opened = [
            (_("Open the scan (your look is recorded)"), reverse("workbench:file", args=[one.pk]))
            for one in scans.get(str(paper.pk), [])
        ]
        links = (*opened, *her.links(paper, "add_scan", "change_paper", "remove_paper"))
        secret = Secret(_show(paper, "number"), paper.get_type_display(), paper.masked or "••••")
        yield Line(paper.get_type_display(), _known(small), "file-text", secret=secret, links=links)


def _consents(her: Belongings, consents: list[tuple[Consent, Standing]]) -> Iterator[Line]:
    for row, standing in consents:
        to = row.recipient or (str(row.organisation) if row.organisation else _("this office alone"))
        small = [
            row.get_about_display(),
            _("to: %(whom)s") % {"whom": to},
            str(STANDINGS[standing]),
            _("until %(day)s") % {"day": _day(row.expires_on)}
            if row.expires_on and standing is Standing.HOLDS
            else "",
        ]
        links = her.links(row, "withdraw_consent") if standing in (Standing.HOLDS, Standing.NOT_YET) else ()
        yield Line(row.get_purpose_display(), _known(small), TONES[standing], links=links)


def _known(parts: list[Any]) -> tuple[Any, ...]:
    return tuple(part for part in parts if part)


def _day(day: date) -> str:
    return date_format(day, "SHORT_DATE_FORMAT")


def _when_and_who(fact: Fact) -> str:
    return ", ".join(
        str(part) for part in (_day(fact.on), fact.organisation if fact.organisation_id else "") if part
    )


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page
def held(request: StaffRequest, pk: UUID) -> HttpResponse:
    """Ask why, then give what is held about a person: a page to print, or a file; that it was taken stands in the history."""
    register = register_of(Person)
    assert register is not None
    person = get(request.actor, Person, pk, export_what_is_held.name)
    form: Any = form_for(
        export_what_is_held, request.actor, person, data=request.POST if request.method == "POST" else None
    )
    now = timezone.now()
    if form.is_bound and form.is_valid():
        try:
            run(export_what_is_held, request.actor, person, form, now=now)
        except Stale:
            form.add_error(
                None, _("Somebody changed the record since you opened it. Look at it again first.")
            )
        else:
            return _given(request, person, form.cleaned_data["shape"], now)
    screen = act_screen(request, register, export_what_is_held, person, form)
    return answer(
        request, "workbench/act.html", {"screen": screen, "form": form}, status=422 if form.errors else 200
    )


def _given(request: StaffRequest, person: Person, shape: str, now: datetime) -> HttpResponse:
    parts = what_is_held(request.actor, person)
    if shape == "JSON":
        text = json.dumps(as_json(person, parts, now=now), ensure_ascii=False, indent=1)
        response = HttpResponse(text, content_type="application/json")
        response["Content-Disposition"] = (
            content_disposition_header(True, f"safar-{person.number}.json") or "attachment"
        )
        return response
    return answer(request, "workbench/held.html", {"person": person, "parts": parts, "now": now})


@require_safe
@staff_page
def file(request: StaffRequest, pk: UUID) -> HttpResponse:
    """Give a file of a record to who may see both; the look is recorded, and nothing of it is kept by the browser."""
    return download(request.actor, pk, now=timezone.now())
