"""Texts: neutral in every language, short, and counted as a gateway counts them."""

import pytest
from django.conf import settings as site_settings
from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command

from safar.foundation.languages.text import fold
from safar.foundation.messages import checks, parts, wording
from safar.foundation.messages.books import register_book
from safar.foundation.messages.tests.conftest import Book
from safar.foundation.messages.wording import Param, Wording, all_wordings, written

LANGUAGES = [code for code, _name in site_settings.LANGUAGES]


@pytest.fixture
def own(monkeypatch):
    """A wording of the test's own, forgotten afterwards."""
    monkeypatch.setattr(wording, "_wordings", dict(wording._wordings))

    def declare(text, params=None, **options):
        return wording.register_wording(Wording("own", text, params or {}, **options))

    return declare


# -- neutral by rule -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "Your course begins tomorrow.",
        "Your VISA is ready.",
        "Message from the shelter",
        "Ваша ВИЗА готова",
        "Ваш суд завтра",
        "Litsenziyangiz tayyor",
        "Лицензиянгиз тайёр",
        "Sudda uchrashamiz",
        "Shikoyatingiz koʻrildi",
        "Шикоятингиз кўрилди",
        "Sizga chet el haqida xabar",
        "Safar: xabar bor",
    ],
)
def test_a_text_that_betrays_is_an_error_at_start(own, text):
    declared = own(text)
    assert {fault.id for fault in checks.faults_of(declared)} == {"outbox.E001"}
    assert any(fault.id == "outbox.E001" for fault in checks.texts_are_neutral())


def test_the_texts_of_the_house_pass(settings):
    settings.SAFAR_HELPLINE = "+998 71 200 00 00"
    assert checks.texts_are_neutral() == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_text_is_left_in_english_or_names_anything(language, settings):
    settings.SAFAR_HELPLINE = ""
    for one in all_wordings():
        params = {name: checks.EXAMPLES[kind] for name, kind in one.params.items()}
        text = written(one, params, language=language)
        assert "%" not in text
        assert language == "en" or text != written(one, params, language="en")
        assert not checks.betraying(text)
        assert not any(fold(stem) == fold(text) for stem in settings.SAFAR_NEVER_IN_MESSAGES)


def test_a_long_text_is_an_error(own):
    declared = own("и" * 200)
    assert {fault.id for fault in checks.faults_of(declared)} == {"outbox.E002"}


def test_two_wordings_or_books_of_one_name_are_refused(own, monkeypatch):
    own("Hello")
    with pytest.raises(ImproperlyConfigured):
        own("Hello again")
    with pytest.raises(ImproperlyConfigured):
        register_book("codes", Book())


def test_a_text_names_what_it_declares(own):
    with pytest.raises(ImproperlyConfigured):
        own("On %(date)s", {"time": Param.TIME})


def test_a_text_without_a_helpline_asks_for_no_questions(settings):
    settings.SAFAR_HELPLINE = ""
    assert (
        written(wording.wording_of("news"), {}, language="en")
        == "There is news for you. Open your page or call us."
    )


# -- gateways of the settings ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "url", "fine"),
    [
        ("SAFAR_SMS_URL", "https://sms.example.org/api", True),
        ("SAFAR_SMS_URL", "http://sms.example.org/api", False),
        ("SAFAR_SMS_URL", "http://127.0.0.1:8025/api", True),
        ("SAFAR_TELEGRAM_URL", "http://api.telegram.org", False),
        ("SAFAR_EMAIL_URL", "smtps://a:b@mail.example.org", True),
        ("SAFAR_EMAIL_URL", "smtp://a:b@mail.example.org", True),
        ("SAFAR_EMAIL_URL", "smtp://mail.example.org", False),
        ("SAFAR_EMAIL_URL", "", True),
    ],
)
def test_nothing_leaves_over_an_open_line(settings, name, url, fine):
    setattr(settings, name, url)
    assert ([fault.id for fault in checks.gateways_are_asked_over_https()] == []) == fine


def test_the_stand_ins_print_the_settings_they_need(capsys, settings):
    settings.SAFAR_DEMO = True
    call_command("fake_gateways", "--once", "--port", "0")
    out = capsys.readouterr().out
    for name in ("SAFAR_SMS_URL=", "SAFAR_TELEGRAM_URL=", "SAFAR_EMAIL_URL=smtp://127.0.0.1:"):
        assert name in out


# -- parts of an SMS (3GPP TS 23.038; lengths of joined parts: TS 23.040) ------------------------------------------


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("", 1),
        ("a" * 160, 1),
        ("a" * 161, 2),
        ("a" * 306, 2),
        ("a" * 307, 3),
        ("€" * 80, 1),
        ("€" * 81, 2),
        ("я" * 70, 1),
        ("я" * 71, 2),
        ("я" * 134, 2),
        ("я" * 135, 3),
        ("ʻ" + "a" * 69, 1),
        ("ʻ" + "a" * 70, 2),
        ("😀" * 35, 1),
        ("😀" * 36, 2),
    ],
)
def test_parts_are_counted_as_the_gateway_counts_them(text, count):
    assert parts.parts(text) == count


def test_latin_uzbek_is_sent_in_the_short_alphabet_and_cyrillic_as_it_stands():
    assert parts.as_sms("Oʻzbekiston, maʼno – “ha”…") == "Oʻzbekiston, maʼno – “ha”…".translate(parts.PLAIN)
    assert parts.as_sms("oʻ gʻ maʼno") == "o' g' ma'no"
    assert parts.as_sms("Ўзбекистон – ҳа") == "Ўзбекистон – ҳа"


def test_the_short_alphabet_has_the_signs_of_the_standard():
    assert len(parts.BASIC) == 127, "128 places, one of them the escape to the extension"
    assert len(parts.EXTENSION) == 10
