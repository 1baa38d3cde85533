"""A policy, people and a record to hang files on. The record is a grant: the one protected model of the rooms below."""

from datetime import UTC, date, datetime

import pytest

from safar.foundation.access import policy as policies
from safar.foundation.access.actors import Actor, Scope, acting, system_actor
from safar.foundation.access.models import Grant
from safar.foundation.encryption import keys

NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)


@pytest.fixture(autouse=True)
def own_policy(settings, tmp_path):
    settings.SAFAR_POLICY = "safar.foundation.files.tests.policy"
    settings.SAFAR_FILES, settings.SAFAR_KEYS, settings.SAFAR_DEMO = (
        tmp_path / "files",
        tmp_path / "keys",
        True,
    )
    for cached in (policies.policy, policies.roles, policies.rules):
        cached.cache_clear()
    with acting(system_actor("tests")):
        yield
    for cached in (policies.policy, policies.roles, policies.rules):
        cached.cache_clear()


@pytest.fixture
def store(own_policy):
    return keys.store()


def person(role, *, org=1, level=2, user_id=7):
    return Actor(
        "staff", user_id=user_id, name=role, preset=(Scope(role, orgs=frozenset({org}), level=level),)
    )


@pytest.fixture
def keeper():
    return person("keeper")


def record(level=2, *, org=1):
    return Grant.unscoped.create(
        user_id=900,
        role="x",
        org_ids=[org],
        max_level=level,
        valid_from=date(2026, 1, 1),
        label_org=org,
        label_level=level,
    )


@pytest.fixture
def sensitive(db):
    return record(2)


@pytest.fixture
def personal(db):
    return record(1)
