"""The kinds of caller: nobody, every role, and tokens that were narrowed."""

from __future__ import annotations

import json
import subprocess
import sys

from tests.installation import Installation

ISSUE = """
import json
from datetime import timedelta
from django.db import transaction
from django.utils import timezone
from safar.directory.staff.demo import PEOPLE
from safar.directory.staff.models import Account
from safar.doors.api.actions import issue_token
from safar.doors.api.narrowing import own_organisations
from safar.foundation.access.actors import Actor, acting
from safar.foundation.access.visibility import resource_of
from safar.foundation.registers import all_registers

every = [resource_of(r.model) for r in all_registers()]
found = {}
def issue(name, role, **narrowed):
    person = Account.objects.get(username=next(p.username for p in PEOPLE if p.role == role))
    by = Actor("staff", user_id=person.pk, name=str(person))
    with transaction.atomic(), acting(by):
        if narrowed.pop("of_her_office", False):
            narrowed["organisation"] = str(sorted(own_organisations(by))[0])
        token = issue_token(
            purpose="fuzz", resources=every, may_write=narrowed.pop("may_write", True), by=by, now=timezone.now(),
            expires_on=timezone.localdate() + timedelta(days=1), **narrowed)
    found[name] = token.secret

for role in dict.fromkeys(p.role for p in PEOPLE):
    issue(role, role)
issue("read-only token", "case_worker", may_write=False)
issue("organisation's token", "case_worker", of_her_office=True)
issue("token with a field set", "case_worker", fields=["people.person.given", "recruiters.recruiter.state"])
print(json.dumps(found))
"""


def issued(installation: Installation) -> dict[str, str]:
    """A secret by kind of caller; empty for who has no token."""
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-m", "safar", "manage", "shell", "-v", "0", "-c", ISSUE],
        env=installation.environment,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    return {"no token": "", **json.loads(done.stdout.splitlines()[-1])}
