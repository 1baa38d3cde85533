"""Every public page, in every language: whole without a script, light, honest, and one press from the way out."""

import gzip
import re

import pytest
from django.conf import settings as site_settings
from django.contrib.staticfiles import finders

from safar.citizens.recruiters.demo import make_recruiter
from safar.doors.website.tests.reading import Read
from safar.map import STAGES

pytestmark = pytest.mark.django_db

LANGUAGES = tuple(code for code, _name in site_settings.LANGUAGES)
PATHS = (
    "",
    "check/",
    "check/?q=",
    "check/?q=30123456",
    "check/?q=Nobody",
    "check/code/",
    "check/code/?number=",
    *(f"road/{stage.code}/" for stage in STAGES),
    "privacy/",
    "accessibility/",
    "licences/",
)
EVERY_PAGE = [f"/{language}/{path}" for language in LANGUAGES for path in PATHS]

HTML_BUDGET, FIRST_VIEW_BUDGET = 5_000, 45_000
STYLE_BUDGET, SCRIPT_BUDGET, ICON_BUDGET = 16_000, 8_000, 7_000


def packed(content: bytes) -> int:
    return len(gzip.compress(content, 9))


def asset(address: str) -> bytes:
    path = finders.find(address.removeprefix(site_settings.STATIC_URL))
    assert path, f"{address} is not among the static files"
    with open(path, "rb") as file:
        return file.read()


def drawn_by_style(style: bytes) -> set[str]:
    """Pictures the style sheet may load, as addresses."""
    found = re.findall(rb'url\("([^")#]+)"\)', style)
    return {f"{site_settings.STATIC_URL}safar/{name.decode()}" for name in found}


@pytest.fixture(scope="module")
def opened():
    """Pages already opened, by address: no test changes them, so each is asked for once."""
    return {}


@pytest.fixture
def visit(client, opened):
    """Open an address, or give the answer it gave before."""

    def answer(address):
        if address not in opened:
            opened[address] = client.get(address)
        return opened[address]

    return answer


@pytest.mark.parametrize("address", EVERY_PAGE)
class TestEveryPage:
    def test_can_be_read_by_everybody(self, visit, address):
        response = visit(address)
        page = Read(response.content.decode())
        assert response.status_code == 200
        assert page.lang == {"uz": "uz-Latn", "uz-cyrl": "uz-Cyrl"}.get(
            address.split("/")[1], address.split("/")[1]
        )
        assert page.h1 == 1
        assert page.landmarks == ["header", "main", "footer"]
        assert page.title.strip(" –") != "Safar"
        assert page.nameless_controls() == []
        assert page.repeated_ids() == set()
        assert page.missing_descriptions() == set()
        assert "#main" in page.links

    def test_runs_draws_and_keeps_nothing_it_should_not(self, visit, address):
        response = visit(address)
        page, policy = Read(response.content.decode()), response.headers["Content-Security-Policy"]
        assert page.inline == []
        assert all(loaded.startswith("/static/") for loaded in page.loaded)
        assert "default-src 'self'" in policy
        assert "frame-ancestors 'none'" in policy
        assert "unsafe" not in policy
        assert not response.cookies

    def test_is_light(self, visit, address):
        content = visit(address).content
        loaded = set(Read(content.decode()).loaded)
        style = asset("/static/safar/safar.css")
        whole = packed(content) + sum(packed(asset(one)) for one in loaded | drawn_by_style(style))
        assert packed(content) <= HTML_BUDGET
        assert whole <= FIRST_VIEW_BUDGET

    def test_leads_to_the_same_place_in_every_language_and_nowhere_in_vain(self, visit, address):
        page = Read(visit(address).content.decode())
        current, rest = address.strip("/").split("/")[0], address.split("/", 2)[2]
        assert {f"/{code}/{rest}" for code in LANGUAGES if code != current} <= set(page.links)
        assert all(link.removeprefix("#") in page.ids for link in page.links if link.startswith("#"))
        for link in {link.split("#")[0] for link in (*page.links, *page.actions) if link.startswith("/")}:
            if not link.startswith("/static/"):
                assert visit(link).status_code in (200, 302), link


