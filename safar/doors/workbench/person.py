"""A person's page: first how she may be reached, then her journey, then what is known of her, each with what may be done.

It stands on the record page of the register and shows nothing that page may not: every row is asked for in the reader's eyes.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.core.exceptions import ObjectDoesNotExist
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from safar import map as house
from safar.directory.people.actions import export_what_is_held
from safar.directory.people.facts import icon_of, stage_of
from safar.directory.people.models import (
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
)
from safar.directory.people.rules import Standing
from safar.doors.workbench.compare import merged_panel
from safar.doors.workbench.known import (
    Belongings,
    Panel,
    Secret,
    consent_lines,
    daily_life_lines,
    day_of,
    language_lines,
    name_lines,
    paper_lines,
    phone_lines,
    relative_lines,
    safe_lines,
    show_url,
)
from safar.doors.workbench.records import RecordScreen
from safar.foundation.access.actors import Actor
from safar.foundation.access.visibility import covers, hidden_fields, visible


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
        her.panel(Name, _("Other names"), name_lines(her), "add_name"),
        her.panel(Phone, _("Telephones"), phone_lines(her, safe), "add_phone"),
        her.panel(Relation, _("Relatives and people of trust"), relative_lines(her), "add_relative"),
        her.panel(SpokenLanguage, _("Languages"), language_lines(her), "add_language"),
        her.panel(Functioning, _("Daily life"), daily_life_lines(her), "record_functioning"),
    ]
    aside = [
        her.panel(Identifier, _("Papers"), paper_lines(her, papers), "add_paper", "link_papers"),
        her.panel(Consent, _("Consents"), consent_lines(her, consents), "give_consent"),
        merged_panel(her),
    ]
    return PersonPage(
        number=person.neutral_name,
        face="".join(part[0] for part in (person.given, person.family) if part).upper(),
        spellings=[row.full_name for row in her.of(Name)],
        about=list(_about(person, hidden_fields(actor, person), today)),
        holding=words if holding else "",
        safe=list(safe_lines(her, safe, now)) if safe else None,
        code_word=Secret(show_url(safe, "code_word"), _("code word")) if safe and safe.code_word else None,
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
    if "send_message" in her.acts and her.person.erased_on is None:
        write = her.acts["send_message"]
        yield write.icon, write.label, her.act("send_message")
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
        yield Stop(stage.title, stage.icon, state, f"{day_of(here.on)}: {here.what()}" if here else "")


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


def _when_and_who(fact: Fact) -> str:
    try:
        organisation = fact.organisation if fact.organisation_id else ""
    except ObjectDoesNotExist:
        organisation = ""  # hidden from who reads, as a shelter is
    return ", ".join(str(part) for part in (day_of(fact.on), organisation) if part)
