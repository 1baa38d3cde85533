"""Tells the second wall how this room's own tables are guarded."""

from django.apps import AppConfig


class HistoryConfig(AppConfig):
    """The history room."""

    name = "safar.foundation.history"
    label = "history"

    def ready(self) -> None:
        from safar.foundation.history.guard import take_guard

        take_guard()
