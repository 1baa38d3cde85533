"""The firms in memory: what changes is seen within a second, and what cannot be sure keeps silent."""

import time
from datetime import date

import psycopg
import pytest
from django.db import transaction
from django.utils import timezone

from safar.citizens.recruiters import actions, snapshot
from safar.citizens.recruiters.check import Question, ask
from safar.citizens.recruiters.demo import OFFICER, make_alias, make_branch, make_recruiter
from safar.citizens.recruiters.models import Alias, Branch, Recruiter, State
from safar.citizens.recruiters.rules import Verdict
from safar.foundation.access.actors import acting
from safar.foundation.database import connect

TODAY = date(2026, 11, 23)


def says(shot, text):
    firms = shot.fresh()
    return None if firms is None else ask(Question(text=text), firms, today=TODAY).verdict


def seen(shot, text, wanted, *, within=5.0):
    """Seconds until the snapshot says what is wanted."""
    began = time.monotonic()
    while time.monotonic() - began < within:
        if says(shot, text) == wanted:
            return time.monotonic() - began
        time.sleep(0.005)
    raise AssertionError(f"{text}: {says(shot, text)}, not {wanted}")


@pytest.mark.django_db(transaction=True)
def test_every_change_is_seen_and_what_is_not_committed_is_not():
    firm = make_recruiter("Zarafshon Ish", number="XM-0417")
    hidden = make_recruiter("Sir Firma", state=State.APPLIED)
    with snapshot.listening() as shot:
        assert says(shot, "XM-0417") == Verdict.LICENSED
        assert says(shot, "Sir Firma") == Verdict.NOT_FOUND
        actions.suspend_licence(firm, reason="Namuna", order_number="118", by=OFFICER, now=timezone.now())
        seen(shot, "XM-0417", Verdict.SUSPENDED)
        make_recruiter("Yangi Firma", number="XM-0418")
        seen(shot, "Yangi Firma", Verdict.LICENSED)
        make_alias(hidden, "Eski Sir")
        make_alias(firm, "Eski Nom")
        seen(shot, "Eski Nom", Verdict.OLD_NAME)
        make_branch(firm, "Ish Buxoro")
        seen(shot, "Ish Buxoro", Verdict.BRANCH)
        with acting(OFFICER):
            Branch.unscoped.all().delete()
        seen(shot, "Ish Buxoro", Verdict.NOT_FOUND)
        with transaction.atomic():
            make_recruiter("Bekor Firma", number="XM-0419")
            transaction.set_rollback(True)
        time.sleep(0.5)
        assert says(shot, "Bekor Firma") == Verdict.NOT_FOUND
        assert says(shot, "Eski Sir") == Verdict.NOT_FOUND
        with acting(OFFICER):
            Recruiter.unscoped.filter(name="Yangi Firma").delete()
        seen(shot, "Yangi Firma", Verdict.NOT_FOUND)
        with acting(OFFICER):
            Recruiter.unscoped.filter(pk=firm.pk).update(state="REFUSED", stopped_on=None)
        seen(shot, "XM-0417", Verdict.NOT_FOUND)


@pytest.mark.django_db(transaction=True)
def test_a_firm_published_late_brings_its_former_names_along():
    firm = make_recruiter("Kech Firma", state=State.APPLIED)
    make_alias(firm, "Kech Eski")
    with snapshot.listening() as shot:
        assert says(shot, "Kech Eski") == Verdict.NOT_FOUND
        actions.grant_licence(firm, number="XM-9", order_number="1", by=OFFICER, now=timezone.now())
        seen(shot, "Kech Eski", Verdict.OLD_NAME)
    with acting(OFFICER):
        assert Alias.unscoped.get().is_public


@pytest.mark.django_db(transaction=True)
def test_a_list_of_many_firms_is_read_at_once():
    with snapshot.listening() as shot:
        with acting(OFFICER), transaction.atomic():
            Recruiter.unscoped.bulk_create(
                [Recruiter(name=f"Koʻp Firma {n}", number=f"K-{n}", state=State.LICENSED) for n in range(150)]
            )
        seen(shot, "K-149", Verdict.LICENSED)
        assert len(shot.fresh()) == 150


@pytest.mark.django_db(transaction=True)
def test_when_the_listeners_connection_dies_nothing_is_believed_until_all_is_read_again():
    firm = make_recruiter("Zarafshon Ish", number="XM-0417")
    lines, is_down = [], False

    def line():
        if is_down:
            raise psycopg.OperationalError
        lines.append(connect("web"))
        return lines[-1]

    shot = snapshot.Snapshot(line)
    shot.start()
    try:
        seen(shot, "XM-0417", Verdict.LICENSED)
        is_down = True
        cut_off(lines[-1].info.backend_pid)
        until_silent(shot)
        actions.suspend_licence(firm, reason="Namuna", order_number="118", by=OFFICER, now=timezone.now())
        assert shot.fresh() is None
        is_down = False
        seen(shot, "XM-0417", Verdict.SUSPENDED)
    finally:
        shot.stop()
    assert shot.fresh() is None


def cut_off(pid):
    with connect("web") as other:
        other.execute("select pg_terminate_backend(%s)", [pid])


def until_silent(shot):
    deadline = time.monotonic() + 3
    while shot.fresh() is not None and time.monotonic() < deadline:
        time.sleep(0.02)
    assert shot.fresh() is None


def test_what_the_news_tells():
    assert snapshot.changed_ids(["1,2", "3", "2"]) == {1, 2, 3}
    assert snapshot.changed_ids(["1", "*"]) is None
    assert snapshot.changed_ids(["1;drop"]) is None
    assert snapshot.changed_ids([",".join(map(str, range(2000)))]) is None


def test_a_snapshot_that_never_read_anything_is_silent():
    assert snapshot.Snapshot().fresh() is None
    assert snapshot.Snapshot().hints("x") is None
