"""What must be true after all the killing; each breach is a sentence."""

from __future__ import annotations

import json
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any

from tests.kills.house import House
from tests.kills.load import ROWS, Ledger

#: A kind of event, and the rows its act makes: (kind, how the rows are found by the event's subject).
MADE_BY = {
    "people.add_person": "people_person",
    "recruiters.apply_for_licence": "recruiters_recruiter",
}


#: So long nothing may happen while something waits, in seconds.
PATIENCE = 180


def let_everything_finish(house: House) -> None:
    """Until no file is being saved and no message waits; a message left in the middle need not wait out its lease.

    Messages to people of the demo wait for the hours in which they may be reached: they are not the storm's.
    """

    left: tuple[int, int] | None = None
    while left != (0, 0):
        before, since = left, time.monotonic()
        while (left := _left(house)) == before:
            if time.monotonic() - since > PATIENCE:
                raise AssertionError(
                    f"{left[0]} files and {left[1]} messages wait, and nothing happens: {_unfinished(house)}"
                )
            time.sleep(1)


def _left(house: House) -> tuple[int, int]:
    """Files and messages that are not finished; what waits for its time has it now."""
    house.revive()
    ours = "where state in ('SENDING', 'WAITING') and book <> 'people'"
    house.change(f"update outbox_message set due_at = now() {ours} and due_at > now()")
    ((files, waiting),) = house.rows(
        "select (select count(*) from registers_upload where state = 'APPLYING'),"
        f" (select count(*) from outbox_message {ours})"
    )
    return files, waiting


def _unfinished(house: House) -> list[tuple[Any, ...]]:
    """Tasks that have not succeeded."""
    return house.rows(
        "select status, task_path, args_kwargs, jsonb_array_length(to_jsonb(worker_ids)), exception_class_path, run_after"
        " from django_tasks_database_dbtaskresult where status <> 'SUCCESSFUL'"
    )


def breaches(house: House, ledger: Ledger) -> list[str]:
    """Every breach of the promise, in words."""
    found = [*ledger.wrong]
    found += exactly_once("person", ledger, "people", house.rows(
        "select family, count(*) from people_person where family like 'Zarba%%' group by 1"))  # fmt: skip
    found += exactly_once("telephone", ledger, "phones", house.rows(
        "select p.person_id::text, count(*) from people_phone p join people_person h on h.id = p.person_id"
        " where h.family like 'Zarba%%' group by 1"))  # fmt: skip
    found += exactly_once("consent", ledger, "consents", house.rows(
        "select c.person_id::text, count(*) from people_consent c join people_person h on h.id = c.person_id"
        " where h.family like 'Zarba%%' group by 1"))  # fmt: skip
    found += exactly_once("firm", ledger, "firms", house.rows(
        "select name, count(*) from recruiters_recruiter where name ~ '^Zarba[a-z]+$' group by 1"))  # fmt: skip
    found += exactly_once("decision", ledger, "decisions", house.rows(
        "select order_number, count(*) from recruiters_licencedecision where reason = 'zarba' group by 1"))  # fmt: skip
    found += files(house, ledger)
    found += events(house)
    found += messages(house, ledger)
    found += chain(house)
    return found


def exactly_once(what: str, ledger: Ledger, kind: str, rows: Iterable[tuple[Any, ...]]) -> Iterator[str]:
    """Every acknowledged act is there once; since each is repeated until it is acknowledged, there is nothing else."""
    wanted, there = Counter(ledger.done.get(kind, [])), Counter({str(name): count for name, count in rows})
    for name in wanted:
        if there[name] != wanted[name]:
            yield f"{what} {name} was acknowledged {wanted[name]} times and is there {there[name]} times"
    for name in there.keys() - wanted.keys():
        yield f"{what} {name} is there and was never acknowledged"


def files(house: House, ledger: Ledger) -> Iterator[str]:
    """Each file is saved to its last row, each row once."""
    stored = dict(house.rows(
        "select split_part(name, ' ', 1), count(distinct name) from recruiters_recruiter where name ~ '^Zarba[a-z]+ ' group by 1"))  # fmt: skip
    twice = house.rows(
        "select name from recruiters_recruiter where name like 'Zarba%%' group by 1 having count(*) > 1"
    )
    yield from (f"the firm {name} is there twice" for (name,) in twice)
    for word in ledger.done.get("files", []):
        if stored.get(word) != ROWS:
            yield f"of the file {word} {stored.get(word, 0)} of {ROWS} rows are saved"
    bad = house.rows("select id, state, done, total from registers_upload where state <> 'UPLOADED' and"
                     " (state <> 'APPLIED' or done <> total) and id >= %s", ledger.first_import)  # fmt: skip
    yield from (f"the import {pk} ended {state} at {done} of {total}" for pk, state, done, total in bad)
    ((said,),) = house.rows(
        "select count(*) from history_event where kind = 'import' and id >= %s", ledger.first_event
    )
    if said != len(ledger.done.get("files", [])):
        yield f"{len(ledger.done.get('files', []))} files were saved, and {said} events say so"


