"""Choosing a password: long rather than odd, not a common one, not the starting one."""

from __future__ import annotations

from typing import Any

from allauth.account.fields import PasswordField, SetPasswordField
from allauth.account.forms import ChangePasswordForm, LoginForm, PasswordVerificationMixin, UserForm
from django import forms
from django.utils.translation import gettext_lazy as _

HOW_LONG = _("At least 12 signs. A few words only you would put together are best.")


class SignInForm(LoginForm):
    """Username and password, the first step."""

    password = PasswordField(label=_("Password"), autocomplete="current-password")

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["login"].label = _("Username")
        self.fields["login"].widget.attrs.update({"autocapitalize": "none", "spellcheck": "false"})
        without_placeholders(self)


class OwnPasswordForm(PasswordVerificationMixin, UserForm):
    """A password of one's own in place of the starting one."""

    password1 = SetPasswordField(label=_("New password"), help_text=HOW_LONG)
    password2 = PasswordField(label=_("The new password again"), autocomplete="new-password")

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["password1"].user = self.user
        without_placeholders(self)

    def clean_password1(self) -> str:
        """Not the one that others have seen."""
        password: str = self.cleaned_data["password1"]
        if self.user.check_password(password):
            raise forms.ValidationError(_("This is the password you were given. Choose another."))
        return password

    def save(self) -> None:
        """Keep it."""
        self.user.set_password(self.cleaned_data["password1"])
        self.user.must_change_password = False
        self.user.save(update_fields=["password", "must_change_password"])


class ChangeOwnPasswordForm(ChangePasswordForm):
    """A new password, against the present one."""

    oldpassword = PasswordField(label=_("Present password"), autocomplete="current-password")
    password1 = SetPasswordField(label=_("New password"), help_text=HOW_LONG)
    password2 = PasswordField(label=_("The new password again"), autocomplete="new-password")

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        without_placeholders(self)


def without_placeholders(form: forms.BaseForm) -> None:
    """Labels stand above the fields; no word may vanish while one types."""
    for field in form.fields.values():
        field.widget.attrs.pop("placeholder", None)
