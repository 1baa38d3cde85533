"""A person's papers: typed or read from the lines for machines, linked later with evidence, scanned, removed for good."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from babel.core import get_global
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from safar.directory.people import belonging_forms as forms
from safar.directory.people import rules
from safar.directory.people.actions.belongings import hers, keep, nothing_said
from safar.directory.people.actions.knowing import respell
from safar.directory.people.duplicates.noticing import tell_change
from safar.directory.people.facts import register_fact
from safar.directory.people.models import (
    Identifier,
    Name,
    NameKind,
    PaperType,
    Person,
    Precision,
    SafeContact,
    Seen,
    Sex,
)
from safar.directory.people.rules import Mrz, MrzFault, PinflFault
from safar.directory.people.timeline import leave_fact
from safar.foundation.access.actors import Actor
from safar.foundation.access.labels import SENSITIVE
from safar.foundation.access.visibility import always_hidden, visible
from safar.foundation.actions import Refused, action, store
from safar.foundation.encryption.rotation import destroy_on_commit
from safar.foundation.files.accept import Accepted
from safar.foundation.files.keeping import attach, erase, files_of

LINKED = register_fact(
    "people.papers_linked",
    service="people",
    sentence=_("papers were linked to her record"),
    icon="badge-check",
).code
PINFL_FAULTS = {
    PinflFault.STRUCTURE: _("A PINFL has 14 digits and begins with 1 to 6. Compare it with the paper."),
    PinflFault.DATE: _("Digits 2 to 7 of the PINFL are no day of birth. Compare them with the paper."),
    PinflFault.CHECK_DIGIT: _(
        "The PINFL has a wrong digit: its last one does not fit. Compare it with the paper."
    ),
}
MRZ_FAULTS = {
    MrzFault.SHAPE: _(
        "These are not two lines of 44 signs, nor three of 30. Write them as they are printed."
    ),
    MrzFault.NUMBER: _("the number"),
    MrzFault.BIRTH_DATE: _("the date of birth"),
    MrzFault.EXPIRY: _("the day it ends"),
    MrzFault.OPTIONAL: _("the personal number"),
    MrzFault.COMPOSITE: _("the line as a whole"),
}
ANOTHER_PINFL = _(
    "The PINFL carries another day of birth or sex than her record. Mend the record first, or the PINFL."
)
ANOTHER_HOLDER = _(
    "The lines for machines carry another day of birth or sex than the record. Look whose paper it is, or mend the record first."
)
#: How much of year, month and day is known.
PARTS: dict[str, int] = {Precision.YEAR: 1, Precision.MONTH: 2, Precision.DAY: 3}
UZBEK_TYPES = (PaperType.PASSPORT, PaperType.FOREIGN_PASSPORT, PaperType.ID_CARD)


@action(
    on=Person, label=_("Add a paper"), sentence=_("added a paper"), form=forms.PaperForm, icon="plus", detail=nothing_said
)  # fmt: skip
def add_paper(
    person: Person, *, type: str, mrz: str, number: str, country: str, issued_on: date | None, expires_on: date | None,
    issued_by: str, seen: str, by: Actor, now: datetime,
) -> None:  # fmt: skip
    """Write down a paper or a PINFL. What its lines for machines say is taken from them, check digits and all."""
    said = {"type": type, "country": country, "issued_on": issued_on, "expires_on": expires_on, "issued_by": issued_by, "seen": seen}  # fmt: skip
    write_down(person, mrz, number, said, by=by, now=now)


@action(
    on=Person, label=_("Link papers found later"), sentence=_("linked papers to the record"), form=forms.LinkPapersForm,
    icon="badge-check", detail=nothing_said,
    hint=_("For somebody registered without papers. It is written down what shows that they are hers."),
)  # fmt: skip
def link_papers(
    person: Person, *, type: str, mrz: str, number: str, country: str, issued_on: date | None, expires_on: date | None,
    issued_by: str, seen: str, evidence: str, by: Actor, now: datetime,
) -> None:  # fmt: skip
    """Give a paper to somebody registered without that sort of paper, with what shows that it is hers."""
    if visible(by, Identifier).filter(person_id=person.pk, type=type).exists():
        raise Refused(_("She has a paper of this sort on record. Add the new one instead."), field="type")
    today = timezone.localdate(now)
    said = {"type": type, "country": country, "issued_on": issued_on, "expires_on": expires_on, "issued_by": issued_by, "seen": seen}  # fmt: skip
    write_down(person, mrz, number, {**said, "evidence": evidence, "linked_on": today}, by=by, now=now)
    leave_fact(person, LINKED, on=today, by=by, now=now, organisation=person.organisation)


@action(
    on=Person, label=_("Change a paper"), sentence=_("changed a paper"), form=forms.ChangePaperForm, icon="pencil",
    detail=nothing_said,
)  # fmt: skip
def change_paper(
    person: Person, *, which: Identifier, issued_on: date | None, expires_on: date | None, issued_by: str, seen: str,
    by: Actor, now: datetime,
) -> None:  # fmt: skip
    """Mend dates and office of a paper. Another number is another paper."""
    said = {"issued_on": issued_on, "expires_on": expires_on, "issued_by": issued_by, "seen": seen}
    keep(hers(person, which, by=by, action="change"), said, by=by)


@action(
    on=Person, label=_("Remove a paper"), sentence=_("removed a paper"), form=forms.ChoosePaper, icon="x",
    destructive=True, detail=nothing_said,
)  # fmt: skip
def remove_paper(person: Person, *, which: Identifier, by: Actor, now: datetime) -> None:
    """Take a paper off the record: its key is destroyed, its scans with it, also in the backups."""
    forget_paper(hers(person, which, by=by, action="remove"), by=by, now=now)


@action(
    on=Person, label=_("Add a scan"), sentence=_("added a scan of a paper"), form=forms.ScanForm, icon="file-text",
    detail=nothing_said, hint=_("It is kept encrypted. Each look at it is written down."),
)  # fmt: skip
def add_scan(person: Person, *, which: Identifier, scan: Accepted, by: Actor, now: datetime) -> None:
    """Keep a scan with one of her papers: sensitive, whatever the paper itself is."""
    paper = hers(person, which, by=by, action="view")
    store(attach(paper, scan, by=by, now=now, level=SENSITIVE), by=by, action="add")


def forget_paper(paper: Identifier, *, by: Actor, now: datetime) -> None:
    """Delete a paper with its key and its scans."""
    for scan in files_of(paper, by=by):
        store(erase(scan, now=now), by=by)
    if paper.data_key:
        destroy_on_commit(paper.data_key, now=now)
    paper.delete()


def write_down(
    person: Person, mrz: str, number: str, said: dict[str, Any], *, by: Actor, now: datetime
) -> Identifier:
    """Judge what was typed and read, and store the paper. Raises `Refused` with the sentence for the field it speaks of."""
    today = timezone.localdate(now)
    zone = _zone(mrz, today) if mrz.strip() else None
    if zone is not None:
        number, said = _taken_from(zone, number, said)
        _hold_to(person, Holder(zone.born, zone.born_precision, zone.sex), ANOTHER_HOLDER, field="mrz")
    number = rules.tidy_number(number)
    _judge(person, number, said, today=today)
    _refuse_twice(person, number, said, by=by)
    if zone is not None:
        _spell_as_in_passport(person, zone, by=by)
        _keep_pinfl_of(person, zone, by=by, now=now)
    tell_change(person)
    return keep(Identifier(person=person), {**said, "number": number}, by=by)


def _keep_pinfl_of(person: Person, zone: Mrz, *, by: Actor, now: datetime) -> None:
    """The PINFL printed in the lines is hers too, where it is right and none is on record."""
    if rules.pinfl_fault(zone.pinfl, today=timezone.localdate(now)):
        return
    if not visible(by, Identifier).filter(person_id=person.pk, type=PaperType.PINFL).exists():
        said = {"type": PaperType.PINFL, "country": "UZ", "seen": Seen.MRZ}
        write_down(person, "", zone.pinfl, said, by=by, now=now)


def _zone(mrz: str, today: date) -> Mrz:
    found = rules.read_mrz(mrz, today=today)
    if found is None:
        raise Refused(MRZ_FAULTS[MrzFault.SHAPE], field="mrz")
    if found.faults:
        parts = ", ".join(str(MRZ_FAULTS[fault]) for fault in found.faults)
        raise Refused(
            _("A check digit does not fit: %(parts)s. Read the lines again.") % {"parts": parts}, field="mrz"
        )
    return found


def _taken_from(zone: Mrz, number: str, said: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    if number and rules.tidy_number(number) != zone.number:
        raise Refused(
            _("The lines for machines name another number. Leave the number empty, or mend it."),
            field="number",
        )
    country = (get_global("territory_aliases").get(zone.issuer) or [said["country"]])[0]
    read = {
        "country": country,
        "expires_on": zone.expires_on or said["expires_on"],
        "seen": Seen.MRZ,
        "is_checked": True,
    }
    return zone.number, {**said, **read}


def _judge(person: Person, number: str, said: dict[str, Any], *, today: date) -> None:
    """Hold a number to the rules of its sort; a PINFL to the person as well, and the person to it where she is not known."""
    if said["type"] == PaperType.PINFL:
        if fault := rules.pinfl_fault(number, today=today):
            raise Refused(PINFL_FAULTS[fault], field="number")
        said["is_checked"] = True
        if read := rules.read_pinfl(number):
            _hold_to(person, Holder(read.born, Precision.DAY, read.sex), ANOTHER_PINFL, field="number")
    elif said["type"] in UZBEK_TYPES and said["country"] == "UZ" and not rules.is_uzbek_paper(number):
        raise Refused(_("The number has two Latin letters and seven digits: AA1234567."), field="number")
    elif not rules.is_paper(number):
        raise Refused(_("Write the number as it stands on the paper: letters and digits."), field="number")


@dataclass(frozen=True, slots=True)
class Holder:
    """What a paper says of whom it was given to: the birth date as far as `precision` goes, and the sex."""

    born: date | None
    precision: str
    sex: str


def _hold_to(person: Person, holder: Holder, sentence: Any, *, field: str) -> None:
    """Refuse the paper of somebody born on another day or of another sex; what the record does not know it learns."""
    if _is_another(person, holder):
        raise Refused(sentence, field=field)
    if person.sex == Sex.UNKNOWN:
        person.sex = Sex(holder.sex)
    if person.birth_date is None and holder.born is not None:
        person.birth_date, person.birth_precision = holder.born, Precision(holder.precision)


def _is_another(person: Person, holder: Holder) -> bool:
    """Whether birth dates differ as far as both are known, or the sexes do."""
    if Sex.UNKNOWN not in (person.sex, holder.sex) and person.sex != holder.sex:
        return True
    if person.birth_date is None or holder.born is None:
        return False
    parts = min(PARTS[person.birth_precision], PARTS[holder.precision])
    return person.birth_date.timetuple()[:parts] != holder.born.timetuple()[:parts]


def _refuse_twice(person: Person, number: str, said: dict[str, Any], *, by: Actor) -> None:
    """A number that stands in the same compartment already is refused in words; of other compartments nothing is asked."""
    field: Any = Identifier._meta.get_field("index")
    index = field.index_of(f"{said['type']}:{said['country']}:{number}", person.label_org, person.label_level)
    twin = visible(by, Identifier).filter(index=index).first()
    if twin is None:
        return
    if twin.person_id == person.pk:
        raise Refused(_("She has this paper on record already."), field="number")
    other = None if always_hidden(by, Person) else visible(by, Person).filter(pk=twin.person_id).first()
    raise Refused(
        _("Your office has this number on record for another person: %(person)s.")
        % {"person": other.neutral_name if other else "№ ?"},
        field="number",
    )


def _spell_as_in_passport(person: Person, zone: Mrz, *, by: Actor) -> None:
    """Keep the name as the passport spells it, so that she is found by it."""
    spelt = {
        "person": person,
        "kind": NameKind.PASSPORT,
        "family": zone.family,
        "given": zone.given,
        "patronymic": "",
    }
    if (zone.family or zone.given) and not visible(by, Name).filter(**spelt).exists():
        store(Name(**spelt), by=by)
        respell(person, by)


def forget_safe_contact(row: SafeContact, *, now: datetime) -> None:
    """Delete the safe-contact rules with their key."""
    if row.data_key:
        destroy_on_commit(row.data_key, now=now)
    row.delete()
