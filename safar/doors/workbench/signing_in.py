"""The door for staff: signing in, step by step.

The steps before the last one are allauth's login stages: until all are passed nobody is signed in, and these pages show
nothing but the steps themselves.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache, wraps
from typing import Any

from allauth.account import views as account
from allauth.account.internal.decorators import login_stage_required
from allauth.account.internal.flows.reauthentication import suspend_request
from allauth.account.internal.stagekit import stash_login
from allauth.mfa.base import views as mfa
from allauth.mfa.totp.internal.auth import clear_totp_secret
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from safar.directory.staff.passwords import OwnPasswordForm, SignInForm
from safar.directory.staff.second_factor import (
    EnrolForm,
    SecondStepForm,
    enrol,
    enrolment_qr,
    has_second_factor,
    mark_codes_seen,
    readable_secret,
    unseen_codes,
)
from safar.directory.staff.sign_in import (
    WRONG_CODE,
    EnrolStage,
    NewPasswordStage,
    confirmed_by_code,
    has_fresh_code,
    record_by_herself,
    record_refusal_to_sign_in,
)
from safar.doors.workbench.own_account import urlpatterns as own_account_urls
from safar.foundation.registers.registry import all_registers

Step = Callable[..., HttpResponse]
get_or_post = require_http_methods(["GET", "HEAD", "POST"])
ENROLLED = "enrolled"


@lru_cache(maxsize=1)
def sensitive() -> frozenset[tuple[str, str]]:
    """Acts, by register and name, that ask for a new code first."""
    return frozenset((r.slug, act.name) for r in all_registers() for act in r.actions if act.needs_code)


class FreshCodeMiddleware:
    """Asks for a new code before an act that needs one: an unlocked computer alone gives nobody a post, password or token."""

    def __init__(self, get_response: Step) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Step, args: Any, kwargs: dict[str, Any]
    ) -> HttpResponse | None:
        """Lead to the page that asks, and back, unless a code was typed within the last minutes."""
        act = (kwargs.get("slug"), kwargs.get("name"))
        if act not in sensitive() or not request.user.is_authenticated or has_fresh_code(request):
            return None
        return suspend_request(request, reverse("mfa_reauthenticate"))


class _OurSite:
    """Keeps the library's ``site`` from hiding ours in the templates."""

    def get_context_data(self, **options: Any) -> dict[str, Any]:
        found: dict[str, Any] = super().get_context_data(**options)  # type: ignore[misc]
        found.pop("site", None)
        return found


class SignIn(_OurSite, account.LoginView):
    """The first step: username and password."""

    form_class = SignInForm
    template_name = "account/sign_in.html"


class SecondStep(_OurSite, mfa.AuthenticateView):
    """The second step: a code from the app, or a recovery code."""

    form_class = SecondStepForm
    template_name = "mfa/second_step.html"

    def form_invalid(self, form: Any) -> HttpResponse:
        """Write the failed attempt down."""
        record_refusal_to_sign_in(self.stage.login.user, WRONG_CODE)
        return super().form_invalid(form)

    def get_context_data(self, **options: Any) -> dict[str, Any]:
        """Whether the page speaks of the app or of recovery codes."""
        return super().get_context_data(**options) | {"by_recovery_code": "recovery" in self.request.GET}


class Closed(_OurSite, account.AccountInactiveView):
    """For who knows the password of an account that is closed."""

    template_name = "account/closed.html"


class SignOut(account.LogoutView):
    """Out, after a press of the button; the browser is told to forget what it was shown."""

    template_name = "account/sign_out.html"

    def post(self, *args: Any, **options: Any) -> HttpResponse:
        """Out."""
        response: HttpResponse = super().post(*args, **options)
        response["Clear-Site-Data"] = '"cache", "storage"'
        return response


def step_of(stage: type[NewPasswordStage | EnrolStage]) -> Callable[[Step], Step]:
    """A page of one step: open only while a sign-in stands at it, and kept by no cache."""

    def declare(page: Step) -> Step:
        @sensitive_post_parameters()
        @login_stage_required(stage=stage.key, redirect_urlname="account_login")
        @get_or_post
        @wraps(page)
        def guarded(request: HttpRequest) -> HttpResponse:
            return page(request, request._login_stage)  # type: ignore[attr-defined]  # put there by the decorator

        return guarded

    return declare


@step_of(NewPasswordStage)
def new_password(request: HttpRequest, stage: NewPasswordStage) -> HttpResponse:
    """Choose a password in place of the starting one."""
    person = stage.login.user
    form = OwnPasswordForm(user=person, data=request.POST or None)
    if form.is_valid():
        form.save()
        record_by_herself("staff.password_changed", person, {})
        return stage.exit()
    return render(request, "account/new_password.html", {"form": form})


@step_of(EnrolStage)
def set_up(request: HttpRequest, stage: EnrolStage) -> HttpResponse:
    """Set up the authenticator app: picture, secret, first code."""
    person = stage.login.user
    if stage.state.get(ENROLLED):
        return redirect("account_enrol_codes")
    if has_second_factor(person):
        return stage.abort()
    form = EnrolForm(data=request.POST or None, user=person)
    if form.is_valid():
        enrol(person, form.secret)
        clear_totp_secret(request)
        confirmed_by_code(request, person)
        record_by_herself("staff.second_factor_set", person, {})
        stage.state[ENROLLED] = True
        stash_login(request, stage.login)
        return redirect("account_enrol_codes")
    return render(request, "mfa/set_up.html", {"form": form, "secret": readable_secret(form.secret)})


@step_of(EnrolStage)
def set_up_picture(request: HttpRequest, stage: EnrolStage) -> HttpResponse:
    """The picture for the app, served by ourselves: the page's rules allow no picture written into it."""
    return HttpResponse(enrolment_qr(stage.login.user), content_type="image/svg+xml; charset=utf-8")


@step_of(EnrolStage)
def set_up_codes(request: HttpRequest, stage: EnrolStage) -> HttpResponse:
    """Show the recovery codes until the person says she has kept them; then she is in."""
    if not stage.state.get(ENROLLED):
        return redirect("account_enrol")
    if request.method == "POST":
        mark_codes_seen(stage.login.user)
        return stage.exit()
    return render(request, "mfa/codes.html", {"codes": unseen_codes(stage.login.user), "is_step": True})


@never_cache
def no_entry(request: HttpRequest) -> HttpResponse:
    """What to do when one cannot sign in."""
    return render(request, "account/no_entry.html")


urlpatterns = [
    path("login/", SignIn.as_view(), name="account_login"),
    path("logout/", SignOut.as_view(), name="account_logout"),
    path("inactive/", Closed.as_view(), name="account_inactive"),
    path("help/", no_entry, name="account_help"),
    path("code/", SecondStep.as_view(), name="mfa_authenticate"),
    path("new-password/", new_password, name="account_new_password"),
    path("set-up/", set_up, name="account_enrol"),
    path("set-up/app.svg", set_up_picture, name="account_enrol_picture"),
    path("set-up/codes/", set_up_codes, name="account_enrol_codes"),
    *own_account_urls,
]
