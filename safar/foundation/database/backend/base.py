"""The backend's connection: picks the role, starts the embedded server, and tells each transaction who acts."""

from __future__ import annotations

import select
from typing import Any

import psycopg
from django.db.backends.postgresql import base, features
from django.utils.asyncio import async_unsafe
from psycopg.pq import TransactionStatus

from safar.foundation.database.actors import SETTING, actor_token
from safar.foundation.database.backend.client import DatabaseClient
from safar.foundation.database.connecting import cluster_of, current_role, parameters_for


class DatabaseFeatures(features.DatabaseFeatures):
    """What this PostgreSQL can do; 17 is the floor because of its builtin C.UTF-8 collation."""

    minimum_database_version = (17,)


class DatabaseWrapper(base.DatabaseWrapper):
    """A connection as one of the roles; the actor lives exactly as long as each transaction."""

    features_class = DatabaseFeatures
    client_class = DatabaseClient

    def get_connection_params(self) -> dict[str, Any]:
        """Parameters of the role of this process; starts the embedded server if nobody has."""
        parameters: dict[str, Any] = super().get_connection_params()
        parameters.update(parameters_for(current_role(), self.settings_dict))
        return parameters

    @async_unsafe
    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        """Connect; if the embedded server is just being started again after a crash, wait for it and try once more."""
        try:
            return super().get_new_connection(conn_params)
        except psycopg.OperationalError:
            cluster = cluster_of(self.settings_dict)
            if cluster is None or not cluster.wait_until_answering(patience=15):
                raise
            return super().get_new_connection(conn_params)

    def is_usable(self) -> bool:
        """Whether the server is still at the other end.

        Asked once a request. A server that went away leaves a farewell or an end of file on the socket, so a silent
        socket needs no question to the server: that would cost each request a round trip.
        """
        if self.connection is None or self.connection.closed:
            return False
        if self.errors_occurred or not hasattr(select, "poll"):
            return bool(super().is_usable())
        waiting = select.poll()
        waiting.register(self.connection.pgconn.socket, select.POLLIN)
        return not waiting.poll(0) or bool(super().is_usable())

    def _set_autocommit(self, autocommit: bool) -> None:
        super()._set_autocommit(autocommit)  # type: ignore[misc]
        if not autocommit and (token := self._token()):
            self._tell(token)

    def announce_actor(self) -> None:
        """Tell the open transaction who acts now; ends with the transaction, or with a rolled-back savepoint.

        In a transaction that has failed nothing can be said, and nothing need be: what follows is a rollback.
        """
        if self.connection.info.transaction_status == TransactionStatus.INERROR:
            return
        self._tell(self._token())

    def _token(self) -> str:
        return actor_token(self.connection.info.backend_pid)

    def _tell(self, token: str) -> None:
        with self.wrap_database_errors:
            self.connection.execute(f"select set_config('{SETTING}', %s, true)", [token])
