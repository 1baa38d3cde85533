"""What each person does with her own account: settings, password, authenticator app, recovery codes, sessions."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from allauth.account import views as account
from allauth.mfa.base import views as mfa
from allauth.mfa.totp.internal.auth import clear_totp_secret
from allauth.usersessions.models import UserSession
from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from safar.directory.staff.actions import set_preferences
from safar.directory.staff.models import Account, Post
from safar.directory.staff.passwords import ChangeOwnPasswordForm
from safar.directory.staff.second_factor import (
    ConfirmItIsMeForm,
    EnrolForm,
    codes_left,
    enrol,
    enrolment_qr,
    make_recovery_codes,
    mark_codes_seen,
    readable_secret,
    unseen_codes,
)
from safar.directory.staff.session_store import name_of
from safar.directory.staff.sessions import (
    end_one_session,
    end_other_sessions,
    note,
    rename_session,
    sessions_of,
)
from safar.directory.staff.sign_in import (
    WRONG_CODE,
    has_fresh_code,
    record_by_herself,
    record_refusal_to_sign_in,
    require_fresh_code,
)
from safar.doors.workbench.gate import StaffRequest, staff_page
from safar.foundation.access.visibility import visible

get_or_post = require_http_methods(["GET", "HEAD", "POST"])
BROWSERS = (
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("YaBrowser", "Yandex Browser"),
    ("SamsungBrowser", "Samsung Internet"),
    ("Firefox", "Firefox"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
)
SYSTEMS = (
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Mac OS X", "macOS"),
    ("Linux", "Linux"),
)
"""Signs in what a browser says of itself, the telling ones first: most claim to be several others too."""


class SettingsForm(forms.ModelForm):
    """How a person likes her pages, and where she may be written to."""

    marks_optional = False

    class Meta:
        model = Account
        fields = ("email", "language", "theme", "density")
        labels = {"language": gettext_lazy("Language of the pages")}
        widgets = {"theme": forms.RadioSelect, "density": forms.RadioSelect}

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        language = self.fields["language"]
        assert isinstance(language, forms.ChoiceField)
        language.choices = [("", _("As last chosen")), *language.widget.choices[1:]]


@get_or_post
@staff_page
def profile(request: StaffRequest) -> HttpResponse:
    """One's own page: settings, posts, and the ways to the rest."""
    person = Account.objects.get(pk=request.user.pk)
    form = SettingsForm(request.POST or None, instance=person)
    if form.is_valid():
        set_preferences(request.user, **form.cleaned_data, by=request.actor, now=timezone.now())
        with translation.override(request.user.language or translation.get_language()):
            messages.success(request, _("Saved."))
            return redirect("account_profile")
    posts = (
        visible(request.actor, Post)
        .filter(user_id=request.user.pk, ended_at=None)
        .select_related("organisation")
    )
    shown = {
        "form": form,
        "posts": posts.order_by("valid_from", "pk"),
        "codes_left": codes_left(request.user),
    }
    return render(request, "account/profile.html", shown, status=422 if form.errors else 200)


class ConfirmItIsMe(mfa.ReauthenticateView):
    """A new code before something that matters."""

    form_class = ConfirmItIsMeForm
    template_name = "mfa/confirm.html"

    def form_valid(self, form: Any) -> HttpResponse:
        """Go on under a new name of the session, and write it down."""
        rename_session(self.request)
        record_by_herself("staff.confirmed", self.request.user, {})
        return super().form_valid(form)

    def form_invalid(self, form: Any) -> HttpResponse:
        """Write the failed attempt down."""
        record_refusal_to_sign_in(Account(pk=self.request.user.pk), WRONG_CODE)
        return super().form_invalid(form)


class ChangePassword(account.PasswordChangeView):
    """A new password, against the present one and a new code; every other session of the person ends."""

    form_class = ChangeOwnPasswordForm
    template_name = "account/change_password.html"

    def dispatch(self, request: Any, *args: Any, **options: Any) -> Any:
        """Ask for a new code first."""
        if request.user.is_authenticated:
            require_fresh_code(request)
        return super().dispatch(request, *args, **options)

    def form_valid(self, form: Any) -> HttpResponse:
        """Keep it, end the other sessions and write it down."""
        response = super().form_valid(form)
        note(self.request)
        end_other_sessions(self.request)
        record_by_herself("staff.password_changed", self.request.user, {})
        messages.success(self.request, _("The password is changed. Your other sessions are ended."))
        return response


