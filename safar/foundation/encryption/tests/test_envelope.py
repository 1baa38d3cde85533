"""A value opens in its own place and nowhere else."""

import dataclasses
from datetime import UTC, datetime

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from safar.foundation.encryption.envelope import Place, Tampered, key_id_of, seal, unseal
from safar.foundation.encryption.keys import KeyStore

NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)
PLACE = Place(table="case_note", pk="0f0f", field="text")


@pytest.fixture(scope="module")
def keys(tmp_path_factory):
    return KeyStore.make(tmp_path_factory.mktemp("store"), trial=True, now=NOW)


@pytest.fixture(scope="module")
def key_id(keys):
    return keys.create_key(now=NOW)


@given(st.binary(max_size=500))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_what_is_sealed_opens_again(keys, key_id, plain):
    sealed = seal(plain, key_id=key_id, place=PLACE, keys=keys)
    assert unseal(sealed, place=PLACE, keys=keys) == plain
    assert key_id_of(sealed, place=PLACE) == key_id
    assert sealed != seal(plain, key_id=key_id, place=PLACE, keys=keys)


def test_it_is_aes_256_gcm_with_the_place_as_associated_data(keys, key_id):
    sealed = seal(b"shelter", key_id=key_id, place=PLACE, keys=keys)
    bound = b"".join(len(p).to_bytes(4, "big") + p for p in (b"case_note", b"0f0f", b"text", key_id.encode()))
    assert AESGCM(keys.key(key_id)).decrypt(sealed[17:29], sealed[29:], bound) == b"shelter"
    assert len(keys.key(key_id)) == 32


@pytest.mark.parametrize("part", ["table", "pk", "field"])
def test_moved_to_another_table_row_or_field_it_does_not_open(keys, key_id, part):
    sealed = seal(b"shelter", key_id=key_id, place=PLACE, keys=keys)
    with pytest.raises(Tampered):
        unseal(sealed, place=dataclasses.replace(PLACE, **{part: "other"}), keys=keys)


def test_two_places_never_read_the_same(keys, key_id):
    sealed = seal(b"x", key_id=key_id, place=Place("ab", "c", "d"), keys=keys)
    with pytest.raises(Tampered):
        unseal(sealed, place=Place("a", "bc", "d"), keys=keys)


def test_under_another_key_it_does_not_open(keys, key_id):
    other = keys.create_key(now=NOW)
    sealed = seal(b"x", key_id=key_id, place=PLACE, keys=keys)
    with pytest.raises(Tampered):
        unseal(sealed[:1] + bytes.fromhex(other) + sealed[17:], place=PLACE, keys=keys)


@given(st.integers(0), st.integers(1, 255))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_one_changed_byte_is_noticed(keys, key_id, at, flip):
    sealed = bytearray(seal(b"shelter", key_id=key_id, place=PLACE, keys=keys))
    at %= len(sealed)
    sealed[at] ^= flip
    # A changed key id names a key that is not there; every other byte is under the seal.
    with pytest.raises(Exception, match="altered|not in the key store"):
        unseal(bytes(sealed), place=PLACE, keys=keys)


@given(st.binary(max_size=60))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_anything_else_is_refused(keys, rubbish):
    with pytest.raises(Exception, match="altered|not in the key store"):
        unseal(rubbish, place=PLACE, keys=keys)
