"""Finds every service’s ``register.py``, and what stands beside it, at start, so that a wrong declaration stops the start, not a user."""

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class RegistersConfig(AppConfig):
    """The registers room."""

    name = "safar.foundation.registers"
    label = "registers"

    def ready(self) -> None:
        autodiscover_modules("kinds", "actions", "register", "indicators", "duties")
