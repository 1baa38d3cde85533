"""The registers of organisations, offices and focal points."""

from django.utils.translation import gettext_lazy as _

from safar.directory.organisations import actions
from safar.directory.organisations.forms import FocalPointForm, OfficeForm, OrganisationForm
from safar.directory.organisations.models import KEYS, NAMES, FocalPoint, Office, Organisation
from safar.directory.places.filters import InPlace
from safar.foundation.registers import Child, Register, Section, View

STATES = {"status": {"ACTIVE": ("ok", "circle-check"), "CLOSED": ("quiet", "circle-x")}}

ORGANISATIONS = Register(
    model=Organisation,
    slug="organisations",
    title=_("Organisations"),
    singular=_("Organisation"),
    icon="landmark",
    columns=("name", "name_here", "type", "status", "country", "place", "stir"),
    sections=(
        Section(_("Names"), NAMES),
        Section(_("What it is"), ("type", "status", "closed_on", "parent")),
        Section(_("Where it is"), ("country", "place", "website")),
        Section(_("Registration"), ("stir", "registration_number", "source")),
    ),
    search=(*KEYS[:-1], "stir"),
    filters={"type": None, "status": None, "in": InPlace()},
    action_only=(*NAMES, "type", "status", "closed_on", "parent", "source"),
    actions=(
        actions.register_organisation, actions.rename, actions.move, actions.close_organisation, actions.reopen_organisation,
    ),
    views=(View(_("Employers abroad"), "type=EMPLOYER"), View(_("State bodies"), "type=AGENCY"), View(_("Closed"), "status=CLOSED")),
    children=(
        Child(Office, "organisation", _("Offices"), ("name", "place", "phone", "hours"), order=("sort_key", "pk")),
        Child(FocalPoint, "organisation", _("Focal points"), ("name", "topic", "post", "phone"), order=("sort_key", "pk")),
    ),
    under={"name": ("name_here",), "place": ("country",)},
    tones=STATES,
    order=("sort_key", "id"),
    form=OrganisationForm,
    may_add=False,
)  # fmt: skip

OFFICES = Register(
    model=Office,
    slug="offices",
    title=_("Offices"),
    singular=_("Office"),
    icon="house",
    columns=("name", "organisation", "place", "phone"),
    sections=(
        Section(_("Office"), ("organisation", "name", "place", "address")),
        Section(_("How to reach it"), ("phone", "email", "hours")),
        Section(_("Time"), ("open_since", "open_until")),
    ),
    search=("name_key",),
    order=("sort_key", "id"),
    form=OfficeForm,
)

FOCAL_POINTS = Register(
    model=FocalPoint,
    slug="focal-points",
    title=_("Focal points"),
    singular=_("Focal point"),
    icon="user",
    columns=("name", "organisation", "topic", "post", "phone"),
    sections=(
        Section(_("Focal point"), ("organisation", "topic", "name", "post")),
        Section(_("How to reach them"), ("phone", "email", "until")),
    ),
    search=("name_key",),
    filters=("topic",),
    order=("sort_key", "id"),
    form=FocalPointForm,
)
