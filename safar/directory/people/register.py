"""The register of people."""

from django.utils.translation import gettext_lazy as _

from safar.directory.people.forms import PersonForm
from safar.directory.people.models import Fact, Person
from safar.directory.people.search.finding import among
from safar.foundation.registers import Child, Register, Section

PEOPLE = Register(
    model=Person,
    slug="people",
    title=_("People"),
    singular=_("Person"),
    icon="users",
    columns=("family", "given", "patronymic", "sex", "place"),
    sections=(
        Section(_("Name"), ("family", "given", "patronymic")),
        Section(_("Person"), ("sex", "birth_date", "birth_precision")),
        Section(_("Registered"), ("organisation", "place")),
    ),
    search=among,
    filters=("sex",),
    secret=("birth_date",),
    children=(Child(Fact, "person", _("Timeline"), ("on", "what", "organisation"), order=("-on", "-pk")),),
    order=("sort_key", "id"),
    form=PersonForm,
)
