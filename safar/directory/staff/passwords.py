"""Choosing a password: long rather than odd, not a common one, not the starting one."""

from __future__ import annotations

from typing import Any

from allauth.account.fields import PasswordField, SetPasswordField
from allauth.account.forms import ChangePasswordForm, LoginForm, PasswordVerificationMixin, UserForm
from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from safar.foundation.languages.text import fold

HOUSE_WORDS = (
    "safar", "migratsiya", "migration", "migrant", "agentligi", "agentlik", "agency", "vazirligi", "vazirlik", "ministry",
    "ozbekiston", "uzbekistan", "toshkent", "tashkent", "litsenziya", "licence", "inspektor", "inspector", "operator",
    "konsul", "auditor", "administrator", "admin", "xodim", "staff", "parol", "password", "demo",
)  # fmt: skip
"""Words anybody would try here first; docs/controls.md has the same list."""
OF_ONES_OWN = 8
"""Letters a password with such a word must have besides."""

HOW_LONG = _("At least 12 signs. A few words only you would put together are best.")


class NoHouseWords:
    """Refuses a password that is little more than words of this house, in either script."""

    def validate(self, password: str, user: Any = None) -> None:
        """Raise `ValidationError` if too few letters are left without them."""
        letters = rest = "".join(sign for sign in fold(password) if sign.isalpha())
        for word in sorted(map(fold, HOUSE_WORDS), key=len, reverse=True):
            rest = rest.replace(word, "")
        if rest != letters and len(rest) < OF_ONES_OWN:
            raise ValidationError(
                gettext("Words of this office are guessed first. Put more words of your own beside them.")
            )

    def get_help_text(self) -> str:
        """What to do."""
        return gettext("Not little more than words of this office.")


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
