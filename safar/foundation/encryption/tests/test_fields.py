"""The database holds no word of what is encrypted; the row reads as if nothing were."""

import uuid
from datetime import UTC, datetime

import pytest
from django.core import serializers
from django.core.exceptions import FieldError, ValidationError
from django.db import connection, models, transaction
from django.db.models import F
from django.forms import modelform_factory
from django.test.utils import isolate_apps

from safar.foundation.encryption.blind import blind_index
from safar.foundation.encryption.envelope import Tampered
from safar.foundation.encryption.fields import (
    ERASED,
    DataKeyField,
    EncryptedTextField,
    PlainTextRefused,
    Sealed,
    Unsearchable,
    encrypted_fields,
    give_key,
)
from safar.foundation.encryption.keys import KeyMissing
from safar.foundation.encryption.rotation import destroy_on_commit, reencrypt, reindex

NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)
SECRET = "Ғазалкентдаги уй, 3-хонадон"


def stored(row, field="text"):
    """The column as it stands in the database."""
    return bytes(type(row).objects.filter(pk=row.pk).values_list(field, flat=True)[0])


class TestColumn:
    def test_a_row_reads_as_it_was_written_and_the_database_holds_no_word_of_it(self, note_model):
        row = note_model.objects.create(text=SECRET, remark="tel. 90 123 45 67")
        again = note_model.objects.get(pk=row.pk)
        assert again.text == row.text == SECRET
        assert again.remark == "tel. 90 123 45 67"
        assert SECRET.encode() not in stored(row)
        assert len(row.data_key) == 32

    def test_the_value_is_opened_only_when_it_is_read(self, note_model, store):
        row = note_model.objects.create(text=SECRET)
        store._path(row.data_key).unlink()
        again = note_model.objects.get(pk=row.pk)
        assert isinstance(again.__dict__["text"], Sealed)
        assert again.org == 1
        with pytest.raises(KeyMissing):
            again.text  # noqa: B018

    def test_storing_an_unread_row_writes_the_same_bytes(self, note_model):
        row = note_model.objects.create(text=SECRET)
        before = stored(row)
        again = note_model.objects.get(pk=row.pk)
        again.text_index = None
        again.save(update_fields=["org", "text", "data_key"])
        assert stored(row) == before

    def test_a_new_text_gets_a_new_nonce_even_if_it_is_the_same(self, note_model):
        row = note_model.objects.create(text=SECRET)
        before = stored(row)
        row.text = SECRET
        row.save()
        assert stored(row) != before
        assert note_model.objects.get(pk=row.pk).text == SECRET

    def test_the_length_of_a_short_answer_tells_nothing(self, note_model):
        yes = note_model.objects.create(text="ha")
        no = note_model.objects.create(text="yoʻq, hech qachon")
        assert len(stored(yes)) == len(stored(no))

    def test_empty_and_nothing_come_back_as_they_were(self, note_model):
        row = note_model.objects.get(pk=note_model.objects.create(text="", remark=None).pk)
        assert (row.text, row.remark) == ("", None)

    def test_bulk_creation_encrypts_too(self, note_model):
        rows = note_model.objects.bulk_create([note_model(text=f"{SECRET} {n}") for n in range(3)])
        assert [note_model.objects.get(pk=row.pk).text for row in rows] == [f"{SECRET} {n}" for n in range(3)]
        assert len({row.data_key for row in rows}) == 3

    def test_rows_of_one_case_may_share_its_key(self, note_model):
        case = note_model.objects.create(text="bir")
        other = note_model.objects.create(text="ikki", data_key=case.data_key)
        assert note_model.objects.get(pk=other.pk).text == "ikki"
        assert case.data_key == other.data_key

    def test_deferred_and_refreshed_values_open(self, note_model):
        row = note_model.objects.create(text=SECRET)
        assert note_model.objects.defer("text").get(pk=row.pk).text == SECRET
        row.refresh_from_db()
        assert row.text == SECRET

    def test_what_is_stored_is_normalised(self, note_model):
        row = note_model.objects.create(text="  O'zbek\u200b \r\n bir ")
        assert note_model.objects.get(pk=row.pk).text == "Oʻzbek\nbir"


