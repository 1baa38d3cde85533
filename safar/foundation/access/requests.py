"""What a request is once `ActorMiddleware` has seen it."""

from django.http import HttpRequest

from safar.foundation.access.actors import Actor


class ActingRequest(HttpRequest):
    """A request of which it is known who acts."""

    actor: Actor
