"""The second step of signing in: a code from an authenticator app, or a recovery code; each works once.

Secrets are sealed with a data key of the key store and bound to their account: copied to another row, or taken with a
stolen disk, they are of no use.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from io import BytesIO
from typing import Any

import segno
from allauth.core import context
from allauth.mfa import app_settings
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.forms import ActivateTOTPForm
from allauth.mfa.totp.internal.auth import TOTP, get_totp_secret
from django import forms
from django.core.cache import cache
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from safar.directory.staff.models import Account
from safar.foundation.encryption import envelope, keys

_owner: ContextVar[int | None] = ContextVar("second_factor_owner", default=None)


@contextmanager
def owned_by(account: Account) -> Iterator[None]:
    """Seal and open secrets as those of `account` inside the block, whoever is signed in."""
    token = _owner.set(account.pk)
    try:
        yield
    finally:
        _owner.reset(token)


class MFAAdapter(DefaultMFAAdapter):
    """Seals the secrets; a second factor can be replaced but never switched off."""

    error_messages = DefaultMFAAdapter.error_messages | {
        "incorrect_code": _("The code is wrong or too old. Type the one the app shows now."),
    }

    def encrypt(self, text: str) -> str:
        """Seal a secret for its account."""
        store = keys.store()
        key_id = store.create_key(now=timezone.now())
        return base64.b64encode(
            envelope.seal(text.encode(), key_id=key_id, place=_place(), keys=store)
        ).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """Open a sealed secret of its account; `envelope.Tampered` if it was altered or belongs to another."""
        sealed = base64.b64decode(encrypted_text)
        return envelope.unseal(sealed, place=_place(), keys=keys.store()).decode()

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        """Nobody signs in with a password alone."""
        return False

    def get_totp_label(self, user: Account) -> str:
        """What the app shows beside the code."""
        return user.username


def _place() -> envelope.Place:
    owner = _owner.get() or context.request.user.pk
    return envelope.Place(table=Authenticator._meta.db_table, pk=str(owner), field="secret")


# -- codes -----------------------------------------------------------------------------------------------------


def first_use(account: Account, code: str) -> bool:
    """Mark a code of the app as used, for as long as any clock may still take it; False if it was used before."""
    digits = re.sub(r"\D", "", code)
    lasts = app_settings.TOTP_PERIOD * (2 * app_settings.TOTP_TOLERANCE + 1)
    return bool(cache.add(f"staff-code-{account.pk}-{digits}", 1, timeout=lasts))


def _code_field(label: Any, help_text: Any) -> forms.CharField:
    signs = {"inputmode": "numeric", "autocomplete": "one-time-code", "class": "sf-otp", "autofocus": True}
    return forms.CharField(
        label=label, help_text=help_text, max_length=12, widget=forms.TextInput(attrs=signs)
    )


class _CodeOnce:
    """Looks at a code with the eyes of the account it is typed for, and takes it once."""

    user: Account
    authenticator: Authenticator

    def clean_code(self) -> str:
        with owned_by(self.user):
            code: str = super().clean_code()  # type: ignore[misc]
        if self.authenticator.type == Authenticator.Type.TOTP and not first_use(self.user, code):
            raise MFAAdapter().validation_error("incorrect_code")
        return code


class SecondStepForm(_CodeOnce, AuthenticateForm):
    """The code that ends signing in."""

    code = _code_field(_("Code from the authenticator app"), _("It changes every 30 seconds"))


class ConfirmItIsMeForm(_CodeOnce, ReauthenticateForm):
    """The code asked for again before something that matters."""

    code = _code_field(_("Code from the authenticator app"), _("It changes every 30 seconds"))


class EnrolForm(ActivateTOTPForm):
    """The first code of a newly set up app: it proves that the app and Safar agree."""

    code = _code_field(_("Code the app shows now"), _("Six digits"))

    def clean_code(self) -> str:
        """Right, and from now on used."""
        code: str = super().clean_code()
        first_use(self.user, code)
        return code


# -- setting up and forgetting -----------------------------------------------------------------------------------


def enrol(account: Account, secret: str) -> None:
    """Take the app whose secret this is as the second factor, instead of any before; fresh recovery codes come with it."""
    with transaction.atomic(), owned_by(account):
        Authenticator.objects.filter(user=account).delete()
        TOTP.activate(account, secret)
        RecoveryCodes.activate(account)
        account.must_enrol_totp = False
        account.save(update_fields=["must_enrol_totp"])


def make_recovery_codes(account: Account) -> None:
    """Make new recovery codes; the old ones are worth nothing from now on."""
    with transaction.atomic(), owned_by(account):
        Authenticator.objects.filter(user=account, type=Authenticator.Type.RECOVERY_CODES).delete()
        RecoveryCodes.activate(account)


def unseen_codes(account: Account) -> list[str]:
    """The recovery codes, until the person says that she has kept them; never afterwards."""
    codes = _recovery_codes(account)
    if codes is None or codes.did_view:
        return []
    with owned_by(account):
        return codes.get_unused_codes()


def mark_codes_seen(account: Account) -> None:
    """The person has kept her recovery codes: they are not shown again."""
    if codes := _recovery_codes(account):
        codes.mark_as_viewed()


def codes_left(account: Account) -> int:
    """How many recovery codes are unused."""
    codes = _recovery_codes(account)
    return app_settings.RECOVERY_CODE_COUNT - codes.instance.data["used_mask"].bit_count() if codes else 0


def _recovery_codes(account: Account) -> RecoveryCodes | None:
    found = Authenticator.objects.filter(user=account, type=Authenticator.Type.RECOVERY_CODES).first()
    return RecoveryCodes(found) if found else None


def forget_second_factor(account: Account) -> None:
    """Take the second factor away; the next sign-in sets up a new one before anything else."""
    Authenticator.objects.filter(user=account).delete()
    account.must_enrol_totp = True
    account.save(update_fields=["must_enrol_totp"])


def has_second_factor(account: Account) -> bool:
    """Whether the account has an app set up and need not do so again."""
    if account.must_enrol_totp:
        return False
    return Authenticator.objects.filter(user=account, type=Authenticator.Type.TOTP).exists()


def enrolment_qr(account: Account) -> bytes:
    """The picture the app reads, as SVG, for the secret this session is setting up."""
    address = MFAAdapter().build_totp_url(account, get_totp_secret())
    picture = BytesIO()
    segno.make(address, error="m").save(
        picture, kind="svg", scale=4, border=4, light="white", xmldecl=False, svgclass=None, lineclass=None
    )
    return picture.getvalue()


def readable_secret(secret: str) -> str:
    """The secret in groups of four, to be typed by hand."""
    return " ".join(secret[at : at + 4] for at in range(0, len(secret), 4))
