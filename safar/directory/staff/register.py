"""The register of staff: a row for each post."""

from django.utils.translation import gettext_lazy as _

from safar.directory.staff import actions
from safar.directory.staff.models import Leave, Post, ResetSignature
from safar.foundation.registers import Child, Register, Section, View

STATES = {
    "state": {
        Post.State.HELD: ("ok", "circle-check"),
        Post.State.COMING: ("info", "clock"),
        Post.State.ENDED: ("quiet", "circle-x"),
        Post.State.CLOSED: ("stop", "lock"),
    }
}

STAFF = Register(
    model=Post,
    slug="staff",
    title=_("Staff"),
    singular=_("Post"),
    icon="users-round",
    columns=("full_name", "title", "role", "organisation", "place", "valid_to"),
    sections=(
        Section(_("Who"), ("full_name", "username")),
        Section(_("Post"), ("organisation", "title", "role", "place", "level")),
        Section(_("Time"), ("valid_from", "valid_to", "ended_at")),
    ),
    search=("search_key",),
    filters=("role", "organisation"),
    action_only=("full_name", "organisation", "title", "role", "place", "level", "valid_from", "valid_to", "ended_at"),
    actions=(
        actions.appoint, actions.go_on_leave, actions.return_from_leave, actions.hand_over_post, actions.end_post,
        actions.give_starting_password, actions.ask_for_reset, actions.confirm_reset,
        actions.suspend_account, actions.restore_account,
    ),
    views=(View(_("Administrators"), "role=staff_administrator"), View(_("Auditors"), "role=auditor")),
    children=(
        Child(Leave, "post", _("Leave"), ("starts_on", "ends_on", "stand_in", "returned_on"), order=("-starts_on", "-pk")),
        Child(ResetSignature, "post", _("Second-factor resets"), ("signed_by", "signed_at", "reason"), order=("-pk",)),
    ),
    strip=("state", "role", "organisation"),
    tones=STATES,
    order=("sort_key", "id"),
    may_add=False,
    may_change=False,
)  # fmt: skip
