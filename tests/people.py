"""People of tests: accounts that can sign in, with grants given by hand."""

from __future__ import annotations

from datetime import date
from typing import Any

from safar.directory.staff.demo import with_known_secrets
from safar.directory.staff.models import Account
from safar.foundation.access.actors import acting, system_actor
from safar.foundation.access.models import Grant


def person(username: str, **grant: Any) -> Account:
    """An account whose sign-in is complete; with a grant if one is described (as owner: no wall)."""
    account = with_known_secrets(Account.objects.create_account(username, username, password=None))
    if grant:
        give(account, **grant)
    return account


def give(account: Account, **grant: Any) -> Grant:
    """A grant, written past the gate."""
    with acting(system_actor("test")):
        return Grant.unscoped.create(
            **{"user_id": account.pk, "max_level": 2, "valid_from": date(2020, 1, 1), **grant}
        )