class TestPlace:
    def test_a_ciphertext_moved_to_another_row_does_not_open(self, note_model):
        victim = note_model.objects.create(text=SECRET)
        thief = note_model.objects.create(text="x", data_key=victim.data_key)
        self.write(thief, "text", stored(victim))
        with pytest.raises(Tampered, match="moved here"):
            note_model.objects.get(pk=thief.pk).text  # noqa: B018

    def test_a_ciphertext_moved_to_another_field_does_not_open(self, note_model):
        row = note_model.objects.create(text=SECRET, remark="x")
        self.write(row, "remark", stored(row))
        with pytest.raises(Tampered):
            note_model.objects.get(pk=row.pk).remark  # noqa: B018

    def test_a_copied_row_is_found_out_before_its_values_are_lost(self, note_model):
        row = note_model.objects.get(pk=note_model.objects.create(text=SECRET).pk)
        row.pk = uuid.uuid4()
        with pytest.raises(Tampered), transaction.atomic():
            row.save(force_insert=True)

    def test_a_copied_row_whose_text_was_read_and_assigned_is_sealed_anew(self, note_model):
        row = note_model.objects.get(pk=note_model.objects.create(text=SECRET).pk)
        twin = note_model.objects.create(text=row.text, data_key=row.data_key)
        assert note_model.objects.get(pk=twin.pk).text == SECRET

    @staticmethod
    def write(row, field, value):
        type(row).objects.filter(pk=row.pk).update(**{field: Sealed(value)})


class TestNeverInAQuery:
    @pytest.mark.parametrize(
        "lookup", ["text", "text__exact", "text__contains", "text__in", "text__gt", "text__lower"]
    )
    def test_conditions_are_refused(self, note_model, lookup):
        with pytest.raises(Unsearchable, match="isnull"):
            list(note_model.objects.filter(**{lookup: ["x"] if lookup.endswith("in") else "x"}))

    def test_whether_there_is_a_value_may_be_asked(self, note_model):
        note_model.objects.create(text="x", remark=None)
        assert note_model.objects.filter(remark__isnull=True).count() == 1
        assert note_model.objects.filter(remark__isnull=False).count() == 0

    def test_a_statement_without_a_row_cannot_write_plain_text(self, note_model):
        row = note_model.objects.create(text=SECRET)
        with pytest.raises(PlainTextRefused), transaction.atomic():
            note_model.objects.update(text="plain")
        row.text = "plain"
        with pytest.raises(PlainTextRefused), transaction.atomic():
            note_model.objects.bulk_update([row], ["text"])
        assert note_model.objects.get(pk=row.pk).text == SECRET

    def test_values_and_expressions_give_ciphertext_only(self, note_model):
        note_model.objects.create(text=SECRET)
        [value] = note_model.objects.values_list("text", flat=True)
        [same] = note_model.objects.annotate(other=F("text")).values_list("other", flat=True)
        assert isinstance(value, Sealed)
        assert SECRET.encode() not in bytes(value) + bytes(same)

    def test_a_dump_of_the_data_is_refused(self, note_model):
        note_model.objects.create(text=SECRET)
        with pytest.raises(PlainTextRefused, match="back up"):
            serializers.serialize("json", note_model.objects.all())


class TestErasing:
    def test_destroying_the_key_empties_the_text_for_good(self, note_model, store):
        row = note_model.objects.create(text=SECRET)
        store.destroy_key(row.data_key, now=NOW)
        again = note_model.objects.get(pk=row.pk)
        assert again.text is ERASED
        assert again.text == ""

    def test_an_erased_row_can_still_be_stored_and_refreshed(self, note_model, store):
        row = note_model.objects.create(text=SECRET)
        store.destroy_key(row.data_key, now=NOW)
        row.org = 2
        row.save()
        row.refresh_from_db()
        row.save()
        again = note_model.objects.get(pk=row.pk)
        assert (again.org, again.text, again.text_index) == (2, "", None)

    def test_the_key_goes_only_when_the_transaction_is_kept(
        self, note_model, store, django_capture_on_commit_callbacks
    ):
        row = note_model.objects.create(text=SECRET)
        with django_capture_on_commit_callbacks() as callbacks:
            destroy_on_commit(row.data_key, now=NOW, subjects=["31234567890123"])
        assert row.text == SECRET
        callbacks[0]()
        assert row.text is ERASED
        assert store.was_erased("31234567890123")


class TestRotation:
    def test_a_case_gets_a_new_key_and_the_old_one_goes(
        self, note_model, store, django_capture_on_commit_callbacks
    ):
        first = note_model.objects.create(text="bir", remark="x")
        second = note_model.objects.create(text="ikki", data_key=first.data_key)
        old = first.data_key
        with django_capture_on_commit_callbacks(execute=True):
            fresh = reencrypt(note_model.objects.all(), now=NOW)
        rows = {row.pk: row for row in note_model.objects.all()}
        assert {row.data_key for row in rows.values()} == {fresh}
        assert (rows[first.pk].text, rows[first.pk].remark, rows[second.pk].text) == ("bir", "x", "ikki")
        assert store.is_destroyed(old)

    def test_indexes_are_written_anew_under_a_new_key(self, note_model, store):
        row = note_model.objects.create(text="Karimov")
        before = row.text_index
        store.renew_index_key(now=NOW)
        assert reindex(note_model.objects.all()) == 1
        row.refresh_from_db()
        assert row.text_index not in (before, None)
        index = note_model._meta.get_field("text_index").index_of("КАРИМОВ", 1)
        assert note_model.objects.get(text_index=index) == row


