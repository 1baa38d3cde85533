"""Sets who acts for the length of one request; grants are read from the database when first asked for."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from safar.foundation.access.actors import Actor, acting, public_actor
from safar.foundation.access.requests import ActingRequest


class ActorMiddleware:
    """Puts ``request.actor`` and the current actor in place."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: ActingRequest) -> HttpResponse:
        request.actor = actor_of(request)
        with acting(request.actor):
            return self.get_response(request)


def actor_of(request: HttpRequest) -> Actor:
    """The actor of a browser request, from its session's account."""
    user = request.user
    if not user.is_authenticated:
        return public_actor()
    return Actor("staff", user_id=user.pk, name=str(user), via="web")
