"""``safar load``: what the operator types, reads and gets back as an exit code."""

from __future__ import annotations

import json

import pytest
from django.utils import timezone
from typer.testing import CliRunner

from safar.directory.organisations.models import Organisation
from safar.directory.places.demo import by_demo
from safar.directory.places.models import Place
from safar.directory.places.reference import load_reference
from safar.doors.commands import DONE, NOTHING_DONE, failures
from safar.doors.commands.application import build
from safar.foundation.database.testing import as_web

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _reference(db):
    load_reference(by=by_demo(), now=timezone.now())


def safar(*words):
    with as_web():
        return CliRunner().invoke(build(), ["load", *map(str, words)])


def listed(tmp_path, text):
    path = tmp_path / "list.tsv"
    path.write_text(text)
    return path


def test_a_list_of_places_is_loaded_with_a_report_and_code_0(tmp_path):
    done = safar("places", listed(tmp_path, "CODE\tUZ\n1727401\tNurafshon\n1714\tNamangan viloyati\n"))
    assert done.exit_code == DONE, done.output
    assert "1  new" in done.output
    assert Place.unscoped.filter(code="1727401").exists()


def test_bad_rows_are_named_written_to_a_file_and_give_code_3(tmp_path):
    errors = tmp_path / "errors.csv"
    done = safar("places", listed(tmp_path, "CODE\tUZ\nx\tNom\n1727401\tNurafshon\n"), "--errors", errors)
    assert done.exit_code == NOTHING_DONE
    assert '"2","CODE"' in errors.read_text(encoding="utf-8-sig")


def test_json_is_one_document(tmp_path):
    done = safar(
        "organisations",
        listed(tmp_path, "Firm\tNo\nNamoyish Ltd\t7\n"),
        "--map",
        "name=Firm",
        "--country",
        "gb",
        "--json",
    )
    report = json.loads(done.stdout)
    assert (report["new"], report["bad"], report["columns"]["name"]) == (1, 0, "Firm")
    assert Organisation.unscoped.filter(name="Namoyish Ltd", label_place="GB.").exists()


def test_a_preview_shows_the_first_rows_and_writes_nothing(tmp_path):
    done = safar("organisations", listed(tmp_path, "name\nNamoyish Ltd\n"), "--preview")
    assert "nothing was written" in done.output
    assert "Namoyish Ltd" in done.output
    assert not Organisation.unscoped.exists()


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("organisations", "{file}", "--type", "guild"), "no type guild"),
        (("organisations", "{file}", "--type", "shelter"), "no type shelter"),
        (("organisations", "{file}", "--country", "ZZ"), "no country with the code ZZ"),
        (("organisations", "{file}", "--map", "name"), "field=column"),
        (("organisations", "{file}", "--map", "name=Title"), "no column Title"),
        (("organisations", "/no/such/file.csv"), "no file"),
        (("places", "{file}"), "No column for code"),
    ],
)
def test_what_cannot_be_done_is_said_in_a_sentence_and_nothing_is_written(tmp_path, words, sentence):
    path = listed(tmp_path, "name\nNamoyish Ltd\n")
    with pytest.raises(failures.Failed, match=sentence):
        raised(safar(*(word.format(file=path) for word in words)))
    assert not Organisation.unscoped.exists()


def raised(done):
    raise done.exception
