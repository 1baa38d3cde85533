"""What a register is: one frozen declaration that checks itself when it is made."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import django_filters
import django_tables2 as tables
from django.core.exceptions import FieldDoesNotExist, ImproperlyConfigured, ObjectDoesNotExist
from django.db.models import Model

from safar.foundation.access.models import Labelled
from safar.foundation.actions.declaration import Action
from safar.foundation.registers import editing, registry


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

    `columns` make list and export; `sections` record page and form; `search` names stored folded columns (b-tree prefix);
    `filters` names fields, or maps a name to a ready django-filter; `secret` fields are masked and shown one by one, each
    look recorded; `action_only` fields are never in a form; `import_key` is the natural key of imports; `tones` gives a
    tone and icon to each value of a field; `under` names columns that the screen shows small beneath another; `add` is the action that
    makes a row where a plain one will not do. `table` or `form` replace the generated class when a register needs more.
    """

    model: type[Labelled]
    slug: str
    title: Any
    singular: Any
    icon: str
    columns: tuple[str, ...]
    sections: tuple[Section, ...]
    order: tuple[str, ...]
    search: tuple[str, ...] = ()
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
    cells: Mapping[str, tables.Column] = field(default_factory=dict)
    next_step: Callable[[Any, Any], Any] | None = None
    table: type[tables.Table] | None = None
    form: type[Any] | None = None
    may_add: bool = True
    add: Action | None = None
    may_change: bool = True
    add_action: Action | None = field(init=False, default=None)
    change_action: Action | None = field(init=False, default=None)

    def __post_init__(self) -> None:
        self._check()
        if self.may_add:
            object.__setattr__(self, "add_action", self.add or editing.add_action(self))
        if self.may_change:
            object.__setattr__(self, "change_action", editing.change_action(self))
        registry.add(self)

    __hash__ = object.__hash__

    @property
    def form_fields(self) -> tuple[str, ...]:
        """Fields a person may type: those of the sections that no action owns."""
        wanted = [f for s in self.sections for f in s.fields if f not in self.action_only]
        return tuple(f for f in wanted if self._field(f) and self._field(f).editable)

    @property
    def filter_names(self) -> tuple[str, ...]:
        """Names of the filters."""
        return tuple(self.filters)

    def label_of(self, name: str) -> Any:
        """The label of a column or field, in the language of the moment."""
        return label_of(self.model, name)

    def tone(self, name: str, value: Any) -> tuple[str, str] | None:
        """Tone and icon of a value, for the tag it is shown as."""
        return self.tones[name].get(value) if name in self.tones else None

    def _field(self, name: str) -> Any:
        try:
            return self.model._meta.get_field(name)
        except FieldDoesNotExist:
            return None

    def _check(self) -> None:
        named = {
            "columns": self.columns,
            "sections": tuple(f for s in self.sections for f in s.fields),
            "search": self.search,
            "secret": self.secret,
            "action_only": self.action_only,
            "strip": self.strip,
            "under": tuple(n for name, names in self.under.items() for n in (name, *names)),
            "order": tuple(o.lstrip("-") for o in self.order),
            "import_key": (self.import_key,) if self.import_key else (),
        }
        for part, names in named.items():
            for name in names:
                if self._field(name) is None and not hasattr(self.model, name):
                    raise ImproperlyConfigured(
                        f"register {self.slug}: {part} names {name}, which {self.model.__name__} lacks"
                    )
        for part in ("columns", "search", "order", "strip", "under"):
            if leak := set(self.secret) & set(named[part]):
                raise ImproperlyConfigured(
                    f"register {self.slug}: secret {sorted(leak)} reachable through {part}"
                )
        if leak := set(self.secret) & set(self.filters):
            raise ImproperlyConfigured(
                f"register {self.slug}: secret {sorted(leak)} reachable through filters"
            )
        if self.order[-1].lstrip("-") not in ("id", "pk", self.model._meta.pk.name):
            raise ImproperlyConfigured(f"register {self.slug}: order must end in the primary key")
        for act in self.actions:
            if not issubclass(self.model, act.on):
                raise ImproperlyConfigured(
                    f"register {self.slug}: {act.code} is not an action on {self.model.__name__}"
                )


def label_of(model: type[Model], name: str) -> Any:
    """The label of a field, or the ``label`` a property of the model says of itself."""
    try:
        return getattr(model._meta.get_field(name), "verbose_name", name)
    except FieldDoesNotExist:
        return getattr(getattr(model, name), "label", name)


def display(row: Model, name: str) -> Any:
    """A field's value as a person reads it: choices by label, properties called; empty where it names a hidden row."""
    getter = getattr(row, f"get_{name}_display", None)
    try:
        value = getter() if getter else getattr(row, name)
    except ObjectDoesNotExist:
        return None
    return value() if callable(value) else value
