"""Keys are whole or absent, closed to others, and gone for good once destroyed."""

import errno
import json
import os
import shutil
import threading
from datetime import UTC, datetime

import pytest
from django.core.management import CommandError, call_command
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from safar.foundation.encryption import durable, keys
from safar.foundation.encryption.keys import (
    KeyDamaged,
    KeyDestroyed,
    KeyMissing,
    KeysExposed,
    KeyStore,
    NoKeyStore,
    OtherKeyStore,
)
from safar.foundation.encryption.secret import trial_secret

NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)


@pytest.fixture
def store(tmp_path):
    return KeyStore.make(tmp_path / "keys", trial=False, now=NOW)


def everything_in(folder):
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


class TestMaking:
    def test_only_the_owner_can_enter_and_read(self, store):
        store.create_key(now=NOW)
        for path in [store.folder, *store.folder.rglob("*")]:
            assert path.stat().st_mode & 0o077 == 0, path

    def test_a_store_is_never_made_over_another(self, store):
        before = everything_in(store.folder)
        with pytest.raises(FileExistsError):
            KeyStore.make(store.folder, trial=False, now=NOW)
        assert everything_in(store.folder) == before

    def test_a_folder_open_to_others_is_refused_with_the_command_to_run(self, store):
        store.folder.chmod(0o750)
        with pytest.raises(KeysExposed, match="chmod -R go-rwx"):
            KeyStore(store.folder)

    def test_no_store_is_a_sentence_that_says_what_to_do(self, tmp_path):
        with pytest.raises(NoKeyStore, match="keys create.*escrow"):
            KeyStore(tmp_path)

    def test_a_torn_making_is_no_store_and_can_be_repeated(self, tmp_path, monkeypatch):
        real = keys.write_new
        monkeypatch.setattr(
            keys,
            "write_new",
            lambda path, content: real(path, content) if path.name != "store.json" else 1 / 0,
        )
        with pytest.raises(ZeroDivisionError):
            KeyStore.make(tmp_path, trial=False, now=NOW)
        monkeypatch.undo()
        store = KeyStore.make(tmp_path, trial=False, now=NOW)
        assert len(store.key(store.create_key(now=NOW))) == 32
        assert store.examine().trouble == ()

    def test_the_key_of_the_sessions_may_lie_there_already(self, tmp_path):
        assert len(trial_secret(tmp_path / "keys")) >= 50
        assert trial_secret(tmp_path / "keys") == trial_secret(tmp_path / "keys")
        KeyStore.make(tmp_path / "keys", trial=True, now=NOW)