def test_style_script_and_icons_keep_their_budgets():
    assert packed(asset("/static/safar/safar.css")) <= STYLE_BUDGET
    assert packed(asset("/static/safar/public.js")) <= SCRIPT_BUDGET
    assert packed(asset("/static/safar/icons.svg")) <= ICON_BUDGET


class TestErrors:
    def test_a_form_with_a_mistake_says_so_in_its_title(self, client):
        page = client.get("/en/check/?q=30123456").content.decode()
        assert Read(page).title.startswith("Error: ")
        assert page.count("STIR has 9 digits, you have 8") == 2

    def test_what_was_typed_stays(self, client):
        assert 'value="30123456"' in client.get("/en/check/?q=30123456").content.decode()

    def test_a_page_that_is_not_there_says_what_to_do(self, client):
        response = client.get("/en/nothing/")
        page = Read(response.content.decode())
        assert response.status_code == 404
        assert page.h1 == 1
        assert page.inline == []
        assert "/en/check/" in page.links

    def test_a_page_that_is_not_there_is_never_kept(self, client):
        assert "no-store" in client.get("/en/nothing/").headers["Cache-Control"]

    def test_a_machine_gets_the_words_alone(self, client):
        response = client.get("/api/nothing-here")
        assert response.status_code == 404
        assert "<html" not in response.content.decode()


class TestTheWayOut:
    @pytest.mark.parametrize("path", ["", "road/trouble/"])
    def test_leads_to_the_weather_from_pages_somebody_may_see(self, client, settings, path):
        settings.SAFAR_EXIT_URL = "https://weather.example/"
        page = client.get(f"/en/{path}").content.decode()
        assert page.count('href="https://weather.example/"') == 2, (
            "the button, and the link before everything"
        )
        assert 'rel="nofollow noreferrer"' in page

    def test_the_page_about_trouble_has_a_name_that_tells_nothing(self, client):
        assert Read(client.get("/en/road/trouble/").content.decode()).title == "Advice – Safar"


class TestWhatTheOperatorSays:
    def test_no_number_no_name_and_no_demo_are_shown_that_were_not_set(self, client, settings):
        settings.SAFAR_HELPLINE = settings.SAFAR_OPERATOR = settings.SAFAR_CONTACT = ""
        settings.SAFAR_DEMO = False
        page = client.get("/en/").content.decode()
        assert "tel:" not in page
        assert "sf-brand__by" not in page
        assert "demonstration" not in page

    def test_what_was_set_is_shown(self, client, settings):
        settings.SAFAR_HELPLINE, settings.SAFAR_OPERATOR = "+998 71 000 00 00", "Test Office"
        page = client.get("/en/").content.decode()
        assert 'href="tel:+998710000000"' in page
        assert "Test Office" in page

    def test_the_demo_says_on_every_page_that_it_is_one(self, client, settings):
        settings.SAFAR_DEMO = True
        assert "This is a demonstration" in client.get("/en/privacy/").content.decode()

    @pytest.mark.parametrize("path", PATHS)
    def test_no_page_claims_support_nobody_gave(self, client, settings, path):
        settings.SAFAR_OPERATOR = ""
        page = client.get(f"/en/{path}").content.decode()
        assert not re.search(r"\bIOM\b|Migration Agency|Agency of Migration", page)


