"""A token shows no more than it says, by every way in: rows, fields, what they can be guessed from, and the database itself."""

from __future__ import annotations

import base64
import json
from datetime import date

import pytest
from django.db import ProgrammingError, connection, transaction
from django.utils import timezone

from safar.directory.organisations.demo import make_organisation
from safar.directory.people.demo import make_person
from safar.directory.people.models import Person
from safar.directory.staff.demo import client_of
from safar.doors.api.actions import revoke_token
from safar.doors.api.models import Token
from safar.doors.api.narrowing import actor_of
from safar.doors.api.tests.asking import ask, ask_many, lines_of, token_for
from safar.foundation.access.actors import Actor, acting
from safar.foundation.access.models import Grant
from safar.foundation.access.visibility import visible
from safar.foundation.actions.refusals import Refused
from safar.foundation.database.testing import as_web
from safar.foundation.history.models import Event
from safar.foundation.history.reading import sentence
from tests.people import give, person

PEOPLE = "people.person"
#: What the act needs that adds a language: whom it is added to, what is added, and where both belong.
NEEDED = [PEOPLE, "people.spokenlanguage", "organisations.organisation", "places.place"]


@pytest.fixture
def world(db):
    """A case worker of two offices and of one below the first, and a person known to each."""
    first, second = make_organisation("Birinchi"), make_organisation("Ikkinchi")
    below = make_organisation("Quyi", parent=first)
    worker = person("worker")
    for office in (first, below, second):
        give(worker, role="case_worker", org_ids=[office.pk])
    return {
        "worker": worker,
        "first": first,
        "second": second,
        "hers": make_person("Birinchiyeva", "Anora", organisation=first),
        "below": make_person("Quyiyeva", "Barno", organisation=below),
        "other": make_person("Ikkinchiyeva", "Dilnoza", organisation=second),
    }


def of_first(world, **more):
    return token_for(world["worker"], resources=[PEOPLE], organisation=str(world["first"].pk), **more)


def keys(world, *names):
    return {str(world[name].pk) for name in names}


def listed(token, query=""):
    answer = ask(token, f"/api/v1/people{query}")
    assert answer.status_code == 200, answer.content
    return {str(row["id"]) for row in answer.json()["items"]}


class TestAnOrganisationsToken:
    def test_lists_and_streams_the_rows_of_its_tree_alone(self, world):
        token, whole = of_first(world), token_for(world["worker"], resources=[PEOPLE])
        with as_web():
            assert listed(whole) == keys(world, "hers", "below", "other")
            assert listed(token) == keys(world, "hers", "below")
            streamed = lines_of(ask(token, "/api/v1/people.ndjson"))
        assert {str(row["id"]) for row in streamed[:-1]} == keys(world, "hers", "below")
        assert streamed[-1] == {"end": {"rows": 2}}

    def test_finds_no_other_row_by_key_by_words_or_by_a_filter(self, world):
        token = of_first(world)
        with as_web():
            hidden = ask(token, f"/api/v1/people/{world['other'].pk}")
            absent = ask(token, "/api/v1/people/00000000-0000-4000-8000-000000000000")
            assert (hidden.status_code, hidden.content) == (absent.status_code, absent.content)
            assert hidden.status_code == 404
            assert listed(token, "?q=Dilnoza") == set()
            assert listed(token, "?q=Anora") == keys(world, "hers")
            assert listed(token, "?sort=-family") == keys(world, "hers", "below")

    def test_acts_on_no_other_row_alone_or_among_many(self, world):
        token, other = of_first(world), world["other"]
        body = {"version": other.version, "language": "ru", "level": "B2"}
        with as_web():
            assert ask(token, f"/api/v1/people/{other.pk}/add_language", data=body).status_code == 404
            line = {"key": "k" * 12, "id": str(other.pk), "data": body}
            (answered,) = lines_of(ask_many(token, "/api/v1/people/add_language.ndjson", [line]))
        assert (answered["status"], answered["answer"]) == (404, {"message": "Not found", "errors": {}})

    def test_makes_no_record_in_another_organisation(self, world):
        token, before = of_first(world), Person.unscoped.count()
        body = {"family": "Yangi", "given": "Odam", "sex": "F", "organisation": str(world["second"].pk)}
        with as_web():
            assert ask(token, "/api/v1/people/add_person", data=body).status_code in (404, 422)
        assert Person.unscoped.count() == before

    def test_is_told_to_the_database_too(self, world):
        """What forgets to ask `visible()` is stopped by the wall, as for any other narrowing of rows."""
        token = of_first(world)
        with as_web(), acting(actor_of(token)), connection.cursor() as cursor:
            cursor.execute("select id from people_person")
            assert {str(pk) for (pk,) in cursor.fetchall()} == keys(world, "hers", "below")
            cursor.execute("select subject_id from history_event where resource = %s", [PEOPLE])
            assert {pk for (pk,) in cursor.fetchall()} <= keys(world, "hers", "below")
            cursor.execute("select count(*) from organisations_focalpoint")
            assert cursor.fetchone() == (0,)
            cursor.execute("update people_person set sex = 'M' where id = %s", [world["other"].pk])
            assert cursor.rowcount == 0

    def test_shows_nothing_more_once_the_post_there_is_over(self, world):
        token, first = of_first(world), world["first"]
        with as_web():
            assert listed(token)
        Grant.unscoped.filter(user_id=world["worker"].pk).exclude(org_ids=[world["second"].pk]).update(
            valid_to=date(2021, 1, 1)
        )
        give(world["worker"], role="call_operator", org_ids=[world["second"].pk])
        with as_web():
            assert listed(token) == set()
        assert first.pk == token.organisation_id

    def test_is_issued_by_those_who_have_a_post_there(self, world):
        stranger = make_organisation("Begona")
        with pytest.raises(Refused):
            token_for(world["worker"], resources=[PEOPLE], organisation=str(stranger.pk))


