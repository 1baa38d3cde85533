"""What the history says of signing in; who signed in from where is for auditors and the person herself."""

from django.utils.translation import gettext_lazy as _

from safar.foundation.history.kinds import keeping, register_kind

register_kind(
    "sign_in_refused", sentence=_("sign-in refused: %(reason)s"), icon="octagon-x", forget=keeping("reason")
)
register_kind("signed_out", sentence=_("signed out"), icon="log-out")
register_kind("staff.password_changed", sentence=_("chose a new password"), icon="key-round")
register_kind("staff.second_factor_set", sentence=_("set up an authenticator app"), icon="smartphone")
register_kind("staff.recovery_codes_made", sentence=_("made new recovery codes"), icon="key-round")
register_kind("staff.confirmed", sentence=_("confirmed with a new code"), icon="shield-check")
register_kind("staff.sessions_ended", sentence=_("ended other sessions"), icon="log-out")
register_kind("staff.set_preferences", sentence=_("changed her own settings"), icon="settings")
register_kind("staff.ran_out", sentence=_("the post ran out on its last day"), icon="clock")
