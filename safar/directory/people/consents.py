"""Whether a person agreed; for whatever hands something on about her to ask first. No service does yet."""

from __future__ import annotations

from datetime import date

from safar.directory.organisations.models import Organisation
from safar.directory.people.models import About, Consent, Person
from safar.directory.people.rules import Standing
from safar.foundation.access.actors import Actor
from safar.foundation.access.visibility import visible


def agreed(
    by: Actor, person: Person, *, purpose: str, about: str, organisation: Organisation | None, on: date
) -> bool:
    """Whether a consent the actor may see holds on the day for this purpose, recipient and part of what is known.

    A consent to everything holds for each part; one without an organisation speaks of the office that keeps the record.
    """
    given = visible(by, Consent).filter(
        person_id=person.pk, purpose=purpose, about__in=(about, About.EVERYTHING), organisation=organisation, recipient=""
    )  # fmt: skip
    return any(consent.standing_on(on) is Standing.HOLDS for consent in given)