class TestADatabaseThatIsTold:
    def test_that_a_token_names_other_registers(self, world):
        token = token_for(world["worker"], resources=["recruiters.recruiter"])
        with as_web(), acting(actor_of(token)), connection.cursor() as cursor:
            cursor.execute("select count(*) from people_person")
            assert cursor.fetchone() == (0,)

    def test_that_a_token_only_reads(self, world):
        token = token_for(world["worker"], resources=[PEOPLE], may_write=False)
        with as_web(), acting(actor_of(token)), connection.cursor() as cursor:
            cursor.execute("update people_person set sex = 'M'")
            assert cursor.rowcount == 0

    def test_that_nothing_was_narrowed_believes_no_forged_word(self, world):
        """Whoever injects SQL may read the setting, but neither drop nor widen what it says."""
        token = of_first(world)
        wide = base64.urlsafe_b64encode(json.dumps({"writes": True}).encode()).decode()
        with as_web(), acting(actor_of(token)), connection.cursor() as cursor:
            cursor.execute("select current_setting('safar.actor')")
            parts = cursor.fetchone()[0].split(".")
            for said in ("", wide):
                forged = ".".join([*parts[:2], said, *parts[3:]])
                cursor.execute("select set_config('safar.actor', %s, true)", [forged])
                cursor.execute("select count(*) from people_person")
                assert cursor.fetchone() == (0,)

    def test_a_token_is_neither_issued_for_another_nor_widened_past_the_application(self, world):
        token = of_first(world)
        other = person("other-one", role="staff_administrator", org_ids=[world["first"].pk])
        admin = Actor("staff", user_id=other.pk)
        for statement in (
            "update api_token set resources = '{people.person,recruiters.recruiter}' where id = %s",
            "update api_token set expires_on = '2090-01-01' where id = %s",
            "update api_token set user_id = gate.user_id() where id = %s",
            "insert into api_token (label_level, label_place, is_public, version, user_id, owner, purpose, digest, resources, fields,"
            " networks, may_write, expires_on, issued_at, label_org, organisation_id) select 1, '', false, 1, user_id, '', 'x', 'y',"
            " resources, '{}', '{}', true, expires_on, issued_at, label_org, organisation_id from api_token where id = %s",
        ):
            with (
                as_web(),
                acting(admin),
                pytest.raises(ProgrammingError, match="row-level security"),
                transaction.atomic(),
                connection.cursor() as cursor,
            ):
                cursor.execute(statement, [token.pk])


