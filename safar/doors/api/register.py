"""One's own tokens in the workbench."""

from django.utils.translation import gettext_lazy as _

from safar.doors.api.actions import issue_token, revoke_token
from safar.doors.api.models import Token
from safar.foundation.registers import Register, Section

TOKENS = Register(
    model=Token,
    slug="tokens",
    title=_("Access tokens"),
    singular=_("Access token"),
    icon="key",
    columns=("purpose", "expires_on", "revoked_at", "issued_at"),
    sections=(
        Section(
            _("Access token"), ("purpose", "resources", "may_write", "expires_on", "issued_at", "revoked_at")
        ),
    ),
    action_only=("purpose", "resources", "may_write", "expires_on", "issued_at", "revoked_at"),
    order=("-issued_at", "-id"),
    actions=(issue_token, revoke_token),
    may_add=False,
    may_change=False,
)
