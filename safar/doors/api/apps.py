"""The API door."""

from django.apps import AppConfig


class ApiConfig(AppConfig):
    """The API door."""

    name = "safar.doors.api"
    label = "api"
