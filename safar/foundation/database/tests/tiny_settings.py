"""Settings with this room and Django's own tables only: its tests need nothing of the floors above."""

from pathlib import Path

from safar.foundation.database.configuration import connection_settings

SECRET_KEY = "only for tests of the database room"
USE_TZ = True
SAFAR_DATA = Path(__file__).resolve().parents[4] / "var"
INSTALLED_APPS = ["django.contrib.contenttypes", "django.contrib.auth", "safar.foundation.database"]
DATABASES = {"default": connection_settings(SAFAR_DATA)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
