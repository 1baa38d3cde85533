"""The outbox of a demonstration: whole without a script, in every language, without an address, and nowhere else."""

from datetime import date, time, timedelta

import pytest
from django.conf import settings as site_settings
from django.test import Client
from django.utils import timezone

from safar.foundation.access.actors import acting, public_actor
from safar.foundation.messages import codes, showing
from safar.foundation.messages.books import Recipient
from safar.foundation.messages.neutral import MEETING
from safar.foundation.messages.sender import Sender
from safar.foundation.messages.tests.conftest import (  # noqa: F401  (fixtures)
    MAIL,
    ONE,
    PHONE,
    THREE,
    TWO,
    book,
    by_sms,
    no_counts,
    own_settings,
    queue,
)
from tests.browser import listen, looked_at, needs_chromium
from tests.laws.page import Page

pytestmark = pytest.mark.django_db
LANGUAGES = [code for code, _name in site_settings.LANGUAGES]


@pytest.fixture
def kept(book):  # noqa: F811
    """Three messages of a demonstration without a gateway: by SMS, by mail, and to somebody who may not be written to."""
    now = timezone.now()
    book.reaches[ONE] = by_sms(language="uz")
    book.reaches[TWO] = by_sms(language="ru", channel="EMAIL", address=MAIL)
    for number in (ONE, TWO, THREE):
        meeting = {"date": date(2026, 11, 25), "time": time(9, 0)}
        queue(MEETING, to=Recipient("tests", number), params=meeting, now=now)
    Sender({}, keeps_here=True).send_due(now=now)


def read(language="en"):
    response = Client().get(f"/{language}/dev/outbox/")
    assert response.status_code == 200
    return response.content.decode()


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_is_whole_in_every_language(kept, language):
    page = Page(read(language))
    assert page.headings == 1
    assert page.nameless_inputs() == []
    assert page.repeated_ids() == set()
    assert "<script" not in page.source.partition("<main")[2].partition("</main")[0]


def test_each_message_stands_in_the_words_it_had(kept):
    text = read()
    assert "25.11.2026 kuni soat 09:00 da uchrashuvingiz bor. Savollar: 1282" in text
    assert "У вас встреча 25.11.2026 в 09:00. Вопросы: 1282" in text
    assert 'lang="uz-Latn"' in text
    assert text.count("kept here: no gateway is set") == 2
    assert text.count("the person may not be written to") == 1


def test_it_says_to_whom_of_none(kept):
    text = read()
    for secret in (PHONE, PHONE[1:], MAIL, ONE, TWO, "tests"):
        assert secret not in text.partition("<main")[2].partition("</main")[0], secret


def test_a_code_can_be_read_there(no_counts):  # noqa: F811
    now = timezone.now()
    with acting(public_actor()):
        codes.issue(PHONE, purpose="x", language="en", address="10.0.0.1", by=public_actor(), now=now)
    Sender({}, keeps_here=True).send_due(now=now)
    (shown,) = showing.recent()
    assert shown.text in read()
    with acting(public_actor()):
        assert codes.check(
            PHONE, shown.text.split()[0], purpose="x", address="10.0.0.1", now=now + timedelta(minutes=1)
        )


def test_elsewhere_there_is_no_such_page(kept, settings):
    settings.SAFAR_DEMO = False
    for address in ("/dev/outbox", "/en/dev/outbox/"):
        assert Client().get(address, follow=True).status_code == 404
    with pytest.raises(showing.NotADemonstration):
        showing.recent()


def test_it_is_found_without_a_language_and_kept_by_nobody():
    assert Client().get("/dev/outbox")["Location"].endswith("/dev/outbox/")
    assert "no-store" in Client().get("/en/dev/outbox/")["Cache-Control"]
    assert "No message yet." in read()


def test_the_newest_fifty_stand_there_and_cost_no_more_queries_than_one(book, django_assert_max_num_queries):  # noqa: F811
    for number in range(60):
        queue(key=str(number), now=timezone.now())
    with django_assert_max_num_queries(6):
        assert read().count("<article") == 50


@needs_chromium[0]
@needs_chromium[1]
def test_it_has_no_fault_in_a_browser_at_any_width(browser, live_server, kept):
    page = browser.new_page(viewport={"width": 360, "height": 800})
    complaints = listen(page)
    page.goto(f"{live_server.url}/ru/dev/outbox/")
    assert page.locator("article").count() == 3
    assert looked_at(page) + complaints == []
    page.close()
