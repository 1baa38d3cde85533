"""What the tests of whole files share: an officer who brings files of people, and what she does with them."""

from __future__ import annotations

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from safar.directory.people.models import Person
from safar.directory.people.tests.conftest import desk, other_desk, region, worker  # noqa: F401 - fixtures
from safar.directory.staff.demo import client_of
from safar.doors.workbench.tests.conftest import fields_of, html
from safar.doors.workbench.tests.test_importing import work
from safar.foundation.database.testing import as_web
from safar.foundation.registers.models import Upload
from tests.people import give
from tests.people import person as account_of

LIST = "/en/desk/people/"
HEADER = "external_id,family_name,given_names,patronymic,sex,birth_date,phone,place_code"
PEOPLE = (
    "B1,Namunayev,Anvar,,M,1990-05-17,+998901234567,1714",
    "B2,Намунаева,Зулфия,,F,17.05.1991,,1714",
    "B3,Namunayeva,Lola,,F,1992,,",
)


@pytest.fixture
def account(desk):  # noqa: F811 - a fixture
    found = account_of("loader")
    give(found, role="case_worker", org_ids=[desk.pk], max_level=1)
    return found


@pytest.fixture
def browser(account, settings, tmp_path):
    settings.SAFAR_FILES = tmp_path
    return client_of(account)


@pytest.fixture
def bring(browser):
    """Send a file; the address it is answered with."""

    def send(*rows, header=HEADER, client=None, data=None):
        client = client or browser
        content = data or ("\n".join((header, *rows)) + "\n").encode()
        with as_web():
            fields = fields_of(client.get(f"{LIST}import/"))
            answer = client.post(
                f"{LIST}import/", fields | {"file": SimpleUploadedFile("people.csv", content)}
            )
        assert answer.status_code == 302, html(answer)
        return answer["Location"]

    return send


@pytest.fixture
def check(browser, bring):
    """Send a file and match its columns as the page proposes them; the address of its check."""

    def send(*rows, **options):
        address = bring(*rows, **options)
        if address.endswith("columns/"):
            match(options.get("client") or browser, address)
        work()
        return re.sub(r"columns/$", "", address)

    return send


def match(client, address, **chosen):
    with as_web():
        page = client.get(address)
        fields = {f"field_{name}": column for name, _label, column, _key in page.context["fields"]}
        return client.post(address, fields | chosen)


def see(client, address):
    with as_web():
        return client.get(address)


def press(client, address, word):
    page = see(client, f"{address}back/" if word == "back" else address)
    key = re.search(r'name="idempotency_key" value="([^"]+)"', html(page)).group(1)
    with as_web():
        return client.post(f"{address}{word}/", {"idempotency_key": key})


def upload_at(address):
    return Upload.unscoped.get(pk=re.search(r"import/(\d+)/", address).group(1))


def people():
    return dict(Person.unscoped.exclude(external_id="").values_list("external_id", "family"))
