"""The check answered before Django: the same page, byte for byte, or none at all."""

import re
from datetime import timedelta
from io import BytesIO
from types import SimpleNamespace
from unittest.mock import patch
from urllib.parse import urlencode

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from safar.citizens.recruiters import lookup
from safar.citizens.recruiters.demo import make_alias, make_branch, make_recruiter
from safar.citizens.recruiters.firms import Firms
from safar.citizens.recruiters.models import Alias, State
from safar.doors.website import quick
from safar.foundation.access.actors import acting, public_actor

pytestmark = pytest.mark.django_db

NUMBER = re.compile(r"\b[2-9A-HJ-NP-Z]{4}(-[2-9A-HJ-NP-Z]{4}){4}\b")
MOMENT = re.compile(r"\d\d\.\d\d\.\d{4} \d\d:\d\d")


@pytest.fixture
def firms():
    today = timezone.localdate()
    zarafshon = make_recruiter(
        "Zarafshon Ish",
        number="XM-0417",
        stir="301234567",
        legal_form="LIMITED",
        name_ru="Зарафшон Работа",
        destinations=["DE", "TR"],
        works=["CARE", "TEXTILE"],
        address="Namuna <koʻchasi> 12",
        phone="+998 00 123 00 00",
        deposit_paid=True,
    )
    make_alias(zarafshon, "Eski & Nom")
    make_alias(zarafshon, "AL-7", Alias.Kind.OLD_NUMBER)
    make_branch(zarafshon, "Zarafshon Buxoro")
    make_recruiter("Zarifshon Ish", number="XM-0099", state=State.WITHDRAWN)
    make_recruiter(
        "Oltin Yoʻl “Konsalting”",
        number="XM-0288",
        state=State.SUSPENDED,
        state_reason="Chek <bermagan> & 'yoʻq'",
    )
    make_recruiter("Tugagan Firma", number="XM-0500", licensed_until=today - timedelta(days=1))
    make_recruiter("Ertangi Firma", number="XM-0501", licensed_from=today + timedelta(days=1))
    make_recruiter("Egizak", number="XM-0601", stir="900000001")
    make_recruiter("Egizak", number="XM-0602", stir="900000002")
    make_recruiter("Sir Firma", state=State.APPLIED)
    with acting(public_actor()):
        return Firms(lookup.firms(lookup.published()))


@pytest.fixture
def front(firms):
    def behind(environ, start_response):
        start_response("418 Django", [])
        return [b""]

    return quick.QuickCheck(behind, SimpleNamespace(fresh=lambda: firms))


def ask(front, path, query="", method="GET", **environ):
    said = {}

    def start_response(status, headers, exc_info=None):
        said.update(status=status, headers=dict(headers))

    whole = {
        "REQUEST_METHOD": method,
        "PATH_INFO": path,
        "QUERY_STRING": query,
        "HTTP_HOST": "localhost",
        "wsgi.url_scheme": "http",
        "wsgi.input": BytesIO(),
        **environ,
    }
    body = b"".join(front(whole, start_response))
    return SimpleNamespace(body=body.decode(), **said)


def plain(page):
    return MOMENT.sub("MOMENT", NUMBER.sub("NUMBER", page))


QUESTIONS = [
    {"q": "XM-0417"}, {"q": "301 234 567"}, {"q": "zarafshon ish"}, {"q": "«Zarafshon Ish» MChJ"}, {"q": "Зарафшон Иш"},
    {"q": "XM-0417", "to": "DE"}, {"q": "XM-0417", "to": "DE", "work": "CARE"}, {"q": "XM-0417", "to": "PL"},
    {"q": "XM-0417", "work": "TRADE"}, {"q": "XM-0288"}, {"q": "XM-0099", "to": "DE"}, {"q": "XM-0500"}, {"q": "XM-0501"},
    {"q": "Eski & Nom"}, {"q": "AL-7"}, {"q": "Zarafshon Buxoro"}, {"q": "Egizak"}, {"q": "Zarafshon Ish Plyus"},
    {"q": "Ish Zarafshon"}, {"q": "Zаrafshon Ish"}, {"q": "Zara\u200bfshon Ish"}, {"q": "ХМ-0417"}, {"q": "Sir Firma"},
    {"q": "<script>alert('x')</script> & \"y\""}, {"q": "%3Cb%3E"}, {"q": "zq0n1z"}, {"q": "http://evil.example/c/XM-0417"},
    {"q": "http://localhost/c/XM-0417"}, {"q": "Zarafshon\tIsh"}, {"q": "x" * 200}, {"q": "301234568"},
    {"q": "Baraka Baraka 486 Plyus"},
    {"q": "XM-0417", "utm": "<'\">&"},
]  # fmt: skip


