"""What a page tells after an act, on its way to the next page."""

import base64
from types import SimpleNamespace

from django.contrib import messages
from django.contrib.messages.storage.base import Message

from safar.foundation.encryption.telling import SealedMessages

WORD = "Starting password: abcd-efgh"


def kept(session):
    return SealedMessages(SimpleNamespace(session=session, META={}))


def told(session):
    return [str(message) for message in kept(session)]


def test_what_is_told_is_read_once_and_stands_nowhere_in_the_clear():
    session = {}
    kept(session)._store([Message(messages.WARNING, WORD, extra_tags="secret")], None)
    (sealed,) = session.values()
    assert "password" not in sealed
    assert WORD.encode().hex() not in sealed
    assert told(session) == [WORD]
    assert told({}) == []


def test_no_two_are_sealed_alike():
    """A nonce of its own each time, under a key that stays the same."""
    sealed = []
    for _time in range(50):
        session = {}
        kept(session)._store([Message(messages.WARNING, WORD)], None)
        sealed += session.values()
    assert len({base64.b64decode(one)[:12] for one in sealed}) == 50


def test_what_was_altered_or_sealed_under_another_key_is_no_message(settings):
    session = {}
    kept(session)._store([Message(messages.WARNING, WORD)], None)
    name, sealed = next(iter(session.items()))
    for other in (sealed[:-6] + "AAAAA=", "", "not base64!", sealed[:8], '[["__json_message",0,20,"x"]]'):
        assert told({name: other}) == []
    settings.SECRET_KEY = "another"
    assert told(session) == []
