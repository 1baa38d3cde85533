"""What a register is: one frozen declaration that checks itself when it is made."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

import django_filters
import django_tables2 as tables
from django.core.exceptions import FieldDoesNotExist, ImproperlyConfigured, ObjectDoesNotExist
from django.db.models import Model, QuerySet

from safar.foundation.access.models import Labelled
from safar.foundation.actions.declaration import Action
from safar.foundation.registers import editing, registry
from safar.foundation.registers.importing.whole import WholeFile


@dataclass(frozen=True, slots=True)
class Section:
    """Fields that stand together on the record page and in the form."""

    title: Any
    fields: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class View:
    """A saved view everybody gets: a title and the query string it stands for."""

    title: Any
    query: str


@dataclass(frozen=True, slots=True)
class Child:
    """Rows of another protected model that point here by `link`, shown as a table on the record page."""

    model: type[Labelled]
    link: str
    title: Any
    columns: tuple[str, ...]
    order: tuple[str, ...] = ("pk",)
    add: str = ""


@dataclass(frozen=True, eq=False)
class Register:
    """A plain table of the house.

    `columns` make list and export; `sections` record page and form; `search` names stored folded columns (b-tree prefix), or is a
    function that finds: given the rows, a text and how many at most, the rows that answer it best; `hit` names the columns that
    make the title of one found, and those that tell it from others;
    `keeps_from_address` says of a text whether it is too telling for an address to carry (it is then sent in a form's body);
    `filters` names fields, or maps a name to a ready django-filter whose `field_name` says what it reads; `secret` fields are masked and shown one by one, each
    look recorded; `action_only` fields are never in a form; `import_key` is the natural key of imports; `tones` gives a
    tone and icon to each value of a field; `under` names columns that the screen shows small beneath another; `add` and `change` are
    the actions that make and mend a row where plain ones will not do; `whole` says how it takes files of a million rows in one go;
    `leads_to(actor, pk)` is the key of the record that stands for one that is no more. `table` or `form` replace the generated class
    when a register needs more.
    """

    model: type[Labelled]
    slug: str
    title: Any
    singular: Any
    icon: str
    columns: tuple[str, ...]
    sections: tuple[Section, ...]
    order: tuple[str, ...]
    search: tuple[str, ...] | Callable[[QuerySet, str, int], QuerySet] = ()
    hit: tuple[tuple[str, ...], tuple[str, ...]] = ((), ())
    keeps_from_address: Callable[[str], bool] = lambda text: False
    filters: tuple[str, ...] | Mapping[str, django_filters.Filter | None] = ()
    secret: tuple[str, ...] = ()
    action_only: tuple[str, ...] = ()
    import_key: str = ""
    actions: tuple[Action, ...] = ()
    views: tuple[View, ...] = ()
    children: tuple[Child, ...] = ()
    strip: tuple[str, ...] = ()
    under: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    tones: Mapping[str, Mapping[Any, tuple[str, str]]] = field(default_factory=dict)
    next_step: Callable[[Any, Any], Any] | None = None
    table: type[tables.Table] | None = None
    form: type[Any] | None = None
    leads_to: Callable[[Any, Any], Any] | None = None
    may_add: bool = True
    add: Action | None = None
    whole: WholeFile | None = None
    may_change: bool = True
    change: Action | None = None
    add_action: Action | None = field(init=False, default=None)
    change_action: Action | None = field(init=False, default=None)

    def __post_init__(self) -> None:
        for fault in self._faults():
            raise ImproperlyConfigured(f"register {self.slug}: {fault}")
        if self.may_add:
            object.__setattr__(self, "add_action", self.add or editing.add_action(self))
        if self.may_change:
            object.__setattr__(self, "change_action", self.change or editing.change_action(self))
        registry.add(self)

    @property
    def form_fields(self) -> tuple[str, ...]:
        """Fields a person may type: those of the sections that no action owns."""
        open_fields = {f.name for f in self.model._meta.get_fields() if getattr(f, "editable", False)}
        wanted = [f for s in self.sections for f in s.fields if f not in self.action_only]
        return tuple(f for f in wanted if f in open_fields)

    def label_of(self, name: str) -> Any:
        """The label of a column or field, in the language of the moment."""
        return label_of(self.model, name)

    def tone(self, name: str, value: Any) -> tuple[str, str] | None:
        """Tone and icon of a value, for the tag it is shown as."""
        return self.tones[name].get(value) if name in self.tones else None

    def _faults(self) -> Iterator[str]:
        filters = self.filters if isinstance(self.filters, Mapping) else dict.fromkeys(self.filters)
        named = {
            "columns": self.columns,
            "sections": tuple(f for s in self.sections for f in s.fields),
            "search": () if callable(self.search) else self.search,
            "hit": tuple(name.partition("__")[0] for names in self.hit for name in names),
            "secret": self.secret,
            "action_only": self.action_only,
            "strip": self.strip,
            "under": tuple(n for name, names in self.under.items() for n in (name, *names)),
            "order": tuple(o.lstrip("-") for o in self.order),
            "import_key": (self.import_key,) if self.import_key else (),
            "filters": tuple(getattr(one, "field_name", None) or name for name, one in filters.items()),
        }
        claims: list[tuple[str, type[Model], Sequence[str]]] = [(p, self.model, n) for p, n in named.items()]
        claims += [("children", child.model, (child.link, *child.columns)) for child in self.children]
        for part, model, names in claims:
            for name in names:
                if not hasattr(model, name):
                    yield f"{part} names {name}, which {model.__name__} lacks"
        for part in ("columns", "search", "hit", "order", "strip", "under", "filters"):
            if leak := set(self.secret) & set(named[part]):
                yield f"secret {sorted(leak)} reachable through {part}"
        if not enterable(self.model, self.order):
            yield "order must run one way, to the primary key"
        strange = (act.code for act in self.actions if not issubclass(self.model, act.on))
        yield from (f"{code} is not an action on {self.model.__name__}" for code in strange)


def enterable(model: type[Model], order: Sequence[str]) -> bool:
    """Whether a list can be entered in the middle of an order: it runs one way, to the key, and only begins with gaps."""
    fields: list[Any] = [model._meta.get_field(name.lstrip("-")) for name in order]
    one_way = len({name.startswith("-") for name in order}) == 1
    return one_way and fields[-1].primary_key and not any(field.null for field in fields[1:])


def label_of(model: type[Model], name: str) -> Any:
    """The label of a field, or the ``label`` a property of the model says of itself."""
    try:
        return getattr(model._meta.get_field(name), "verbose_name", name)
    except FieldDoesNotExist:
        return getattr(getattr(model, name), "label", name)


def display(row: Model, name: str) -> Any:
    """A field's value as a person reads it: choices by label, properties called; empty where it names a hidden row."""
    labels = choice_labels(type(row), name)
    try:
        value = getattr(row, f"get_{name}_display" if labels is None else name)
    except ObjectDoesNotExist:
        return None
    value = value() if callable(value) else value
    return str(labels[value]) if labels and value in labels else value


@lru_cache(maxsize=4096)
def choice_labels(model: type[Model], name: str) -> Mapping[Any, Any] | None:
    """The labels of a field's choices; Django would translate every one of them to show a single one."""
    found = {f.name: f for f in model._meta.concrete_fields}.get(name)
    if found is None and hasattr(model, f"get_{name}_display"):
        return None
    return dict(found.flatchoices) if found and found.choices else {}
