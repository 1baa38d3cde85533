"""What the tests of the history share: a policy of their own, toys, and keys and checkpoints in a folder of their own."""

import pytest
from django.db import connection
from django.utils import timezone

from safar.foundation.access import policy as policy_module
from safar.foundation.access.actors import Actor, Scope
from safar.foundation.access.policy import Rule, rule
from safar.foundation.database import connect
from safar.foundation.history import chain
from safar.foundation.history.tests import toys

RULES = (
    rule("staff", "access.grant", "view", "own", level=2),
    rule("keeper", "history.boat", "view add change", "scope", level=2),
    rule("keeper", "history.harbour", "view", "everywhere", level=0),
    rule("guest", "history.boat", "view", "scope", level=1, hidden=("owner",)),
    rule("auditor", "history.event", "view", "everywhere", level=2),
    rule("local_auditor", "history.event", "view", "scope", level=2),
    rule("public", "history.boat", "add", "published"),
    rule("system:loader", "history.boat", "view add change", "everywhere", level=4),
)


def set_rules(monkeypatch, *rules: Rule) -> None:
    """Make `rules` the whole policy, in Python; the database takes it from there with the next wall."""
    monkeypatch.setattr(policy_module, "policy", lambda: rules)
    policy_module.rules.cache_clear()


@pytest.fixture
def now():
    return timezone.now()


@pytest.fixture
def rules(monkeypatch):
    """The tests' policy in Python and in the open transaction's database."""
    set_rules(monkeypatch, *RULES)
    rows = sorted({(r.role, r.resource, mode, r.where, r.level) for r in RULES for mode in r.modes})
    with connection.cursor() as cursor:
        cursor.execute("delete from gate.rule")
        cursor.executemany("insert into gate.rule values (%s, %s, %s, %s, %s)", rows)
    yield
    policy_module.rules.cache_clear()


@pytest.fixture
def boats(db, rules):
    """Tables of the toy models, with triggers and wall, inside the test's transaction."""
    toys.build(connection)
    return toys


@pytest.fixture
def staff(rules):
    """Make a member of staff with grants that the database knows too: ``staff(7, Scope(...), …)``."""

    def make(user_id: int, *scopes: Scope) -> Actor:
        with connection.cursor() as cursor:
            for scope in scopes:
                cursor.execute(
                    "insert into access_grant (user_id, role, org_ids, place_path, max_level, valid_from, label_place,"
                    " label_level, is_public, version) values (%s, %s, %s, %s, %s, '2020-01-01', '', 2, false, 1)",
                    [
                        user_id,
                        scope.role,
                        None if scope.orgs is None else list(scope.orgs),
                        scope.place,
                        scope.level,
                    ],
                )
        return Actor("staff", user_id=user_id)

    return make


@pytest.fixture
def checkpoints(settings, tmp_path):
    """A checkpoint file of the test's own."""
    settings.SAFAR_CHECKPOINTS = tmp_path / "checkpoints"
    return settings.SAFAR_CHECKPOINTS


@pytest.fixture
def seal_key(monkeypatch):
    """A key known to the test."""
    monkeypatch.setattr(chain, "seal_key", lambda: b"k" * 32)


@pytest.fixture
def empty_history(django_db_setup):
    """Nothing in the tables before and after: sealing needs commits, which a test's rollback does not take back."""
    with connect("owner") as database:
        database.execute("delete from history_event")
        database.execute("delete from history_seal")
        yield
        database.execute("delete from history_event")
        database.execute("delete from history_seal")
