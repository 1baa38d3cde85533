"""Accounts, posts, leave, and the signatures under a reset of somebody's second factor."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import Any, ClassVar

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.fields import ArrayField
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from safar.directory.staff import rules
from safar.foundation.access.labels import PERSONAL, SENSITIVE, Label
from safar.foundation.access.models import Labelled
from safar.foundation.access.policy import roles
from safar.foundation.history import tracked
from safar.foundation.languages.fields import NormalisedCharField, NormalisedTextField
from safar.foundation.languages.keys import KeyField, SortKeyField

LEVELS = ((0, _("Public")), (1, _("Personal")), (2, _("Sensitive")), (3, _("Protection")))
"""How secret the rows are that a post may open; sealed ones are opened by two named people, never by a post."""

USERNAME = r"^[a-z0-9][a-z0-9._-]{2,59}$"
PLAIN_USERNAME = _("3 to 60 small Latin letters, digits, dots, dashes or underscores.")


def tidy_username(typed: str) -> str:
    """A username as it is stored, out of what somebody typed."""
    return typed.strip().lower()


def role_choices() -> list[tuple[str, Any]]:
    """Every role of this installation's policy."""
    return list(roles().items())


def language_choices() -> list[tuple[str, Any]]:
    """Every language of the site."""
    return list(settings.LANGUAGES)


class ShownProperty(property):
    """A property with the label under which a register shows it."""

    label: Any = ""


def shown_as(label: Any) -> Callable[[Callable[[Any], Any]], ShownProperty]:
    """Make the method below a property a register may show."""

    def declare(method: Callable[[Any], Any]) -> ShownProperty:
        found = ShownProperty(method)
        found.label = label
        return found

    return declare


class AccountManager(BaseUserManager["Account"]):
    """Makes accounts; there is no superuser to make."""

    def create_account(
        self, username: str, full_name: str, *, password: str | None, **values: Any
    ) -> Account:
        """Store a new account; without a password nobody can sign in to it yet."""
        account = Account(username=tidy_username(username), full_name=full_name, **values)
        account.set_password(password)
        account.full_clean(exclude=["password"])
        account.save(force_insert=True)
        return account

    def names_of(self, ids: set[int]) -> dict[int, str]:
        """Names by the number of the account, for those who read who did what."""
        return dict(self.filter(pk__in=ids).values_list("pk", "full_name"))


class Account(AbstractBaseUser):
    """A person who may sign in. It carries no rights of its own: these come from posts, through grants."""

    class Theme(models.TextChoices):
        """The colours of the staff pages."""

        AUTO = "AUTO", _("As the computer")
        LIGHT = "LIGHT", _("Light")
        DARK = "DARK", _("Dark")

    class Density(models.TextChoices):
        """How close the rows of tables stand."""

        PLAIN = "PLAIN", _("Roomy")
        TIGHT = "TIGHT", _("Tight")

    username = models.CharField(
        _("username"),
        max_length=60,
        unique=True,
        validators=[RegexValidator(USERNAME, PLAIN_USERNAME)],
        error_messages={"unique": _("This username is taken.")},
    )
    full_name = NormalisedCharField(_("full name"), max_length=150)
    email = models.EmailField(_("e-mail"), blank=True, default="")
    language = models.CharField(
        _("language"), max_length=10, choices=language_choices, blank=True, default=""
    )
    theme = models.CharField(_("colours"), max_length=5, choices=Theme.choices, default=Theme.AUTO)
    density = models.CharField(
        _("rows of tables"), max_length=5, choices=Density.choices, default=Density.PLAIN
    )
    is_active = models.BooleanField(_("may sign in"), default=True)
    must_enrol_totp = models.BooleanField(_("must set up the authenticator app"), default=True)
    must_change_password = models.BooleanField(_("must choose a new password"), default=True)
    sessions_end_before = models.DateTimeField(
        _("sessions begun earlier are over"), null=True, editable=False
    )
    made_at = models.DateTimeField(_("made"), default=timezone.now, editable=False)

    USERNAME_FIELD = "username"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["full_name"]

    objects = AccountManager()

    class Meta:
        verbose_name = _("account")
        verbose_name_plural = _("accounts")
        constraints = [
            models.CheckConstraint(
                condition=Q(username__regex=USERNAME),
                name="account_username_plain",
                violation_error_message=PLAIN_USERNAME,
            )
        ]

    def __str__(self) -> str:
        return f"{self.full_name} ({self.username})"

    def get_full_name(self) -> str:
        """The person's name."""
        return self.full_name

    @property
    def initials(self) -> str:
        """One or two letters that stand for the person where there is no room for her name."""
        return "".join(word[0] for word in self.full_name.split()[:2]).upper()


class PostQuerySet(models.QuerySet):
    """Posts by day."""

    def standing(self, today: date) -> PostQuerySet:
        """Posts held on a day."""
        return self.not_ended().filter(Q(valid_to=None) | Q(valid_to__gte=today), valid_from__lte=today)

    def not_ended(self) -> PostQuerySet:
        """Posts nobody has ended."""
        return self.filter(ended_at=None)


