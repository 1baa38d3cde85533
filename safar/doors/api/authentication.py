"""Signing in by token: the actor is rebuilt from the database at each request, narrowed to the token's resources."""

from __future__ import annotations

import logging
from typing import Any

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest
from django.utils import timezone
from ninja.errors import HttpError
from ninja.security import HttpBearer

from safar.directory.staff.models import Account
from safar.doors.api.models import Token, digest_of
from safar.foundation.access.actors import Actor, acting, enter, system_actor
from safar.foundation.access.visibility import visible

log = logging.getLogger(__name__)


class TokenSignIn(HttpBearer):
    """``Authorization: Bearer safar_…``."""

    openapi_bearerFormat = "opaque"  # noqa: N815  (ninja's name)

    def authenticate(self, request: HttpRequest, token: str) -> Any:
        """The actor behind the token, or None (401)."""
        with acting(system_actor("api")):
            found = (
                visible(system_actor("api"), Token).filter(digest=digest_of(token), revoked_at=None).first()
            )
        if found is None or found.expires_on < timezone.localdate():
            log.warning("token refused: %s", "unknown or revoked" if found is None else f"{found.pk} is over")
            return None
        account = Account.objects.filter(pk=found.user_id, is_active=True).first()
        if account is None:
            log.warning("token refused: the account of %s is closed", found.pk)
            return None
        limit_rate(found.pk)
        actor = Actor(
            "staff",
            user_id=account.pk,
            name=str(account),
            via=f"token:{found.pk}",
            only=frozenset(found.resources),
            read_only=not found.may_write,
        )
        request.actor = actor  # type: ignore[attr-defined]  # it becomes an ActingRequest here
        enter(actor)
        return actor


def limit_rate(token_id: int) -> None:
    """Count the token's requests of this minute in the shared cache; too many answer 429."""
    key = f"api-rate-{token_id}-{timezone.now():%Y%m%d%H%M}"
    if cache.add(key, 1, timeout=120):
        return
    if cache.incr(key) > settings.SAFAR_API_REQUESTS_A_MINUTE:
        log.warning("token %s asks too often", token_id)
        raise HttpError(429, "Too many requests this minute; wait and try again")
