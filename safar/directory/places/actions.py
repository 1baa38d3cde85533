"""What is done to places and to the differences between sources about them."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from safar.directory.places.forms import AssignParentForm, RegisterPlaceForm
from safar.directory.places.found import parent_code
from safar.directory.places.loads import lay_in
from safar.directory.places.models import NAMES, Decision, Difference, Level, Place, path_of
from safar.foundation import history
from safar.foundation.access.actors import Actor
from safar.foundation.access.visibility import get, visible
from safar.foundation.actions import Refused, action, store
from safar.foundation.languages.text import to_cyrillic

LOADED = history.register_kind(
    "places.load",
    sentence=_(
        "loaded the list %(list)s: %(new)s new, %(changed)s changed, %(same)s the same, %(differences)s differences"
    ),
    icon="upload",
    forget=dict,
).code


@action(
    on=Place,
    creates=True,
    label=_("Register place"),
    sentence=_("registered the place %(name_uz)s (%(code)s)"),
    form=RegisterPlaceForm,
    icon="plus",
    primary=True,
)
def register_place(
    *,
    level: str,
    code: str,
    parent: Place | None,
    name_uz: str,
    name_uz_cyrl: str,
    name_ru: str,
    name_en: str,
    valid_from: date | None,
    by: Actor,
    now: datetime,
) -> Place:
    """Add a place; everything but a country and a mahalla lies in another one, as its SOATO code says."""
    if level not in (Level.COUNTRY, Level.MAHALLA) and parent is None:
        raise Refused(_("Say what the place lies in."), field="parent")
    if parent is not None and parent_code(code) not in ("", parent.code):
        raise Refused(
            _("By its code the place does not lie in %(place)s.") % {"place": parent}, field="parent"
        )
    return Place(
        level=level,
        code=code,
        iso=code if level == Level.COUNTRY else "",
        parent=parent,
        path=path_of(level, code, parent),
        name_uz=name_uz,
        name_uz_cyrl=name_uz_cyrl or to_cyrillic(name_uz),
        name_ru=name_ru,
        name_en=name_en,
        valid_from=valid_from,
    )


def _waits_for_parent(place: Place, today: date) -> bool:
    return place.level == Level.MAHALLA


@action(
    on=Place,
    label=_("Assign district"),
    sentence=_("assigned the mahalla to %(parent)s"),
    form=AssignParentForm,
    icon="map-pin",
    when=_waits_for_parent,
    why_not=lambda place, today: _(
        "Only a mahalla is assigned to a district; the rest follows from the code."
    ),
)
def assign_district(place: Place, *, parent: Place, by: Actor, now: datetime) -> None:
    """Put a mahalla into a district; rows labelled with it follow."""
    lay_in(place, parent)


def _is_open(difference: Difference, today: date) -> bool:
    return difference.decision == Decision.OPEN


def _may_be_taken(difference: Difference, today: date) -> bool:
    return (
        _is_open(difference, today)
        and difference.place_id is not None
        and difference.aspect in (*NAMES, "parent")
    )


def _decided(difference: Difference, today: date) -> Any:
    if difference.decision != Decision.OPEN:
        return _("This difference has been settled.")
    return _("There is nothing to take over: the source does not name another value.")


@action(
    on=Difference,
    label=_("Take the source’s word"),
    sentence=_("took the source’s word over ours"),
    icon="check",
    bulk=True,
    when=_may_be_taken,
    why_not=_decided,
)
def take_from_source(difference: Difference, *, by: Actor, now: datetime) -> None:
    """Write what the source says into the place."""
    place = get(by, Place, difference.place_id, "change", lock=True)
    if difference.aspect == Difference.Aspect.PARENT:
        parent = visible(by, Place).filter(code=difference.theirs).first()
        if parent is None:
            raise Refused(
                _("There is no place with the code %(code)s any more.") % {"code": difference.theirs}
            )
        lay_in(place, parent)
    else:
        setattr(place, difference.aspect, difference.theirs)
        if difference.aspect == Difference.Aspect.NAME_UZ:
            place.name_uz_cyrl = to_cyrillic(difference.theirs)
    store(place, by=by, action="change")
    difference.decision, difference.decided_at = Decision.TAKEN, now


@action(
    on=Difference,
    label=_("Keep ours"),
    sentence=_("kept our own word against the source’s"),
    icon="shield-check",
    bulk=True,
    when=_is_open,
    why_not=_decided,
)
def keep_ours(difference: Difference, *, by: Actor, now: datetime) -> None:
    """Leave the place as it is; the same difference found again is not asked about again."""
    difference.decision, difference.decided_at = Decision.KEPT, now
