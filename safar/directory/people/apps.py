"""The people app."""

from django.apps import AppConfig


class PeopleConfig(AppConfig):
    """People and the timeline of facts."""

    name = "safar.directory.people"
    label = "people"
