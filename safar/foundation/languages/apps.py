"""The languages room."""

from django.apps import AppConfig


class LanguagesConfig(AppConfig):
    """Languages, their letters and their catalogues."""

    name = "safar.foundation.languages"
    label = "languages"
