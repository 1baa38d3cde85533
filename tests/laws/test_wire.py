"""What goes over the line: headers of every kind of answer, methods, HTTPS, and what is never answered."""

import os
import re
import subprocess
import sys

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import get_resolver

from safar.citizens.recruiters.demo import make_recruiter
from safar.citizens.recruiters.models import Recruiter
from safar.directory.staff.demo import client_of
from safar.directory.staff.models import Account
from safar.doors.api.tests.asking import ask, token_for
from safar.doors.workbench.tests.test_gate import addresses
from safar.foundation.history.models import Event
from tests.laws.source import ROOT
from tests.people import person

pytestmark = pytest.mark.django_db
YEAR = 365 * 24 * 3600
PUBLIC = (
    "/", "/en/", "/en/check/?q=Nobody", "/en/nothing/", "/check.json?q=Nobody", "/check.json", "/c/XM-0417/qr.svg",
    "/robots.txt", "/favicon.ico", "/en/account/login/", "/en/desk/", "/api/v1/recruiters", "/api/v1/openapi.json", "/api/nothing",
)  # fmt: skip
STATICS = (
    "/static/safar/icons.svg",
    "/static/safar/safar.css",
    "/static/safar/public.js",
    "/static/nothing.js",
)
STAFF = (
    "/en/desk/",
    "/en/desk/recruiters/",
    "/en/desk/recruiters/export.csv",
    "/en/account/",
    "/en/desk/recruiters/987654/",
)
EVERYWHERE = PUBLIC + STATICS
OVER_HTTPS = {
    "SECURE_SSL_REDIRECT": True,
    "SECURE_PROXY_SSL_HEADER": ("HTTP_X_FORWARDED_PROTO", "https"),
    "SECURE_REDIRECT_EXEMPT": [r"^api/", r"^check\.json$"],
    "SECURE_HSTS_SECONDS": 63_072_000,
    "SECURE_HSTS_INCLUDE_SUBDOMAINS": True,
}
ENCRYPTED = {"HTTP_X_FORWARDED_PROTO": "https"}


@pytest.fixture(autouse=True)
def _no_counters_from_before(db, settings):
    """Counters of an earlier test are gone, and static files are served as in life, by the middleware."""
    settings.WHITENOISE_USE_FINDERS = settings.WHITENOISE_AUTOREFRESH = True
    cache.clear()


@pytest.fixture
def officer(db):
    return person("wire-officer", role="licensing_officer")


@pytest.fixture
def over_https(settings):
    """The settings that SAFAR_HTTPS turns on, as an installation has them."""
    asked = f"from django.conf import settings as s; print({{k: getattr(s, k) for k in {list(OVER_HTTPS)}}})"
    told = subprocess.run(
        [sys.executable, "-c", asked], capture_output=True, text=True, check=True, cwd=ROOT,
        env={**os.environ, "SAFAR_HTTPS": "1", "DJANGO_SETTINGS_MODULE": "safar.config.settings"},
    ).stdout  # fmt: skip
    assert told.strip() == str(OVER_HTTPS)
    for name, value in OVER_HTTPS.items():
        setattr(settings, name, value)


def policy(response):
    parts = (one.split() for one in response.headers["Content-Security-Policy"].split(";"))
    return {name: values for name, *values in parts}


def protected(response, address):
    assert response.headers["X-Content-Type-Options"] == "nosniff", address
    assert response.headers["Referrer-Policy"] == "same-origin", address
    assert response.headers["Cross-Origin-Opener-Policy"] == "same-origin", address
    found = policy(response)
    assert found["object-src"] == found["base-uri"] == found["frame-ancestors"] == ["'none'"], address
    assert found["default-src"] == found["form-action"] == ["'self'"], address


def test_every_answer_carries_what_protects_it(officer):
    assert [Client().get(address).status_code for address in STATICS] == [200, 200, 200, 404]
    for address in EVERYWHERE:
        protected(Client().get(address), address)
    for address in STAFF:
        protected(client_of(officer).get(address), address)
    protected(Client().put("/en/"), "another method")
    assert policy(Client().get("/embed/en/check"))["frame-ancestors"] == ["*"]


def test_with_https_every_answer_says_so(over_https, officer):
    for address in EVERYWHERE:
        said = Client().get(address, **ENCRYPTED).headers["Strict-Transport-Security"]
        assert int(re.search(r"max-age=(\d+)", said)[1]) >= YEAR, address
        assert "includeSubDomains" in said, address


