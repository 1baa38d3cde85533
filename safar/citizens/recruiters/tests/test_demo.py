"""The demo world."""

from collections import Counter

import pytest
from django.utils import timezone

from safar.citizens.recruiters import demo
from safar.citizens.recruiters.models import Recruiter

pytestmark = pytest.mark.django_db


def test_the_demo_world_has_150_recruiters_in_every_state_and_is_made_once():
    now = timezone.now()
    demo.load(now=now)
    demo.load(now=now)
    states = Counter(Recruiter.unscoped.values_list("state", flat=True))
    assert sum(states.values()) == 150
    assert set(states) == set(Recruiter.State.values)
