"""The people app."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class PeopleConfig(AppConfig):
    """People, what they are found by, and the timeline of facts."""

    name = "safar.directory.people"
    label = "people"

    def ready(self) -> None:
        from safar.directory.people import following, forgetting, reach
        from safar.directory.people.duplicates import loaded, noticing
        from safar.directory.people.search import tables
        from safar.foundation.actions import subscribe
        from safar.foundation.messages import register_book

        following.take_guard()
        forgetting.take_guard()
        register_book(reach.BOOK, reach.PeopleBook())
        subscribe(noticing.CHANGED, noticing.look_for_duplicates)
        subscribe(loaded.LOADED, loaded.look_through_load)
        post_migrate.connect(tables.install, sender=self)