def test_nothing_is_answered_on_an_open_line(over_https, officer):
    for address in EVERYWHERE:
        response = Client().get(address)
        assert response.status_code in (301, 403), address
        if response.status_code == 301:
            assert response["Location"].startswith("https://"), address


def test_a_machine_on_an_open_line_is_refused(over_https):
    """It would go on sending its token if it were led to HTTPS; a browser is led there."""
    for address in ("/api/v1/recruiters", "/check.json?q=x"):
        for sent in (Client().get, Client().post):
            response = sent(address, headers={"Authorization": "Bearer safar_x"})
            assert response.status_code == 403, address
            assert "Location" not in response.headers
    assert Client().get("/api/v1/recruiters", **ENCRYPTED).status_code == 401
    assert Client().get("/en/").status_code == 301


def test_other_sites_read_the_public_check_only(officer):
    other = {"Origin": "https://evil.example"}
    for address in EVERYWHERE:
        allowed = Client().get(address, headers=other).headers.get("Access-Control-Allow-Origin")
        if not address.startswith(("/check.json", "/static/")):
            assert allowed is None, address
        assert allowed in (None, "*"), address
    for address in STAFF:
        response = client_of(officer).get(address, headers=other)
        assert "Access-Control-Allow-Origin" not in response.headers, address


def test_a_form_from_elsewhere_is_refused(officer):
    browser = client_of(officer)
    browser.handler.enforce_csrf_checks = True
    refused = 0
    for address in (
        *addresses(),
        "/en/account/",
        "/en/account/password/",
        "/en/account/sessions/end/",
        "/en/account/logout/",
    ):
        response = browser.post(address, {"name": "x"})
        assert response.status_code in (403, 405), address
        refused += response.status_code == 403
    assert refused > 10
    assert browser.get("/en/desk/").status_code == 200


def test_a_look_changes_nothing(officer):
    """GET and HEAD of every address of the workbench, with what would be a form's fields, leave no act behind."""
    browser, firm = client_of(officer), make_recruiter("Oltin Yoʻl")
    before = Account.objects.values().get(pk=officer.pk)
    typed = {"name": "x", "theme": "DARK", "keys": "off", "session": "others", "idempotency_key": "k" * 20}
    for address in (
        *(one.replace("/recruiters/1/", f"/recruiters/{firm.pk}/") for one in addresses()),
        "/en/account/",
        "/en/account/sessions/end/",
        "/en/account/codes/new/",
        "/en/account/logout/",
    ):
        if "export" not in address:
            browser.get(address, typed)
            browser.head(address, typed)
    assert browser.get("/en/desk/").status_code == 200, "still signed in"
    assert browser.get(f"/en/desk/recruiters/{firm.pk}/do/suspend_licence/", typed).status_code == 200
    assert Account.objects.values().get(pk=officer.pk) == before
    assert Recruiter.unscoped.values("version", "state").get(pk=firm.pk) == {
        "version": firm.version,
        "state": firm.state,
    }
    left = set(Event.unscoped.exclude(kind="refused").values_list("kind", flat=True))
    assert left <= {"read", "signed_in"}, left


@pytest.mark.parametrize("method", ["TRACE", "OPTIONS", "PUT", "PATCH", "DELETE", "CONNECT", "GETS"])
def test_other_methods_are_refused(method):
    for address in ("/", "/en/check/", "/en/account/login/", "/api/v1/recruiters", "/static/safar/safar.css"):
        response = Client().generic(method, address, "body", headers={"X-Secret": "echo-me"})
        assert response.status_code == 405, address
        assert b"echo-me" not in response.content


def test_every_answer_says_its_type_and_character_set(officer):
    browser = client_of(officer)
    for client, some in ((Client(), (*EVERYWHERE, "/embed/en/check")), (browser, STAFF)):
        for address in some:
            response = client.get(address)
            body = b"".join(response.streaming_content) if response.streaming else response.content
            kind = response.headers.get("Content-Type", "")
            if not body:
                continue
            assert kind, address
            if kind.startswith("text/") or "xml" in kind:
                assert "charset=utf-8" in kind.replace('"', ""), (address, kind)
            if kind == "application/json":
                assert body[:1] in b"{[", address
            if kind.startswith("text/html"):
                assert b"<!doctype html" in body[:200].lower(), address


