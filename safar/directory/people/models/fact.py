"""What happened to a person, as the services tell each other."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from safar.directory.organisations.models import Organisation
from safar.directory.people.facts import sentence_of
from safar.directory.people.models.person import Person
from safar.directory.places.models import Place
from safar.foundation.access.labels import PERSONAL, PROTECTED, SENSITIVE, Label
from safar.foundation.access.models import Labelled


class Fact(Labelled):
    """Something that happened to a person, left on her timeline by a service for the others to know.

    It names no more than its code and parameters say. Level 2 is for the desk that left it; level 3 leaves none.
    """

    person = models.ForeignKey(Person, models.CASCADE, related_name="facts", verbose_name=_("person"))
    code = models.CharField(_("what"), max_length=60)
    params = models.JSONField(_("details"), default=dict, blank=True)
    service = models.CharField(_("service"), max_length=40)
    on = models.DateField(_("on"))
    level = models.PositiveSmallIntegerField(_("level"), default=PERSONAL)
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, related_name="+", verbose_name=_("organisation")
    )
    place = models.ForeignKey(
        Place, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("place")
    )
    left_at = models.DateTimeField(_("written"))

    WALL_CHECK = "exists (select 1 from people_person p where p.id = person_id)"

    class Meta(Labelled.Meta):
        abstract = False
        verbose_name = _("fact")
        verbose_name_plural = _("facts")
        indexes = [
            *Labelled.Meta.indexes,
            models.Index(fields=["person", "-on", "-id"], name="fact_timeline"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(level__gte=PERSONAL, level__lte=SENSITIVE),
                name="fact_level_1_or_2",
                violation_error_message=_("A fact on the timeline has level 1 or 2."),
            ),
            models.CheckConstraint(
                condition=Q(label_case=None),
                name="fact_of_no_case",
                violation_error_message=_("A fact on the timeline belongs to no case."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.what()}, {self.on}"

    def what(self) -> str:
        """The fact in words."""
        return sentence_of(self.code, self.params)

    what.label = _("What")  # type: ignore[attr-defined]

    def label(self) -> Label:
        """The organisation that left it, where it happened, at its level."""
        place = self.place or self.person.place
        return Label(self.organisation_id, place.path if place else "", min(self.level, PROTECTED - 1))
