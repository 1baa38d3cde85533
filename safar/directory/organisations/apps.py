"""The organisations app."""

from django.apps import AppConfig


class OrganisationsConfig(AppConfig):
    """Organisations, offices and focal points."""

    name = "safar.directory.organisations"
    label = "organisations"
