"""The gateways of this installation, as the settings name them."""

from __future__ import annotations

from urllib.parse import urlsplit

from django.conf import settings

from safar.foundation.messages.channels.mail import MailServer
from safar.foundation.messages.channels.sms import SmsGateway
from safar.foundation.messages.channels.telegram import TelegramBot
from safar.foundation.messages.choices import Channel
from safar.foundation.messages.letters import Gateway
from safar.foundation.messages.reports import callback_address


def gateways() -> dict[str, Gateway]:
    """One for each channel whose address is set."""
    found: dict[str, Gateway] = {}
    if sms := sms_gateway():
        found[Channel.SMS] = sms
    if settings.SAFAR_TELEGRAM_URL and settings.SAFAR_TELEGRAM_TOKEN:
        found[Channel.TELEGRAM] = TelegramBot(
            settings.SAFAR_TELEGRAM_URL, token=settings.SAFAR_TELEGRAM_TOKEN
        )
    if settings.SAFAR_EMAIL_URL:
        domain = urlsplit(settings.SAFAR_PUBLIC_URL).hostname or "localhost"
        found[Channel.EMAIL] = MailServer(
            settings.SAFAR_EMAIL_URL, sender=settings.SAFAR_EMAIL_FROM, domain=domain
        )
    return found


def sms_gateway() -> SmsGateway | None:
    """The SMS gateway, if its address is set."""
    if not settings.SAFAR_SMS_URL:
        return None
    return SmsGateway(
        settings.SAFAR_SMS_URL,
        email=settings.SAFAR_SMS_EMAIL,
        password=settings.SAFAR_SMS_PASSWORD,
        sender=settings.SAFAR_SMS_FROM,
        callback=callback_address,
    )
