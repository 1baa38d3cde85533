"""The one place that reads protected rows: `visible(actor, Model, action)`; everything else goes through it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from typing import TYPE_CHECKING, TypeVar

from django.core.exceptions import ValidationError
from django.db import DataError
from django.db.models import Model, Q, QuerySet
from django.http import Http404

from safar.foundation.access.actors import Actor, Scope
from safar.foundation.access.labels import PROTECTED
from safar.foundation.access.policy import Rule, rules

if TYPE_CHECKING:
    from safar.foundation.access.models import Labelled, Scoped

M = TypeVar("M", bound="Scoped")
NOTHING = Q(pk__in=[])
READING = frozenset(["view", "export"])
#: The word under which jobs of the system read rows that are out of everybody's sight (`Scoped.sight`).
FOLLOW = "follow"


class Hidden(Http404):
    """Absent or not the actor's to see: the answer is the same 404; that a member of staff looked is recorded."""

    def __init__(self, resource: str, pk: object, action: str) -> None:
        super().__init__()
        self.resource, self.pk, self.action = resource, str(pk)[:80], action


def resource_of(model: type[Model]) -> str:
    """The policy's word for a model: ``app.model``."""
    return model._meta.label_lower


def chances(actor: Actor, model: type[Model], action: str) -> Iterator[tuple[Rule, Scope]]:
    """Each (rule, scope) by which the actor may do `action` on some row of the model."""
    if (
        actor.only is not None
        and resource_of(model) not in actor.only
        or actor.read_only
        and action not in READING
    ):
        return
    for scope in actor.scopes:
        for found in rules(scope.role, resource_of(model), action):
            yield found, scope


def visible(actor: Actor, model: type[M], action: str = "view") -> QuerySet[M]:
    """Rows of `model` on which `actor` may do `action`: for lists, single objects, references, exports and counts."""
    rows = within_reach(actor, model, action)
    return rows if action == FOLLOW else rows.filter(model.sight(actor))


def within_reach(actor: Actor, model: type[M], action: str = "view") -> QuerySet[M]:
    """Rows whose labels the policy opens to `actor` for `action`, whether or not they are in anybody's sight."""
    condition: Q | None = None
    for found, scope in chances(actor, model, action):
        part = _condition(found, scope, actor)
        condition = part if condition is None else condition | part
    return model.unscoped.filter(NOTHING if condition is None else condition)


def get(actor: Actor, model: type[M], pk: object, action: str = "view", *, lock: bool = False) -> M:
    """One row, or Http404: absent and hidden are the same answer."""
    rows = visible(actor, model, action)
    if lock:
        rows = rows.select_for_update(of=("self",))
    try:
        return rows.get(pk=pk)
    except (model.DoesNotExist, ValidationError, DataError, ValueError, TypeError, OverflowError) as error:
        raise Hidden(resource_of(model), pk, action) from error


def may(actor: Actor, model: type[Model], action: str) -> bool:
    """Whether there is any row of the model on which the actor could do `action` (shows or hides a button)."""
    return any(True for _ in chances(actor, model, action))


def covers(actor: Actor, row: Labelled, action: str = "view") -> bool:
    """Whether the actor may do `action` on this very row, judged without the database."""
    return any(_covers(found, scope, actor, row) for found, scope in chances(actor, type(row), action))


def hidden_fields(actor: Actor, row: Labelled) -> frozenset[str]:
    """Fields of this row the actor may not see: what every rule that shows the row hides."""
    sets = [r.hidden for r, s in chances(actor, type(row), "view") if _covers(r, s, actor, row)]
    if not sets:
        return frozenset(f.name for f in row._meta.get_fields())
    return frozenset.intersection(*sets) | beyond_token(actor, type(row))


def always_hidden(actor: Actor, model: type[Model]) -> frozenset[str]:
    """Fields hidden from the actor on at least one row: what a list, a search or an export must leave out."""
    return frozenset().union(
        beyond_token(actor, model), *(r.hidden for r, _ in chances(actor, model, "view"))
    )


def tells_nothing(model: type[Model], names: Iterable[str], hidden: Collection[str]) -> bool:
    """Whether to filter, search or sort by these columns tells nothing of a hidden field; a stored key tells what it is made from."""
    known = {f.name: f for f in model._meta.get_fields()}
    for name in names:
        field = known.get(name.lstrip("-").split("__")[0])
        if field is None and hidden:
            return False
        if not set(getattr(field, "sources", None) or [getattr(field, "name", "")]).isdisjoint(hidden):
            return False
    return True


def beyond_token(actor: Actor, model: type[Model]) -> frozenset[str]:
    """Fields of the model that the actor's token does not name, if it names any; the key and the version are no secrets."""
    named = actor.shown_of(resource_of(model))
    if named is None:
        return frozenset()
    return frozenset(f.name for f in model._meta.get_fields()) - named - {model._meta.pk.name, "version"}


def in_place(path: str) -> Q:
    """What is labelled with a place or with one within it, as one stretch of the label's index (paths end in a full stop)."""
    behind = path[:-1] + chr(ord(path[-1]) + 1)
    return Q(label_place__gte=path, label_place__lt=behind)


def _condition(found: Rule, scope: Scope, actor: Actor) -> Q:
    level = min(found.level, scope.level) if found.where != "published" else found.level
    within = Q(label_level__lte=level)
    if level >= PROTECTED:
        within &= Q(label_level__lt=PROTECTED) | Q(label_case__in=actor.cases)
    if found.where == "published":
        return within & Q(is_public=True)
    if actor.orgs is not None:
        # A token of an organisation opens that organisation's rows alone, whichever rule would show more.
        within &= NOTHING if found.where == "own" else Q(label_org__in=actor.orgs)
    if found.where == "own":
        return within & Q(user_id=actor.user_id)
    if found.where == "scope" and scope.orgs is not None:
        within &= Q(label_org__in=scope.orgs)
    if found.where in ("scope", "place") and scope.place:
        within &= in_place(scope.place)
    return within


def _covers(found: Rule, scope: Scope, actor: Actor, row: Labelled) -> bool:
    level = min(found.level, scope.level) if found.where != "published" else found.level
    if row.label_level > level:
        return False
    if row.label_level >= PROTECTED and row.label_case not in actor.cases:
        return False
    if found.where == "published":
        return bool(row.is_public)
    if actor.orgs is not None and (found.where == "own" or row.label_org not in actor.orgs):
        return False
    if found.where == "own":
        return row.user_id == actor.user_id  # type: ignore[attr-defined]  # "own" is for models that say whose
    if found.where == "scope" and scope.orgs is not None and row.label_org not in scope.orgs:
        return False
    return not (found.where in ("scope", "place") and not row.label_place.startswith(scope.place))
