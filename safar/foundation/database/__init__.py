"""The database room: one PostgreSQL, its roles, and who it is told is acting.

With nothing set, a server of our own is started from the wheel's programs on first use (``server.py``); with
``DATABASE_URL``, the operator's server is used. Only this room knows the difference. Other rooms need from here:

* ``set_actor_token_source(source)``: who is acting, told to the database at the start of each transaction;
* ``connect(role)``: a plain psycopg connection in one of the roles, for LISTEN, sealing and backups.
"""

from safar.foundation.database.actors import set_actor_token_source
from safar.foundation.database.connecting import connect

__all__ = ["connect", "set_actor_token_source"]