@sensitive_post_parameters()
@get_or_post
@staff_page
def replace_app(request: StaffRequest) -> HttpResponse:
    """Set up the authenticator app on another telephone, instead of the one before; every other session ends."""
    require_fresh_code(request)
    form = EnrolForm(data=request.POST or None, user=request.user)
    if form.is_valid():
        enrol(request.user, form.secret)
        end_other_sessions(request)
        clear_totp_secret(request)
        record_by_herself("staff.second_factor_set", request.user, {})
        return redirect("account_codes")
    shown = {"form": form, "secret": readable_secret(form.secret), "is_signed_in": True}
    return render(request, "mfa/set_up.html", shown)


@staff_page
def replace_app_picture(request: StaffRequest) -> HttpResponse:
    """The picture for the app on the new telephone."""
    require_fresh_code(request)
    return HttpResponse(enrolment_qr(request.user), content_type="image/svg+xml; charset=utf-8")


@get_or_post
@staff_page
def codes(request: StaffRequest) -> HttpResponse:
    """Recovery codes just made, until the person says she has kept them."""
    require_fresh_code(request)
    if request.method == "POST":
        mark_codes_seen(request.user)
        return redirect("account_profile")
    found = unseen_codes(request.user)
    return render(request, "mfa/codes.html", {"codes": found}) if found else redirect("account_new_codes")


@get_or_post
@staff_page
def new_codes(request: StaffRequest) -> HttpResponse:
    """Make new recovery codes; the old ones stop working."""
    require_fresh_code(request)
    if request.method == "POST":
        make_recovery_codes(request.user)
        record_by_herself("staff.recovery_codes_made", request.user, {})
        return redirect("account_codes")
    return render(request, "mfa/new_codes.html", {"left": codes_left(request.user)})


def browser_of(user_agent: str) -> str:
    """A browser and what it runs on, in the few words a person knows them by; empty if it says neither."""
    found = (next((name for sign, name in signs if sign in user_agent), "") for signs in (BROWSERS, SYSTEMS))
    return ", ".join(name for name in found if name)


@staff_page
def sessions(request: StaffRequest) -> HttpResponse:
    """Where one is signed in."""
    found = sessions_of(request.user)
    current = name_of(request.session)
    shown = [(session, browser_of(session.user_agent), session.session_key == current) for session in found]
    return render(request, "usersessions/sessions.html", {"sessions": shown, "others": len(found) - 1})


@require_POST
@staff_page
def end_session(request: StaffRequest) -> HttpResponse:
    """End one other session, or all of them, against a new code."""
    if not has_fresh_code(request):
        back = urlencode({"next": reverse("usersessions_list")})
        return redirect(f"{reverse('mfa_reauthenticate')}?{back}")
    wanted = request.POST.get("session", "")
    if wanted == "others":
        end_other_sessions(request)
    else:
        end_one_session(_one_of_mine(request, wanted))
    record_by_herself("staff.sessions_ended", request.user, {})
    messages.success(request, _("Ended. It is signed out at its next click."))
    return redirect("usersessions_list")


def _one_of_mine(request: StaffRequest, wanted: str) -> UserSession:
    mine = UserSession.objects.filter(user=request.user).exclude(session_key=name_of(request.session))
    found = mine.filter(pk=wanted).first() if wanted.isdigit() and len(wanted) < 19 else None
    if found is None:
        raise Http404
    return found


urlpatterns = [
    path("", profile, name="account_profile"),
    path("confirm/", ConfirmItIsMe.as_view(), name="mfa_reauthenticate"),
    path("password/", ChangePassword.as_view(), name="account_change_password"),
    path("app/", replace_app, name="account_replace_app"),
    path("app/app.svg", replace_app_picture, name="account_replace_picture"),
    path("codes/", codes, name="account_codes"),
    path("codes/new/", new_codes, name="account_new_codes"),
    path("sessions/", sessions, name="usersessions_list"),
    path("sessions/end/", end_session, name="account_end_session"),
]
