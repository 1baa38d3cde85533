"""Two records of one person: proposed, merged, told apart for good, taken apart again."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from safar.directory.people import merging_forms as forms
from safar.directory.people.actions.belongings import hers, nothing_said
from safar.directory.people.duplicates.faces import faces
from safar.directory.people.duplicates.merging import LEADS, unite
from safar.directory.people.duplicates.noticing import put_in_queue, tell_change
from safar.directory.people.duplicates.parting import newest, part
from safar.directory.people.duplicates.rules import Field, Says, judge
from safar.directory.people.models import Found, Merge, PairState, Person, PossibleDuplicate, Relation
from safar.foundation import history
from safar.foundation.access.actors import Actor, acting, system_actor
from safar.foundation.access.visibility import Hidden, resource_of, visible, within_reach
from safar.foundation.actions import Refused, action, store

MERGED = history.register_kind(
    "people.merged", sentence=_("№ %(number)s was merged into this record"), icon="users", forget=history.keeping("number"),
).code  # fmt: skip
WAS_MERGED = history.register_kind(
    "people.was_merged", sentence=_("was merged into № %(number)s"), icon="users", forget=history.keeping("number"),
).code  # fmt: skip
PARTED = history.register_kind(
    "people.parted", sentence=_("№ %(number)s was taken apart from this record"), icon="users",
    forget=history.keeping("number"),
).code  # fmt: skip
UNDECIDED = (PairState.OPEN, PairState.LATER)


@action(
    on=Person, label=_("Same as another record"), sentence=_("said that № %(number)s may be the same person"),
    form=forms.ProposeForm, icon="users", detail=lambda person, inputs: {"number": inputs["other"].number},
    hint=_("Somebody who may merge records looks at both and decides. Nothing is changed until then."),
)  # fmt: skip
def propose_duplicate(person: Person, *, other: Person, by: Actor, now: datetime) -> None:
    """Put two records before who may merge them, because one knows or believes that they are one person's."""
    if other.pk == person.pk:
        raise Refused(_("Choose two different records."), field="other")
    judgement = judge(*(faces(by, [person, other])[one.pk] for one in (person, other)))
    matcher = system_actor("matcher")
    with acting(matcher):
        pair = put_in_queue(
            person, other, judgement, by=matcher, today=timezone.localdate(now), found=Found.PROPOSED
        )
        if pair is not None and pair.state not in UNDECIDED:
            pair.state, pair.found = PairState.OPEN, Found.PROPOSED
            store(pair, by=matcher)


def _undecided(pair: PossibleDuplicate, today: date) -> bool:
    return pair.state in UNDECIDED


def _why_decided(pair: PossibleDuplicate, today: date) -> Any:
    if pair.state == PairState.MERGED:
        return _("These two records were merged already.")
    return _("It was decided already: %(state)s.") % {"state": pair.get_state_display()}


@action(
    on=PossibleDuplicate, label=_("Merge"), sentence=_("merged the two records"), form=forms.MergeForm, icon="users",
    primary=True, when=_undecided, why_not=_why_decided, detail=nothing_said, leads_to=lambda pair: survivor_of(pair),
    hint=_("Everything both records hold is kept, and the stricter rules of contact hold. It can be taken apart again."),
)  # fmt: skip
def merge_people(
    pair: PossibleDuplicate, *, survivor: str, by: Actor, now: datetime, name: str = "", sex: str = "", birth: str = "",
    place: str = "",
) -> None:  # fmt: skip
    """Make the two records one. `survivor` says which stays, FIRST or SECOND, the others whose value leads (as given: its own)."""
    first, second = _both(pair, by=by)
    stays, goes = (first, second) if survivor == forms.FIRST else (second, first)
    said = {"name": name, "sex": sex, "birth": birth, "place": place}
    leads = {word: said[word] not in ("", survivor) for word in LEADS}
    merger = system_actor("merger")
    with acting(merger):
        _refuse_two_people(first, second, by=merger)
        unite(stays, goes, pair, leads, by=merger, now=now)
        # The pair carries the label of one of the two: it moved along if her home did.
        pair.version = visible(merger, PossibleDuplicate).values_list("version", flat=True).get(pk=pair.pk)
    pair.state = PairState.MERGED
    history.record(MERGED, stays, by=by, now=now, detail={"number": goes.number})
    history.record(WAS_MERGED, goes, by=by, now=now, detail={"number": stays.number})
    tell_change(stays)


