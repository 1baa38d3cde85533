"""A file goes where its record goes: kept under a name that says nothing, shown to who sees the record, erased for good."""

import io
import os
from datetime import timedelta
from uuid import uuid4

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction
from django.http import Http404
from PIL import Image

from safar.foundation import history
from safar.foundation.access.actors import acting
from safar.foundation.access.models import Grant
from safar.foundation.encryption.keys import KeyDestroyed
from safar.foundation.files import keeping, refusals, storage
from safar.foundation.files.accept import accept
from safar.foundation.files.download import download
from safar.foundation.files.keeping import Altered, attach, content, erase, files_of, relabel
from safar.foundation.files.models import StoredFile
from safar.foundation.files.tests.conftest import NOW, person, record
from safar.foundation.files.tests.makers import pdf, picture
from safar.foundation.history.models import Event

TEXT = "Guvohning manzili"


def accepted(text=TEXT, name="Gulnora Karimova.txt"):
    return accept(io.BytesIO(text.encode()), name=name)


def kept(subject, by, **options):
    file = attach(subject, options.pop("accepted", None) or accepted(), by=by, now=NOW, **options)
    file.save(force_insert=True)
    return StoredFile.unscoped.get(pk=file.pk)


def on_disk(settings):
    return [path for path in (settings.SAFAR_FILES / "kept").rglob("*") if path.is_file()]


class TestKeeping:
    def test_a_file_of_a_sensitive_record_lies_encrypted_under_a_name_that_says_nothing(
        self, sensitive, keeper, settings
    ):
        file = kept(sensitive, keeper)
        [path] = on_disk(settings)
        assert file.is_sealed
        assert content(file) == TEXT.encode()
        assert TEXT.encode() not in path.read_bytes()
        assert len(path.name) == 32
        assert path.stat().st_mode & 0o077 == 0
        assert "Gulnora" not in str(path) + str(file)
        assert file.name == "Gulnora Karimova.txt"

    def test_below_level_two_the_content_is_plain_and_the_name_is_not(self, personal, keeper, settings):
        file = kept(personal, keeper)
        [path] = on_disk(settings)
        assert not file.is_sealed
        assert path.read_bytes() == TEXT.encode()
        [name] = StoredFile.unscoped.values_list("name", flat=True)
        assert b"Gulnora" not in bytes(name)

    def test_it_inherits_the_label_of_its_record(self, sensitive, keeper):
        file = kept(sensitive, keeper)
        assert (file.label_org, file.label_place, file.label_level) == (1, "", 2)
        assert file.label() == sensitive.label()

    def test_its_level_may_be_raised_and_never_lowered(self, personal, sensitive, keeper):
        assert kept(personal, keeper, level=2).label_level == 2
        assert kept(sensitive, keeper, level=0).label_level == 2

    def test_it_is_public_only_if_its_record_is(self, db, keeper):
        public, hidden = record(0), record(0)
        public.is_public = True
        assert attach(public, accepted(), by=keeper, now=NOW, public=True).is_public
        assert not attach(public, accepted(), by=keeper, now=NOW).is_public
        assert not attach(hidden, accepted(), by=keeper, now=NOW, public=True).is_public
        assert not attach(public, accepted(), by=keeper, now=NOW, public=True, level=1).is_public

    def test_the_database_holds_no_sensitive_content_in_the_clear(self, personal, keeper):
        file = kept(personal, keeper)
        with pytest.raises(IntegrityError), transaction.atomic():
            StoredFile.unscoped.filter(pk=file.pk).update(label_level=2)

    def test_two_files_never_share_a_name_or_a_key(self, sensitive, keeper):
        first, second = kept(sensitive, keeper), kept(sensitive, keeper)
        assert first.stored_as != second.stored_as
        assert first.data_key != second.data_key

    def test_a_file_exchanged_on_the_disk_is_noticed(self, sensitive, personal, keeper, settings):
        for subject in (sensitive, personal):
            file, other = kept(subject, keeper), kept(subject, keeper, accepted=accepted("boshqa"))
            storage._path(file.stored_as).write_bytes(storage._path(other.stored_as).read_bytes())
            with pytest.raises(Altered, match="backup"):
                content(file)

    def test_a_content_is_bound_to_its_record_even_if_the_database_says_otherwise(self, sensitive, keeper):
        file, other = kept(sensitive, keeper), kept(sensitive, keeper, accepted=accepted("boshqa"))
        file.stored_as, file.digest = other.stored_as, other.digest
        with pytest.raises(Exception, match="moved here"):
            content(file)

    def test_the_history_of_the_row_holds_no_name(self, sensitive, keeper):
        kept(sensitive, keeper)
        version = StoredFile._meta.apps.get_model("files", "StoredFileVersion")
        assert {"name", "data_key"}.isdisjoint(field.name for field in version._meta.fields)
        assert version.objects.count() == 1

    def test_a_content_not_there_is_named(self, personal, keeper, settings):
        file = kept(personal, keeper)
        on_disk(settings)[0].unlink()
        with pytest.raises(storage.ContentMissing, match="backup of SAFAR_FILES"):
            content(file)

    @pytest.mark.parametrize("token", ["../../etc/passwd", "", "x" * 31])
    def test_a_name_from_the_database_never_reads_another_file(self, token):
        with pytest.raises(storage.ContentMissing):
            storage.read(token)


