"""The registers of people, of their papers and consents, and of how they may be reached."""

from django.utils.translation import gettext_lazy as _

from safar.directory.people import actions
from safar.directory.people.duplicates import pointers
from safar.directory.people.forms import PersonForm
from safar.directory.people.loads.whole import PEOPLE_FILES
from safar.directory.people.models import (
    Consent,
    Fact,
    Functioning,
    Identifier,
    Name,
    Person,
    Phone,
    PossibleDuplicate,
    Relation,
    SafeContact,
    SpokenLanguage,
)
from safar.directory.people.search.asking import holds_a_number
from safar.directory.people.search.finding import among
from safar.foundation.registers import Child, Register, Section, View

CHILDREN = (
    Child(SafeContact, "person", _("Safe contact"), ("language", "phone", "channels"), order=("pk",)),
    Child(Name, "person", _("Other names"), ("family", "given", "patronymic", "kind", "until"), order=("pk",)),
    Child(Phone, "person", _("Telephones"), ("number", "whose"), order=("pk",)),
    Child(Identifier, "person", _("Papers"), ("type", "country", "expires_on", "seen"), order=("pk",)),
    Child(Relation, "person", _("Relatives"), ("kind", "name", "relative", "phone"), order=("pk",)),
    Child(Consent, "person", _("Consents"), ("purpose", "about", "organisation", "expires_on"), order=("-given_on", "-pk")),
    Child(SpokenLanguage, "person", _("Languages"), ("language", "level"), order=("pk",)),
    Child(Functioning, "person", _("Daily life"), ("asked_on",), order=("pk",)),
    Child(Fact, "person", _("Timeline"), ("on", "what", "organisation"), order=("-on", "-pk")),
)  # fmt: skip

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
    hit=(("family", "given", "patronymic"), ("place__name_uz",)),
    keeps_from_address=holds_a_number,
    filters=("sex",),
    secret=("birth_date",),
    actions=actions.ORDER,
    children=CHILDREN,
    order=("sort_key", "id"),
    form=PersonForm,
    whole=PEOPLE_FILES,
    add=actions.add_person,
    change=actions.change_person,
    leads_to=pointers.led_to,
)

DUPLICATES = Register(
    model=PossibleDuplicate,
    slug="duplicates",
    title=_("Possible duplicates"),
    singular=_("Possible duplicate"),
    icon="users",
    columns=("found_on", "person", "other", "verdict", "state", "found"),
    sections=(Section(_("Two records"), ("person", "other")), Section(_("How alike"), ("verdict", "found", "found_on"))),
    filters=("state", "verdict", "found"),
    tones={
        "state": {
            "OPEN": ("warn", "hourglass"),
            "LATER": ("quiet", "clock"),
            "NOT_SAME": ("quiet", "x"),
            "MERGED": ("ok", "check"),
            "CLOSED": ("quiet", "check"),
        }
    },
    actions=actions.DECISIONS,
    views=(View(_("To be decided"), "state=OPEN"), View(_("Put off"), "state=LATER")),
    order=("-bits", "-id"),
    may_add=False,
    may_change=False,
)  # fmt: skip

PAPERS = Register(
    model=Identifier,
    slug="papers",
    title=_("Papers"),
    singular=_("Paper"),
    icon="badge-check",
    columns=("type", "person", "country", "expires_on", "seen"),
    sections=(
        Section(_("Paper"), ("person", "type", "number", "country", "issued_on", "expires_on", "issued_by")),
        Section(_("How it is known"), ("seen", "is_checked", "evidence", "linked_on")),
    ),
    filters=("type", "seen"),
    secret=("number", "evidence"),
    views=(View(_("Told, not seen"), "seen=TOLD"),),
    order=("expires_on", "id"),
    may_add=False,
    may_change=False,
)

SAFE_CONTACTS = Register(
    model=SafeContact,
    slug="safe-contacts",
    title=_("Safe contact"),
    singular=_("Safe contact"),
    icon="shield",
    columns=("language", "person", "do_not_contact", "may_leave_message"),
    sections=(
        Section(_("Safe contact"), ("person", "language", "phone", "do_not_contact", "may_leave_message")),
        Section(_("Hours"), ("hour_from", "hour_to")),
        Section(_("Only for who speaks with her"), ("telegram_chat", "code_word", "keep_from", "note")),
    ),
    filters=("language", "do_not_contact"),
    secret=("telegram_chat", "code_word", "keep_from", "note"),
    order=("language", "id"),
    may_add=False,
    may_change=False,
)

CONSENTS = Register(
    model=Consent,
    slug="consents",
    title=_("Consents"),
    singular=_("Consent"),
    icon="signature",
    columns=("given_on", "person", "purpose", "about", "organisation", "expires_on"),
    sections=(
        Section(_("Consent"), ("person", "purpose", "about", "organisation", "recipient")),
        Section(_("How it was given"), ("given_on", "how", "language", "expires_on", "withdrawn_at")),
    ),
    filters=("purpose", "about"),
    order=("-given_on", "-id"),
    may_add=False,
    may_change=False,
)
