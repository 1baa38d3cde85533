"""The places app."""

from django.apps import AppConfig


class PlacesConfig(AppConfig):
    """Countries, regions, districts, settlements and mahallas."""

    name = "safar.directory.places"
    label = "places"

    def ready(self) -> None:
        from safar.directory.places import following

        following.take_guard()