class TestQuota:
    def test_a_record_carries_so_many_files(self, personal, keeper, monkeypatch):
        monkeypatch.setattr(keeping, "PER_RECORD", 2)
        for _ in range(2):
            kept(personal, keeper)
        with pytest.raises(refusals.QuotaReached, match="2 files"):
            kept(personal, keeper)
        kept(record(1), keeper)

    def test_and_so_many_bytes(self, personal, keeper, monkeypatch):
        monkeypatch.setattr(keeping, "PER_RECORD_BYTES", 30)
        kept(personal, keeper)
        with pytest.raises(refusals.QuotaReached):
            kept(personal, keeper)

    def test_a_person_sends_so_many_in_a_day(self, db, keeper, monkeypatch):
        monkeypatch.setattr(keeping, "PER_DAY", 2)
        for _ in range(2):
            kept(record(1), keeper)
        with pytest.raises(refusals.QuotaReached):
            kept(record(1), keeper)
        kept(record(1), person("keeper", user_id=8))
        attach(record(1), accepted(), by=keeper, now=NOW + timedelta(days=1))

    def test_nothing_is_written_when_it_is_refused(self, personal, keeper, monkeypatch, settings):
        monkeypatch.setattr(keeping, "PER_RECORD", 0)
        with pytest.raises(refusals.QuotaReached):
            kept(personal, keeper)
        assert on_disk(settings) == []


class TestDownload:
    def test_it_comes_as_an_attachment_that_no_browser_runs_or_keeps(self, sensitive, keeper):
        answer = download(keeper, kept(sensitive, keeper).pk, now=NOW)
        assert answer.content == TEXT.encode()
        assert answer["Content-Type"] == "text/plain; charset=utf-8"
        assert answer["Content-Disposition"] == 'attachment; filename="Gulnora Karimova.txt"'
        assert answer["X-Content-Type-Options"] == "nosniff"
        assert answer["Cache-Control"] == "no-store"
        assert "sandbox" in answer["Content-Security-Policy"]
        assert "default-src 'none'" in answer["Content-Security-Policy"]

    @pytest.mark.parametrize("name", ['a"; x=".pdf', "Шартнома №5.pdf", "a\r\nSet-Cookie: b=c.pdf"])
    def test_no_name_breaks_the_headers(self, sensitive, keeper, name):
        file = kept(sensitive, keeper, accepted=accept(io.BytesIO(pdf()), name=name))
        answer = download(keeper, file.pk, now=NOW)
        assert answer["Content-Disposition"].startswith("attachment; ")
        assert b"\nSet-Cookie" not in answer.serialize_headers()

    def test_pictures_come_back_as_pictures(self, personal, keeper):
        file = kept(personal, keeper, accepted=accept(io.BytesIO(picture()), name="a.jpg"))
        answer = download(keeper, file.pk, now=NOW)
        assert answer["Content-Type"] == "image/jpeg"
        assert Image.open(io.BytesIO(answer.content)).size == (40, 20)

    def test_who_does_not_see_it_gets_the_same_404_as_for_nothing(self, sensitive, keeper):
        file = kept(sensitive, keeper)
        answers = []
        for actor, pk in (
            (person("keeper", org=2), file.pk),
            (person("clerk", level=1), file.pk),
            (person("nobody"), file.pk),
            (keeper, uuid4()),
            (keeper, "rubbish"),
        ):
            with pytest.raises(Http404) as caught:
                download(actor, pk, now=NOW)
            answers.append((type(caught.value), str(caught.value)))
        assert len(set(answers)) == 1

    def test_who_sees_the_file_and_not_its_record_gets_404(self, sensitive, keeper):
        with pytest.raises(Http404):
            download(person("reader"), kept(sensitive, keeper).pk, now=NOW)

    def test_the_label_of_the_record_is_asked_again_at_download(self, personal, keeper):
        file, clerk = kept(personal, keeper), person("clerk", level=1)
        assert download(clerk, file.pk, now=NOW).status_code == 200
        Grant.unscoped.filter(pk=personal.pk).update(label_level=2)
        with pytest.raises(Http404):
            download(clerk, file.pk, now=NOW)
        Grant.unscoped.filter(pk=personal.pk).update(label_level=1, label_org=2)
        with pytest.raises(Http404):
            download(clerk, file.pk, now=NOW)

    def test_a_record_deleted_takes_its_files_from_view(self, personal, keeper):
        file = kept(personal, keeper)
        Grant.unscoped.filter(pk=personal.pk).delete()
        with pytest.raises(Http404):
            download(keeper, file.pk, now=NOW)

    def test_a_look_at_a_sensitive_file_is_recorded_and_another_is_not(
        self, sensitive, personal, keeper, monkeypatch
    ):
        looks = []
        monkeypatch.setattr(
            history, "record_read", lambda file, **who: looks.append((file.pk, who)), raising=False
        )
        file, other = kept(sensitive, keeper), kept(personal, keeper)
        for each in (file, other):
            download(keeper, each.pk, now=NOW)
        assert looks == [(file.pk, {"by": keeper, "now": NOW})]

    def test_the_look_stands_in_the_sealed_book(self, sensitive, keeper):
        file = kept(sensitive, keeper)
        with acting(keeper):
            download(keeper, file.pk, now=NOW)
        [look] = Event.unscoped.filter(kind="read")
        assert (look.resource, look.subject_id, look.actor) == ("files.storedfile", str(file.pk), "staff.7")
        assert "Gulnora" not in str(look.__dict__)

    def test_if_the_look_cannot_be_recorded_nothing_is_given_out(self, sensitive, keeper, monkeypatch):
        def fails(*_args, **_options):
            raise RuntimeError("the book is shut")

        monkeypatch.setattr(history, "record_read", fails, raising=False)
        with pytest.raises(RuntimeError):
            download(keeper, kept(sensitive, keeper).pk, now=NOW)

    def test_the_list_of_a_record_shows_what_the_actor_may_see(self, sensitive, keeper):
        file = kept(sensitive, keeper)
        assert list(files_of(sensitive, by=keeper)) == [file]
        assert list(files_of(sensitive, by=person("clerk", level=1))) == []


