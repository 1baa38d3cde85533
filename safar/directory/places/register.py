"""The registers of places and of differences between sources."""

import django_filters
from django.utils.translation import gettext_lazy as _

from safar.directory.places import actions
from safar.directory.places.forms import PlaceForm
from safar.directory.places.models import Difference, Place
from safar.foundation.registers import Child, Register, Section, View

PLACES = Register(
    model=Place,
    slug="places",
    title=_("Places"),
    singular=_("Place"),
    icon="map-pin",
    columns=("name_uz", "name_ru", "name_en", "level", "code", "parent"),
    sections=(
        Section(_("Names"), ("name_uz", "name_uz_cyrl", "name_ru", "name_en")),
        Section(_("Codes"), ("level", "code", "iso", "parent", "path")),
        Section(_("Time and source"), ("valid_from", "valid_to", "source")),
    ),
    search=("uz_key", "ru_key", "en_key", "code"),
    filters={
        "level": None,
        "no_district": django_filters.BooleanFilter("parent", "isnull", label=_("Without a district")),
    },
    action_only=("level", "code", "iso", "parent", "path", "source"),
    import_key="code",
    actions=(actions.register_place, actions.assign_district),
    views=(
        View(_("Mahallas without a district"), "level=MAHALLA&no_district=true"),
        View(_("Regions"), "level=REGION"),
    ),
    children=(
        Child(Place, "parent", _("Lie in it"), ("name_uz", "level", "code"), order=("sort_key", "pk")),
    ),
    under={"name_uz": ("name_ru", "name_en")},
    order=("sort_key", "id"),
    form=PlaceForm,
    may_add=False,
)

DIFFERENCES = Register(
    model=Difference,
    slug="place-differences",
    title=_("Differences between sources"),
    singular=_("Difference"),
    icon="arrow-left-right",
    columns=("place", "aspect", "ours", "theirs", "source", "decision"),
    sections=(
        Section(_("Difference"), ("place", "code", "aspect", "ours", "theirs")),
        Section(_("Source"), ("source", "found_at", "decision", "decided_at")),
    ),
    search=("code",),
    filters=("decision", "aspect", "source"),
    action_only=("place", "code", "aspect", "ours", "theirs", "source", "found_at", "decision", "decided_at"),
    actions=(actions.take_from_source, actions.keep_ours),
    views=(View(_("To decide"), "decision=OPEN"),),
    order=("-found_at", "-id"),
    tones={
        "decision": {"OPEN": ("warn", "circle-help"), "TAKEN": ("ok", "check"), "KEPT": ("quiet", "check")}
    },
    may_add=False,
    may_change=False,
)
