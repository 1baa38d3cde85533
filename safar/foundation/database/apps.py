"""Keeps the web role's rights in step with the tables, whatever migrates them."""

from typing import Any

from django.apps import AppConfig
from django.db import connections
from django.db.models.signals import post_migrate, pre_migrate

from safar.foundation.database import roles


class DatabaseConfig(AppConfig):
    """The database room."""

    name = "safar.foundation.database"
    label = "database"

    def ready(self) -> None:
        pre_migrate.connect(grant_to_web, dispatch_uid="database.grant_to_web")
        post_migrate.connect(revoke_from_web, dispatch_uid="database.revoke_from_web")


def grant_to_web(*, using: str, **kwargs: Any) -> None:
    """Before the first table is made, let the web role use what the owner creates from now on."""
    _once(using, "safar_granted", roles.grant_statements())


def revoke_from_web(*, using: str, **kwargs: Any) -> None:
    """Take back what the web role must not change in Django's own tables."""
    _once(using, "safar_revoked", roles.revoke_statements())


def _once(using: str, mark: str, statements: list[str]) -> None:
    connection = connections[using]
    if getattr(connection, mark, None) == connection.settings_dict["NAME"]:
        return
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)
    setattr(connection, mark, connection.settings_dict["NAME"])