@tracked()
class Post(Labelled):
    """A person's place in an organisation: her title there, her role in Safar, where and how far it reaches."""

    class State(models.TextChoices):
        """How a post stands on a day."""

        HELD = "HELD", _("Holds the post")
        COMING = "COMING", _("Not yet begun")
        ENDED = "ENDED", _("Ended")
        CLOSED = "CLOSED", _("Account closed")

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="posts",
        verbose_name=_("person"),
        editable=False,
    )
    full_name = NormalisedCharField(_("person"), max_length=150, editable=False)
    search_key = KeyField("full_name", db_index=True)
    sort_key = SortKeyField("full_name")
    organisation = models.ForeignKey(
        "organisations.Organisation", models.PROTECT, related_name="posts", verbose_name=_("organisation")
    )
    title = NormalisedCharField(_("title"), max_length=120)
    role = models.CharField(_("role"), max_length=40, choices=role_choices)
    place = models.ForeignKey(
        "places.Place", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("place")
    )
    level = models.PositiveSmallIntegerField(_("highest level"), choices=LEVELS, default=PERSONAL)
    valid_from = models.DateField(_("from"))
    valid_to = models.DateField(_("until"), null=True, blank=True)
    ended_at = models.DateTimeField(_("ended"), null=True, editable=False)
    grant_ids = ArrayField(models.BigIntegerField(), default=list, editable=False)
    secret: Any = ""
    """What an action leaves here to be told once, and to nobody else: a starting password."""

    unscoped: ClassVar = models.Manager.from_queryset(PostQuerySet)()

    WALL_CHECK = "user_id <> gate.user_id()"

    class Meta(Labelled.Meta):
        abstract = False
        verbose_name = _("post")
        verbose_name_plural = _("posts")
        indexes = [
            *Labelled.Meta.indexes,
            models.Index(fields=["sort_key", "id"], name="post_sorted"),
            models.Index(fields=["role", "sort_key", "id"], name="post_role_sorted"),
            models.Index(fields=["title", "id"], name="post_title_sorted"),
            models.Index(fields=["valid_to", "id"], name="post_until_sorted"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(level__lte=3),
                name="post_level_0_3",
                violation_error_message=_("Choose a level from 0 to 3."),
            ),
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_to__gte=F("valid_from")),
                name="post_ends_after_it_begins",
                violation_error_message=_("The last day comes before the first."),
            ),
            models.UniqueConstraint(
                fields=["user", "organisation", "role", "place"],
                condition=Q(ended_at=None),
                nulls_distinct=False,
                name="post_once",
                violation_error_message=_("This person holds this post already."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.full_name}, {self.title} ({self.pk})"

    def label(self) -> Label:
        """A post belongs to its organisation and place; who holds a confidential role is not for everybody."""
        level = SENSITIVE if rules.role_rule(self.role).is_confidential else PERSONAL
        return Label(org=self.organisation_id, place=self.place_path, level=level)

    @property
    def place_path(self) -> str:
        """The path of the post's place; empty for the whole country."""
        return self.place.path if self.place else ""

    @shown_as(_("username"))
    def username(self) -> str:
        """The username of who holds the post."""
        return self.user.username

    @shown_as(_("state"))
    def state(self) -> str:
        """How the post stands today, by code."""
        today = timezone.localdate()
        if not self.user.is_active:
            return self.State.CLOSED
        if self.ended_at is None and today < self.valid_from:
            return self.State.COMING
        return self.State.HELD if self.is_open(today) else self.State.ENDED

    def get_state_display(self) -> str:
        """How the post stands today, in words."""
        return str(self.State(self.state).label)

    def is_open(self, today: date) -> bool:
        """Whether the post stands on a day."""
        return rules.is_open(
            valid_from=self.valid_from, valid_to=self.valid_to, ended_at=self.ended_at, today=today
        )


@tracked()
class Leave(Labelled):
    """A time during which a post's grants rest, and a stand-in, if one is named, holds them."""

    post = models.ForeignKey(Post, models.PROTECT, related_name="leaves", verbose_name=_("post"))
    stand_in = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("stand-in")
    )
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("until"))
    returned_on = models.DateField(_("back since"), null=True, editable=False)
    grant_ids = ArrayField(models.BigIntegerField(), default=list, editable=False)

    class Meta(Labelled.Meta):
        abstract = False
        verbose_name = _("leave")
        verbose_name_plural = _("leave")
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on__gte=F("starts_on")),
                name="leave_ends_after_it_begins",
                violation_error_message=_("The last day comes before the first."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.post_id}: {self.starts_on} – {self.ends_on} ({self.pk})"

    def label(self) -> Label:
        """As its post."""
        return self.post.label()

    @property
    def period(self) -> rules.Period:
        """The days away, the first and the last included."""
        return self.starts_on, self.ends_on


class ResetSignature(Labelled):
    """A colleague's word that a person's second factor must be reset; it takes two colleagues, within a day."""

    post = models.ForeignKey(Post, models.PROTECT, related_name="signatures", verbose_name=_("post"))
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("person")
    )
    signed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("signed by")
    )
    signed_at = models.DateTimeField(_("signed"))
    reason = NormalisedTextField(_("reason"), max_length=500)
    confirms = models.OneToOneField(
        "self", models.PROTECT, null=True, related_name="confirmed_by", verbose_name=_("second to")
    )

    WALL_CHECK = "user_id <> gate.user_id() and signed_by_id = gate.user_id()"

    class Meta(Labelled.Meta):
        abstract = False
        verbose_name = _("signature under a reset")
        verbose_name_plural = _("signatures under resets")
        constraints = [
            models.CheckConstraint(
                condition=~Q(user=F("signed_by")),
                name="reset_not_signed_by_oneself",
                violation_error_message=_(
                    "Nobody signs for the reset of her own second factor. Ask a colleague."
                ),
            )
        ]

    def __str__(self) -> str:
        return f"{self.user_id} / {self.signed_by_id} {self.signed_at:%Y-%m-%d %H:%M} ({self.pk})"

    def label(self) -> Label:
        """As its post."""
        return self.post.label()

    def is_waiting(self, now: datetime) -> bool:
        """Whether this first signature still waits for the second."""
        return self.confirms_id is None and rules.reset_is_waiting(self.signed_at, now=now)
