"""One's own tokens in the workbench."""

from django.utils.translation import gettext_lazy as _

from safar.doors.api.actions import issue_token, revoke_token
from safar.doors.api.models import Delivery, State, Subscription, Token
from safar.doors.api.webhooks.actions import send_again, stop_telling, subscribe
from safar.foundation.registers import Register, Section

TOKENS = Register(
    model=Token,
    slug="tokens",
    title=_("Access tokens"),
    singular=_("Access token"),
    icon="key",
    columns=("purpose", "owner", "organisation", "expires_on", "revoked_at"),
    sections=(
        Section(
            _("Access token"), ("purpose", "owner", "may_write", "expires_on", "issued_at", "revoked_at")
        ),
        Section(_("What it is narrowed to"), ("organisation", "resources", "fields", "networks")),
    ),
    action_only=(
        *("purpose", "owner", "organisation", "resources", "fields", "networks"),
        *("may_write", "expires_on", "issued_at", "revoked_at"),
    ),
    under={"purpose": ("owner",)},
    order=("-issued_at", "-id"),
    actions=(issue_token, revoke_token),
    may_add=False,
    may_change=False,
)

WEBHOOKS = Register(
    model=Subscription,
    slug="webhooks",
    title=_("Webhooks"),
    singular=_("Webhook"),
    icon="send",
    columns=("address", "token", "started_at", "stopped_at"),
    sections=(Section(_("Webhook"), ("address", "token", "kinds", "started_at", "stopped_at")),),
    action_only=("address", "token", "kinds", "started_at", "stopped_at"),
    order=("-started_at", "-id"),
    actions=(subscribe, stop_telling),
    may_add=False,
    may_change=False,
)

DELIVERIES = Register(
    model=Delivery,
    slug="webhook-deliveries",
    title=_("Deliveries"),
    singular=_("Delivery"),
    icon="send",
    columns=("kind", "state", "subscription", "happened_at", "attempts", "outcome"),
    sections=(
        Section(_("Told"), ("subscription", "kind", "resource", "subject", "happened_at")),
        Section(_("Delivery"), ("state", "attempts", "outcome", "due_at", "ended_at")),
    ),
    action_only=(
        *("subscription", "kind", "resource", "subject", "happened_at"),
        *("state", "attempts", "outcome", "due_at", "ended_at"),
    ),
    filters=("state", "subscription"),
    tones={
        "state": {
            State.SENT: ("ok", "circle-check"),
            State.DEAD: ("stop", "octagon-x"),
            State.WAITING: ("info", "clock"),
        }
    },
    order=("-happened_at", "-id"),
    actions=(send_again,),
    may_add=False,
    may_change=False,
)
