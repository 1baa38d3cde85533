"""Events are appended in one's own name, read by who may read their subject, and changed by nobody."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from uuid import uuid4

import psycopg
import pytest
from django.db import connection, transaction
from django.db.utils import ProgrammingError
from django.utils.translation import gettext_lazy as _

from safar.foundation.access.actors import Actor, Scope, acting, public_actor, system_actor
from safar.foundation.database import connect
from safar.foundation.database.testing import as_web
from safar.foundation.history import (
    UnknownKind,
    actor_names,
    events,
    events_of,
    forget,
    name_actors,
    reading,
    record,
    record_export,
    record_read,
    record_refusal,
    register_kind,
    sentence,
    set_context,
)
from safar.foundation.history.detail import NotSealable, altered
from safar.foundation.history.forgetting import NotForgotten
from safar.foundation.history.kinds import keeping, known_kinds
from safar.foundation.history.models import Event
from safar.foundation.history.tests.toys import Boat, boat

pytestmark = pytest.mark.django_db

HERE = Scope("keeper", frozenset({1}), "UZ.17.", 2)
ELSEWHERE = Scope("keeper", frozenset({2}), "UZ.17.", 2)

if "history.paint" not in known_kinds():
    register_kind(
        "history.paint",
        sentence=_("painted it %(colour)s for %(owner)s"),
        icon="star",
        forget=keeping("colour"),
    )
    register_kind(
        "history.register", sentence=_("registered it"), link=lambda event: f"/boats/{event.subject_id}"
    )


def sql(statement, *values):
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return cursor.fetchall() if cursor.description else None


@pytest.fixture(autouse=True)
def _nothing_from_before(django_db_setup):
    """Refusals are kept on a connection of their own, so other tests may have left some."""
    with connect("owner") as database:
        database.execute("delete from history_event")


def only_event():
    return Event.unscoped.get()


@pytest.fixture
def keeper(staff):
    return staff(7, HERE)


# -- recording ---------------------------------------------------------------------------------------------


def test_an_event_says_who_did_what_to_what_and_where_it_belongs(boats, keeper, now):
    made = boat("Aral")
    with as_web(), acting(keeper):
        record(
            "history.paint",
            made,
            by=keeper,
            now=now,
            detail={"colour": "red", "owner": "Karim"},
            body={"times": 2},
        )
    event = only_event()
    assert (event.kind, event.resource, event.subject_id) == ("history.paint", "history.boat", str(made.pk))
    assert (event.actor, event.via, event.at, event.user_id) == ("staff.7", "web", now, 7)
    assert (event.label_org, event.label_place, event.label_level) == (1, "UZ.17.", 0)
    assert event.body["times"] == 2
    assert event.xid == int(sql("select pg_current_xact_id()::text")[0][0])


def test_an_unknown_kind_is_an_error_and_nothing_is_written(boats, keeper, now):
    with pytest.raises(UnknownKind):
        record("history.no_such", boat("Aral"), by=keeper, now=now)
    assert not Event.unscoped.exists()


def test_the_sealed_body_takes_no_free_text(boats, keeper, now):
    for body in (
        {"reason": "he is ill"},
        {"names": ["Karim Salimov"]},
        {"nested": {"a": 1}},
        {"word": "Ўткир"},
        {"x": "a" * 65},
    ):
        with pytest.raises(NotSealable):
            record("history.paint", boat("Aral"), by=keeper, now=now, body=body)


def test_values_are_not_in_the_sealed_body_nor_guessable_from_it(boats, keeper, now):
    made = boat("Aral")
    for _twice in range(2):
        record("history.paint", made, by=keeper, now=now, detail={"colour": "red", "owner": "Karim"})
    one, other = Event.unscoped.order_by("pk")
    assert "Karim" not in str(one.body)
    assert one.body["digests"]["owner"] != other.body["digests"]["owner"]
    assert altered(one.body, one.detail, one.salts) == []
    assert altered(one.body, {**one.detail, "owner": "Salim"}, one.salts) == ["owner"]


@pytest.mark.parametrize("value", [1.0, 1.5, 1e22, 1e-7, True, None, "ў\n'", ["a", {"b": 1.0}], 10**18])
def test_a_digest_survives_the_way_through_the_database(boats, keeper, now, value):
    record("history.paint", boat("Aral"), by=keeper, now=now, detail={"colour": value, "owner": now})
    event = only_event()
    assert altered(event.body, event.detail, event.salts) == []


def test_an_event_and_the_versions_of_its_act_name_each_other(boats, keeper, now):
    made = boat("Aral")
    set_context(keeper, "history.paint")
    Boat.unscoped.filter(pk=made.pk).update(name="Orol")
    record("history.paint", made, by=keeper, now=now)
    assert boats.BoatVersion.objects.get(pgh_context_id=only_event().context).name == "Orol"


def test_one_who_may_add_but_not_see_leaves_an_event_too(boats, now):
    visitor = public_actor()
    made = boat("Aral")
    with as_web(), acting(visitor):
        record("history.register", made, by=visitor, now=now)
    assert only_event().actor == "public.0"


def test_a_rolled_back_act_leaves_no_event(boats, keeper, now):
    made = boat("Aral")
    with transaction.atomic():
        record("history.paint", made, by=keeper, now=now)
        transaction.set_rollback(True)
    assert not Event.unscoped.exists()


def test_one_event_costs_one_query(boats, keeper, now, django_assert_num_queries):
    made = boat("Aral")
    with acting(keeper), django_assert_num_queries(1):
        record("history.paint", made, by=keeper, now=now, detail={"colour": "red"})


# -- looks, exports, refusals --------------------------------------------------------------------------------


def test_a_look_and_a_reveal_are_recorded_with_the_fields(boats, keeper, now):
    made = boat("Aral", level=2)
    record_read(made, by=keeper, now=now)
    record_read(made, by=keeper, now=now, fields=("owner", "log"))
    look, reveal = Event.unscoped.order_by("pk")
    assert (look.kind, reveal.kind, reveal.body) == ("read", "revealed", {"fields": ["owner", "log"]})
    assert "owner, log" in sentence(reveal)


def test_an_export_is_recorded_with_filters_and_format(boats, keeper, now):
    record_export(
        Boat, by=keeper, now=now, detail={"filters": "state=SUNK", "format": "csv"}, body={"rows": 3}
    )
    event = only_event()
    assert (event.resource, event.subject_id, event.label_org, event.label_level) == (
        "history.boat",
        "",
        None,
        2,
    )
    assert "state=SUNK" in sentence(event)
    assert "csv" in sentence(event)


def test_a_refusal_is_kept_when_its_transaction_is_not(boats, keeper, now):
    with transaction.atomic():
        boat("Aral")
        transaction.set_rollback(True)
    record_refusal(keeper, "history.boat", "17", "reveal owner", now)
    event = only_event()
    assert (event.kind, event.resource, event.subject_id, event.actor) == (
        "refused",
        "history.boat",
        "17",
        "staff.7",
    )
    assert event.body == {"action": "reveal_owner"}
    assert event.label_org is None


def test_a_refusal_inside_a_transaction_outlives_its_rollback(empty_history, now):
    """As the web role, in a thread of its own: there no test case wraps a transaction around everything."""
    visitor = Actor("staff", user_id=7)

    def request():
        try:
            with acting(visitor), transaction.atomic():
                record("signed_in", Event, by=visitor, now=now)
                record_refusal(visitor, "history.boat", "17", "view", now)
                transaction.set_rollback(True)
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        pool.submit(request).result()
    assert [(e.kind, e.actor) for e in Event.unscoped.all()] == [("refused", "staff.7")]


@pytest.mark.parametrize("pk", ["' or 1=1 --", "a\0b", "x" * 300, "ў", "", None])
def test_a_refusal_of_nonsense_is_recorded_all_the_same(boats, keeper, now, pk):
    record_refusal(keeper, "history.boat", pk, "view\n<b>ў", now)
    assert only_event().body == {"action": "view__b__"}


# -- who reads -----------------------------------------------------------------------------------------------


def seen_by(actor):
    """Ids the database shows the web role acting for `actor`, asked without the first wall."""
    with as_web(), acting(actor):
        return {n for (n,) in sql("select id from history_event")}


def test_the_database_shows_an_event_to_those_who_may_read_its_subject(boats, staff, keeper, now):
    record("history.paint", boat("Aral"), by=keeper, now=now)
    event = only_event()
    assert seen_by(keeper) == {event.pk}
    assert seen_by(staff(8, ELSEWHERE)) == set()
    assert seen_by(staff(9, Scope("keeper", frozenset({1}), "UZ.33.", 2))) == set()
    assert seen_by(public_actor()) == set()
    with as_web():
        assert sql("select count(*) from history_event") == [(0,)]


def test_level_and_case_hold_for_events_too(boats, staff, keeper, now):
    record("history.paint", boat("Quiet", level=2), by=keeper, now=now)
    record("history.paint", boat("Locked", level=3, case=uuid4()), by=keeper, now=now)
    quiet = Event.unscoped.get(label_level=2)
    assert seen_by(staff(10, Scope("keeper", frozenset({1}), "UZ.17.", 1))) == set()
    assert seen_by(staff(11, Scope("keeper", None, "", 4))) == {quiet.pk}


def test_who_looked_is_for_the_auditor_not_for_every_colleague(boats, staff, keeper, now):
    made = boat("Aral", level=2)
    record_read(made, by=keeper, now=now)
    record_refusal(keeper, "history.boat", made.pk, "view", now)
    record("history.paint", made, by=keeper, now=now)
    look, refusal, act = Event.unscoped.order_by("pk")
    auditor, near, far = (
        staff(12, Scope("auditor", level=2)),
        staff(13, Scope("local_auditor", frozenset({1}), "UZ.17.", 2)),
        staff(14, Scope("local_auditor", frozenset({2}), "UZ.17.", 2)),
    )
    assert seen_by(keeper) == {act.pk}
    assert seen_by(auditor) == {look.pk, refusal.pk, act.pk}
    assert seen_by(near) == {look.pk, act.pk}
    assert seen_by(far) == set()
    with as_web(), acting(keeper):
        assert events_of(keeper, made) == [act]
        assert events(keeper) == []
    with as_web(), acting(auditor):
        assert events(auditor) == [act, refusal, look]
        assert events(auditor, kind="read") == [look]
        assert events(auditor, user_id=7) == [act, refusal, look]
        assert events(auditor, user_id=8) == []
        # An auditor of the log is not thereby one who may open the record, yet sees its events.
        assert [e.pk for e in events_of(auditor, made)] == [act.pk, refusal.pk, look.pk]


def test_events_follow_their_subject_when_it_moves(boats, staff, keeper, now):
    made = boat("Aral")
    record("history.paint", made, by=keeper, now=now)
    record("history.paint", boat("Other"), by=keeper, now=now)
    first, second = Event.unscoped.order_by("pk")
    other = staff(8, ELSEWHERE)
    Boat.unscoped.filter(pk=made.pk).update(org=2, label_org=2)
    assert (seen_by(keeper), seen_by(other)) == ({second.pk}, {first.pk})
    Boat.unscoped.filter(pk=made.pk).update(level=3, label_level=3)
    assert seen_by(other) == set()


def test_the_history_comes_in_pages_newest_first(boats, keeper, now):
    made = boat("Aral")
    for _time in range(5):
        record("history.paint", made, by=keeper, now=now)
    ids = list(Event.unscoped.order_by("-pk").values_list("pk", flat=True))
    page = events_of(keeper, made, limit=2)
    rest = events_of(keeper, made, before=page[-1].pk, limit=9)
    assert [e.pk for e in page + rest] == ids


def test_a_stranger_has_no_history_of_the_record(boats, staff, keeper, now):
    made = boat("Aral")
    record("history.paint", made, by=keeper, now=now)
    assert events_of(staff(8, ELSEWHERE), made) == []


# -- attacks by injected SQL ---------------------------------------------------------------------------------

COLUMNS = "(at, kind, resource, actor, via, body, label_place, label_level, subject_id"
VALUES = "values (now(), 'history.paint', 'history.boat', 'staff.{who}', 'web', '{{}}', '', 0, '1'"
ATTACKS = {
    "change": "update history_event set kind = 'read'",
    "change the label": "update history_event set label_level = 4",
    "delete": "delete from history_event",
    "truncate": "truncate history_event",
    "write as somebody else": f"insert into history_event {COLUMNS}) {VALUES.format(who=8)})",
    "choose the number": f"insert into history_event {COLUMNS}, id) {VALUES.format(who=7)}, 5)",
    "choose the transaction": f"insert into history_event {COLUMNS}, xid) {VALUES.format(who=7)}, '3')",
    "choose the time of writing": f"insert into history_event {COLUMNS}, written_at) {VALUES.format(who=7)}, '2020-01-01')",
    "advance the numbers": "select setval('history_event_id_seq', 900)",
    "take a number": "select nextval('history_event_id_seq')",
    "read the seals": "select * from history_seal",
    "seal": "insert into history_seal (n) values (1)",
    "delete seals": "delete from history_seal",
    "forget": "select gate.forget_detail(1, '[]')",
    "open the table": "alter table history_event disable row level security",
    "take off the triggers": "alter table history_boat disable trigger all",
}


@pytest.mark.parametrize("attack", ATTACKS)
def test_the_web_role_changes_nothing_and_forges_nothing(boats, keeper, now, attack):
    record("history.paint", boat("Aral"), by=keeper, now=now, detail={"owner": "Karim"})
    before = sql("select e::text from history_event e")
    with pytest.raises(ProgrammingError, match="denied|violates|owner|may forget"), as_web(), acting(keeper):
        sql(ATTACKS[attack])
    assert sql("select e::text from history_event e") == before


@pytest.mark.parametrize("role", ["safar_owner", "safar_sealer", "postgres"])
def test_the_web_role_cannot_become_another(role):
    with connect("web") as web, pytest.raises(psycopg.errors.InsufficientPrivilege):
        web.execute(f"set role {role}")


def test_without_an_actor_nothing_is_appended(boats):
    with pytest.raises(ProgrammingError, match="row-level security"), as_web():
        sql(f"insert into history_event {COLUMNS}) {VALUES.format(who=7)})")


def test_the_sealer_reads_no_values(boats):
    with connect("sealer") as sealer:
        sealer.execute("select id, body from history_event")
        for column in ("detail", "salts", "label_org"):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                sealer.execute(f"select {column} from history_event")


# -- sentences and forgetting --------------------------------------------------------------------------------


def test_a_sentence_shows_dates_as_people_write_them(boats, keeper, now):
    record(
        "history.paint",
        boat("Aral"),
        by=keeper,
        now=now,
        detail={"colour": ["red", "white"], "owner": now.date()},
    )
    text = sentence(only_event())
    assert text.startswith("painted it red, white for ")
    assert str(now.date()) not in text
    assert str(now.year) in text


def test_a_clause_whose_values_are_empty_is_left_out(keeper):
    register_kind(
        "history.stop",
        sentence=_("stopped %(boat)s: %(reason)s, order %(number)s"),
        icon="x",
        forget=keeping(),
    )

    def told(**detail):
        return sentence(Event(kind="history.stop", body={}, detail={"boat": "Humo", **detail}))

    assert told(reason="no lights", number="7") == "stopped Humo: no lights, order 7"
    assert told(reason="no lights", number="") == "stopped Humo: no lights"
    assert told(reason="", number="") == "stopped Humo"
    assert told(number="7") == "stopped Humo: (erased), order 7"


def test_every_kind_of_the_history_has_a_sentence_that_renders_without_values(keeper):
    for kind in known_kinds():
        assert sentence(Event(kind=kind, body={}, detail=None))


def test_a_link_comes_from_the_kind():
    assert reading.link(Event(kind="history.register", subject_id="4")) == "/boats/4"
    assert reading.link(Event(kind="history.paint", subject_id="4")) is None


def test_actors_are_named_by_whoever_knows_people(monkeypatch):
    monkeypatch.setattr(reading, "_names", [])
    rows = [
        Event(actor="staff.7"),
        Event(actor="staff.8"),
        Event(actor="public.0"),
        Event(actor="system.loader"),
    ]
    name_actors(lambda ids: {7: "Nodira"} if ids == {7, 8} else {})
    assert actor_names(rows) == {
        "staff.7": "Nodira",
        "staff.8": "account 8",
        "public.0": "a visitor",
        "system.loader": "the system (loader)",
    }


def test_forgetting_erases_the_personal_values_and_their_salts_and_leaves_the_seal_whole(boats, keeper, now):
    record("history.paint", boat("Aral"), by=keeper, now=now, detail={"colour": "red", "owner": "Karim"})
    event = only_event()
    body = event.body
    with as_web():
        forget(event, by=system_actor("retention"), now=now + timedelta(days=1))
    event = Event.unscoped.get(kind="history.paint")
    assert (event.detail, set(event.salts), event.body) == ({"colour": "red"}, {"colour"}, body)
    assert "Karim" not in str(sql("select e::text from history_event e"))
    assert altered(event.body, event.detail, event.salts) == []
    assert sentence(event) == "painted it red for (erased)"
    assert Event.unscoped.get(kind="forgotten").subject_id == str(event.pk)


def test_only_the_system_forgets_and_forgetting_nothing_is_an_error(boats, keeper, now):
    record("history.register", boat("Aral"), by=keeper, now=now)
    event = only_event()
    with pytest.raises(ProgrammingError), transaction.atomic(), as_web():
        forget(event, by=keeper, now=now)
    event.pk = 0
    with pytest.raises(NotForgotten):
        forget(event, by=system_actor("retention"), now=now)
