"""What makes a password, by chapter 6.2 of OWASP ASVS 5.0: long, of any signs, taken as it is typed."""

import re
from datetime import timedelta

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from django.contrib.auth.hashers import identify_hasher, make_password
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.test import Client
from django.utils import timezone

from safar.config import settings as installed
from safar.directory.staff.demo import PASSWORD, make_account, with_known_secrets
from safar.directory.staff.models import Account

pytestmark = pytest.mark.django_db
WORDS = "four words nobody guessed"


@pytest.fixture
def person(house):
    return with_known_secrets(make_account("inspector", house.agency))


def lets_in(username, password):
    """Whether the password is right: the code is asked for next."""
    answer = Client().post("/en/account/login/", {"login": username, "password": password})
    return answer.status_code == 302 and answer.url == "/en/account/code/"


def given(person, password):
    person.set_password(password)
    person.save()


def test_eleven_signs_are_too_few():
    with pytest.raises(ValidationError):
        validate_password("q7!xkz-pw_8")
    validate_password("q7!xkz-pw_8v")


@pytest.mark.parametrize(
    "password",
    ["onlysmallletters", "ONLYCAPITALLETTERS", "739184650274", "жуда узун сўзлар", "!!??--++==//..", "  two  spaces  ", "🦆🐫🦅🐴🐑🐐🐓🦃🐕🐈🐎🐂"],
)  # fmt: skip
def test_any_signs_make_a_password(password, person):
    validate_password(password, person)
    given(person, password)
    assert lets_in(person.username, password)


def test_a_hundred_and_twenty_eight_signs_are_welcome(person):
    long = "nine short words " * 8
    assert len(long) == 136
    validate_password(long)
    given(person, long)
    assert lets_in(person.username, long)
    assert not lets_in(person.username, long[:72]), "nothing is cut off, as bcrypt would"


@pytest.mark.parametrize(
    "other", [WORDS.upper(), f" {WORDS}", f"{WORDS} ", WORDS[:-1], WORDS.replace(" ", "")]
)
def test_it_is_taken_exactly_as_typed(person, other):
    given(person, WORDS)
    assert not lets_in(person.username, other)
    assert lets_in(person.username, WORDS)


def test_it_is_typed_unseen_and_password_managers_know_the_field(person):
    page = Client().get("/en/account/login/").content.decode()
    field = re.search(r'<input[^>]*name="password"[^>]*>', page)[0]
    assert 'type="password"' in field
    assert 'autocomplete="current-password"' in field
    assert not re.search(r"onpaste|readonly|autocomplete=\"off\"", page)
    Account.objects.filter(pk=person.pk).update(must_change_password=True, must_enrol_totp=True)
    Authenticator.objects.filter(user=person).delete()
    client = Client()
    client.post("/en/account/login/", {"login": person.username, "password": PASSWORD})
    page = client.get("/en/account/new-password/").content.decode()
    fields = re.findall(r'<input[^>]*name="password[12]"[^>]*>', page)
    assert len(fields) == 2
    assert all('type="password"' in one and 'autocomplete="new-password"' in one for one in fields)
    assert "value=" not in "".join(fields)


def test_no_password_runs_out(person):
    with time_machine.travel(timezone.now() + timedelta(days=5 * 365)):
        assert lets_in(person.username, PASSWORD)


@pytest.mark.parametrize(
    "password",
    [
        "safar-safar-safar",
        "Migratsiya2026!",
        "Сафар Миграция 2026",
        "oʻzbekiston-2026-a",
        "Admin Parol 123456",
        "agentlik xodim 1",
    ],
)
def test_words_of_the_house_are_not_enough(password):
    with pytest.raises(ValidationError, match="Words of this office"):
        validate_password(password)
    validate_password(f"{password} blue camels sing")


def test_a_new_installation_has_no_account():
    assert Account.objects.count() == 0


def test_nobody_is_asked_for_a_hint(person):
    """The door asks for a name and a password, then for a code, and an account holds nothing else to know."""
    client = Client()
    seen = set()
    for page in (client.get("/en/account/login/"), client.get("/en/account/help/")):
        seen |= set(re.findall(r'<(?:input|select|textarea)[^>]*name="(\w+)"', page.content.decode()))
    client.post("/en/account/login/", {"login": person.username, "password": PASSWORD})
    seen |= set(
        re.findall(
            r'<(?:input|select|textarea)[^>]*name="(\w+)"', client.get("/en/account/code/").content.decode()
        )
    )
    assert seen - {"csrfmiddlewaretoken", "next"} == {"login", "password", "code"}
    assert {f.name for f in Account._meta.concrete_fields} == {
        "id", "password", "last_login", "username", "full_name", "email", "language", "theme", "density", "is_active",
        "must_enrol_totp", "must_change_password", "sessions_end_before", "made_at",
    }  # fmt: skip


def test_it_costs_what_the_standard_asks(settings):
    """Appendix C of OWASP ASVS 5.0: scrypt with p of 3 and more takes N of 2^15 and r of 8 at least."""
    settings.PASSWORD_HASHERS = installed.PASSWORD_HASHERS
    made = make_password(WORDS)
    told = identify_hasher(made).decode(made)
    assert told["algorithm"] == "scrypt"
    assert (told["work_factor"] >= 2**15, told["block_size"] >= 8, told["parallelism"] >= 3) == (
        True,
        True,
        True,
    )
    assert len(set(make_password(WORDS).split("$")[2] for _time in range(3))) == 3, "a salt of its own"
