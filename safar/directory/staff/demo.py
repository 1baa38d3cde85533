"""Believable staff for trying out and for tests: everybody here is invented, and says so in the username.

In a demo every account has the same password, and an authenticator secret anybody can work out from its username. Both are
refused outside demo mode.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import time
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import count
from typing import Any

from allauth.account.internal.flows.login import AUTHENTICATION_METHODS_SESSION_KEY
from allauth.mfa import app_settings
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.conf import settings
from django.core.cache import cache
from django.db import transaction
from django.test import Client
from django.utils import timezone

from safar.directory.organisations.models import Organisation
from safar.directory.places.models import Place
from safar.directory.staff import rules
from safar.directory.staff.granting import refit_grants
from safar.directory.staff.models import Account, Post
from safar.directory.staff.second_factor import enrol
from safar.directory.staff.sessions import BEGUN, SEEN
from safar.foundation.access.actors import acting, system_actor
from safar.foundation.access.policy import roles
from safar.foundation.access.visibility import visible
from safar.foundation.actions import store

PASSWORD = "demo-parol-hech-kimniki-emas"  # noqa: S105  (printed by `safar demo logins`)
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
_numbers = count(1)


class NotADemo(RuntimeError):
    """Known passwords and secrets were asked for in an installation that is no demo."""


@dataclass(frozen=True, slots=True)
class DemoPerson:
    """One invented member of staff; `office` is the key of a demo organisation."""

    username: str
    full_name: str
    role: str
    title: str
    office: str
    note: str


PEOPLE = (
    DemoPerson("demo-litsenziya", "Namuna Karimova", "licensing_officer", "Licensing specialist", "agency",
               "gives, suspends and ends licences"),
    DemoPerson("demo-inspektor", "Namuna Yusupov", "inspector", "Inspector", "agency", "inspects recruiters"),
    DemoPerson("demo-katalog", "Namuna Ergasheva", "directory_editor", "Directory editor", "agency",
               "keeps organisations and places"),
    DemoPerson("demo-admin", "Namuna Tursunov", "staff_administrator", "Staff administrator", "agency",
               "appoints staff; sees no case"),
    DemoPerson("demo-admin-2", "Namuna Salimova", "staff_administrator", "Deputy staff administrator", "agency",
               "the second person a second-factor reset takes"),
    DemoPerson("demo-audit", "Namuna Rahimov", "auditor", "Auditor", "agency", "reads who did what"),
    DemoPerson("demo-tahlil", "Namuna Nazarova", "analyst", "Analyst", "agency", "sees numbers, no names"),
    DemoPerson("demo-operator", "Namuna Olimova", "call_operator", "Call centre operator", "agency", "answers calls"),
    DemoPerson("demo-konsul", "Namuna Hamidov", "consular_officer", "Consular officer", "consulate",
               "helps citizens in one country"),
    DemoPerson("demo-yordamchi", "Namuna Saidova", "case_worker", "Case worker", "partner", "leads cases of protection"),
    DemoPerson("demo-himoya", "Namuna Qodirova", "protection_officer", "Protection officer", "agency",
               "answers for cases of protection"),
)  # fmt: skip


# -- the demo world ----------------------------------------------------------------------------------------------


def load(*, now: datetime) -> list[Account]:
    """Appoint everybody in `PEOPLE` at the demo's organisations; accounts that exist already are left as they are."""
    _only_in_a_demo()
    by = system_actor("demo")
    with acting(by), transaction.atomic():
        missing = [
            person for person in PEOPLE if not Account.objects.filter(username=person.username).exists()
        ]
        return [_appointed(person, office_of(person.office), now=now) for person in missing]


def office_of(key: str) -> Organisation:
    """An organisation of the demo world by its key; its agency if there is none of that key."""
    found = visible(system_actor("demo"), Organisation).filter(source="demo")
    office = found.filter(source_key=key).first() or found.filter(source_key="agency").first()
    if office is None:
        raise LookupError("The demo's organisations are loaded before its staff.")
    return office


def _appointed(person: DemoPerson, office: Organisation, *, now: datetime) -> Account:
    place = office.country if office.source_key == "consulate" else None
    account = make_account(
        person.role,
        office,
        place,
        username=person.username,
        full_name=person.full_name,
        title=person.title,
        now=now,
    )
    return with_known_secrets(account)