class TestDataKeys:
    def test_no_two_keys_are_wrapped_with_the_same_nonce(self, store):
        """All are wrapped under one master key, under which GCM allows each nonce once."""
        for _time in range(20):
            store.create_key(now=NOW)
        sheets = [json.loads(path.read_bytes()) for path in store._wrapped_files()]
        assert len({sheet["master"] for sheet in sheets}) == 1
        assert len({sheet["nonce"] for sheet in sheets}) == len(sheets) == 20 + len(keys.FIXED)

    def test_each_key_is_its_own_and_lies_wrapped(self, store):
        first, second = store.create_key(now=NOW), store.create_key(now=NOW)
        assert store.key(first) != store.key(second)
        assert store.key(first) == KeyStore(store.folder).key(first)
        for path, content in everything_in(store.folder).items():
            assert store.key(first) not in content
            assert keys._text(store.key(first)).encode() not in content, path

    def test_a_missing_key_is_told_from_a_destroyed_one(self, store):
        lost, destroyed = store.create_key(now=NOW), store.create_key(now=NOW)
        store._path(lost).unlink()
        store.destroy_key(destroyed, now=NOW)
        with pytest.raises(KeyMissing, match="take-in"):
            store.key(lost)
        with pytest.raises(KeyDestroyed):
            store.key(destroyed)
        assert store.is_destroyed(destroyed)
        assert not store.is_destroyed(lost)

    def test_destruction_holds_for_a_process_that_had_the_key_open(self, store):
        other = KeyStore(store.folder)
        key_id = store.create_key(now=NOW)
        other.key(key_id)
        store.destroy_key(key_id, now=NOW)
        with pytest.raises(KeyDestroyed):
            other.key(key_id)

    def test_a_cut_between_tombstone_and_deletion_still_destroys(self, store, monkeypatch):
        key_id = store.create_key(now=NOW)
        monkeypatch.setattr(keys, "remove", lambda path: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            store.destroy_key(key_id, now=NOW)
        with pytest.raises(KeyDestroyed):
            store.key(key_id)

    def test_a_tombstone_tells_nothing_to_who_cannot_open_the_store(self, store):
        key_id = store.create_key(now=NOW)
        store.destroy_key(key_id, now=NOW, subjects=["31234567890123"])
        assert store.was_erased("31234567890123")
        assert not store.was_erased("31234567890124")
        for path, content in everything_in(store.folder / "tombstones").items():
            assert content == b"2026-11-22"
            assert "31234567890123" not in path.name
            assert key_id not in path.name

    def test_a_restored_key_file_stays_destroyed(self, store, tmp_path):
        key_id = store.create_key(now=NOW)
        shutil.copytree(store.folder, tmp_path / "old")
        store.destroy_key(key_id, now=NOW)
        shutil.copy(tmp_path / "old" / "data" / key_id[:2] / f"{key_id}.json", store._path(key_id))
        with pytest.raises(KeyDestroyed):
            store.key(key_id)

    @pytest.mark.parametrize("name", ["../../etc/passwd", "", "x" * 32, "A" * 32, "a" * 31])
    def test_an_id_from_the_database_never_names_another_file(self, store, name):
        with pytest.raises(KeyMissing):
            store.key(name)

    def test_a_key_file_under_another_name_does_not_open(self, store):
        first, second = store.create_key(now=NOW), store.create_key(now=NOW)
        shutil.copy(store._path(first), store._path(second))
        with pytest.raises(KeyDamaged):
            store.key(second)

    @settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40)
    @given(st.integers(0, 10_000), st.integers(1, 255))
    def test_one_changed_byte_is_noticed(self, store, at, flip):
        key_id = store.create_key(now=NOW)
        content = bytearray(store._path(key_id).read_bytes())
        before = json.loads(content)
        content[at % len(content)] ^= flip
        store._path(key_id).write_bytes(content)
        try:
            after = json.loads(content)
        except ValueError:
            after = None
        protected = ("master", "nonce", "wrapped")
        if after is not None and all(after.get(name) == before[name] for name in protected):
            return
        with pytest.raises((KeyDamaged, KeyMissing)):
            store.key(key_id)


class TestFullDisk:
    @pytest.fixture
    def full(self, monkeypatch):
        def no_room(handle):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

        return lambda: monkeypatch.setattr(os, "fsync", no_room)

    def test_making_a_key_leaves_nothing_half_and_says_so(self, store, full):
        before = everything_in(store.folder)
        full()
        with pytest.raises(durable.NotWritten, match="full.*Nothing was changed"):
            store.create_key(now=NOW)
        assert everything_in(store.folder) == before

    def test_rotation_keeps_every_key_readable(self, store, full, monkeypatch):
        kept = {key_id: store.key(key_id) for key_id in (store.create_key(now=NOW) for _ in range(3))}
        full()
        with pytest.raises(durable.NotWritten):
            store.rotate_master(now=NOW)
        monkeypatch.undo()
        again = KeyStore(store.folder)
        assert {key_id: again.key(key_id) for key_id in kept} == kept

    def test_a_file_is_the_old_or_the_new_never_a_part(self, tmp_path, full):
        path = tmp_path / "sheet"
        durable.write_new(path, b"old")
        full()
        with pytest.raises(durable.NotWritten):
            durable.replace(path, b"new")
        assert path.read_bytes() == b"old"
        assert list(tmp_path.iterdir()) == [path]

    def test_a_folder_that_cannot_be_written_is_named(self, tmp_path):
        with pytest.raises(durable.NotWritten, match="cannot be written"):
            durable.write_new(tmp_path / "absent" / "file", b"")


