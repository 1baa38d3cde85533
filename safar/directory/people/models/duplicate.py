"""Two records that may be one person's, and two that were made one."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from safar.directory.people.models.belonging import OfPerson, SealedOfPerson
from safar.directory.people.models.person import Person
from safar.foundation.access.actors import Actor
from safar.foundation.access.visibility import within_reach
from safar.foundation.encryption.fields import EncryptedTextField
from safar.foundation.history import tracked


class PairState(models.TextChoices):
    """What was decided about a pair."""

    OPEN = "OPEN", _("Not looked at yet")
    LATER = "LATER", _("To be decided later")
    NOT_SAME = "NOT_SAME", _("Not the same person")
    MERGED = "MERGED", _("Merged")
    CLOSED = "CLOSED", _("One of them was merged with a third record")


class Found(models.TextChoices):
    """How a pair was noticed."""

    COMPARED = "COMPARED", _("By comparing records")
    LOADED = "LOADED", _("In a file that was loaded")
    PROPOSED = "PROPOSED", _("By somebody who knows both")


class PairVerdict(models.TextChoices):
    """What the fields say together (`duplicates.rules.Verdict`)."""

    SURE = "SURE", _("The same person, as good as sure")
    LIKELY = "LIKELY", _("Probably the same person")
    PERHAPS = "PERHAPS", _("Perhaps the same person")
    NOT = "NOT", _("Nothing speaks for it")


@tracked()
class PossibleDuplicate(OfPerson):
    """Two records that may be one person's. Only who may see both knows of it. `evidence` holds codes, no value of either.

    `person` is the one with the smaller key, so that a pair stands here once, whichever was noticed first.
    """

    other = models.ForeignKey(Person, models.CASCADE, related_name="+", verbose_name=_("second record"))
    key = models.CharField(max_length=80, unique=True, editable=False)
    state = models.CharField(_("state"), max_length=8, choices=PairState, default=PairState.OPEN)
    verdict = models.CharField(_("how alike"), max_length=7, choices=PairVerdict, default=PairVerdict.PERHAPS)
    bits = models.SmallIntegerField(_("evidence"), default=0)
    evidence = models.JSONField(default=list, blank=True)
    found = models.CharField(_("how it was noticed"), max_length=8, choices=Found, default=Found.COMPARED)
    found_on = models.DateField(_("noticed on"))

    BOTH = (
        "exists (select 1 from people_person p where p.id = person_id)"
        " and exists (select 1 from people_person p where p.id = other_id)"
    )
    WALL_CHECK = WALL_SIGHT = BOTH

    class Meta(OfPerson.Meta):
        abstract = False
        verbose_name = _("possible duplicate")
        verbose_name_plural = _("possible duplicates")
        indexes = [
            *OfPerson.Meta.indexes,
            models.Index(fields=["-bits", "-id"], name="pair_strongest"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(person__lt=models.F("other")),
                name="pair_in_order",
                violation_error_message=_("Choose two different records."),
            )
        ]

    def __str__(self) -> str:
        return _("Pair %(number)s") % {"number": self.pk}

    @classmethod
    def sight(cls, actor: Actor) -> Q:
        """Both records are within the actor's reach, merged or not."""
        reach = within_reach(actor, Person)
        return Q(person__in=reach) & Q(other__in=reach)

    @property
    def neutral_name(self) -> str:
        """What a browser's tab may show over a shoulder."""
        return str(self)


@tracked(exclude=("external_id",))
class Merge(SealedOfPerson):
    """A record that was merged into a person's: it leads to her, and `kept` (sealed) is what taking the two apart needs."""

    merged = models.ForeignKey(Person, models.PROTECT, related_name="+", verbose_name=_("merged record"))
    number = models.BigIntegerField(_("number of the merged record"))
    external_id = models.CharField(max_length=100, blank=True, default="")
    merged_at = models.DateTimeField(_("merged"))
    undone_at = models.DateTimeField(_("taken apart"), null=True, blank=True)
    kept = EncryptedTextField(blank=True, default="")

    class Meta(SealedOfPerson.Meta):
        abstract = False
        verbose_name = _("merged record")
        verbose_name_plural = _("merged records")
        indexes = [*SealedOfPerson.Meta.indexes, models.Index(fields=["number"], name="merge_number")]
        constraints = [
            models.UniqueConstraint(
                fields=["merged"],
                condition=Q(undone_at=None),
                name="merged_once",
                violation_error_message=_("This record was merged already."),
            ),
            models.CheckConstraint(
                condition=~Q(merged=models.F("person")),
                name="merged_into_another",
                violation_error_message=_("Choose two different records."),
            ),
        ]

    def __str__(self) -> str:
        return f"№ {self.number}"
