"""What a person is known by and reached at: her names, telephones, relatives and languages."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from safar.directory.people import belonging_forms as forms
from safar.directory.people.actions.belongings import belongings
from safar.directory.people.duplicates.noticing import tell_change
from safar.directory.people.models import Name, Person, Phone, Relation, SpokenLanguage
from safar.foundation.access.actors import Actor
from safar.foundation.access.visibility import visible


def respell(person: Person, by: Actor) -> None:
    """Gather her other names anew, so that she is found by them and by no name she has not; the act stores her."""
    names = visible(by, Name).filter(person_id=person.pk).order_by("pk")
    person.spellings = "\n".join(name.full_name for name in names)
    tell_change(person)


NAMES = belongings(
    Name,
    "name",
    form=forms.NameForm,
    change_form=forms.ChangeNameForm,
    choose_form=forms.ChooseName,
    labels=(_("Add a name"), _("Change a name"), _("Remove a name")),
    sentences=(_("added a name"), _("changed a name"), _("removed a name")),
    after=respell,
)
PHONES = belongings(
    Phone,
    "phone",
    form=forms.PhoneForm,
    change_form=forms.ChangePhoneForm,
    choose_form=forms.ChoosePhone,
    labels=(_("Add a telephone"), _("Change a telephone"), _("Remove a telephone")),
    sentences=(
        _("added a telephone number"),
        _("changed a telephone number"),
        _("removed a telephone number"),
    ),
    after=lambda person, by: tell_change(person),
)
RELATIVES = belongings(
    Relation,
    "relative",
    form=forms.RelationForm,
    change_form=forms.ChangeRelationForm,
    choose_form=forms.ChooseRelation,
    labels=(_("Add a relative"), _("Change a relative"), _("Remove a relative")),
    sentences=(_("added a relative"), _("changed a relative"), _("removed a relative")),
)
LANGUAGES = belongings(
    SpokenLanguage,
    "language",
    form=forms.LanguageForm,
    change_form=forms.ChangeLanguageForm,
    choose_form=forms.ChooseLanguage,
    labels=(_("Add a language"), _("Change a language"), _("Remove a language")),
    sentences=(_("added a language"), _("changed a language"), _("removed a language")),
)
