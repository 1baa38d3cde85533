"""The encryption room."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class EncryptionConfig(AppConfig):
    """Registers the checks of the key store."""

    name = "safar.foundation.encryption"
    label = "encryption"
    verbose_name = _("Encryption")

    def ready(self) -> None:
        from safar.foundation.encryption import checks  # noqa: F401  (registers them)
