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

STAFF_ACTS = (
    "view export change appoint end_post go_on_leave return_from_leave hand_over_post suspend_account restore_account"
    " give_starting_password ask_for_reset confirm_reset"
)
COLLEAGUES = (
    "licensing_officer", "inspector", "directory_editor", "call_operator", "consular_officer", "case_worker",
    "protection_officer",
)  # fmt: skip

PLACE_ACTS = "view export change register_place change_place assign_district"
ORGANISATION_ACTS = "view export add change register_organisation change_organisation rename move close_organisation reopen_organisation"
OFFICE_ACTS = "view export add change add_office change_office"
FOCAL_POINT_ACTS = "view export add change add_focal_point change_focal_point"
#: What anybody who speaks with a person may write down of her; and what only the office that leads her case may.
PERSON_ACTS = (
    "view export add change add_person change_person set_safe_contact send_message send_again add_name change_name remove_name"
    " add_phone change_phone remove_phone add_paper link_papers add_relative change_relative remove_relative"
    " give_consent withdraw_consent add_language change_language remove_language propose_duplicate"
)
CASE_ACTS = (
    "change_paper remove_paper add_scan record_functioning export_what_is_held erase_person load_people"
    " merge_people unmerge_people"
)
#: What is decided about two records that may be one person's, by who may see both.
PAIR_ACTS = "view merge_people not_the_same decide_later"
BELONGINGS = ("name", "phone", "identifier", "relation", "consent", "safecontact", "spokenlanguage")

LICENCE_ACTS = (
    "apply_for_licence apply_again grant_licence refuse_application suspend_licence reinstate_licence renew_licence"
    " propose_withdrawal withdraw_licence reject_withdrawal record_expiry change_destinations record_deposit rename_recruiter"
)
BRANCH_ACTS = "view export add change add_branch change_branch"
PARTNER_ACTS = "view export add change add_foreign_partner change_foreign_partner"
#: What the public is not told of a firm whose licence it may check.
OF_THE_OFFICE = (
    "director",
    "email",
    "applied_on",
    "withdrawal_proposed_on",
    "deposit_checked_on",
    "keeper",
    "source",
)

