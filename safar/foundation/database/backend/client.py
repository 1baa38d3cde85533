"""``dbshell``: psql of the wheel when the server is embedded, the operator's own otherwise."""

from __future__ import annotations

from typing import Any

from django.db.backends.postgresql import client


class DatabaseClient(client.DatabaseClient):
    """Connects psql as the role of this process."""

    @classmethod
    def settings_to_cmd_args_env(
        cls, settings_dict: dict[str, Any], parameters: Any
    ) -> tuple[list[str], dict[str, str] | None]:
        """Arguments of psql, with the address and role the backend would use."""
        from safar.foundation.database.connecting import cluster_of, current_role, parameters_for

        found = parameters_for(current_role(), settings_dict)
        names = {"host": "HOST", "port": "PORT", "user": "USER", "password": "PASSWORD"}
        settings = {**settings_dict, **{names[key]: value for key, value in found.items() if key in names}}
        args, env = super().settings_to_cmd_args_env(settings, parameters)
        cluster = cluster_of(settings_dict)
        if cluster is not None:
            args[0] = cluster.binaries.program("psql")
        return args, env
