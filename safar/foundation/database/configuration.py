"""Builds Django's ``DATABASES`` from the environment.

============================ ==========================================================================
DATABASE_URL                 the operator's server, as the web role; unset: the embedded server
DATABASE_OWNER_URL           the same server as the owner, for ``safar migrate``
DATABASE_SEALER_URL          the same server as the sealer; DATABASE_BACKUP_URL likewise for backups
SAFAR_ROLE                   ``web`` (default) or ``owner``: which role this process connects as
SAFAR_DATABASE               name of the embedded server's database (default ``safar``)
============================ ==========================================================================
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import dj_database_url

from safar.foundation.database import roles

ENGINE = "safar.foundation.database.backend"
URLS = {
    "web": "DATABASE_URL",
    "owner": "DATABASE_OWNER_URL",
    "sealer": "DATABASE_SEALER_URL",
    "backup": "DATABASE_BACKUP_URL",
}
TEST_CLUSTER = "SAFAR_TEST_CLUSTER"


def connection_settings(data: Path) -> dict[str, Any]:
    """The one entry of ``DATABASES``; `data` is the folder under which the embedded server keeps its own."""
    settings: dict[str, Any] = {
        "ENGINE": ENGINE,
        "NAME": os.environ.get("SAFAR_DATABASE", roles.DATABASE),
        "ATOMIC_REQUESTS": True,
        "CONN_MAX_AGE": 600,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {"options": "-c pgtrigger.ignore={}"},
        "CLUSTER": "",
        "CLUSTER_IS_TEST": False,
        "TEST": {"TEMPLATE": None},
    }
    url, test_cluster = os.environ.get("DATABASE_URL", ""), os.environ.get(TEST_CLUSTER, "")
    if not url:
        settings.update(CLUSTER=test_cluster or str(data / "pg"), CLUSTER_IS_TEST=bool(test_cluster))
    else:
        settings["NAME"] = os.environ.get("SAFAR_DATABASE") or str(dj_database_url.parse(url).get("NAME", ""))
    return settings
