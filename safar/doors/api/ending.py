"""Tokens end when their owner is locked out: a new starting password, a closed account, a reset second factor."""

from datetime import datetime

from safar.doors.api.models import Token
from safar.foundation import history
from safar.foundation.access.actors import acting, system_actor
from safar.foundation.access.visibility import visible
from safar.foundation.actions import store


def revoke_tokens_of(user_id: int, now: datetime) -> None:
    """Revoke every token of a person, at once."""
    by = system_actor("api")
    with acting(by):
        for token in visible(by, Token, "revoke_token").filter(user_id=user_id, revoked_at=None):
            token.revoked_at = now
            store(token, by=by, action="revoke_token")
            history.record("api.revoke_token", token, by=by, now=now, detail={})