class TestWhatIsPrintedOnPaper:
    def test_a_scanned_code_leads_to_the_answer_in_the_readers_language(self, client):
        response = client.get("/c/XM-0417", headers={"accept-language": "ru"})
        assert response.headers["Location"] == "/ru/check/?q=XM-0417"
        assert {"Accept-Language", "Cookie"} <= {part.strip() for part in response.headers["Vary"].split(",")}

    def test_the_front_door_speaks_the_readers_language(self, client):
        assert client.get("/", headers={"accept-language": "en"}).headers["Location"] == "/en/"
        assert client.get("/").headers["Location"] == "/uz/"

    def test_the_code_is_a_picture_of_ours_without_style(self, client):
        response = client.get("/c/XM-0417/qr.svg")
        assert response.headers["Content-Type"] == "image/svg+xml; charset=utf-8"
        assert b"<svg" in response.content
        assert b"style" not in response.content

    def test_a_number_too_long_to_be_one_is_not_drawn(self, client):
        assert client.get(f"/c/{'9' * 41}").status_code == 404
        assert client.get(f"/c/{'9' * 41}/qr.svg").status_code == 404

    def test_a_firm_without_a_licence_gets_its_verdict_and_no_poster(self, client):
        response = client.get("/en/check/poster/XM-0000")
        assert response.status_code == 302
        assert response.headers["Location"] == "/en/check/?q=XM-0000"


class TestInsideAnotherSite:
    @pytest.mark.parametrize("language", LANGUAGES)
    def test_the_check_may_be_framed_and_opens_the_answer_here(self, client, language):
        response = client.get(f"/embed/{language}/check")
        page = Read(response.content.decode())
        assert "frame-ancestors *" in response.headers["Content-Security-Policy"]
        assert "X-Frame-Options" not in response.headers
        assert response.headers["Content-Language"] == language
        assert page.actions == [f"/{language}/check/"]
        assert page.h1 == 1
        assert page.inline == []

    def test_a_language_nobody_speaks_is_not_found(self, client):
        assert client.get("/embed/xx/check").status_code == 404

    def test_nothing_else_may_be_framed(self, client):
        assert client.get("/en/").headers["X-Frame-Options"] == "DENY"


def test_machines_are_asked_to_keep_out_of_the_desk(client):
    assert "Disallow: /*/desk/" in client.get("/robots.txt").content.decode()


def test_the_old_name_of_the_icon_leads_to_the_icon(client):
    assert client.get("/favicon.ico").headers["Location"] == "/static/safar/assets/favicon.svg"


def test_the_answer_number_typed_into_the_check_opens_the_page_about_it(client):
    given = re.search(r"[2-9A-Z]{4}(-[2-9A-Z]{4}){4}", client.get("/en/check/?q=Nobody").content.decode())[0]
    response = client.get(f"/en/check/?q={given}")
    assert response.headers["Location"] == f"/en/check/code/?number={given}"


def test_an_answer_number_nobody_gave_is_not_sent_round_in_circles(client):
    response = client.get("/en/check/code/?number=2345-6789-ABCD-EFGH-JKLM")
    assert response.status_code == 200
    assert "is not one of ours" in response.content.decode()


class TestAFirmOfTheRegister:
    @pytest.fixture(autouse=True)
    def firm(self):
        return make_recruiter("Sinov Yoʻli", number="XM-9001", stir="399000001")

    def test_is_answered_by_its_name(self, client):
        page = Read(client.get("/en/check/?q=Sinov+Yo'li").content.decode())
        assert page.title == "Sinov Yoʻli: licence valid – Safar"

    def test_has_a_poster_with_its_code_and_number(self, client):
        page = client.get("/en/check/poster/XM-9001").content.decode()
        read = Read(page)
        assert read.h1 == 1
        assert "/c/XM-9001/qr.svg" in read.loaded
        assert "399 000 001" in page
        assert read.inline == []

    def test_an_answer_is_found_again_by_its_number(self, client):
        answer = client.get("/en/check/?q=XM-9001").content.decode()
        number = re.search(r"(?:[2-9A-HJ-NP-Z]{4}-){4}[2-9A-HJ-NP-Z]{4}", answer).group()
        page = Read(client.get(f"/en/check/code/?number={number}").content.decode())
        assert page.title == "Today: Licence valid – Safar"
