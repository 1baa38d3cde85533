"""Signing in, step by step: password, code, and for a newcomer a password and an authenticator app of her own.

Nobody counts as signed in before the last step is passed; until then a session holds only whose sign-in is under way.
"""

from __future__ import annotations

from typing import Any, cast

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.flows.login import get_authentication_records, record_authentication
from allauth.account.stages import LoginStage
from allauth.core.exceptions import ReauthenticationRequired
from allauth.core.internal.httpkit import headed_redirect_response
from allauth.mfa.models import Authenticator
from allauth.mfa.stages import AuthenticateStage
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import resolve_url
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy as _

from safar.directory.staff import known_browsers
from safar.directory.staff.models import Account, tidy_username
from safar.directory.staff.second_factor import has_second_factor
from safar.directory.staff.sessions import begin, note, sessions_of
from safar.foundation import history
from safar.foundation.access.actors import Actor, public_actor

WRONG_PASSWORD, WRONG_CODE, CLOSED = "wrong password", "wrong code", "account closed"


class NewPasswordStage(LoginStage):
    """Whoever signs in with a starting password chooses her own first."""

    key = "new_password"
    urlname = "account_new_password"

    def handle(self) -> tuple[HttpResponse | None, bool]:
        """Lead to the page where it is chosen, if it must be."""
        if self.login.user.must_change_password:
            return headed_redirect_response(self.urlname), True
        return None, True


class EnrolStage(LoginStage):
    """Whoever has no second factor sets one up first."""

    key = "enrol"
    urlname = "account_enrol"

    def handle(self) -> tuple[HttpResponse | None, bool]:
        """Lead to the page where it is set up, if there is none.

        If the account got one while this sign-in, which was asked for no code, was under way, the sign-in starts anew.
        """
        code_was_asked = self.controller.get_stage(AuthenticateStage.key).state.get(
            "authentication_required", False
        )
        if code_was_asked and not self.login.user.must_enrol_totp:
            return None, True
        may_go_on = code_was_asked or not has_second_factor(self.login.user)
        return headed_redirect_response(self.urlname if may_go_on else "account_login"), may_go_on


class AccountAdapter(DefaultAccountAdapter):
    """What allauth asks this house: who may come in, in which steps, and what is written down."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "username_password_mismatch": _("The username or the password is wrong. Check both and try again."),
        "too_many_login_attempts": _("Too many attempts. Wait five minutes, then try again."),
        "rate_limited": _("Too many attempts. Wait five minutes, then try again."),
        "enter_current_password": _("This is not your present password."),
        "incorrect_code": _("The code is wrong or too old. Type the one the app shows now."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Accounts are opened by administrators only."""
        return False

    def get_login_stages(self) -> list[str]:
        """Password first, then these, in this order."""
        here = "safar.directory.staff.sign_in"
        return ["allauth.mfa.stages.AuthenticateStage", f"{here}.NewPasswordStage", f"{here}.EnrolStage"]

    def get_reauthentication_methods(self, user: Any) -> list[dict[str, Any]]:
        """To be asked again means a new code: a password alone, left in a browser, proves nothing."""
        if not user.is_authenticated:
            return []
        return [
            {"id": "mfa_reauthenticate", "description": _("Use a code"), "url": reverse("mfa_reauthenticate")}
        ]

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Count the attempt; beyond the limits the password is not even looked at."""
        usage = known_browsers.count_attempt(request, str(credentials.get("username", "")))
        self._login_failed_rl_usage = usage
        if usage is None:
            raise self.validation_error("too_many_login_attempts")

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        """Write the failed attempt down: whose, if there is such an account, and never what was typed."""
        username = tidy_username(str(credentials.get("username", "")))
        record_refusal_to_sign_in(Account.objects.filter(username=username).first(), WRONG_PASSWORD)

    def respond_user_inactive(self, request: HttpRequest, user: Account) -> HttpResponse:
        """Only who knows the password learns that the account is closed."""
        record_refusal_to_sign_in(user, CLOSED)
        return super().respond_user_inactive(request, user)

    def login(self, request: HttpRequest, user: Account) -> None:
        """The last step is passed: the session counts from now. Without a code among the steps it is refused."""
        if not any(step["method"] == "mfa" for step in get_authentication_records(request, user)):
            raise PermissionDenied("no second factor was asked for")
        super().login(request, user)
        begin(request, now=timezone.now())

    def post_login(self, request: HttpRequest, user: Account, **options: Any) -> HttpResponse:
        """Write the sign-in down."""
        response = super().post_login(request, user, **options)
        sessions_of(user)
        note(request)
        known_browsers.remember(request, response, user.username)
        record_by_herself("signed_in", user, {"method": "password, code"})
        return response

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        """My day, in the person's own language."""
        with translation.override(_person(request).language or translation.get_language()):
            return resolve_url(settings.LOGIN_REDIRECT_URL)

    def get_logout_redirect_url(self, request: HttpRequest) -> str:
        """Back to the door."""
        return reverse("account_login")

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        """Back to one's own page."""
        return reverse("account_profile")

    def logout(self, request: HttpRequest) -> None:
        """Write it down and sign out."""
        record_by_herself("signed_out", _person(request), {})
        super().logout(request)

    def add_message(self, request: HttpRequest, *args: Any, **options: Any) -> None:
        """The pages say themselves what happened."""

    def send_notification_mail(self, *args: Any, **options: Any) -> None:
        """No mail leaves the house: what happened stands in the history and on the person's own page."""


def _person(request: HttpRequest) -> Account:
    return cast(Account, request.user)


def record_by_herself(kind: str, account: Account, detail: dict[str, Any]) -> None:
    """Write down something a person did to her own account."""
    by = Actor("staff", user_id=account.pk, name=str(account), via="web")
    history.record(kind, Account(pk=account.pk), by=by, now=timezone.now(), detail=detail)


def record_refusal_to_sign_in(account: Account | None, reason: str) -> None:
    """Write down that somebody was not let in; `account` is None if the username is nobody's."""
    history.record(
        "sign_in_refused",
        account or Account,
        by=public_actor(),
        now=timezone.now(),
        detail={"reason": reason},
    )


def confirmed_by_code(request: HttpRequest, account: Account) -> None:
    """Note in the session that the person has just proved her second factor."""
    record_authentication(request, account, method="mfa", type=Authenticator.Type.TOTP, reauthenticated=True)


def has_fresh_code(request: HttpRequest) -> bool:
    """Whether the person has typed a code within the last minutes, in this session."""
    steps = get_authentication_records(request, _person(request))
    latest = max((step["at"] for step in steps if step["method"] == "mfa"), default=0.0)
    return bool(timezone.now().timestamp() - latest < settings.ACCOUNT_REAUTHENTICATION_TIMEOUT)


def require_fresh_code(request: HttpRequest) -> None:
    """Ask for a new code before something that matters, unless one was typed within the last minutes.

    Call it on the page that shows the form: the person types the code, then comes back here.
    """
    if not has_fresh_code(request):
        raise ReauthenticationRequired
