"""The database's roles, and what each may do.

============== =====================================================================================
safar_owner    owns every table, migrates; may create databases; may step into safar_web (tests do)
safar_web      everything at run time; owns nothing, never bypasses row-level security
safar_sealer   seals the history; its few grants come with the history's migrations
safar_backup   reads everything for backups, past row-level security; changes nothing
============== =====================================================================================
"""

from __future__ import annotations

OWNER, WEB, SEALER, BACKUP = "safar_owner", "safar_web", "safar_sealer", "safar_backup"
SUPERUSER = "postgres"
ROLES = {"owner": OWNER, "web": WEB, "sealer": SEALER, "backup": BACKUP}
DATABASE = "safar"

ATTRIBUTES = {
    OWNER: "LOGIN CREATEDB NOSUPERUSER NOCREATEROLE NOBYPASSRLS NOREPLICATION",
    WEB: "LOGIN NOCREATEDB NOSUPERUSER NOCREATEROLE NOBYPASSRLS NOREPLICATION",
    SEALER: "LOGIN NOCREATEDB NOSUPERUSER NOCREATEROLE NOBYPASSRLS NOREPLICATION",
    BACKUP: "LOGIN NOCREATEDB NOSUPERUSER NOCREATEROLE BYPASSRLS REPLICATION",
}

# pgtrigger asks for this setting on every row; unset, each answer is an error and a rolled-back subtransaction.
SETTINGS = {"pgtrigger.ignore": "{}", "timezone": "UTC", "idle_in_transaction_session_timeout": "10min"}


def role_statements() -> list[str]:
    """SQL for a superuser that makes the roles or brings them up to date; safe to run again."""
    statements = []
    for role, attributes in ATTRIBUTES.items():
        statements.append(
            f"do $$ begin create role {role}; exception when duplicate_object or unique_violation then null; end $$"
        )
        statements.append(f"alter role {role} with {attributes}")
        statements += [f"alter role {role} set {name} = '{value}'" for name, value in SETTINGS.items()]
    # What one session of the web role asks, with names in it, is nothing for another to read in pg_stat_activity.
    statements.append(f"alter role {WEB} set track_activities = off")
    statements.append(f"grant {WEB} to {OWNER} with inherit false, set true")
    statements.append(f"grant pg_read_all_data to {BACKUP}")
    return statements


def database_statement(name: str) -> str:
    """SQL that makes one database with the collation Safar counts on, the same on every machine."""
    return (
        f"create database {name} owner {OWNER} template template0 encoding 'UTF8' "
        "locale_provider builtin builtin_locale 'C.UTF-8' locale 'C.UTF-8'"
    )


CLOSED_FUNCTIONS = "^(be_)?lo_|^lo(read|write)$|^pg_logical_emit_message$"
"""Built-in functions that write where no policy and no history looks: large objects, messages in the journal."""


def closing_statements() -> list[str]:
    """SQL for a superuser, run inside each database: what PostgreSQL lets everyone do and nobody here needs."""
    functions = f"select oid from pg_proc where pronamespace = 'pg_catalog'::regnamespace and proname ~ '{CLOSED_FUNCTIONS}'"  # noqa: S608  (a constant of ours)
    return [
        f"do $$ declare f regprocedure; begin for f in {functions} "
        "loop execute format('revoke execute on function %s from public', f); end loop; end $$"
    ]


def grant_statements() -> list[str]:
    """SQL for the owner, run before each migration: whatever it creates from now on, the web role may use."""
    return [
        f"alter default privileges grant select, insert, update, delete on tables to {WEB}",
        f"alter default privileges grant usage, select on sequences to {WEB}",
    ]


def revoke_statements() -> list[str]:
    """SQL for the owner, run after each migration: what the web role must not change in Django's own tables."""
    return [f"revoke insert, update, delete on django_migrations from {WEB}"]
