"""What the tests of places share: the shipped reference, and who acts."""

import pytest
from django.utils import timezone

from safar.directory.places.demo import by_demo
from safar.directory.places.reference import load_reference
from safar.foundation.access.actors import Actor, acting, system_actor
from safar.foundation.access.models import Grant


@pytest.fixture
def now():
    return timezone.now()


@pytest.fixture
def loader():
    return system_actor("loader")


@pytest.fixture
def editor(db):
    """A directory editor, by a grant alone."""
    with acting(by_demo()):
        Grant.unscoped.create(user_id=900_900, role="directory_editor", max_level=1, valid_from="2020-01-01")
    return Actor("staff", user_id=900_900)


@pytest.fixture
def reference(db, now):
    return load_reference(by=by_demo(), now=now)