class TestAFieldSet:
    """`sex` is not named: it shows nowhere, and nothing can be guessed from what is found, in which order, or how often."""

    @pytest.fixture
    def token(self, world):
        Person.unscoped.filter(pk=world["hers"].pk).update(sex="F")
        Person.unscoped.exclude(pk=world["hers"].pk).update(sex="M")
        return token_for(world["worker"], resources=[PEOPLE], fields=[f"{PEOPLE}.given", f"{PEOPLE}.place"])

    def test_shows_the_named_fields_alone(self, world, token):
        with as_web():
            rows = ask(token, "/api/v1/people").json()["items"]
            one = ask(token, f"/api/v1/people/{world['hers'].pk}").json()
            streamed = lines_of(ask(token, "/api/v1/people.ndjson"))[:-1]
        for row in (*rows, one, *streamed):
            known = {name for name, value in row.items() if value is not None}
            assert known <= {"id", "version", "given", "place_id"}
        assert {row["given"] for row in streamed} == {"Anora", "Barno", "Dilnoza"}

    @pytest.mark.parametrize("query", ["?sex=F", "?sex=M", "?sex=nonsense"])
    def test_a_hidden_field_is_no_filter(self, world, token, query):
        with as_web():
            assert listed(token, query) == keys(world, "hers", "below", "other")
            assert len(lines_of(ask(token, f"/api/v1/people.ndjson{query}"))) == 4

    @pytest.mark.parametrize("words", ["Birinchiyeva", "Anora", "Birinchiyeva Anora", "998901234567"])
    def test_words_find_nobody(self, token, words):
        """The search looks at names in every form, telephones and papers: it would tell of what is hidden."""
        with as_web():
            answer = ask(token, "/api/v1/people/search", data={"q": words})
        assert (answer.status_code, answer.json()["items"]) == (200, [])

    @pytest.mark.parametrize("family", ["Birinchiyeva", "Yangiyeva"])
    def test_who_writes_somebody_down_is_not_told_who_is_on_record(self, world, family):
        """A record like another is made like any; the pair waits for those who may see both records."""
        needed = [PEOPLE, "organisations.organisation", "places.place"]
        token = token_for(world["worker"], resources=needed, fields=[f"{PEOPLE}.sex"])
        body = {"family": family, "given": "Anora", "sex": "F", "birth_precision": "DAY"}
        with as_web():
            answer = ask(
                token, "/api/v1/people/add_person", data=body | {"organisation": str(world["first"].pk)}
            )
        assert answer.status_code == 200, answer.content
        assert not Event.unscoped.filter(kind="people.registered_anyway").exists()

    def test_the_order_tells_nothing(self, world, token):
        """By the key alone, whichever order is asked for: the register's own runs along family names."""
        with as_web():
            orders = [
                [row["id"] for row in ask(token, f"/api/v1/people?sort={how}").json()["items"]]
                for how in ("", "family", "-family", "sex", "-sex", "sort_key", "sounds")
            ]
        assert all(order == sorted(orders[0]) for order in orders)

    def test_a_cursor_carries_nothing(self, token):
        with as_web():
            after = ask(token, "/api/v1/people?limit=1").json()["next"]
        told = base64.urlsafe_b64decode(after + "=" * (-len(after) % 4)).decode()
        assert "yeva" not in told.lower()

    def test_an_act_answers_with_the_named_fields_alone(self, world):
        token = token_for(world["worker"], resources=NEEDED, fields=[f"{PEOPLE}.given"])
        hers = world["hers"]
        path, data = (
            f"/api/v1/people/{hers.pk}/add_language",
            {"version": hers.version, "language": "ru", "level": "B2"},
        )
        with as_web():
            first, again = (ask(token, path, data=data, key="the-same-key") for _ in range(2))
        assert first.status_code == 200, first.content
        assert {n for n, value in first.json().items() if value is not None} <= {"id", "version", "given"}
        assert first.json() == again.json()
        assert again["Idempotency-Replayed"] == "true"

    def test_of_a_register_with_a_stored_key_finds_and_sorts_by_what_it_names(self, world):
        token = token_for(
            world["worker"],
            resources=["organisations.organisation"],
            fields=["organisations.organisation.type"],
        )
        other = token_for(
            world["worker"],
            resources=["organisations.organisation"],
            fields=["organisations.organisation.name"],
        )
        with as_web():
            assert ask(token, "/api/v1/organisations?q=Birinchi").json()["items"] == []
            assert [r["name"] for r in ask(other, "/api/v1/organisations?q=Birinchi").json()["items"]] == [
                "Birinchi"
            ]

    def test_names_fields_of_its_registers_only(self, world):
        with pytest.raises(Refused):
            token_for(world["worker"], resources=[PEOPLE], fields=["recruiters.recruiter.name"])


