"""Pages of the website are tested with the static files as they stand in the source, before they are collected."""

from typing import Any

import pytest


@pytest.fixture(autouse=True)
def files_as_they_stand(settings: Any) -> None:
    """Name static files without a fingerprint: nothing has been collected where tests run."""
    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    settings.STORAGES = {**settings.STORAGES, "staticfiles": plain}
