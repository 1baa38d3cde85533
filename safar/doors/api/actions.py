"""Issuing and revoking tokens: each person for herself."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from safar.doors.api.models import Token, digest_of
from safar.doors.api.narrowing import (
    field_choices,
    networks_of,
    organisation_choices,
    own_organisations,
    resource_choices,
)
from safar.doors.api.widgets import FieldsByRegister
from safar.foundation.access.actors import Actor
from safar.foundation.actions import Refused, action

LONGEST = timedelta(days=366)
MARK = "safar_"


class IssueForm(forms.Form):
    """What a token is for."""

    purpose = forms.CharField(
        label=_("Purpose"), max_length=200, help_text=_("Which system uses it, and what for.")
    )
    resources = forms.MultipleChoiceField(
        label=_("Registers it may read"), choices=resource_choices, widget=forms.CheckboxSelectMultiple
    )
    fields = forms.MultipleChoiceField(  # type: ignore[assignment]  # the metaclass takes it away
        label=_("Fields it may see"),
        choices=field_choices,
        required=False,
        widget=FieldsByRegister,
        help_text=_("Of a register in which you tick nothing it sees every field that you see yourself."),
    )
    organisation = forms.ChoiceField(
        label=_("Organisation"),
        choices=organisation_choices,
        required=False,
        help_text=_(
            "It sees the records of this organisation and those below it, and what is published. The administrators of its staff"
            " see the token, not its secret, and may revoke it."
        ),
    )
    networks = forms.CharField(
        label=_("Networks it is used from"),
        max_length=300,
        required=False,
        help_text=_("Such as 203.0.113.0/24, separated by commas. Sent from anywhere else it opens nothing."),
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
    *,
    purpose: str,
    resources: list[str],
    may_write: bool,
    expires_on: datetime,
    by: Actor,
    now: datetime,
    organisation: str = "",
    fields: Sequence[str] = (),
    networks: str = "",
) -> Token:
    """A token for one's own rights; its ``secret`` attribute holds the secret this once."""
    today = timezone.localdate(now)
    if not today <= expires_on <= today + LONGEST:
        raise Refused(_("Choose a day from today up to a year ahead."), field="expires_on")
    if organisation and int(organisation) not in own_organisations(by):
        raise Refused(_("Choose an organisation in which you have a post."), field="organisation")
    if strangers := {name.rpartition(".")[0] for name in fields} - set(resources):
        titles = dict(resource_choices())
        named = ", ".join(sorted(titles.get(one, one) for one in strangers))
        raise Refused(
            _("You ticked fields of registers it may not read: %(registers)s.") % {"registers": named},
            field="fields",
        )
    try:
        within = networks_of(networks)
    except ValueError as error:
        raise Refused(
            _("Write networks such as 203.0.113.0/24 or 2001:db8::/32."), field="networks"
        ) from error
    secret = MARK + secrets.token_urlsafe(32)
    token = Token(
        user_id=by.user_id,
        owner=by.name[:200],
        organisation_id=int(organisation) if organisation else None,
        fields=sorted(fields),
        networks=within,
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