def logins() -> list[dict[str, Any]]:
    """Who may sign in to the demo and with what; `code` is the app's code of this moment."""
    _only_in_a_demo()
    labels = roles()
    return [
        {
            "role": person.role,
            "role_name": str(labels[person.role]),
            "username": person.username,
            "password": PASSWORD,
            "totp_secret": demo_secret(person.username),
            "code": code_now(demo_secret(person.username)),
            "note": person.note,
        }
        for person in PEOPLE
    ]


def demo_secret(username: str) -> str:
    """The authenticator secret of a demo account."""
    _only_in_a_demo()
    digest = hmac.digest(b"safar demo authenticator", username.encode(), hashlib.sha256)
    return base64.b32encode(digest[:20]).decode()


def code_now(secret: str, *, steps: int = 0) -> str:
    """The six digits an app with this secret shows now, or `steps` half-minutes from now."""
    return str(format_hotp_value(hotp_value(secret, int(time.time()) // app_settings.TOTP_PERIOD + steps)))


def with_known_secrets(account: Account) -> Account:
    """Give an account the demo's password and its own demo secret, nothing left to set up."""
    _only_in_a_demo()
    account.set_password(PASSWORD)
    account.must_change_password = False
    account.save(update_fields=["password", "must_change_password"])
    enrol(account, demo_secret(account.username))
    return account


def _only_in_a_demo() -> None:
    if not settings.SAFAR_DEMO:
        raise NotADemo("This installation is not a demo: it has no known passwords.")


# -- makers the tests share ---------------------------------------------------------------------------------------


def make_account(
    role: str,
    organisation: Organisation,
    place: Place | None = None,
    *,
    username: str = "",
    full_name: str = "",
    title: str = "",
    level: int | None = None,
    valid_from: date | None = None,
    valid_to: date | None = None,
    now: datetime | None = None,
) -> Account:
    """An account with one post and its grants; nobody can sign in to it before `with_known_secrets` or `sign_in`."""
    now = now or timezone.now()
    number = next(_numbers)
    account = Account.objects.create_account(
        username or f"demo-{role.replace('_', '-')}-{number}", full_name or f"Namuna Sinovova {number}", password=None,
    )  # fmt: skip
    make_post(
        account,
        role,
        organisation,
        place,
        title=title,
        level=level,
        valid_from=valid_from,
        valid_to=valid_to,
        now=now,
    )
    return account


def make_post(
    account: Account,
    role: str,
    organisation: Organisation,
    place: Place | None = None,
    *,
    title: str = "",
    level: int | None = None,
    valid_from: date | None = None,
    valid_to: date | None = None,
    now: datetime | None = None,
) -> Post:
    """One more post, with its grants, for an account."""
    now = now or timezone.now()
    by = system_actor("demo")
    post = Post(
        user=account, full_name=account.full_name, organisation=organisation, role=role, place=place,
        title=title or str(roles().get(role, role)), level=rules.role_rule(role).top_level if level is None else level,
        valid_from=valid_from or timezone.localdate(now) - timedelta(days=30), valid_to=valid_to,
    )  # fmt: skip
    with transaction.atomic(), acting(by):
        refit_grants(post, by=by, now=now)
        return store(post, by=by)


def sign_in(client: Client, account: Account, *, language: str = "en") -> Any:
    """Pass every step of signing in with a test client, as a person would; returns the last answer.

    Counters and used codes of earlier tests are cleared first, since they outlive a test's rollback.
    """
    cache.clear()
    if not account.has_usable_password() or account.must_enrol_totp:
        with_known_secrets(account)
    prefix = f"/{language}/account"
    client.post(f"{prefix}/login/", {"login": account.username, "password": PASSWORD})
    return client.post(f"{prefix}/code/", {"code": code_now(demo_secret(account.username))})


def client_of(account: Account, *, fresh: bool = True, client: Client | None = None) -> Client:
    """A test client signed in as `account` a moment ago; with ``fresh=False`` too long ago for what asks for a new code."""
    client = client or Client()
    client.force_login(account, backend=BACKEND)
    session = client.session
    session[BEGUN] = session[SEEN] = timezone.now().timestamp()
    typed = time.time() - (0 if fresh else settings.ACCOUNT_REAUTHENTICATION_TIMEOUT)
    step = {"method": "mfa", "at": typed, "type": Authenticator.Type.TOTP.value}
    session[AUTHENTICATION_METHODS_SESSION_KEY] = [step]
    session[f"{AUTHENTICATION_METHODS_SESSION_KEY}_user"] = str(account.pk)
    session.save()
    return client
