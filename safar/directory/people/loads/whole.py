"""How the register of people takes files as a whole: in whose name, and by which load."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from safar.directory.organisations.models import Organisation, Type
from safar.directory.people import loads
from safar.directory.people.loads.judging import FIELDS, LOAD
from safar.directory.people.models import Person
from safar.foundation.access.actors import Actor, acting
from safar.foundation.access.visibility import chances, get, visible
from safar.foundation.registers.importing.whole import Bringing, TakenBack, WholeFile
from safar.foundation.registers.loading import Report


def owners(actor: Actor) -> list[tuple[int, str]]:
    """The organisations the actor may register people for: those of the grants; for a grant over all of them, the agencies."""
    scopes = [scope for _rule, scope in chances(actor, Person, LOAD)]
    named = frozenset().union(*(scope.orgs or () for scope in scopes))
    rows = visible(actor, Organisation).filter(status="ACTIVE")
    found = rows.filter(pk__in=named)
    if any(scope.orgs is None for scope in scopes):
        found |= rows.filter(type=Type.AGENCY)
    return [(one.pk, one.name) for one in found.order_by("name", "pk")]


def bring(file: Bringing) -> Report:
    """Load the file, or look at it."""
    with transaction.atomic(), acting(file.by):
        organisation = get(file.by, Organisation, file.owner)
    load = loads.PeopleLoad(
        file.path,
        organisation=organisation,
        columns=file.columns,
        preview=file.preview,
        options=file.options,
        problems=file.problems,
        shown=file.shown,
        on_stored=file.on_stored,
    )
    return loads.load_people(load, by=file.by, now=file.now, on_progress=file.on_progress)


def take_back(context: UUID, by: Actor, now: datetime) -> TakenBack:
    """Undo one load."""
    return loads.take_back(context, by, now)


PEOPLE_FILES = WholeFile(
    act=LOAD,
    key="external_id",
    fields=FIELDS,
    owner_label=_("Registered by"),
    owners=owners,
    bring=bring,
    take_back=take_back,
)
