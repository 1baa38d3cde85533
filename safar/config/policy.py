"""Who may do what: the whole policy on one page.

One row = a role, a resource, the actions (words; ``*`` all), where, up to which level, and fields never shown by it.
The matrix test, the row-level security and the policy page are made from this table; anything not here is refused.
"""

from django.utils.translation import gettext_lazy as _

from safar.foundation.access.policy import rule

ROLES = {
    "licensing_officer": _("Licensing officer"),
    "inspector": _("Inspector"),
    "directory_editor": _("Directory editor"),
    "staff_administrator": _("Staff administrator"),
    "auditor": _("Auditor"),
    "analyst": _("Analyst"),
    "call_operator": _("Call centre operator"),
    "consular_officer": _("Consular officer"),
    "case_worker": _("Case worker"),
    "protection_officer": _("Protection officer"),
}

POLICY = (
    # -- everybody for herself
    rule("staff", "access.grant", "view", "own", level=2),
    rule("staff", "api.token", "view issue_token revoke_token", "own", level=1),
    rule("staff", "registers.upload", "view add change", "own", level=2),
    rule("system:api", "api.token", "view", "everywhere", level=2),
    rule("staff_administrator", "access.grant", "view add change revoke_grant", "scope", level=2),
)
