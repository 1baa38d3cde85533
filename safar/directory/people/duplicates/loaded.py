"""Pairs out of a file that was loaded: found in one question to the database after the load, so that the load waits for nothing.

Found are those whose whole names sound the same (in whatever script) and who share, besides, the day of birth, a telephone or
the number in somebody's records. A slip in a name is not found here, but when one of the two is next changed, or by who looks.
"""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils import timezone
from django_tasks import task

from safar.directory.people.duplicates.faces import faces
from safar.directory.people.duplicates.noticing import new_pair
from safar.directory.people.duplicates.rules import Verdict, codes_of, judge
from safar.directory.people.models import Found, Person, PossibleDuplicate
from safar.foundation.access.actors import acting, system_actor
from safar.foundation.access.visibility import visible
from safar.foundation.database.copying import run

LOADED = "people.were_loaded"
#: Pairs looked at after one load, those of one person, and at a time.
MOST, EACH, BATCH = 20_000, 5, 500

PAIRS = """
with fresh as (
  select id, number, sounds, birth_date, birth_precision, external_id from people_person
  where number between %s and %s and organisation_id = %s and sounds <> '' and merged_into_id is null),
same as materialized (
  select f.id as one, p.id as other, f.birth_date, f.birth_precision, f.external_id, p.birth_date as born,
    p.birth_precision as precision, p.external_id as known_as
  from fresh f join people_person p on p.sounds = f.sounds and p.id <> f.id and p.merged_into_id is null),
near as (
  select distinct least(one, other) as one, greatest(one, other) as other from same s
  where s.birth_date = s.born and s.birth_precision = 'DAY' and s.precision = 'DAY'
    or s.external_id <> '' and s.external_id = s.known_as
    or exists (select 1 from people_phone a join people_phone b on a.number = b.number
               where a.person_id = s.one and b.person_id = s.other)),
ranked as (select one, other, row_number() over (partition by one order by other) as place from near)
select one, other from ranked where place <= %s
  and not exists (select 1 from people_possibleduplicate d where d.person_id = one and d.other_id = other)
limit %s
"""


@task(priority=-20)
def look_through_load(news: dict[str, Any]) -> int:
    """Put into the queue the pairs that people with numbers `from` to `upto` of an organisation are part of; how many."""
    by, count = system_actor("matcher"), 0
    with transaction.atomic(), acting(by):
        pairs = run(PAIRS, news["from"], news["upto"], news["organisation"], EACH, MOST)
        for start in range(0, len(pairs), BATCH):
            some = pairs[start : start + BATCH]
            wanted = {key for pair in some for key in pair}
            people = {
                person.pk: person for person in visible(by, Person).filter(pk__in=wanted, erased_on=None)
            }
            known = faces(by, people.values())
            rows = []
            for one, other in some:
                if one in known and other in known:
                    judgement = judge(known[one], known[other])
                    if judgement.verdict is Verdict.NOT:
                        continue
                    row = new_pair(people[one], people[other], found=Found.LOADED, today=timezone.localdate())
                    row.bits, row.verdict = judgement.bits, judgement.verdict.value
                    row.evidence = codes_of(judgement)
                    row.take_label()
                    rows.append(row)
            visible(by, PossibleDuplicate).bulk_create(rows, ignore_conflicts=True)
            count += len(rows)
    return count