class TestErasing:
    def test_key_and_content_go_with_the_commit_and_not_before(
        self, sensitive, keeper, store, settings, django_capture_on_commit_callbacks
    ):
        file = kept(sensitive, keeper)
        copy_in_a_backup = storage.read(file.stored_as)
        with django_capture_on_commit_callbacks() as after, acting(keeper):
            erase(file, now=NOW).save()
        assert content(file) == TEXT.encode()
        with pytest.raises(Http404):
            download(keeper, file.pk, now=NOW)
        for callback in after:
            callback()
        assert on_disk(settings) == []
        storage._path(file.stored_as).write_bytes(copy_in_a_backup)
        with pytest.raises(KeyDestroyed):
            content(file)
        again = StoredFile.unscoped.get(pk=file.pk)
        assert again.name == ""
        assert not files_of(sensitive, by=keeper).exists()

    def test_a_key_destroyed_leaves_a_404(self, sensitive, keeper, store):
        file = kept(sensitive, keeper)
        store.destroy_key(file.data_key, now=NOW)
        with pytest.raises(Http404):
            download(keeper, file.pk, now=NOW)


class TestRelabelling:
    def test_a_record_that_became_sensitive_takes_its_files_along(
        self, personal, keeper, settings, django_capture_on_commit_callbacks
    ):
        file = kept(personal, keeper)
        before = file.stored_as
        personal.max_level = 2
        with django_capture_on_commit_callbacks(execute=True), acting(keeper):
            relabel(file, personal, now=NOW).save()
        again = StoredFile.unscoped.get(pk=file.pk)
        assert (again.label_level, again.is_sealed) == (2, True)
        assert content(again) == TEXT.encode()
        assert again.name == "Gulnora Karimova.txt"
        assert not storage.exists(before)
        assert TEXT.encode() not in on_disk(settings)[0].read_bytes()


class TestSweeping:
    def test_contents_without_a_record_go_after_a_day(self, personal, keeper, settings):
        file = kept(personal, keeper)
        cancelled, fresh = storage.put(b"x"), storage.put(b"y")
        old = NOW.timestamp()
        for token in (file.stored_as, cancelled):
            os.utime(storage._path(token), (old, old))
        assert list(storage.left_behind([file.stored_as], before=NOW + timedelta(hours=1))) == [cancelled]
        assert storage.exists(fresh)

    @pytest.mark.django_db(transaction=True)
    def test_the_command_sees_every_record_and_names_what_is_missing(self, keeper, capsys):
        file = kept(record(2), keeper)
        left = storage.put(b"x")
        for token in (file.stored_as, left):
            os.utime(storage._path(token), (0, 0))
        call_command("sweep_files")
        assert capsys.readouterr().out.startswith("1 contents deleted")
        assert storage.exists(file.stored_as)
        assert not storage.exists(left)
        storage.discard(file.stored_as)
        with pytest.raises(CommandError, match="1 contents are missing"):
            call_command("sweep_files")