class TestBlindIndex:
    def index(self, note_model, *asked):
        return note_model._meta.get_field("text_index").index_of(*asked)

    def test_a_value_is_found_in_any_script_and_spelling(self, note_model):
        row = note_model.objects.create(text="Oʻktam Gʻaniyev")
        note_model.objects.create(text="Oʻktam Gʻafurov")
        for asked in ("Ўктам Ғаниев", "o'ktam  G`ANIYEV", "Oktam-Ganiyev"):
            assert note_model.objects.get(text_index=self.index(note_model, asked, 1)) == row

    def test_two_compartments_share_nothing(self, note_model):
        rows = [note_model.objects.create(text="Karimov", org=org) for org in (1, 2)]
        assert rows[0].text_index != rows[1].text_index
        assert list(note_model.objects.filter(text_index=self.index(note_model, "Karimov", 2))) == [rows[1]]

    def test_fields_share_nothing_and_the_key_is_not_the_one_that_encrypts(self, store):
        assert blind_index("a.b", "Karimov", "1") != blind_index("a.c", "Karimov", "1")
        assert blind_index("a.b", "Karimov", "1") == blind_index("a.b", "КАРИМОВ", "1")
        assert len(blind_index("a.b", "Karimov", "1")) == 32
        assert store.index_key() != store.key(store.create_key(now=NOW))

    def test_nothing_equals_nothing(self, note_model):
        row = note_model.objects.create(text="  ")
        assert row.text_index is None
        assert not note_model.objects.filter(text_index=self.index(note_model, " ", 1)).exists()

    def test_an_index_without_a_compartment_is_refused(self, store, note_model):
        with pytest.raises(ValueError, match="compartment"):
            blind_index("a.b", "x", "")
        with pytest.raises(ValueError, match="divided by org"):
            self.index(note_model, "x")

    def test_it_answers_equality_only(self, note_model):
        with pytest.raises(FieldError, match="equality"):
            note_model.objects.filter(text_index__gt=b"x")

    def test_it_follows_a_change_of_the_value(self, note_model):
        row = note_model.objects.create(text="Karimov")
        row.text = "Rahimov"
        row.save()
        assert note_model.objects.filter(text_index=self.index(note_model, "Rahimov", 1)).exists()
        assert not note_model.objects.filter(text_index=self.index(note_model, "Karimov", 1)).exists()


class TestForms:
    def test_a_form_shows_and_takes_the_plain_text(self, note_model):
        form_class = modelform_factory(note_model, fields=["text", "remark"])
        row = note_model.objects.create(text=SECRET)
        assert SECRET in str(form_class(instance=note_model.objects.get(pk=row.pk)))
        form = form_class({"text": "yangi", "remark": ""}, instance=note_model.objects.get(pk=row.pk))
        assert form.is_valid(), form.errors
        form.save()
        assert note_model.objects.get(pk=row.pk).text == "yangi"

    def test_a_text_too_long_is_refused(self, note_model):
        with pytest.raises(ValidationError):
            note_model(text="x", remark="y" * 21).full_clean()


class TestDeclaration:
    def test_a_row_without_a_key_says_what_to_call(self, note_model):
        row = note_model.objects.create(text="x")
        row.data_key = ""
        row.text = "y"
        with pytest.raises(ValueError, match="give_key"), transaction.atomic():
            row.save()
        give_key(row, now=NOW)
        row.save()
        assert note_model.objects.get(pk=row.pk).text == "y"

    @isolate_apps("safar.foundation.encryption")
    def test_a_model_that_cannot_bind_its_values_is_refused_at_start(self):
        class Numbered(models.Model):
            text = EncryptedTextField(unique=True)

            class Meta:
                app_label = "encryption"

            def __str__(self):
                return ""

        found = {message.id for message in Numbered._meta.get_field("text").check()}
        assert found == {"encryption.E001", "encryption.E002", "encryption.E003"}

    def test_the_declared_model_passes_and_history_is_told_to_leave_it_out(self, note_model):
        for field in note_model._meta.fields:
            assert field.check() == []
        assert [field.name for field in encrypted_fields(note_model)] == ["text", "remark"]
        for name in ("text", "remark", "data_key", "text_index"):
            assert note_model._meta.get_field(name).encrypted

    def test_migrations_can_write_the_fields_down(self):
        for field in (EncryptedTextField(key="case_key", null=True), EncryptedTextField(), DataKeyField()):
            _name, path, args, options = field.deconstruct()
            assert path.startswith("safar.foundation.encryption.fields.")
            assert type(field)(*args, **options).deconstruct() == field.deconstruct()

    def test_the_column_is_binary(self):
        assert EncryptedTextField().db_type(connection) in ("bytea", "BLOB")
