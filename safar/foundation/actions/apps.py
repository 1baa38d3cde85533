"""Makes every response be rendered inside the request's transaction, where the actor is known to the database."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.apps import AppConfig
from django.core.handlers.base import BaseHandler


class ActionsConfig(AppConfig):
    """The actions room."""

    name = "safar.foundation.actions"
    label = "actions"

    def ready(self) -> None:
        if BaseHandler.make_view_atomic.__module__ != __name__:
            BaseHandler.make_view_atomic = _render_inside(BaseHandler.make_view_atomic)  # type: ignore[method-assign]


def _render_inside(make_view_atomic: Callable[..., Any]) -> Callable[..., Any]:
    """Libraries answer with unrendered TemplateResponses; after the transaction they would see no protected row."""

    def make(handler: BaseHandler, view: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(view)
        def rendered(request: Any, *args: Any, **kwargs: Any) -> Any:
            response = view(request, *args, **kwargs)
            if hasattr(response, "render") and callable(response.render) and not response.is_rendered:
                for middleware in handler._template_response_middleware:  # type: ignore[attr-defined]  # unknown to the stubs
                    response = middleware(request, response)
                response.render()
            return response

        return make_view_atomic(handler, rendered)

    return make
