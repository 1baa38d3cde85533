"""The shared cache: seen by everybody at once, and untouched by what happens to the request it was written in."""

import threading
from datetime import timedelta

import pytest
import time_machine
from django.core.cache import cache
from django.db import DataError, connection, transaction
from django.utils import timezone

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _empty(db):
    cache.clear()
    yield
    cache.clear()


def in_threads(work, number):
    """What each of several threads, started together, hears."""
    heard, ready = [], threading.Barrier(number)

    def one():
        ready.wait()
        heard.append(work())

    threads = [threading.Thread(target=one) for _thread in range(number)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return heard


def test_what_is_written_stays_when_the_transaction_is_taken_back():
    with transaction.atomic():
        cache.set("attempts", [1.5, 2.5], timeout=60)
        transaction.set_rollback(True)
    assert cache.get("attempts") == [1.5, 2.5]


def test_it_can_be_written_while_the_transaction_is_broken():
    with transaction.atomic():
        with pytest.raises(DataError), connection.cursor() as cursor:
            cursor.execute("select 1/0")
        assert cache.add("code", 1, timeout=60)
        transaction.set_rollback(True)
    assert not cache.add("code", 1, timeout=60)


def test_another_thread_sees_it_before_the_transaction_ends():
    with transaction.atomic():
        cache.set("seen", True, timeout=60)
        assert in_threads(lambda: cache.get("seen"), 1) == [True]


def test_of_many_who_add_at_once_one_alone_hears_yes():
    assert sum(in_threads(lambda: cache.add("once", 1, timeout=60), 8)) == 1


def test_no_count_is_lost():
    cache.set("count", 0, timeout=60)
    in_threads(lambda: cache.incr("count"), 8)
    assert cache.get("count") == 8


def test_counting_what_is_not_there_is_an_error():
    with pytest.raises(ValueError, match="not found"):
        cache.incr("nothing")


def test_what_has_expired_is_gone_and_may_be_added_again():
    with time_machine.travel(timezone.now(), tick=False) as clock:
        assert cache.add("code", 1, timeout=30)
        clock.shift(timedelta(seconds=29))
        assert not cache.add("code", 2, timeout=30)
        clock.shift(timedelta(seconds=1))
        assert cache.get("code") is None
        assert cache.add("code", 2, timeout=30)
        assert cache.get("code") == 2


def test_no_timeout_means_for_ever_and_touch_sets_one():
    with time_machine.travel(timezone.now(), tick=False) as clock:
        cache.set("kept", "x", timeout=None)
        clock.shift(timedelta(days=3650))
        assert cache.touch("kept", 10)
        clock.shift(timedelta(seconds=10))
        assert not cache.has_key("kept")  # noqa: W601
        assert not cache.touch("kept", 10)


def test_several_are_read_and_removed_together():
    cache.set_many({"a": 1, "b": [2], "c": {"d": None}}, timeout=60)
    assert cache.get_many(["a", "b", "c", "z"]) == {"a": 1, "b": [2], "c": {"d": None}}
    cache.delete_many(["a", "b"])
    assert cache.get_many(["a", "b", "c"]) == {"c": {"d": None}}
    assert cache.delete("c")
    assert not cache.delete("c")


def test_only_plain_values_are_kept():
    """A pickle in the table would run as code when read."""
    with pytest.raises(TypeError):
        cache.set("thing", object(), timeout=60)
    assert cache.get("thing", "none") == "none"