def events(house: House) -> Iterator[str]:
    """No act without its one event, and no event without its act."""
    for kind, table in MADE_BY.items():
        wrong = house.rows(
            f"select r.id::text, count(e.id) from {table} r left join history_event e on e.kind = %s and e.subject_id = r.id::text"
            f" where {'family' if table == 'people_person' else 'name'} like 'Zarba%%' group by 1 having count(e.id) <> 1", kind)  # fmt: skip
        yield from (f"{count} events say that {table} {pk} was made" for pk, count in wrong)
        orphans = house.rows(
            f"select e.id from history_event e where e.kind = %s and not exists (select 1 from {table} r where r.id::text = e.subject_id)",
            kind)  # fmt: skip
        yield from (f"event {number} speaks of a row of {table} that is not there" for (number,) in orphans)
    yield from belongings(house)
    versions = house.rows(
        "select h.id, h.version, (select count(*) from people_personversion v where v.pgh_obj_id = h.id) from people_person h"
        " where h.family like 'Zarba%%' and (select count(*) from history_event e where e.subject_id = h.id::text"
        " and e.kind like 'people.%%' and e.kind <> 'people.registered_anyway') <> h.version")  # fmt: skip
    yield from (
        f"person {pk} has version {version}, {kept} kept versions, and another number of events"
        for pk, version, kept in versions
    )


def belongings(house: House) -> Iterator[str]:
    """As many telephones and consents of a person as events that say so."""
    for kind, table in (("people.add_phone", "people_phone"), ("people.give_consent", "people_consent")):
        wrong = house.rows(
            f"select h.id, (select count(*) from {table} b where b.person_id = h.id),"
            " (select count(*) from history_event e where e.kind = %s and e.subject_id = h.id::text)"
            " from people_person h where h.family like 'Zarba%%'", kind)  # fmt: skip
        yield from (
            f"person {pk} has {there} rows in {table} and {said} events {kind}"
            for pk, there, said in wrong
            if there != said
        )
    wrong = house.rows(
        "select (select count(*) from recruiters_licencedecision where reason = 'zarba'),"
        " (select count(*) from history_event where kind in ('recruiters.suspend_licence', 'recruiters.reinstate_licence')"
        " and detail->>'reason' = 'zarba')")  # fmt: skip
    yield from (f"{there} decisions and {said} events of them" for there, said in wrong if there != said)


def messages(house: House, ledger: Ledger) -> Iterator[str]:
    """None lost; at most one twice, and then it says so."""
    arrived = Counter(one.reference for one in house.gateway.post.arrived)
    reached = Counter(f"+{one.address}" for one in house.gateway.post.arrived)
    for phone in ledger.done.get("messages", []):
        if not reached[phone]:
            yield f"the message to {phone} was queued and never arrived"
    kept = {str(pk): (state, marked) for pk, state, marked in house.rows(
        "select id, state, is_possible_duplicate from outbox_message")}  # fmt: skip
    for pk, (state, marked) in kept.items():
        if arrived[pk] > (2 if marked else 1):
            yield f"message {pk} arrived {arrived[pk]} times{' and is marked' if marked else ', unmarked'}"
        if arrived[pk] and state not in ("SENT", "DELIVERED", "UNCERTAIN"):
            yield f"message {pk} arrived and is called {state}"
    queued = house.rows(
        "select m.id from outbox_message m where (select count(*) from history_event e where e.kind = 'message.queued'"
        " and e.subject_id = m.id::text) <> 1 or (select count(*) from history_event e where e.kind = 'message.ended'"
        " and e.subject_id = m.id::text) <> case m.state when 'WAITING' then 0 else 1 end")  # fmt: skip
    yield from (f"message {pk} has not one event of its beginning and one of its end" for (pk,) in queued)
    yield from (f"message {pk} arrived and is not in the outbox" for pk in arrived.keys() - kept.keys())


def chain(house: House) -> Iterator[str]:
    """The sealed history is whole, and everything is sealed."""
    house.safar("history", "seal")
    said = json.loads(house.safar("history", "verify", "--json").stdout)
    if not said["ok"]:
        yield f"the history is not whole: {said['reason']}"


def counts(house: House, ledger: Ledger) -> dict[str, int]:
    """What there was to lose."""
    marked = house.rows("select count(*) from outbox_message where is_possible_duplicate")[0][0]
    twice = sum(count > 1 for count in Counter(one.reference for one in house.gateway.post.arrived).values())
    return {
        **{kind: len(done) for kind, done in sorted(ledger.done.items())},
        "rows of files": house.rows("select count(*) from recruiters_recruiter where name ~ '^Zarba[a-z]+ '")[
            0
        ][0],
        "events": house.rows("select count(*) from history_event")[0][0],
        "acts repeated because nobody answered": ledger.repeated,
        **{f"answers {status} on the way": count for status, count in sorted(ledger.answers.items())},
        "messages arrived": len(house.gateway.post.arrived),
        "messages that may have arrived twice, by their mark": marked,
        "messages that did arrive twice": twice,
    }
