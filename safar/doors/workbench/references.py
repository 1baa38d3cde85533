"""Choosing a record out of very many: by typing how its name begins, instead of a list nobody can scroll through.

A field that refers to few records stays a list. The others become a line of text that suggests as one types; without a
script the same line is understood when the form is sent: by the number in brackets, or because only one record begins so.
"""

from __future__ import annotations

import re
from functools import partial
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Model, QuerySet
from django.http import HttpResponse, QueryDict
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from safar.doors.workbench.gate import StaffRequest, answer, register_page
from safar.foundation.access.actors import Actor
from safar.foundation.access.visibility import always_hidden, visible
from safar.foundation.registers import Register, register_of
from safar.foundation.registers.choices import WrittenChoiceField, written
from safar.foundation.registers.listing import filterset_class, ordered, searched

FEW = 60
SUGGESTED = 10
NAMED = 5
BLANKS = ("", None, "unknown")
NUMBERED = re.compile(r"\[([0-9A-Za-z-]{1,40})\]\s*$")


class ReferenceInput(forms.TextInput):
    """A line of text that suggests records."""

    template_name = "workbench/widgets/reference.html"

    def __init__(self, register: Register, *, by: str = "") -> None:
        super().__init__(attrs={"autocomplete": "off", "maxlength": 300})
        self.register, self.by = register, by

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        """The line's context, with where its suggestions come from."""
        found = super().get_context(name, value, attrs)
        query = urlencode({"field": name, "by": self.by} if self.by else {"field": name})
        found["widget"]["lookup_url"] = f"{reverse('workbench:choices', args=[self.register.slug])}?{query}"
        return found


