"""What is done to organisations."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, cast

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from safar.directory.organisations.forms import CloseForm, MoveForm, RegisterOrganisationForm, RenameForm
from safar.directory.organisations.models import Organisation, OrganisationQuerySet, Status
from safar.directory.organisations.rules import would_circle
from safar.directory.places.models import Place
from safar.foundation import history
from safar.foundation.access.actors import Actor
from safar.foundation.access.visibility import visible
from safar.foundation.actions import Refused, action

DEEPEST = 30
LOADED = history.register_kind(
    "organisations.load",
    sentence=_("loaded the list %(list)s: %(new)s new, %(changed)s changed, %(same)s the same"),
    icon="upload",
    forget=dict,
).code


@action(
    on=Organisation,
    creates=True,
    label=_("Register organisation"),
    sentence=_("registered the organisation %(name)s"),
    form=RegisterOrganisationForm,
    icon="plus",
    primary=True,
)
def register_organisation(
    *,
    type: str,
    name: str,
    trading_name: str = "",
    name_uz: str = "",
    name_uz_cyrl: str = "",
    name_ru: str = "",
    name_en: str = "",
    parent: Organisation | None = None,
    country: Place | None = None,
    place: Place | None = None,
    stir: str = "",
    registration_number: str = "",
    website: str = "",
    by: Actor,
    now: datetime,
) -> Organisation:
    """Add an organisation; a STIR already registered is refused."""
    if stir and visible(by, Organisation).filter(stir=stir).exists():
        raise Refused(
            _("An organisation with the STIR %(stir)s is registered already.") % {"stir": stir}, field="stir"
        )
    return Organisation(
        type=type,
        name=name,
        trading_name=trading_name,
        name_uz=name_uz,
        name_uz_cyrl=name_uz_cyrl,
        name_ru=name_ru,
        name_en=name_en,
        parent=parent,
        country=country,
        place=place,
        stir=stir,
        registration_number=registration_number,
        website=website,
    )


def _is_active(organisation: Organisation, today: date) -> bool:
    return organisation.status == Status.ACTIVE


def _is_closed(organisation: Organisation, today: date) -> Any:
    return _("The organisation is closed.")


@action(
    on=Organisation,
    label=_("Rename"),
    sentence=_("renamed the organisation to %(name)s"),
    form=RenameForm,
    icon="pencil",
)
def rename(
    organisation: Organisation,
    *,
    name: str,
    trading_name: str = "",
    name_uz: str = "",
    name_uz_cyrl: str = "",
    name_ru: str = "",
    name_en: str = "",
    by: Actor,
    now: datetime,
) -> None:
    """Give the organisation its names; a list loaded later does not take them back."""
    organisation.name, organisation.trading_name = name, trading_name
    organisation.name_uz, organisation.name_uz_cyrl = name_uz, name_uz_cyrl
    organisation.name_ru, organisation.name_en = name_ru, name_en
    organisation.is_renamed = True


@action(
    on=Organisation,
    label=_("Move under another body"),
    sentence=_("moved the organisation under %(parent)s"),
    form=MoveForm,
    icon="arrow-up",
    when=_is_active,
    why_not=_is_closed,
    detail=lambda organisation, inputs: {"parent": str(inputs["parent"] or _("nobody"))},
)
def move(organisation: Organisation, *, parent: Organisation | None, by: Actor, now: datetime) -> None:
    """Change the body the organisation answers to; it cannot come to stand under itself."""
    above: list[int] = []
    step = parent
    while step is not None and len(above) < DEEPEST:
        above.append(step.pk)
        step = step.parent
    if would_circle(organisation.pk, above):
        raise Refused(
            _("%(parent)s stands under this organisation itself.") % {"parent": parent}, field="parent"
        )
    organisation.parent = parent


@action(
    on=Organisation,
    label=_("Close"),
    sentence=_("closed the organisation on %(closed_on)s: %(reason)s"),
    form=CloseForm,
    icon="octagon-x",
    destructive=True,
    when=_is_active,
    why_not=_is_closed,
)
def close_organisation(
    organisation: Organisation, *, closed_on: date, reason: str, by: Actor, now: datetime
) -> None:
    """Note that the organisation stopped working; bodies that answer to it are moved or closed first."""
    if closed_on > timezone.localdate(now):
        raise Refused(_("The day of closing cannot lie in the future."), field="closed_on")
    bodies = cast(OrganisationQuerySet, visible(by, Organisation))
    under = bodies.directly_under(organisation).active().count()
    if under:
        raise Refused(_("Bodies that answer to it: %(count)s. Move or close them first.") % {"count": under})
    organisation.status, organisation.closed_on = Status.CLOSED, closed_on


@action(
    on=Organisation,
    label=_("Reopen"),
    sentence=_("reopened the organisation"),
    icon="rotate-ccw",
    when=lambda organisation, today: organisation.status == Status.CLOSED,
    why_not=lambda organisation, today: _("The organisation is active."),
)
def reopen_organisation(organisation: Organisation, *, by: Actor, now: datetime) -> None:
    """Undo a closing."""
    organisation.status, organisation.closed_on = Status.ACTIVE, None
