"""What belongs to a person carries her label: whoever may see her may be given sight of it, and nobody else."""

from __future__ import annotations

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _

from safar.directory.people.models.person import Person
from safar.foundation.access.labels import Label
from safar.foundation.access.models import Labelled
from safar.foundation.encryption.fields import DataKeyField


class OfPerson(Labelled):
    """A row about one person, with her label."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="+", verbose_name=_("person"))

    WALL_CHECK = "exists (select 1 from people_person p where p.id = person_id)"

    class Meta(Labelled.Meta):
        abstract = True

    def label(self) -> Label:
        """The person's."""
        return Label(
            self.person.label_org, self.person.label_place, self.person.label_level, self.person.label_case
        )


class SealedOfPerson(OfPerson):
    """A row about one person of which a part is encrypted, under a data key of its own: destroying it erases that part."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    data_key = DataKeyField()

    class Meta(OfPerson.Meta):
        abstract = True