class TypedReference(forms.Field):
    """A reference typed as text; it gives the record itself, out of the rows the field it stands for may choose from."""

    def __init__(self, field: forms.ModelChoiceField, register: Register) -> None:
        super().__init__(
            required=field.required, label=field.label, initial=field.initial, widget=ReferenceInput(register),
            help_text=field.help_text or _("Type how the name or number begins, and choose."),
            disabled=field.disabled,
        )  # fmt: skip
        assert field.queryset is not None
        self.queryset = field.queryset
        self.register = register

    def prepare_value(self, value: Any) -> Any:
        """The record's name with its number; what a person typed stays as she typed it."""
        if value in (None, "") or isinstance(value, str):
            return value
        row = value if isinstance(value, Model) else self.queryset.filter(pk=value).first()
        return spelt(row) if row is not None else ""

    def clean(self, value: Any) -> Any:
        """The record meant, or a sentence that says why it is not clear which."""
        text = str(value or "").strip()
        if not text:
            if self.required:
                raise ValidationError(self.error_messages["required"], code="required")
            return None
        return meant(self.register, self.queryset, text)

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Whether another record is meant."""
        return str(self.prepare_value(initial) or "") != str(data or "")


def name_blanks(form: Any, words: Any) -> None:
    """Say in words what the libraries show as a row of dashes: that nothing is chosen."""
    for field in form.fields.values():
        if isinstance(field, forms.ModelChoiceField):
            field.empty_label = words if field.empty_label is not None else None
        elif (
            isinstance(field.widget, forms.Select)
            and (choices := list(field.widget.choices))
            and choices[0][0] in BLANKS
        ):
            field.widget.choices = [(choices[0][0], words), *choices[1:]]


def choose_by_typing(form: Any, actor: Actor, *, always: bool = False) -> None:
    """Turn the form's references to very many records into lines one types in, and let each such line suggest.

    With `always` no reference is counted first: each is typed.
    """
    for name, field in list(form.fields.items()):
        register = _referred(field)
        if register is None or not register.search:
            continue
        if isinstance(field, WrittenChoiceField):
            field.widget = ReferenceInput(register, by=field.code)
            _prefill(form, name, field, register)
        if type(field.widget) is not forms.Select or not (always or _is_long(field.queryset)):
            continue
        form.fields[name] = TypedReference(field, register)
        form._bound_fields_cache.pop(name, None)  # a form validated already remembers how the list was drawn
        chosen = getattr(form, "cleaned_data", {}).get(name)
        if isinstance(chosen, Model):
            form.data = form.data.copy()
            form.data[form.add_prefix(name)] = spelt(chosen)
        if isinstance(form.initial.get(name), str):
            form.initial[name] = _key(register, form.initial[name])


def fit_for_hands(form: Any, actor: Actor) -> None:
    """Make the form of an act easy to fill: long references typed, blanks in words, days picked from a calendar."""
    choose_by_typing(form, actor)
    name_blanks(form, _("Not chosen"))
    for field in form.fields.values():
        if isinstance(field, forms.DateField) and type(field.widget) is forms.DateInput:
            field.widget = forms.DateInput(format="%Y-%m-%d", attrs={**field.widget.attrs, "type": "date"})


def understood(
    register: Register, actor: Actor, params: QueryDict
) -> tuple[QueryDict, dict[str, ValidationError]]:
    """A list's filters with each reference typed as text replaced by its record's key; and those nobody could understand."""
    plain = params.copy()
    faults: dict[str, ValidationError] = {}
    if not any(params.get(name) for name in register.filters):
        return plain, faults
    for name, field in filterset_class(register)().form.fields.items():
        text = plain.get(name, "")
        referred = _referred(field)
        if not text or referred is None or isinstance(field, WrittenChoiceField):
            continue
        if _key(referred, text) is not None:
            continue
        try:
            plain[name] = str(meant(referred, visible(actor, referred.model), text).pk)
        except ValidationError as fault:
            faults[name] = fault
    return plain, faults


def meant(register: Register, rows: QuerySet, text: str) -> Model:
    """The one record a text means: by the number in brackets, else the only one whose name or number begins so."""
    numbered = NUMBERED.search(text)
    if numbered:
        key = _key(register, numbered.group(1))
        row = rows.filter(pk=key).first() if key is not None else None
        if row is not None:
            return row
    found = list(ordered(register, searched(register, rows, text))[: NAMED + 1])
    if len(found) == 1:
        return found[0]
    if not found:
        raise ValidationError(_("Nothing you may choose begins with “%(text)s”."), params={"text": text[:80]})
    names = "; ".join(spelt(row) for row in found[:NAMED])
    raise ValidationError(
        _("Several begin so: %(names)s. Type more of the name, or the number in brackets."),
        params={"names": names},
    )


def spelt(row: Model) -> str:
    """A record as the line spells it: its name and, in brackets, its number."""
    return f"{row} [{row.pk}]"


@require_POST
@register_page
def choices(request: StaffRequest, register: Register) -> HttpResponse:
    """Suggest records while one types; what is typed may be a number no address carries, so it comes in the body."""
    text = request.POST.get(request.GET.get("field", ""), "")[:200].strip()
    rows = ordered(register, searched(register, visible(request.actor, register.model), text))
    by = request.GET.get("by", "")
    spell = partial(written, by) if by in _open_columns(register, request.actor) else spelt
    found = [spell(row) for row in rows[:SUGGESTED]] if text else []
    return answer(request, "workbench/parts/choices.html", {"found": found})


def _open_columns(register: Register, actor: Actor) -> set[str]:
    """Columns by which a suggestion may spell a record: those the actor sees on every row."""
    searched_by = () if callable(register.search) else register.search
    named = {"pk", "id", *register.columns, *searched_by, register.import_key}
    return named - always_hidden(actor, register.model) - set(register.secret) - {""}


def _referred(field: forms.Field) -> Register | None:
    """The register a field refers to, if it refers to any."""
    rows = field.queryset if isinstance(field, forms.ModelChoiceField) else None
    return None if rows is None else register_of(rows.model)


def _prefill(form: Any, name: str, field: WrittenChoiceField, register: Register) -> None:
    """A key the form was opened with stands for its record; the field then writes it as people do."""
    text = form.initial.get(name)
    key = _key(register, text) if isinstance(text, str) else None
    row = field.queryset.filter(field.within, pk=key).first() if key is not None else None
    if row is not None:
        form.initial[name] = row


def _is_long(rows: QuerySet) -> bool:
    return rows.order_by()[: FEW + 1].count() > FEW


def _key(register: Register, text: str) -> Any:
    """The text as a key of the register; None if it is none."""
    try:
        key = register.model._meta.pk.to_python(text)
    except ValidationError:
        return None
    return None if isinstance(key, int) and abs(key) >= 2**63 else key