def _both(pair: PossibleDuplicate, *, by: Actor) -> tuple[Person, Person]:
    """The two records, locked in the order of their keys: two officers who merge at once wait for each other, and only one finds both."""
    rows = visible(by, Person, "merge_people").filter(pk__in=(pair.person_id, pair.other_id)).order_by("pk")
    found = {row.pk: row for row in rows.select_for_update(of=("self",))}
    if len(found) < 2:
        raise Hidden(resource_of(PossibleDuplicate), pair.pk, "merge_people")
    if any(person.erased_on for person in found.values()):
        raise Refused(_("One of the two was erased for good. There is nothing to merge."))
    # Kept on the pair: one of them will be out of sight when it is stored with its label.
    pair.person, pair.other = found[pair.person_id], found[pair.other_id]
    return pair.person, pair.other


def _refuse_two_people(first: Person, second: Person, *, by: Actor) -> None:
    """What shows that they are two people is taken away first, or they are not merged.

    Judged with the merger's eyes: a program whose token opens neither relatives nor papers merges no more than its owner.
    """
    close = Q(person=first, relative=second) | Q(person=second, relative=first)
    if visible(by, Relation).filter(close).exists():
        raise Refused(
            _("One is written down as a relative of the other. Remove that first, or they are two people.")
        )
    known = faces(by, [first, second])
    if judge(known[first.pk], known[second.pk]).says(Field.PINFL) is Says.DIFFERS:
        raise Refused(_("Each has another PINFL. Remove the wrong one first, or they are two people."))


def survivor_of(pair: PossibleDuplicate) -> Person | PossibleDuplicate:
    """The record that stayed of a merged pair; the pair itself if there is none."""
    keys = (pair.person_id, pair.other_id)
    return Person.objects.filter(pk__in=keys).first() or pair


@action(
    on=PossibleDuplicate, label=_("Not the same person"), sentence=_("decided that these are two people"), icon="x",
    when=_undecided, why_not=_why_decided, hint=_("It is remembered: these two are not shown for a decision again."),
)  # fmt: skip
def not_the_same(pair: PossibleDuplicate, *, by: Actor, now: datetime) -> None:
    """Remember that these are two people; they are not put into the queue again."""
    pair.state = PairState.NOT_SAME


@action(
    on=PossibleDuplicate, label=_("Decide later"), sentence=_("put the decision off"), icon="clock",
    when=lambda pair, today: pair.state == PairState.OPEN, why_not=_why_decided,
)  # fmt: skip
def decide_later(pair: PossibleDuplicate, *, by: Actor, now: datetime) -> None:
    """Leave the pair for when more is known."""
    pair.state = PairState.LATER


@action(
    on=Person, label=_("Take a merged record apart"), sentence=_("took № %(number)s apart from the record"),
    form=forms.ChooseMerge, icon="users", destructive=True, detail=lambda person, inputs: {"number": inputs["which"].number},
    when=lambda person, today: person.erased_on is None,
    why_not=lambda person, today: _("The record was erased for good, and what the merge had kept with it."),
    hint=_("Both records are again as they were. What was written down since the merge stays with this one."),
)  # fmt: skip
def unmerge_people(person: Person, *, which: Merge, by: Actor, now: datetime) -> None:
    """Take a record that was merged into this one out again, exactly as it was."""
    merge = hers(person, which, by=by, action="view")
    if merge.undone_at is not None:
        raise Refused(_("It was taken apart already."), field="which")
    if not within_reach(by, Person, "unmerge_people").filter(pk=merge.merged_id).exists():
        raise Refused(
            _(
                "The other record belongs to an office or a region outside yours. Ask somebody who may see both."
            )
        )
    merger = system_actor("merger")
    with acting(merger):
        last = newest(merge, by=merger)
        if last.pk != merge.pk:
            raise Refused(
                _("%(number)s was merged into this record later. Take that one apart first.")
                % {"number": last}
            )
        given_back = part(person, merge, by=merger, now=now)
    history.record(PARTED, given_back, by=by, now=now, detail={"number": person.number})
