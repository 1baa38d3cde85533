"""Issuing and revoking tokens: each person for herself."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from safar.doors.api.models import Token, digest_of
from safar.foundation.access.actors import Actor
from safar.foundation.actions import Refused, action
from safar.foundation.registers.registry import all_registers

LONGEST = timedelta(days=366)
MARK = "safar_"


def resource_choices() -> list[tuple[str, str]]:
    """Resources a token may be narrowed to: those of the registers."""
    return [(r.model._meta.label_lower, str(r.title)) for r in all_registers()]


class IssueForm(forms.Form):
    """What a token is for."""

    purpose = forms.CharField(
        label=_("Purpose"), max_length=200, help_text=_("Which system uses it, and what for.")
    )
    resources = forms.MultipleChoiceField(
        label=_("Registers it may read"), choices=resource_choices, widget=forms.CheckboxSelectMultiple
    )
    may_write = forms.BooleanField(label=_("It may also call actions"), required=False)
    expires_on = forms.DateField(label=_("Until"), help_text=_("A year at most."))


@action(
    on=Token,
    creates=True,
    label=_("Issue a token"),
    sentence=_("issued an access token for: %(purpose)s"),
    form=IssueForm,
    icon="key",
    needs_code=True,
)
def issue_token(
    *, purpose: str, resources: list[str], may_write: bool, expires_on: datetime, by: Actor, now: datetime
) -> Token:
    """A token for one's own rights; its ``secret`` attribute holds the secret this once."""
    today = timezone.localdate(now)
    if not today <= expires_on <= today + LONGEST:
        raise Refused(_("Choose a day from today up to a year ahead."), field="expires_on")
    secret = MARK + secrets.token_urlsafe(32)
    token = Token(
        user_id=by.user_id,
        purpose=purpose,
        resources=sorted(resources),
        may_write=may_write,
        expires_on=expires_on,
        issued_at=now,
        digest=digest_of(secret),
    )
    token.secret = secret
    return token


@action(
    on=Token,
    label=_("Revoke"),
    sentence=_("revoked the access token"),
    icon="octagon-x",
    destructive=True,
    when=lambda token, today: token.revoked_at is None,
    why_not=lambda token, today: _("It is revoked already."),
)
def revoke_token(token: Token, *, by: Actor, now: datetime) -> None:
    """From the next request on the token opens nothing."""
    token.revoked_at = now
