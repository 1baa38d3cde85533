"""Signing in by token: the actor is rebuilt from the database at each request, narrowed to what the token says."""

from __future__ import annotations

import logging
from typing import Any

from allauth.account.adapter import get_adapter
from django.http import HttpRequest
from ninja.security import HttpBearer

from safar.doors.api.models import digest_of
from safar.doors.api.narrowing import actor_of, is_within, token_now
from safar.doors.api.rates import charge
from safar.foundation.access.actors import enter

log = logging.getLogger(__name__)


class TokenSignIn(HttpBearer):
    """``Authorization: Bearer safar_…``."""

    openapi_bearerFormat = "opaque"  # noqa: N815  (ninja's name)

    def authenticate(self, request: HttpRequest, token: str) -> Any:
        """The actor behind the token, or None (401): the same for one unknown, revoked, over, or sent from elsewhere."""
        found = token_now(digest=digest_of(token))
        if found is None:
            return None
        if found.networks and not is_within(get_adapter().get_client_ip(request), found.networks):
            log.warning("token refused: %s was sent from outside its networks", found.pk)
            return None
        charge(request, found.pk)
        actor = actor_of(found)
        request.token = found  # type: ignore[attr-defined]  # what streams ask again for
        request.actor = actor  # type: ignore[attr-defined]  # it becomes an ActingRequest here
        enter(actor)
        return actor
