"""Codes by SMS that show somebody holds a telephone: few, short-lived, once, and telling a stranger nothing.

A code stands nowhere: its six digits are computed (as in RFC 4226) from the number of the row that was issued and a key
outside the database, when the SMS is written and when a code is typed. Only the newest code of a telephone and purpose counts.
Whoever asks hears the same whether the telephone is known or not, and whether a code left or its limit was reached.
"""

from __future__ import annotations

import hmac
import re
from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import UUID

import phonenumbers
from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from safar.foundation.access.actors import Actor, acting
from safar.foundation.access.visibility import visible
from safar.foundation.encryption import keys
from safar.foundation.messages import wording
from safar.foundation.messages.books import Reach, Recipient, Way, register_book
from safar.foundation.messages.choices import Channel
from safar.foundation.messages.kinds import MESSENGER
from safar.foundation.messages.limits import Limit
from safar.foundation.messages.models import PhoneCode
from safar.foundation.messages.neutral import PHONE_CODE
from safar.foundation.messages.sending import send

DIGITS, LIVES = 6, timedelta(minutes=10)
KEPT_FOR = timedelta(days=1)
TRIES = Limit("code-tries", 5, KEPT_FOR)
"""For one code, however long it lives."""
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
TO_A_PHONE = (Limit("code-phone-hour", 3, HOUR), Limit("code-phone-day", 8, DAY))
E164 = re.compile(r"\+[1-9][0-9]{6,14}")


class BadPhone(ValueError):
    """What was typed is no telephone number codes may be sent to; the message says what to do."""


class TooManyCodes(Exception):
    """So many codes were asked for from one address, or in the whole house, that none is sent now."""


def tidy_phone(text: str) -> str:
    """A telephone number in the international form (+998901234567). Raises `BadPhone`."""
    try:
        number = phonenumbers.parse(text, settings.SAFAR_PHONE_COUNTRY)
    except phonenumbers.NumberParseException as error:
        raise BadPhone(_("This is no telephone number. Type it with its country code.")) from error
    if not phonenumbers.is_valid_number(number):
        raise BadPhone(_("This is no telephone number. Type it with its country code."))
    if str(number.country_code) not in settings.SAFAR_PHONE_CODES_TO:
        raise BadPhone(_("Codes are not sent to numbers of this country. Call us."))
    return str(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))


def from_an_address() -> tuple[Limit, ...]:
    """How many codes one network address may ask for; many people may stand behind one."""
    most = settings.SAFAR_PHONE_CODES_AT_AN_ADDRESS
    return Limit("code-address-hour", most, HOUR), Limit("code-address-day", 4 * most, DAY)


def tries_from_an_address() -> tuple[Limit, ...]:
    """How many codes may be typed from one network address."""
    return (Limit("code-tries-address", 3 * settings.SAFAR_PHONE_CODES_AT_AN_ADDRESS, HOUR),)


def issue(
    phone: str,
    *,
    purpose: str,
    language: str,
    address: str,
    by: Actor,
    now: datetime,
    is_silent: bool = False,
) -> None:
    """Send a code to a telephone (`tidy_phone`) for a purpose; the caller's page says the same whatever happened here.

    `address` is the asking client's. `is_silent` does all but the sending, for a telephone nobody here has. Raises
    `TooManyCodes` for what says nothing of the telephone: the address's own limits, and the house's for the day.
    """
    _count_all(from_an_address(), address, now=now)
    digest = _digest_of(phone)
    _count_all((Limit("code-house-day", settings.SAFAR_PHONE_CODES_A_DAY, DAY),), "house", now=now)
    counted = [limit.count(phone, now=now) for limit in TO_A_PHONE]
    if not all(counted):
        return
    with transaction.atomic():
        with acting(MESSENGER):
            issued = PhoneCode(
                purpose=purpose,
                phone=phone,
                phone_digest=digest,
                language=language,
                is_silent=is_silent,
                issued_at=now,
                expires_at=now + LIVES,
                data_key=_key_of_the_day(now),
            )
            issued.take_label()
            issued.save(force_insert=True)
        send(
            PHONE_CODE,
            to=Recipient("codes", issued.pk.hex),
            params={"code": issued.pk.hex},
            by=by,
            now=now,
            expires_at=issued.expires_at,
        )


