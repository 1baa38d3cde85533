"""What every test shares: a database cloned from the migrated template, plain static files, the English language, one chromium."""

import pytest
from django.test import override_settings
from django.utils import translation

from safar.foundation.database.testing import django_db_modify_db_settings
from tests.browser import browser
from tests.installation import installation

__all__ = ["browser", "django_db_modify_db_settings", "installation"]


def pytest_make_parametrize_id(val, argname):
    """Bytes are named after their argument: a workbook holds the second it was made, and two workers must agree on names."""
    return argname if isinstance(val, bytes) else None


@pytest.fixture(scope="session", autouse=True)
def no_collected_statics(tmp_path_factory):
    """The folder of collected static files is there, as in life, and empty: tests never read the installation's."""
    with override_settings(STATIC_ROOT=tmp_path_factory.mktemp("static")):
        yield


@pytest.fixture(autouse=True)
def plain_statics(settings):
    """Pages name static files without their digests: nothing is collected for a test."""
    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    settings.STORAGES = {**settings.STORAGES, "staticfiles": plain}


@pytest.fixture(autouse=True)
def _in_english():
    """Sentences are compared in the language they are written in, whatever a test before left active."""
    with translation.override("en"):
        yield
