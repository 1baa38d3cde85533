"""The room of messages."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class MessagesConfig(AppConfig):
    """The outbox; its label is not the room's name, which belongs to Django."""

    name = "safar.foundation.messages"
    label = "outbox"
    verbose_name = _("Messages")

    def ready(self) -> None:
        from safar.foundation.messages import checks, codes, kinds  # noqa: F401  (they register themselves)
