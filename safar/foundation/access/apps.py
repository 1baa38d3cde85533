"""Installs the actor token and keeps the second wall (row-level security) up to date after each migration."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class AccessConfig(AppConfig):
    """The access room."""

    name = "safar.foundation.access"
    label = "access"

    def ready(self) -> None:
        from safar.foundation.access import tokens, wall
        from safar.foundation.database import set_actor_token_source

        set_actor_token_source(tokens.current_token)
        post_migrate.connect(wall.raise_wall, sender=self)
