"""How a message travels and how far it has come."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Channel(models.TextChoices):
    """The ways out of the house."""

    SMS = "SMS", _("SMS")
    TELEGRAM = "TELEGRAM", _("Telegram")
    EMAIL = "EMAIL", _("e-mail")


class State(models.TextChoices):
    """How far a message has come."""

    WAITING = "WAITING", _("waiting")
    SENDING = "SENDING", _("being sent")
    SENT = "SENT", _("sent")
    DELIVERED = "DELIVERED", _("delivered")
    KEPT = "KEPT", _("kept here: no gateway is set")
    HELD = "HELD", _("held back: the person may not be written to")
    FAILED = "FAILED", _("refused by the gateway")
    UNCERTAIN = "UNCERTAIN", _("left twice without an answer: somebody must look")
    EXPIRED = "EXPIRED", _("too late to be sent")
    WITHDRAWN = "WITHDRAWN", _("withdrawn before it was sent")


#: States in which the sender still has something to do.
OPEN = (State.WAITING, State.SENDING)
#: States in which somebody should look at it: it did not arrive, or may have arrived twice.
UNSENT = (State.FAILED, State.UNCERTAIN)
