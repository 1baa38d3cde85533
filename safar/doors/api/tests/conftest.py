"""What the tests of the API share: somebody with a token."""

import pytest

from tests.people import person


@pytest.fixture
def officer(db):
    return person("token-owner", role="licensing_officer")
