"""The answer says one thing, says it in words, and never says yes by mistake."""

from dataclasses import replace

import pytest
from django.utils import translation

from safar.citizens.recruiters.rules import Verdict
from safar.doors.website import verdicts
from safar.doors.website.tests.firms import LICENSED, QUESTIONS, answered
from safar.doors.website.tests.reading import Read

LANGUAGES = ("uz", "uz-cyrl", "ru", "en")
MOMENT = "23.11.2026 09:14"


def rendered(answer, *, language="en", query="q=x", code=""):
    return verdicts.render(answer, language=language, query=query, checked_at=MOMENT, code=code)


def content(answer, **settings):
    with translation.override("en"):
        return verdicts.page(answer, checked_at=MOMENT, **settings)["verdict"]


@pytest.mark.parametrize("verdict", QUESTIONS)
class TestEveryVerdict:
    def test_is_reached_by_its_question(self, verdict):
        assert answered(**QUESTIONS[verdict]).verdict == verdict

    @pytest.mark.parametrize("language", LANGUAGES)
    def test_is_a_whole_page_without_a_request(self, verdict, language):
        page = Read(rendered(answered(**QUESTIONS[verdict]), language=language))
        assert page.h1 == 1
        assert page.nameless_controls() == []
        assert page.repeated_ids() == set()
        assert page.lang == {"uz": "uz-Latn", "uz-cyrl": "uz-Cyrl"}.get(language, language)

    def test_says_when_and_from_where_it_knows(self, verdict):
        assert MOMENT in rendered(answered(**QUESTIONS[verdict]))

    def test_ends_in_an_act(self, verdict):
        shown = content(answered(**QUESTIONS[verdict]))
        assert shown.advice
        assert shown.do or shown.do_not

    def test_is_green_only_when_licensed(self, verdict):
        shown = content(answered(**QUESTIONS[verdict]))
        is_green = shown.kind == "" or shown.sign == "circle-check"
        assert is_green == (verdict == "licensed")

    def test_differs_from_every_other_by_words_and_not_by_colour_alone(self, verdict):
        headings = [content(answered(**asked)).heading for asked in QUESTIONS.values()]
        assert headings.count(content(answered(**QUESTIONS[verdict])).heading) == 1

    def test_is_kept_out_of_search_engines(self, verdict):
        assert '<meta name="robots" content="noindex">' in rendered(answered(**QUESTIONS[verdict]))


def test_every_verdict_that_names_a_firm_or_none_has_a_page():
    without_page = {Verdict.EMPTY, Verdict.ANSWER_NUMBER}
    assert set(QUESTIONS) == {str(verdict) for verdict in Verdict if verdict not in without_page}


def test_a_green_answer_names_the_country_and_work_that_were_asked():
    shown = content(answered(text="Zarafshon Ish", destination="DE", work="AGRICULTURE"))
    assert "Germany, Farms, gardens and fishing" in shown.sentence


def test_an_answer_that_is_not_green_says_what_was_not_covered():
    assert "United Kingdom" in content(answered(**QUESTIONS["not_for_this"])).sentence


def test_a_suspension_gives_its_day_reason_order_and_what_comes_next():
    page = rendered(answered(**QUESTIONS["suspended"]))
    for said in (
        "03.11.2026",
        "Ishchilardan chek bermay pul olgan",
        "Order No. 118.",
        "A decision is due by",
    ):
        assert said in page


def test_a_name_that_is_not_found_shows_the_firms_it_resembles_and_marks_the_letter():
    page = rendered(answered(**QUESTIONS["not_found"]))
    assert "You wrote more: Plyus." in page
    assert "Zar<mark>i</mark>fshon Ish" in page
    assert "Other letters: a → i." in page


def test_what_was_typed_is_shown_as_text():
    page = rendered(answered(text="<script>alert(1)</script>"))
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page


def test_what_the_register_says_is_shown_as_text():
    answer = replace(answered(**QUESTIONS["licensed"]), firm=replace(LICENSED, address='"><b>x'))
    assert '"><b>x' not in rendered(answer)


def test_a_trick_in_what_was_typed_is_named():
    page = rendered(answered(text="Zarafsh\N{CYRILLIC SMALL LETTER O}n Ish"))
    assert "Cheats swap them" in page
    assert "This firm IS licensed" not in page


def test_the_number_of_the_answer_is_printed_with_the_way_to_ask_again(settings):
    settings.SAFAR_PUBLIC_URL = "https://safar.example"
    page = rendered(answered(**QUESTIONS["licensed"]), code="7K3M-92AB-XYZW-2345-6789")
    assert "7K3M-92AB-XYZW-2345-6789" in page
    assert "https://safar.example/c/XM-0417" in page


def test_languages_lead_to_the_same_question():
    page = Read(rendered(answered(**QUESTIONS["licensed"]), language="ru", query="q=Zarafshon+Ish&to=DE"))
    assert "/uz/check/?q=Zarafshon+Ish&to=DE" in page.links


def test_no_number_is_shown_that_the_operator_did_not_enter(settings):
    settings.SAFAR_HELPLINE = ""
    page = rendered(answered(**QUESTIONS["suspended"]))
    assert "Call " not in page
    assert "Ask the firm in writing" in page
