"""What injected SQL might borrow of the database itself: another session's token, and functions that write as the owner."""

import hashlib
import hmac

import psycopg
import pytest

from safar.foundation.access.actors import system_actor
from safar.foundation.access.tokens import sign, signing_key
from safar.foundation.database import connect

pytestmark = pytest.mark.django_db(transaction=True)

SYSTEM = system_actor("retention").signature


def actor_after(database, token):
    """Whom the database takes the session for."""
    return database.execute(
        "with told as materialized (select set_config('safar.actor', %s, true)) select gate.actor() from told",
        [token],
    ).fetchone()[0]


def test_a_token_is_good_on_its_own_connection_only():
    with connect("web") as one, connect("web") as other:
        token = sign(SYSTEM, one.info.backend_pid)
        moved = token.replace(f".{one.info.backend_pid}.", f".{other.info.backend_pid}.")
        with one.transaction(), other.transaction():
            assert actor_after(one, token) == SYSTEM
            assert actor_after(other, token) is None
            assert actor_after(other, moved) is None


def test_a_token_names_no_algorithm_and_no_key():
    """HMAC-SHA-256 under the one key the database holds: a token without a mac, or with another key's, is nobody's."""
    with connect("web") as database:
        pid = database.info.backend_pid
        said = f"{SYSTEM}.{pid}"
        with database.transaction():
            assert actor_after(database, sign(SYSTEM, pid)) == SYSTEM
            forged = [said, f"{said}.", f"{said}.none", f"none.{said}.", sign(SYSTEM, pid)[:-1]]
            forged += [
                f"{said}.{hmac.new(key, said.encode(), kind).hexdigest()}"
                for key, kind in (
                    (b"", "sha256"),
                    (b"another", "sha256"),
                    (signing_key(), "sha1"),
                    (signing_key(), "sha512"),
                )
            ]
            forged.append(f"{said}.{hashlib.sha256(said.encode()).hexdigest()}")
            for token in forged:
                assert actor_after(database, token) is None, token


def test_the_web_role_hangs_no_function_of_ours_on_a_table_of_its_own():
    with connect("web") as database:
        database.execute("create temp table e (sid text, label_org bigint)")
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            database.execute(
                "create trigger t after insert on e for each row execute function gate.follow_label('staff.account', 'sid')"
            )


def test_no_trigger_function_is_the_web_roles_to_use():
    with connect("web") as database:
        mine = database.execute(
            "select p.oid::regprocedure::text from pg_proc p where p.prorettype = 'trigger'::regtype"
            " and p.pronamespace in ('public'::regnamespace, 'gate'::regnamespace)"
            " and has_function_privilege(current_user, p.oid, 'execute')"
        ).fetchall()
    assert mine == []


def test_sessions_of_the_web_role_do_not_read_each_other():
    with connect("web") as one, connect("web") as other:
        one.execute("select 'Dilnoza Namunova'")
        seen = other.execute(
            "select query from pg_stat_activity where pid = %s", [one.info.backend_pid]
        ).fetchone()
    assert "Namunova" not in (seen[0] or "")


@pytest.mark.parametrize(
    "statement",
    [
        "select lo_create(0)",
        "select lo_creat(-1)",
        "select lo_from_bytea(0, 'carried out')",
        "select lo_put(1, 0, 'carried out')",
        "select lo_get(1)",
        "select lo_open(1, 131072)",
        "select lowrite(0, 'carried out')",
        "select lo_unlink(1)",
        "select lo_import('/etc/hostname')",
        "select lo_export(1, '/tmp/carried-out')",
        "select pg_read_file('/etc/hostname')",
        "select pg_ls_dir('/')",
        "copy (select 'carried out') to program 'cat'",
        "copy pg_class to '/tmp/carried-out'",
        "select pg_logical_emit_message(false, 'x', 'carried out')",
        "create extension dblink",
    ],
)
def test_the_web_role_puts_nothing_where_no_policy_looks(statement):
    with connect("web") as database, pytest.raises(psycopg.errors.InsufficientPrivilege):
        database.execute(statement)


def test_no_function_on_large_objects_is_the_web_roles_to_use():
    with connect("web") as database:
        mine = database.execute(
            "select p.oid::regprocedure::text from pg_proc p where p.proname ~ '^(be_)?lo_|^lo(read|write)$'"
            " and has_function_privilege(current_user, p.oid, 'execute')"
        ).fetchall()
    assert mine == []
