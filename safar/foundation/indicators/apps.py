"""The room's configuration: the numbers of every service are registered once all models stand."""

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class IndicatorsConfig(AppConfig):
    """The indicators room."""

    name = "safar.foundation.indicators"
    label = "indicators"

    def ready(self) -> None:
        autodiscover_modules("indicators")