def check(phone: str, typed: str, *, purpose: str, address: str, now: datetime) -> bool:
    """Whether the code typed is the newest one sent to the telephone for the purpose; a right one serves once.

    Every try is counted before it is looked at, where no rollback takes it back. Raises `TooManyCodes` for an address that
    tries and tries.
    """
    _count_all(tries_from_an_address(), address, now=now)
    digest = _digest_of(phone)
    with transaction.atomic(), acting(MESSENGER):
        newest = visible(MESSENGER, PhoneCode, "change").filter(phone_digest=digest, purpose=purpose)
        issued = newest.select_for_update(of=("self",)).order_by("-issued_at", "-pk").first()
        may_try = TRIES.count(issued.pk.hex if issued else digest.hex(), now=now)
        wanted = digits_of(issued.pk.hex if issued else digest.hex())
        fits = hmac.compare_digest(wanted.encode(), "".join(typed.split()).encode())
        if issued is None or not may_try or not fits or not _is_live(issued, now=now):
            return False
        issued.used_at = now
        issued.version += 1
        issued.save(update_fields=["used_at", "version"])
    return True


def digits_of(number: str) -> str:
    """The digits of the code with this number."""
    key = hmac.digest(keys.store().index_key(), b"messages: phone codes 1", "sha256")
    found = int.from_bytes(hmac.digest(key, number.encode(), "sha256")[:16], "big")
    return f"{found % 10**DIGITS:0{DIGITS}}"


class PhoneCodeBook:
    """Knows the telephone of a code, for as long as it is the newest, not used and not too old."""

    def how_to_reach(self, number: str, *, preferred: Channel | None, now: datetime) -> Reach | None:
        """The telephone the code is for; None for a code that no longer counts or was never meant to leave."""
        issued = visible(MESSENGER, PhoneCode).filter(pk=UUID(number)).first()
        if issued is None or issued.is_silent or not _is_live(issued, now=now):
            return None
        later = visible(MESSENGER, PhoneCode).filter(
            phone_digest=issued.phone_digest, purpose=issued.purpose, issued_at__gt=issued.issued_at
        )
        if later.exists():
            return None
        return Reach(ways=(Way(Channel.SMS, issued.phone),), language=issued.language)


def forget_old_codes(*, now: datetime) -> int:
    """Delete codes a day old and destroy the keys their telephones were kept under; how many."""
    with transaction.atomic(), acting(MESSENGER):
        old = visible(MESSENGER, PhoneCode, "remove").filter(issued_at__lt=now - KEPT_FOR)
        under = set(old.values_list("data_key", flat=True))
        gone = old.delete()[0]
        under -= set(visible(MESSENGER, PhoneCode).values_list("data_key", flat=True))
        transaction.on_commit(lambda: _destroy(under, now=now))
    return gone


def _destroy(key_ids: Iterable[str], *, now: datetime) -> None:
    for key_id in key_ids:
        keys.store().destroy_key(key_id, now=now)


def _key_of_the_day(now: datetime) -> str:
    """One data key for the codes of a day: destroyed with the last of them."""
    begins = now.replace(hour=0, minute=0, second=0, microsecond=0)
    first = visible(MESSENGER, PhoneCode).filter(issued_at__gte=begins).order_by("issued_at", "pk").first()
    return first.data_key if first else keys.store().create_key(now=now)


def _is_live(issued: PhoneCode, *, now: datetime) -> bool:
    return issued.used_at is None and issued.issued_at <= now < issued.expires_at


def _count_all(limits: Iterable[Limit], whose: str, *, now: datetime) -> None:
    counted = [limit.count(whose, now=now) for limit in limits]
    if not all(counted):
        raise TooManyCodes(_("Too many codes were asked for. Wait an hour, then try again."))


def _digest_of(phone: str) -> bytes:
    if not E164.fullmatch(phone):
        raise BadPhone("tidy_phone was not asked first")
    key = hmac.digest(keys.store().index_key(), b"messages: phones 1", "sha256")
    return hmac.digest(key, phone.encode(), "sha256")


register_book("codes", PhoneCodeBook())
wording.one_time_codes["phone"] = digits_of
