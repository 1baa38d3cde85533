"""What every test shares: a database cloned from the migrated template, and static files served by their plain names, one chromium."""

import pytest

from safar.foundation.database.testing import django_db_modify_db_settings
from tests.browser import browser
from tests.installation import installation

__all__ = ["browser", "django_db_modify_db_settings", "installation"]


@pytest.fixture(autouse=True)
def plain_statics(settings):
    """Pages name static files without their digests: nothing is collected for a test."""
    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    settings.STORAGES = {**settings.STORAGES, "staticfiles": plain}
