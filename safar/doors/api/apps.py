"""The API door; tokens end with the sessions of their owner."""

from django.apps import AppConfig


class ApiConfig(AppConfig):
    """The API door."""

    name = "safar.doors.api"
    label = "api"

    def ready(self) -> None:
        from safar.directory.staff.sessions import end_with_sessions
        from safar.doors.api.ending import revoke_tokens_of

        end_with_sessions(revoke_tokens_of)
