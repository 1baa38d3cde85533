"""Adding and changing a register's row: two actions every register has, with a form made by Django's own factory."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.forms import ModelForm, modelform_factory
from django.utils.text import camel_case_to_spaces
from django.utils.translation import gettext_lazy as _

from safar.foundation.actions import declaration

if TYPE_CHECKING:
    from safar.foundation.registers.declaration import Register


class RegisterForm(ModelForm):
    """A register's form: validates, never saves (the action stores)."""

    def _save_m2m(self) -> None:
        raise NotImplementedError("registers store plain columns only")


def form_class(register: Register) -> type[ModelForm]:
    """The register's own form, or one made from its sections."""
    return register.form or modelform_factory(register.model, form=RegisterForm, fields=register.form_fields)


def add_action(register: Register) -> declaration.Action:
    """``add_<model>``: a new row."""

    def add(*, by: Any, now: Any, **values: Any) -> Any:
        return assign(register.model(), values)

    return declaration.register(
        declaration.Action(
            f"add_{_word(register)}",
            register.model,
            add,
            _("Add"),
            _("added the record"),
            form=form_class(register),
            creates=True,
            icon="plus",
            detail=lambda subject, inputs: {},
        )
    )


def change_action(register: Register) -> declaration.Action:
    """``change_<model>``: an edited row; the row history holds the values."""

    def change(row: Any, *, by: Any, now: Any, **values: Any) -> None:
        row.values_before = {name: getattr(row, name) for name in values}
        assign(row, values)

    return declaration.register(
        declaration.Action(
            f"change_{_word(register)}",
            register.model,
            change,
            _("Edit"),
            _("changed: %(fields)s"),
            form=form_class(register),
            icon="pencil",
            detail=changed_fields,
        )
    )


def assign(row: Any, values: dict[str, Any]) -> Any:
    """Put cleaned values on a row."""
    for name, value in values.items():
        setattr(row, name, value)
    return row


def _word(register: Register) -> str:
    return camel_case_to_spaces(register.model.__name__).replace(" ", "_")


def changed_fields(subject: Any, inputs: dict[str, Any]) -> dict[str, Any]:
    """The labels of the row's fields to which the inputs brought another value."""
    changed = [n for n, v in inputs.items() if subject.values_before.get(n, v) != v]
    return {"fields": ", ".join(str(subject._meta.get_field(n).verbose_name) for n in changed)}