class TestANetwork:
    def test_elsewhere_the_token_is_as_good_as_none(self, world):
        token = of_first(world, networks="203.0.113.0/24, 2001:db8::/32")
        with as_web():
            near = [ask(token, "/api/v1/people", REMOTE_ADDR=a) for a in ("203.0.113.9", "2001:db8::7")]
            far = [ask(token, "/api/v1/people", REMOTE_ADDR=a) for a in ("203.0.114.1", "127.0.0.1", "::1")]
        assert [answer.status_code for answer in near] == [200, 200]
        assert [answer.status_code for answer in far] == [401, 401, 401]

    @pytest.mark.parametrize("wrong", ["somewhere", "203.0.113.0/99", "300.1.1.1"])
    def test_what_is_no_network_is_refused(self, world, wrong):
        with pytest.raises(Refused):
            of_first(world, networks=wrong)


class TestAnAdministratorOfTheStaff:
    def test_sees_and_revokes_the_tokens_of_her_organisation_without_their_secret(self, world):
        admin = person("admin-one", role="staff_administrator", org_ids=[world["first"].pk])
        token, own = of_first(world), token_for(world["worker"], resources=[PEOPLE])
        browser = client_of(admin)
        with as_web():
            page = browser.get("/en/desk/tokens/").content.decode()
            one = browser.get(f"/en/desk/tokens/{token.pk}/")
            assert browser.get(f"/en/desk/tokens/{own.pk}/").status_code == 404
        assert "a test" in page
        assert one.status_code == 200
        for secret in (token.secret, Token.unscoped.get(pk=token.pk).digest):
            assert secret not in page
            assert secret not in one.content.decode()
        actor = Actor("staff", user_id=admin.pk)
        with as_web(), acting(actor):
            revoke_token(visible(actor, Token).get(pk=token.pk), by=actor, now=timezone.now())
        with as_web():
            assert ask(token, "/api/v1/people").status_code == 401
            assert ask(own, "/api/v1/people").status_code == 200

    def test_of_another_organisation_sees_nothing(self, world):
        admin = person("admin-two", role="staff_administrator", org_ids=[world["second"].pk])
        token = of_first(world)
        with as_web():
            assert client_of(admin).get(f"/en/desk/tokens/{token.pk}/").status_code == 404


def test_an_act_that_needs_a_register_the_token_does_not_open_is_refused_in_words(world):
    hers, token = world["hers"], token_for(world["worker"], resources=[PEOPLE])
    data = {"version": hers.version, "language": "ru", "level": "B2"}
    with as_web():
        answer = ask(token, f"/api/v1/people/{hers.pk}/add_language", data=data)
    assert answer.status_code == 422
    assert answer.json()["message"]


def test_the_purpose_is_written_beside_each_look(world):
    Person.unscoped.filter(pk=world["hers"].pk).update(label_level=1)
    token = of_first(world)
    with as_web():
        lines_of(ask(token, "/api/v1/people.ndjson?sex=F"))
    event = Event.unscoped.get(kind="export", via=f"token:{token.pk}")
    assert event.detail["purpose"] == "a test"
    assert event.detail["count"] == Person.unscoped.filter(sex="F").count()
    assert "a test" in sentence(event)


def test_a_stream_ends_when_its_token_is_revoked(world, monkeypatch):
    monkeypatch.setattr("safar.doors.api.streams.CHUNK", 1)
    token = token_for(world["worker"], resources=[PEOPLE])
    with as_web():
        pieces = iter(ask(token, "/api/v1/people.ndjson").streaming_content)
        next(pieces)
    Token.unscoped.filter(pk=token.pk).update(revoked_at=timezone.now())
    with as_web():
        assert list(pieces) == []