@pytest.mark.parametrize("language", ["uz", "uz-cyrl", "ru", "en"])
def test_the_page_is_that_of_django_byte_for_byte(front, language):
    client = Client()
    for asked in QUESTIONS:
        query = urlencode(asked)
        for _second_time_from_kept_pieces in range(2):
            fast = ask(front, f"/{language}/check/", query)
            assert fast.status == "200 OK", asked
        slow = client.get(f"/{language}/check/?{query}").content.decode()
        assert plain(fast.body) == plain(slow), asked
        assert len(MOMENT.findall(fast.body)) >= 1
        assert len(NUMBER.findall(fast.body)) == 1


def test_two_spellings_of_one_firm_do_not_leak_into_each_others_page(front):
    first = ask(front, "/en/check/", urlencode({"q": "XM-0417", "secret": "aaaa"}))
    second = ask(front, "/en/check/", urlencode({"q": "zarafshon ish"}))
    assert "aaaa" in first.body
    assert "aaaa" not in second.body


@given(text=st.text(min_size=1, max_size=210), extra=st.text(max_size=5))
@hypothesis_settings(
    max_examples=150,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
def test_whatever_is_typed_the_answer_is_djangos_or_left_to_django(front, text, extra):
    try:
        query = urlencode({"q": text, "to": extra})
    except UnicodeEncodeError:
        return
    fast = ask(front, "/en/check/", query)
    slow = Client().get(f"/en/check/?{query}")
    if fast.status == "200 OK":
        assert slow.status_code == 200
        assert plain(fast.body) == plain(slow.content.decode())


def test_what_is_out_of_the_ordinary_goes_on_to_django(front):
    good = urlencode({"q": "XM-0417"})
    assert ask(front, "/uz/check/", good).status == "200 OK"
    left = [
        ("/uz/check/", ""), ("/uz/check/", "q="), ("/uz/check/", urlencode({"q": "  "})), ("/uz/check", good),
        ("/uz/check/", urlencode({"q": "a\0b"})), ("/uz/check/", urlencode({"q": "x" * 201})), ("/de/check/", good),
        ("/uz/check/", urlencode({"q": "12345678"})), ("/uz/check/", urlencode({"q": "XM-0417", "to": "ZZ"})),
        ("/uz/check/", urlencode({"q": "XM-0417", "work": "SPYING"})), ("/uz/", good), ("/check.json", ""),
        ("/uz/check/", f"{good}&x={'y' * 3000}"),
    ]  # fmt: skip
    for path, query in left:
        assert ask(front, path, query).status == "418 Django", (path, query[:40])
    assert ask(front, "/uz/check/", good, method="POST").status == "418 Django"
    assert ask(front, "/uz/check/", good, HTTP_HOST="evil.example").status == "418 Django"
    assert ask(front, "/uz/check/", good, HTTP_HOST="").status == "418 Django"


def test_an_answers_number_typed_as_a_name_goes_on_to_django(front):
    number = NUMBER.search(ask(front, "/en/check/", "q=XM-0417").body)[0]
    assert ask(front, "/en/check/", urlencode({"q": number})).status == "418 Django"
    page = Client().get("/en/check/code/", {"number": number}).content.decode()
    assert "Zarafshon Ish" in page


def test_a_head_request_has_the_length_and_no_body(front):
    whole = ask(front, "/ru/check/", "q=XM-0417")
    head = ask(front, "/ru/check/", "q=XM-0417", method="HEAD")
    assert head.body == ""
    assert head.headers["Content-Length"] == whole.headers["Content-Length"] == str(len(whole.body.encode()))


def test_the_headers_that_protect_are_djangos_own(front):
    fast = ask(front, "/uz/check/", "q=XM-0417").headers
    slow = Client().get("/uz/check/?q=XM-0417")
    for name in (
        "Content-Security-Policy", "X-Frame-Options", "X-Content-Type-Options", "Referrer-Policy",
        "Cross-Origin-Opener-Policy", "Content-Type", "Cache-Control",
    ):  # fmt: skip
        assert fast[name] == slow[name], name
    assert {*slow.headers} - {*fast} <= {"Vary", "Content-Language"}
    assert fast["Cache-Control"] == "no-store"
    assert "frame-ancestors 'none'" in fast["Content-Security-Policy"]
    assert "Strict-Transport-Security" not in fast


def test_over_https_only_https_is_answered_and_says_so(front, settings):
    settings.SECURE_SSL_REDIRECT, settings.SECURE_HSTS_SECONDS = True, 63_072_000
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    quick.headers.cache_clear()
    try:
        assert ask(front, "/uz/check/", "q=XM-0417").status == "418 Django"
        fast = ask(front, "/uz/check/", "q=XM-0417", HTTP_X_FORWARDED_PROTO="https")
        assert fast.headers["Strict-Transport-Security"].startswith("max-age=63072000")
    finally:
        quick.headers.cache_clear()


def test_the_json_is_that_of_django(front):
    for asked in QUESTIONS:
        query = urlencode(asked)
        fast, slow = ask(front, "/check.json", query), Client().get(f"/check.json?{query}")
        assert NUMBER.sub("", fast.body) == NUMBER.sub("", slow.content.decode())
        assert fast.headers["Access-Control-Allow-Origin"] == slow["Access-Control-Allow-Origin"] == "*"
        assert fast.headers["Cache-Control"] == slow["Cache-Control"] == "no-store"
    assert Client().get("/check.json").status_code == 400


def test_firms_that_may_be_old_answer_nothing(firms):
    front = quick.QuickCheck(
        lambda environ, start: start("418 Django", []) or [b""], SimpleNamespace(fresh=lambda: None)
    )
    assert ask(front, "/uz/check/", "q=XM-0417").status == "418 Django"


def test_a_fault_in_the_quick_answer_leaves_the_question_to_django(firms):
    def broken():
        raise RuntimeError

    front = quick.QuickCheck(
        lambda environ, start: start("418 Django", []) or [b""], SimpleNamespace(fresh=broken)
    )
    assert ask(front, "/uz/check/", "q=XM-0417").status == "418 Django"


def test_a_licence_ends_at_midnight_in_tashkent(firms, front):
    today = timezone.localdate()
    last = make_recruiter("Oxirgi Kun", number="XM-0700", licensed_until=today)
    with acting(public_actor()):
        firms.put(lookup.firms(lookup.published().filter(pk=last.pk))[0])
    midnight = timezone.make_aware(
        timezone.datetime.combine(today + timedelta(days=1), timezone.datetime.min.time())
    ).timestamp()
    with patch.object(quick, "time", lambda: midnight - 1):
        assert "IS licensed" in ask(front, "/en/check/", "q=XM-0700").body
    with patch.object(quick, "time", lambda: midnight):
        assert "EXPIRED" in ask(front, "/en/check/", "q=XM-0700").body


def test_all_languages_of_the_site_are_answered(front):
    assert {code for code in front.languages.values()} == {code for code, _name in settings.LANGUAGES}


def test_a_fault_of_the_quick_check_is_logged_without_what_was_asked(front, caplog):
    with (
        patch.object(quick.check, "ask", side_effect=ValueError("Zarafshon AA1234567")),
        patch.object(lookup, "ask", side_effect=ValueError("Zarafshon AA1234567")),
    ):
        ask(front, "/en/check/", "q=Zarafshon+AA1234567")
    assert "ValueError at " in caplog.text
    assert "AA1234567" not in caplog.text
