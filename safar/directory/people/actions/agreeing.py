"""What a person agreed to, how she may be reached, and what is difficult for her."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from safar.directory.organisations.models import Organisation
from safar.directory.people import belonging_forms as forms
from safar.directory.people.actions.belongings import hers, keep, nothing_said
from safar.directory.people.models import Consent, Functioning, Person, Phone, SafeContact
from safar.foundation.access.actors import Actor
from safar.foundation.access.visibility import visible
from safar.foundation.actions import Refused, action


@action(
    on=Person, label=_("Add a consent"), sentence=_("wrote down a consent"), form=forms.ConsentForm, icon="plus",
    detail=lambda person, inputs: {}, hint=_("Read her the sentence in her language before you press."),
)  # fmt: skip
def give_consent(
    person: Person, *, purpose: str, about: str, organisation: Organisation | None, recipient: str, how: str, language: str,
    given_on: date, expires_on: date | None, by: Actor, now: datetime,
) -> None:  # fmt: skip
    """Write down what she agreed to: for one purpose, with one recipient, about one part of what is known."""
    if given_on > timezone.localdate(now):
        raise Refused(_("The day lies in the future."), field="given_on")
    said = {
        "purpose": purpose, "about": about, "organisation": organisation, "recipient": recipient, "how": how,
        "language": language, "given_on": given_on, "expires_on": expires_on,
    }  # fmt: skip
    keep(Consent(person=person), said, by=by)


@action(
    on=Person, label=_("Withdraw a consent"), sentence=_("wrote down that a consent was withdrawn"),
    form=forms.ChooseConsent, icon="x", destructive=True, detail=nothing_said,
    hint=_("It holds no more from this moment on. Help does not depend on it."),
)  # fmt: skip
def withdraw_consent(person: Person, *, which: Consent, by: Actor, now: datetime) -> None:
    """End a consent at once, because she says so. The row stays, to show what was agreed until then."""
    row = hers(person, which, by=by, action="change")
    if row.withdrawn_at is not None:
        raise Refused(_("It was withdrawn already."), field="which")
    keep(row, {"withdrawn_at": now}, by=by)


@action(
    on=Person, label=_("Set safe contact"), sentence=_("set how she may be reached"), form=forms.SafeContactForm,
    icon="shield", detail=nothing_said,
)  # fmt: skip
def set_safe_contact(person: Person, *, by: Actor, now: datetime, **values: Any) -> None:
    """Say how she may be reached; from now on the sender of messages keeps to it. The inputs are those of the form."""
    row = visible(by, SafeContact, "change").filter(person_id=person.pk).first() or SafeContact(person=person)
    phone: Phone | None = values.get("phone")
    if phone is not None:
        hers(person, phone, by=by, action="view")
    if not values.get("code_word"):
        values.pop("code_word", None)
    keep(row, values, by=by)


@action(
    on=Person, label=_("Write down daily life"), sentence=_("wrote down what is difficult in daily life"),
    form=forms.FunctioningForm, icon="clipboard-check", detail=nothing_said,
    hint=_("Ask the six questions as they are written. Help does not depend on the answers."),
)  # fmt: skip
def record_functioning(person: Person, *, by: Actor, now: datetime, **answers: Any) -> None:
    """Write down the six answers of the Washington Group short set, in place of those before."""
    if answers["asked_on"] > timezone.localdate(now):
        raise Refused(_("The day lies in the future."), field="asked_on")
    row = visible(by, Functioning, "change").filter(person_id=person.pk).first() or Functioning(person=person)
    keep(row, answers, by=by)
