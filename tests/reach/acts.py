"""What a case worker of the demo does, done by the actions themselves in a process of its own: ``python -m tests.reach.acts``.

``register WORD COUNT`` registers so many people, each with another name, a telephone, a paper, a consent and a rule of safe
contact, all of whom carry the word; it prints their keys. ``erase KEY...`` erases people for good.
"""

from __future__ import annotations

import json
import os
import sys
from string import ascii_lowercase
from typing import Any
from zlib import crc32

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "safar.config.settings")
WORKER = "demo-yordamchi"


def main(act: str, *arguments: str) -> None:
    """Do what the command line says."""
    django.setup()
    if act == "messages":
        queue_messages()
        return
    acts: dict[str, Any] = {
        "register": lambda word, count: register(word, int(count)),
        "erase": lambda *keys: erase(keys),
        "token": token,
        "session": session,
        "office": lambda: str(office()),
    }
    print(json.dumps(acts[act](*arguments)))


def register(word: str, count: int) -> list[str]:
    """People with something in every drawer."""
    from django.utils import timezone

    from safar.directory.people.actions import NAMES, PHONES, add_paper, give_consent, set_safe_contact
    from safar.directory.people.register import PEOPLE

    keys = []
    for number in range(count):
        digits = f"{(crc32(word.encode()) + number) % 10_000_000:07}"
        person = do(PEOPLE.add_action, None, family=word + ascii_lowercase[number % 26], given="Namuna", sex="F",
                    birth_precision="YEAR", birth_date="1990-01-01", organisation=office(), somebody_else="on")  # fmt: skip
        do(NAMES.add, person, kind="FORMER", family=f"{word}sobiq", given="Namuna")
        do(PHONES.add, person, number=f"+99890{digits}", whose="OWN")
        do(add_paper, person, type="PASSPORT", number=f"AB{digits}", country="UZ", seen="SEEN")
        do(give_consent, person, purpose="REFERRAL", about="CASE", organisation=office(), how="SPOKEN",
           language="uz", given_on=f"{timezone.localdate()}")  # fmt: skip
        do(set_safe_contact, person, language="uz", channels=["CALL"], days=["1"], hour_from="9", hour_to="18",
           code_word=word)  # fmt: skip
        keys.append(str(person.pk))
    return keys


def erase(keys: tuple[str, ...]) -> list[str]:
    """Erase people as the law gives them a right to."""
    from safar.directory.people.actions import erase_person

    for key in keys:
        do(erase_person, key, reason="drill")
    return list(keys)


def token(username: str) -> str:
    """The secret of a token for all that somebody may do."""
    from django.utils import timezone

    from safar.directory.staff.models import Account
    from safar.doors.api.actions import issue_token
    from safar.foundation.access.actors import Actor, acting
    from safar.foundation.access.models import protected_models
    from safar.foundation.access.visibility import resource_of

    account = Account.objects.get(username=username)
    actor = Actor("staff", user_id=account.pk, name=str(account))
    with acting(actor):
        return issue_token(
            purpose="harness", resources=[resource_of(model) for model in protected_models()], may_write=True, expires_on=timezone.localdate(),
            by=actor, now=timezone.now(),
        ).secret  # fmt: skip


def session(username: str) -> str:
    """The session of a browser in which somebody has signed in."""
    from safar.directory.staff.demo import client_of
    from safar.directory.staff.models import Account

    return str(client_of(Account.objects.get(username=username)).cookies["sessionid"].value)


def queue_messages() -> None:
    """A code to each telephone; says ``queued`` when the database has it for certain, ``not known`` when it went away."""
    from django.db import InterfaceError, OperationalError, connections
    from django.utils import timezone

    from safar.foundation.access.actors import system_actor
    from safar.foundation.messages import codes

    for line in sys.stdin:
        try:
            codes.issue(line.strip(), purpose="harness", language="uz", address="127.0.0.1", by=system_actor("harness"),
                        now=timezone.now())  # fmt: skip
            print("queued", flush=True)
        except (OperationalError, InterfaceError):
            connections.close_all()
            print("not known", flush=True)


def office() -> Any:
    """The case worker's own desk."""
    from django.db import transaction

    from safar.directory.staff.demo import office_of
    from safar.foundation.access.actors import acting, system_actor

    with acting(system_actor("demo")), transaction.atomic():
        return office_of("partner").pk


def do(action: Any, subject: Any, **inputs: Any) -> Any:
    """One action through its form, as the web role and as the case worker."""
    from django.db import transaction
    from django.utils import timezone

    from safar.directory.people.models import Person
    from safar.directory.staff.models import Account
    from safar.foundation.access.actors import Actor, acting
    from safar.foundation.access.visibility import get
    from safar.foundation.actions.forms import form_for, run

    account = Account.objects.get(username=WORKER)
    actor = Actor("staff", user_id=account.pk, name=str(account))
    with acting(actor), transaction.atomic():
        row = None if subject is None else get(actor, Person, getattr(subject, "pk", subject), action.name)
        data = inputs if row is None else {**inputs, "version": row.version}
        form = form_for(action, actor, row, data=data)
        assert form.is_valid(), (action.name, form.errors)
        return run(action, actor, row, form, now=timezone.now())


if __name__ == "__main__":
    main(*sys.argv[1:])