POLICY = (
    # -- everybody for herself
    rule("staff", "access.grant", "view", "own", level=2),
    rule("staff", "api.token", "view issue_token revoke_token", "own", level=1),
    rule("staff_administrator", "api.token", "view revoke_token", "scope", level=1),
    rule("staff", "registers.upload", "view add change", "own", level=2),
    rule("staff", "registers.batch", "view add", "own", level=2),
    rule("staff", "registers.matching", "view add change", "own", level=1),
    rule("system:sweeper", "registers.upload", "view remove", "everywhere", level=2),
    rule("system:sweeper", "registers.batch", "view remove", "everywhere", level=2),
    rule("staff", "history.event", "view", "own", level=2),
    rule("auditor", "history.event", "view", "everywhere", level=2),
    rule("staff", "workbench.savedfilter", "view save_filter remove_filter", "own", level=1),
    rule("system:api", "api.token", "view revoke_token", "everywhere", level=2),
    # -- webhooks: whose they are, whose staff she is, and the job that reads the history and tells
    rule("staff", "api.subscription", "view subscribe stop_telling", "own", level=1),
    rule("staff", "api.delivery", "view send_again", "own", level=2),
    rule("staff_administrator", "api.subscription", "view stop_telling", "scope", level=1),
    rule("system:webhooks", "api.subscription", "view", "everywhere", level=2),
    rule("system:webhooks", "api.delivery", "view add change remove", "everywhere", level=2),
    rule("system:webhooks", "history.event", "view", "everywhere", level=2),
    # -- messages: nobody reads the outbox; the job that sends asks how each recipient may be reached
    rule("system:messenger", "outbox.message", "view add change remove", "everywhere", level=2),
    rule("system:messenger", "outbox.phonecode", "view add change remove", "everywhere", level=2),
    # -- staff: who works where, and the grants that follow from it
    rule("staff", "staff.post", "view", "own", level=2),
    rule("staff_administrator", "access.grant", "view add change revoke_grant", "scope", level=2),
    rule("staff_administrator", "staff.post", STAFF_ACTS, "scope", level=2),
    rule("staff_administrator", "staff.leave", "view add change", "scope", level=2),
    rule("staff_administrator", "staff.resetsignature", "view add change", "scope", level=2),
    rule("auditor", "access.grant", "view export", "everywhere", level=2),
    rule("auditor", "staff.post", "view export", "everywhere", level=2),
    rule("auditor", "staff.leave", "view", "everywhere", level=2),
    rule("auditor", "staff.resetsignature", "view", "everywhere", level=2),
    *(rule(role, "staff.post", "view", "scope", level=1) for role in COLLEAGUES),
    rule("system:staff", "staff.post", "view change", "everywhere", level=2),
    rule("system:staff", "staff.leave", "view change", "everywhere", level=2),
    rule("system:staff", "access.grant", "view change revoke_grant", "everywhere", level=2),
    rule("system:staff", "organisations.organisation", "view", "everywhere", level=2),
    rule("system:staff", "history.event", "view", "everywhere", level=2),
    rule("system:demo", "staff.post", "view change appoint", "everywhere", level=2),
    rule("system:demo", "access.grant", "view change revoke_grant", "everywhere", level=2),
    # -- places: public; differences between sources for those who settle them
    rule("public", "places.place", "view", "published"),
    rule("directory_editor", "places.place", PLACE_ACTS, "everywhere"),
    rule(
        "directory_editor", "places.difference", "view export change take_from_source keep_ours", "everywhere"
    ),
    rule("system:loader", "places.place", "view add change load_places", "everywhere"),
    rule("system:loader", "places.difference", "view add change", "everywhere"),
    rule("system:demo", "places.place", f"{PLACE_ACTS} add load_places", "everywhere"),
    rule("system:demo", "places.difference", "view add change take_from_source keep_ours", "everywhere"),
    # -- organisations: public but for shelters (level 2) and for the people to ask for (level 1)
    rule("public", "organisations.organisation", "view", "published"),
    rule("public", "organisations.office", "view", "published"),
    rule("staff", "organisations.focalpoint", "view", "everywhere", level=1),
    rule("directory_editor", "organisations.organisation", ORGANISATION_ACTS, "everywhere", level=1),
    rule("directory_editor", "organisations.office", OFFICE_ACTS, "everywhere", level=1),
    rule("directory_editor", "organisations.focalpoint", FOCAL_POINT_ACTS, "everywhere", level=1),
    rule("protection_officer", "organisations.organisation", ORGANISATION_ACTS, "place", level=2),
    rule("protection_officer", "organisations.office", OFFICE_ACTS, "place", level=2),
    rule("protection_officer", "organisations.focalpoint", FOCAL_POINT_ACTS, "place", level=2),
    rule("case_worker", "organisations.organisation", "view", "place", level=2),
    rule("case_worker", "organisations.office", "view", "place", level=2),
    rule("analyst", "organisations.organisation", "view export", "everywhere"),
    *(
        rule(job, f"organisations.{model}", f"{acts} load_organisations", "everywhere", level=2)
        for job in ("system:loader", "system:demo")
        for model, acts in (
            ("organisation", ORGANISATION_ACTS),
            ("office", OFFICE_ACTS),
            ("focalpoint", FOCAL_POINT_ACTS),
        )
    ),
    # -- people: those who ask for something, at the desk that registered them or in its area
    *(
        found
        for role in ("case_worker", "consular_officer")
        for found in (
            rule(role, "people.person", f"{PERSON_ACTS} {CASE_ACTS}", "scope", level=1),
            *(rule(role, f"people.{row}", "view change remove", "scope", level=1) for row in BELONGINGS),
            rule(role, "people.functioning", "view change remove", "scope", level=2),
            rule(role, "people.possibleduplicate", PAIR_ACTS, "scope", level=1),
            rule(role, "people.merge", "view", "scope", level=1),
            rule(role, "files.storedfile", "view add change", "scope", level=2),
        )
    ),
    # the call centre: its area; neither scans nor what is difficult in daily life
    rule("call_operator", "people.person", PERSON_ACTS, "place", level=1),
    *(rule("call_operator", f"people.{row}", "view change remove", "place", level=1) for row in BELONGINGS),
    rule("protection_officer", "people.person", "view set_safe_contact", "scope", level=1),
    *(rule("protection_officer", f"people.{row}", "view", "scope", level=1) for row in BELONGINGS[:-2]),
    rule("protection_officer", "people.safecontact", "view change", "scope", level=1),
    rule("protection_officer", "people.functioning", "view", "scope", level=2),
    # who sees a person sees where the records that were merged into hers lead
    rule("call_operator", "people.merge", "view", "place", level=1),
    rule("protection_officer", "people.merge", "view", "scope", level=1),
    # the job that compares records with each other, beyond what any one office may see; it tells only who may see both
    *(
        rule("system:matcher", f"people.{row}", "view", "everywhere", level=1)
        for row in ("person", "name", "phone", "identifier")
    ),
    rule("system:matcher", "people.possibleduplicate", "view add change", "everywhere", level=1),
    # the job that makes two records one and takes them apart: it moves also what the officer may not see
    *(
        rule("system:merger", f"people.{row}", "view add change remove follow", "everywhere", level=2)
        for row in ("person", *BELONGINGS, "functioning", "fact", "possibleduplicate", "merge")
    ),
    rule("system:merger", "files.storedfile", "view change", "everywhere", level=4),
    rule("system:merger", "organisations.organisation", "view", "everywhere", level=2),
    # the job that erases again who was erased, after an old backup was put back
    rule("system:eraser", "people.person", "view change erase_person follow", "everywhere", level=4),
    *(
        rule("system:eraser", f"people.{row}", "view remove", "everywhere", level=4)
        for row in (*BELONGINGS, "functioning")
    ),
    rule("system:eraser", "organisations.organisation", "view", "everywhere", level=2),
    rule("system:eraser", "files.storedfile", "view change", "everywhere", level=4),
    # the sender of messages: when, how and where somebody may be reached
    *(
        rule("system:reach", f"people.{row}", "view", "everywhere", level=1)
        for row in ("person", "phone", "safecontact", "merge")
    ),
    *(
        found
        for role in ("case_worker", "consular_officer", "call_operator", "protection_officer")
        for found in (
            rule(role, "people.fact", "view leave_fact", "scope", level=2),
            rule(role, "people.fact", "view", "place", level=1),
        )
    ),
    rule("system:demo", "people.person", f"{PERSON_ACTS} {CASE_ACTS}", "everywhere", level=1),
    *(
        rule("system:demo", f"people.{row}", "view change remove", "everywhere", level=1)
        for row in BELONGINGS
    ),
    rule("system:demo", "people.functioning", "view change remove", "everywhere", level=2),
    rule("system:demo", "people.possibleduplicate", f"{PAIR_ACTS} add change", "everywhere", level=1),
    rule("system:loader", "people.person", "view add change load_people", "everywhere", level=1),
    rule("system:loader", "people.phone", "view add", "everywhere", level=1),
    *(
        rule("system:finder", f"people.{row}", "view", "everywhere", level=1)
        for row in ("person", "phone", "identifier")
    ),
    rule("system:demo", "people.fact", "view leave_fact", "everywhere", level=2),
    # -- recruiters: what is published is public; applications and deposits are the licensing office's
    rule("public", "recruiters.recruiter", "view", "published", hidden=OF_THE_OFFICE),
    rule("public", "recruiters.alias", "view", "published"),
    rule("public", "recruiters.branch", "view", "published"),
    rule("public", "recruiters.foreignpartner", "view", "published"),
    rule(
        "licensing_officer",
        "recruiters.recruiter",
        f"view export import change change_recruiter {LICENCE_ACTS}",
        "scope",
    ),
    rule("licensing_officer", "recruiters.alias", "view add change", "scope"),
    rule("licensing_officer", "recruiters.branch", BRANCH_ACTS, "scope"),
    rule("licensing_officer", "recruiters.foreignpartner", PARTNER_ACTS, "scope"),
    rule("licensing_officer", "recruiters.licencedecision", "view export add change", "scope"),
    rule("licensing_officer", "recruiters.deposit", "view export add change", "scope", level=2),
    rule("inspector", "recruiters.recruiter", "view export change propose_withdrawal", "scope"),
    rule("inspector", "recruiters.licencedecision", "view export add change", "scope"),
    rule("inspector", "recruiters.deposit", "view", "scope", level=2, hidden=("bank_account",)),
    rule("auditor", "recruiters.recruiter", "view export", "everywhere"),
    rule("auditor", "recruiters.alias", "view", "everywhere"),
    rule("auditor", "recruiters.branch", "view", "everywhere"),
    rule("auditor", "recruiters.foreignpartner", "view", "everywhere"),
    rule("auditor", "recruiters.licencedecision", "view export", "everywhere"),
    rule("auditor", "recruiters.deposit", "view", "everywhere", level=2, hidden=("bank_account",)),
    rule("analyst", "recruiters.recruiter", "view export", "everywhere", hidden=("director", "email")),
    rule("system:loader", "recruiters.recruiter", "view add change load_recruiters", "everywhere"),
    rule("system:loader", "recruiters.alias", "view add change", "everywhere"),
    rule("system:loader", "organisations.organisation", "view", "everywhere", level=2),
    *(
        rule("system:demo", f"recruiters.{model}", f"view add change {acts}", "everywhere", level=2)
        for model, acts in (
            ("recruiter", LICENCE_ACTS),
            ("alias", ""),
            ("branch", "add_branch"),
            ("foreignpartner", "add_foreign_partner"),
            ("licencedecision", ""),
            ("deposit", ""),
        )
    ),
)