@pytest.mark.parametrize(
    "path", ["static/", "static/safar/", "static/safar/assets/", ".git/HEAD", ".git/", "safar/", "var/keys/"]
)
def test_no_folder_is_listed(path):
    assert Client().get(f"/{path}").status_code in (404, 302)
    assert Client().get(f"/{path}", follow=True).status_code == 404


def test_no_page_about_the_inside_is_there():
    for path in (
        "admin/", "__debug__/", "api/v1/docs", "api/docs", "metrics", "health", "status", "server-status", "debug/", "jsi18n/",
        "api/v1/", "phpinfo.php", ".env",
    ):  # fmt: skip
        assert Client().get(f"/{path}", follow=True).status_code == 404, path
    views = {str(getattr(p, "callback", "")) for p in get_resolver().url_patterns}
    assert not any("debug" in one for one in views)


def test_no_environment_turns_debugging_on():
    asked = (
        "from django.conf import settings as s; print(s.DEBUG, any('debug' in a for a in s.INSTALLED_APPS))"
    )
    told = subprocess.run(
        [sys.executable, "-c", asked], capture_output=True, text=True, check=True, cwd=ROOT,
        env={**os.environ, "DEBUG": "1", "SAFAR_DEBUG": "1", "DJANGO_DEBUG": "1", "DJANGO_SETTINGS_MODULE": "safar.config.settings"},
    ).stdout  # fmt: skip
    assert told.split() == ["False", "False"]


def test_no_page_of_staff_passes_for_a_picture(officer):
    """An address that ends like a file's is no page (RFC 9111 caches go by what the answer says; some go by the ending)."""
    browser = client_of(officer)
    for address in ("/en/desk/", "/en/desk/recruiters/", "/en/account/"):
        for ending in ("x.css", "logo.png", "a/b.js", ";.css", "%3b.css", "%0a.css", "%23.css"):
            response = browser.get(f"{address}{ending}")
            assert response.status_code in (301, 404), f"{address}{ending}"
            if response.status_code == 404:
                assert "no-store" in response["Cache-Control"], f"{address}{ending}"
            else:
                assert browser.get(response["Location"]).status_code == 404, f"{address}{ending}"


def test_no_cache_keeps_what_staff_or_a_token_was_shown(officer):
    """Pages, records, forms, exports, one's own account; what the API answers, refuses and does."""
    firm, browser, token = make_recruiter("Namuna"), client_of(officer), token_for(officer)
    record = f"recruiters/{firm.pk}"
    shown = {
        page: browser.get(f"/en/{page}")
        for page in (
            "desk/", "desk/recruiters/", f"desk/{record}/", f"desk/{record}/edit/", "desk/recruiters/export.csv",
            "desk/recruiters/export.xlsx", "account/", "account/sessions/", "account/password/",
        )
    }  # fmt: skip
    shown |= {
        "API list": ask(token, "/api/v1/recruiters"),
        "API record": ask(token, f"/api/v1/{record}"),
        "API act": ask(token, f"/api/v1/{record}/change_recruiter", data={"version": firm.version, "name": "Boshqa"}),
    }  # fmt: skip
    assert {name: answer.status_code for name, answer in shown.items()} == dict.fromkeys(shown, 200)
    shown |= {
        "API missing": ask(token, "/api/v1/recruiters/987654"),
        "API stranger": Client().get("/api/v1/recruiters"),
    }
    kept = {name: answer.get("Cache-Control") for name, answer in shown.items()}
    assert kept == dict.fromkeys(shown, "no-store, private")


def test_what_is_typed_is_decoded_once():
    page = Client().get("/en/check/?q=%253Cb%253E%2526lt%253B").content.decode()
    assert "%3Cb%3E%26lt%3B" in page
    assert "<b>" not in page


@pytest.mark.parametrize("number", ["9" * 19, "9" * 400, "-1", "0", "1e400", "9223372036854775808", "²"])
def test_numbers_too_large_are_no_fault(officer, number):
    browser = client_of(officer)
    for address in (
        f"recruiters/{number}/",
        f"recruiters/?page={number}",
        f"recruiters/import/{number}/",
        f"recruiters/?after={number}",
    ):
        assert browser.get(f"/en/desk/{address}").status_code in (200, 404), address
    assert Client().get(f"/en/check/?q={number}").status_code in (200, 302)
