"""Protected rows, grants, and membership of cases."""

from __future__ import annotations

from datetime import date
from typing import Any, ClassVar
from uuid import UUID

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from safar.foundation.access.actors import Actor, NoActor, Scope, current_actor
from safar.foundation.access.labels import Label
from safar.foundation.access.visibility import visible


class ScopedManager(models.Manager):
    """Shows what the current actor may view, and refuses when nobody acts."""

    use_in_migrations = False

    def get_queryset(self) -> models.QuerySet:
        actor = current_actor()
        if actor is None:
            raise NoActor(f"{self.model._meta.label} was asked for while nobody acts")
        return visible(actor, self.model, "view")


class Scoped(models.Model):
    """A table read through the current actor's eyes only; `unscoped` is for what judges by itself, as `visible()` does."""

    unscoped = models.Manager()
    objects = ScopedManager()

    class Meta:
        abstract = True

    @classmethod
    def sight(cls, actor: Actor) -> Q:
        """What else must hold of a row, besides its label, for `actor` to see it; nothing, for most tables."""
        return Q()


class Labelled(Scoped):
    """A protected row: it carries its label and a version, and is read through the current actor's eyes only.

    Subclasses say `label()` from their own fields; actions write it whenever they store the row.
    """

    label_org = models.BigIntegerField(null=True, editable=False)
    label_place = models.CharField(max_length=80, default="", blank=True, editable=False)
    label_level = models.PositiveSmallIntegerField(default=0, editable=False)
    label_case = models.UUIDField(null=True, editable=False)
    is_public = models.BooleanField(default=False, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        abstract = True
        base_manager_name = "objects"
        default_manager_name = "objects"
        indexes = [
            models.Index(fields=["label_org"], name="%(app_label)s_%(class)s_org"),
            models.Index(fields=["label_place"], name="%(app_label)s_%(class)s_pl"),
        ]

    def label(self) -> Label:
        """Where this row belongs."""
        raise NotImplementedError(f"{type(self).__name__} does not say its label")

    def take_label(self) -> None:
        """Write the label on the row (not yet to the database)."""
        label = self.label()
        self.label_org, self.label_place = label.org, label.place
        self.label_level, self.label_case = label.level, label.case


class GrantQuerySet(models.QuerySet):
    """Grants by person and day."""

    def on(self, today: date) -> GrantQuerySet:
        """Grants in force on a day."""
        return self.filter(
            Q(valid_from__lte=today), Q(valid_to__isnull=True) | Q(valid_to__gte=today), revoked_at=None
        )


class Grant(Labelled):
    """A role given to a person over some organisations (none named: any) and a place, up to a level, for a time."""

    user_id = models.BigIntegerField(_("person"), db_index=True)
    role = models.CharField(_("role"), max_length=40)
    org_ids = ArrayField(models.BigIntegerField(), verbose_name=_("organisations"), null=True)
    place_path = models.CharField(_("place"), max_length=80, default="", blank=True)
    max_level = models.PositiveSmallIntegerField(_("highest level"), default=1)
    valid_from = models.DateField(_("from"))
    valid_to = models.DateField(_("until"), null=True, blank=True)
    revoked_at = models.DateTimeField(_("revoked"), null=True, editable=False)

    unscoped: ClassVar = models.Manager.from_queryset(GrantQuerySet)()

    #: Nobody changes her own grants, and a grant says no more than its label and its giver's own reach.
    WALL_CHECK = (
        "user_id <> gate.user_id() and label_org is not distinct from org_ids[1] and label_place = place_path"
        " and label_level = least(max_level, 2) and exists (select 1 from gate.scopes('access.grant', 'w') s"
        " where s.orgs is null or org_ids <@ s.orgs)"
    )

    class Meta(Labelled.Meta):
        abstract = False
        verbose_name = _("grant")
        verbose_name_plural = _("grants")
        constraints = [
            models.CheckConstraint(
                condition=Q(max_level__lte=4),
                name="grant_level_0_4",
                violation_error_message=_("Choose a level from 0 to 4."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.role} {self.user_id} {self.place_path or '*'} {self.valid_from}"

    def label(self) -> Label:
        """A grant belongs to the organisation it is given in and is as sensitive as what it opens."""
        return Label(
            org=self.org_ids[0] if self.org_ids else None, place=self.place_path, level=min(self.max_level, 2)
        )

    def scope(self) -> Scope:
        """What access judges by."""
        orgs = None if self.org_ids is None else frozenset(self.org_ids)
        return Scope(self.role, orgs, self.place_path, self.max_level)

    @classmethod
    def in_force(cls, user_id: int, *, today: date) -> models.QuerySet[Grant]:
        """A person's grants on a day."""
        return cls.unscoped.filter(user_id=user_id).on(today)


class Membership(models.Model):
    """A person belongs to a case of level 3 or above; nobody adds herself, and two people do it together."""

    user_id = models.BigIntegerField(db_index=True)
    case_id = models.UUIDField(db_index=True)
    since = models.DateTimeField()
    until = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user_id", "case_id"],
                condition=Q(until=None),
                name="membership_once",
                violation_error_message=_("This person belongs to the case already."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.user_id} in {self.case_id}"

    @classmethod
    def current(cls, user_id: int) -> models.QuerySet[Any, UUID]:
        """Case ids a person belongs to now."""
        now = timezone.now()
        return cls.objects.filter(Q(until=None) | Q(until__gt=now), user_id=user_id).values_list(
            "case_id", flat=True
        )


def protected_models() -> list[type[Labelled]]:
    """Every concrete model that carries a label."""
    from django.apps import apps

    return [m for m in apps.get_models() if issubclass(m, Labelled)]