class TestRotation:
    def test_every_key_is_wrapped_anew_and_the_old_master_goes(self, store):
        kept = {key_id: store.key(key_id) for key_id in (store.create_key(now=NOW) for _ in range(5))}
        index, gone, before = store.index_key(), store.create_key(now=NOW), store.fingerprints()
        store.destroy_key(gone, now=NOW)
        assert store.rotate_master(now=NOW) == 8
        for reader in (store, KeyStore(store.folder)):
            assert {key_id: reader.key(key_id) for key_id in kept} == kept
            assert reader.index_key() == index
            assert reader.is_destroyed(gone)
        assert len(store.fingerprints()) == 1
        assert store.fingerprints() != before

    def test_cut_short_it_can_be_repeated(self, store, monkeypatch):
        kept = {key_id: store.key(key_id) for key_id in (store.create_key(now=NOW) for _ in range(4))}
        real, count = keys.replace, iter(range(100))
        monkeypatch.setattr(
            keys, "replace", lambda path, content: real(path, content) if next(count) < 3 else 1 / 0
        )
        with pytest.raises(ZeroDivisionError):
            store.rotate_master(now=NOW)
        monkeypatch.undo()
        assert {key_id: KeyStore(store.folder).key(key_id) for key_id in kept} == kept
        store.rotate_master(now=NOW)
        assert {key_id: KeyStore(store.folder).key(key_id) for key_id in kept} == kept
        assert len(store.fingerprints()) == 1

    def test_others_work_on_while_it_runs(self, store):
        made, trouble = [store.create_key(now=NOW)], []
        done = threading.Event()

        def work():
            other = KeyStore(store.folder)
            while not done.is_set():
                try:
                    made.append(other.create_key(now=NOW))
                    other.key(made[0])
                except Exception as error:
                    trouble.append(error)

        worker = threading.Thread(target=work)
        worker.start()
        for _ in range(3):
            store.rotate_master(now=NOW)
        done.set()
        worker.join()
        assert trouble == []
        assert store.examine().trouble == ()
        assert all(len(KeyStore(store.folder).key(key_id)) == 32 for key_id in made)


class TestCopies:
    def test_the_drill_opens_every_key_with_the_escrowed_masters(self, store, tmp_path):
        store.create_key(now=NOW)
        shutil.copytree(store.folder / "masters", tmp_path / "escrow")
        assert store.examine(masters=tmp_path / "escrow").readable == 4
        store.rotate_master(now=NOW)
        assert store.examine().trouble == ()
        assert len(store.examine(masters=tmp_path / "escrow").trouble) == 4

    def test_lost_and_damaged_keys_come_back_and_destroyed_ones_do_not(self, store, tmp_path):
        lost, damaged, destroyed = (store.create_key(now=NOW) for _ in range(3))
        shutil.copytree(store.folder, tmp_path / "copy")
        kept = store.key(lost), store.key(damaged)
        store._path(lost).unlink()
        store._path(damaged).write_bytes(b"{}")
        store.destroy_key(destroyed, now=NOW)
        assert store.take_in(tmp_path / "copy") == 2
        assert (store.key(lost), store.key(damaged)) == kept
        with pytest.raises(KeyDestroyed):
            store.key(destroyed)

    def test_what_was_destroyed_in_the_copy_is_destroyed_here(self, store, tmp_path):
        key_id = store.create_key(now=NOW)
        shutil.copytree(store.folder, tmp_path / "copy")
        KeyStore(tmp_path / "copy").destroy_key(key_id, now=NOW)
        store.take_in(tmp_path / "copy")
        assert not store._path(key_id).exists()
        with pytest.raises(KeyDestroyed):
            store.key(key_id)

    def test_the_store_of_another_installation_is_refused(self, store, tmp_path):
        other = KeyStore.make(tmp_path / "other", trial=False, now=NOW)
        before = everything_in(store.folder)
        with pytest.raises(OtherKeyStore):
            store.take_in(other.folder)
        assert everything_in(store.folder) == before


class TestInstallation:
    def test_a_trial_makes_its_own_keys_and_says_so(self, tmp_path, settings):
        settings.SAFAR_KEYS, settings.SAFAR_DEMO = tmp_path / "keys", True
        assert keys.are_trial()
        assert keys.store() is keys.store()

    def test_an_installation_in_earnest_does_not_start_without_its_keys(self, tmp_path, settings):
        settings.SAFAR_KEYS, settings.SAFAR_DEMO = tmp_path / "keys", False
        with pytest.raises(NoKeyStore):
            keys.store()
        call_command("keys", "create")
        assert not keys.are_trial()

    def test_the_command_tells_what_it_did(self, tmp_path, settings, capsys):
        settings.SAFAR_KEYS, settings.SAFAR_DEMO = tmp_path / "keys", False
        call_command("keys", "create")
        key_id = keys.store().create_key(now=NOW)
        call_command("keys", "check")
        call_command("keys", "rotate")
        said = capsys.readouterr().out
        assert "4 keys open" in said
        assert "4 keys wrapped anew" in said
        assert keys.store().fingerprints()[0] in said
        with pytest.raises(CommandError, match="left as it is"):
            call_command("keys", "create")
        keys.store()._path(key_id).write_bytes(b"{}")
        with pytest.raises(CommandError, match="damaged"):
            call_command("keys", "check")
