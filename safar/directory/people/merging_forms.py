"""Forms of merging two records: which stays, whose value leads where they differ."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from safar.directory.people.belonging_forms import WHICH, Chosen, which
from safar.directory.people.models import Merge, Person, PossibleDuplicate
from safar.foundation.access.actors import Actor
from safar.foundation.access.visibility import visible

FIRST, SECOND = "FIRST", "SECOND"
SIDES = ((FIRST, _("The first record")), (SECOND, _("The second record")))


class ProposeForm(forms.Form):
    """Another record that may be the same person's."""

    other: forms.ModelChoiceField = forms.ModelChoiceField(
        QuerySet(Person).none(),
        label=_("The other record"),
        help_text=_("Type how the name begins, and choose."),
    )


def side(label: Any, **options: Any) -> forms.ChoiceField:
    """A choice between the two records."""
    return forms.ChoiceField(label=label, choices=SIDES, widget=forms.RadioSelect, **options)


class MergeForm(forms.Form):
    """Which record stays, and whose name, sex, birth date and home lead. What is not answered is the staying one's."""

    survivor = side(_("Which record stays"), help_text=_("The other one leads to it from now on."))
    name = side(_("Which name leads"), required=False, help_text=_("The other one is kept as another name."))
    sex = side(_("Which sex is right"), required=False)
    birth = side(_("Which date of birth is right"), required=False)
    place = side(_("Where does this person live"), required=False)

    def about(self, pair: PossibleDuplicate, actor: Actor) -> None:
        """Show the values themselves; where both say the same, nothing is asked."""
        found = {row.pk: row for row in visible(actor, Person).filter(pk__in=(pair.person_id, pair.other_id))}
        if len(found) < 2:
            return
        both = (found[pair.person_id], found[pair.other_id])
        older = min(range(2), key=lambda at: both[at].number)
        self.initial = {"survivor": SIDES[older][0], **self.initial}
        shown = {
            "survivor": [f"{person.neutral_name}, {person.full_name}" for person in both],
            "name": [person.full_name for person in both],
            "sex": [str(person.get_sex_display()) for person in both],
            "birth": [person.born for person in both],
            "place": [str(person.place or "") for person in both],
        }
        for name, texts in shown.items():
            field: Any = self.fields[name]
            field.choices = [
                (code, text or _("not known")) for (code, _label), text in zip(SIDES, texts, strict=True)
            ]
            if name == "survivor":
                continue
            if texts[0] == texts[1] or not all(texts):
                field.widget = forms.HiddenInput()
            else:
                self.initial.setdefault(name, SIDES[older][0])


class ChooseMerge(Chosen):
    """One of the records that were merged into hers."""

    which = which(Merge, _("Which record"))

    def about(self, person: Person, actor: Actor) -> None:
        """Offer those that stand."""
        super().about(person, actor)
        field: Any = self.fields[WHICH]
        field.queryset = field.queryset.filter(undone_at=None)
