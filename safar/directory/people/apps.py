"""The people app."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class PeopleConfig(AppConfig):
    """People, what they are found by, and the timeline of facts."""

    name = "safar.directory.people"
    label = "people"

    def ready(self) -> None:
        from safar.directory.people import following
        from safar.directory.people.search import tables

        following.take_guard()
        post_migrate.connect(tables.install, sender=self)
