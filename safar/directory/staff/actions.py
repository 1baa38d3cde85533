"""What is done with posts and with the accounts behind them. Nobody does any of it to herself."""

from __future__ import annotations

import secrets
from datetime import date, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from safar.directory.organisations.models import Organisation
from safar.directory.places.models import Place
from safar.directory.staff import rules
from safar.directory.staff.forms import AppointForm, HandOverForm, LeaveForm, ReasonForm
from safar.directory.staff.granting import JOB, open_leaves, refit_grants, revoke
from safar.directory.staff.handing_over import move_duties
from safar.directory.staff.models import Account, Leave, Post, ResetSignature, tidy_username
from safar.directory.staff.second_factor import forget_second_factor
from safar.directory.staff.sessions import end_sessions
from safar.directory.staff.trusting import appointed_one_another, is_senior
from safar.foundation import history
from safar.foundation.access.actors import Actor, Scope, acting, system_actor
from safar.foundation.access.policy import reaches_everywhere
from safar.foundation.access.visibility import chances, covers, visible
from safar.foundation.actions import Refused, action, publish, store

LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"


class OnOneself(Refused):
    """Somebody tried to change her own rights."""

    def __init__(self) -> None:
        super().__init__(_("You cannot do this for yourself. Ask another administrator."))


class WorksElsewhere(Refused):
    """The account also serves an organisation its administrator does not."""

    def __init__(self) -> None:
        super().__init__(
            _("This person also works where you do not administer. Ask the administrator above you.")
        )


def _not_ended(post: Post, today: date) -> bool:
    return post.ended_at is None


def _has_ended(post: Post, today: date) -> Any:
    return _("This post has ended.")


# -- posts -----------------------------------------------------------------------------------------------------


def _what_was_given(post: Post, inputs: dict[str, Any]) -> dict[str, Any]:
    return {
        "person": post.full_name,
        "title": post.title,
        "role": post.role,
        "level": post.level,
        "organisation_id": post.organisation_id,
        "place": post.place_path,
        "valid_from": post.valid_from.isoformat(),
        "valid_to": post.valid_to.isoformat() if post.valid_to else "",
    }


@action(
    on=Post, needs_code=True, creates=True, label=_("Appoint"), sentence=_("appointed %(person)s: %(title)s"), form=AppointForm,
    icon="plus", primary=True, detail=_what_was_given,
)  # fmt: skip
def appoint(
    *,
    username: str,
    full_name: str,
    email: str,
    organisation: Organisation,
    title: str,
    role: str,
    place: Place | None,
    level: int,
    valid_from: date,
    valid_to: date | None,
    by: Actor,
    now: datetime,
) -> Post:
    """Give a person a post and the grants that come with it, opening an account for whoever has none.

    A new account's starting password is left on the post as `secret`, to be shown once. Raises `OnOneself`, and
    `Refused` if the role may not be given that level or the post opens more than the actor's own.
    """
    password = starting_password()
    account = _account_called(username, by=by)
    is_new = account is None
    if account is None:
        account = _open_account(username, full_name, email, password)
    if not account.is_active:
        raise Refused(_("This account is closed. Open it again first."), field="username")
    post = Post(
        user=account, organisation=organisation, title=title, role=role, place=place, level=level,
        valid_from=valid_from, valid_to=valid_to,
    )  # fmt: skip
    if is_new:
        post.secret = _told_once(account, password)
    return _with_grants(post, by=by, now=now)


def starting_password() -> str:
    """A password to be told once and replaced at the first sign-in: five groups of four, no signs that look alike."""
    return "-".join("".join(secrets.choice(LETTERS) for _sign in range(4)) for _group in range(5))


def _told_once(account: Account, password: str) -> str:
    return _("Starting password of %(username)s, shown only now: %(password)s") % {
        "username": account.username,
        "password": password,
    }


class NameNotFree(Refused):
    """The username belongs to somebody the administrator may not see, or was taken a moment ago."""

    def __init__(self) -> None:
        super().__init__(_("This username cannot be used. Choose another."), field="username")


def _account_called(username: str, *, by: Actor) -> Account | None:
    """The account of this username, if there is one; `NameNotFree` if the actor sees no post of its holder."""
    account = Account.objects.filter(username=tidy_username(username)).first()
    if account and by.kind == "staff" and not visible(by, Post).filter(user=account).exists():
        raise NameNotFree
    return account


def _open_account(username: str, full_name: str, email: str, password: str) -> Account:
    try:
        return Account.objects.create_account(username, full_name, email=email, password=password)
    except ValidationError as error:
        if Account.objects.filter(username=tidy_username(username)).exists():
            raise NameNotFree from error
        raise Refused(" ".join(error.messages), field="username") from error


def _with_grants(post: Post, *, by: Actor, now: datetime) -> Post:
    _not_oneself(by, post.user_id)
    if post.level > rules.role_rule(post.role).top_level:
        raise Refused(_("This role may not be given so high a level."), field="level")
    _within_her_own(by, post)
    post.full_name = post.user.full_name
    refit_grants(post, by=by, now=now)
    return post


def _within_her_own(by: Actor, post: Post) -> None:
    """Raise `Refused` unless one of the actor's own administering grants there covers all the post opens."""
    if by.kind != "staff":
        return
    found = [scope for _rule, scope in chances(by, Post, "appoint")]
    own = [scope for scope in found if scope.orgs is None or post.organisation_id in scope.orgs]
    refusals = [refusal for refusal in (_beyond(scope, post) for scope in own) if refusal]
    if refusals and len(refusals) == len(own):
        raise refusals[0]


def _beyond(own: Scope, post: Post) -> Refused | None:
    """What a post opens that an administering grant does not; None if it opens no more."""
    if post.level > own.level:
        return Refused(_("You may not give a higher level than your own."), field="level")
    if (own.orgs is not None or own.place) and reaches_everywhere(post.role):
        return Refused(
            _("This role reaches every organisation. Only who administers them all may give it."),
            field="role",
        )
    if not post.place_path.startswith(own.place):
        return Refused(_("Choose a place within your own area."), field="place")
    return None


@action(
    on=Post, needs_code=True, label=_("End the post"), sentence=_("ended the post: %(reason)s"), form=ReasonForm,
    icon="circle-x", destructive=True, when=_not_ended, why_not=_has_ended,
)  # fmt: skip
def end_post(post: Post, *, reason: str, by: Actor, now: datetime) -> None:
    """End a post at once; its grants, and those of a stand-in, are taken back."""
    _not_oneself(by, post.user_id)
    _end(post, by=by, now=now)
    publish("staff.post_ended", {"user": post.user_id, "post": post.pk})


@action(
    on=Post, needs_code=True, label=_("Send on leave"), sentence=_("leave from %(starts_on)s until %(ends_on)s"), form=LeaveForm,
    icon="calendar", when=_not_ended, why_not=_has_ended,
)  # fmt: skip
def go_on_leave(
    post: Post, *, starts_on: date, ends_on: date, stand_in: Post | None, by: Actor, now: datetime
) -> None:
    """Let the post's grants rest from the first to the last day away; a stand-in, if named, holds them meanwhile."""
    _not_oneself(by, post.user_id, *([stand_in.user_id] if stand_in else []))
    today = timezone.localdate(now)
    if ends_on < today:
        raise Refused(_("These days are over."), field="ends_on")
    if stand_in and stand_in.user_id == post.user_id:
        raise Refused(_("Nobody stands in for herself."), field="stand_in")
    if any(
        rules.within(other.period, (starts_on, ends_on)) for other in open_leaves(post, by=by, today=today)
    ):
        raise Refused(_("These days overlap with other leave of the same post."), field="starts_on")
    if stand_in:
        _within_her_own(by, post)
    stand_in_id = stand_in.user_id if stand_in else None
    leave = Leave(post=post, stand_in_id=stand_in_id, starts_on=starts_on, ends_on=ends_on)
    store(leave, by=by)
    refit_grants(post, by=by, now=now)


@action(
    on=Post, needs_code=True, label=_("End the leave"), sentence=_("back from leave"), icon="undo-2",
    when=lambda post, today: post.ended_at is None and _leave_of(post, today) is not None,
)  # fmt: skip
def return_from_leave(post: Post, *, by: Actor, now: datetime) -> None:
    """End the leave that is on, or call off the next: the post's grants stand again, the stand-in's are taken back."""
    _not_oneself(by, post.user_id)
    today = timezone.localdate(now)
    for leave in open_leaves(post, by=by, today=today)[:1]:
        revoke(leave.grant_ids, by=by, now=now)
        leave.returned_on = today
        store(leave, by=by)
    refit_grants(post, by=by, now=now)


def _leave_of(post: Post, today: date) -> Leave | None:
    return (
        Leave.objects.filter(post=post, returned_on=None, ends_on__gte=today)
        .order_by("starts_on", "pk")
        .first()
    )


@action(
    on=Post, needs_code=True, label=_("Hand over"), sentence=_("handed over to %(to)s: %(reason)s"), form=HandOverForm,
    icon="arrow-left-right", destructive=True, when=_not_ended, why_not=_has_ended,
)  # fmt: skip
def hand_over_post(post: Post, *, to: Post, reason: str, by: Actor, now: datetime) -> None:
    """Give the post to a colleague: open duties move to her, this post and its grants end, she gets one like it."""
    _not_oneself(by, post.user_id, to.user_id)
    if to.user_id == post.user_id:
        raise Refused(_("This is the same person."), field="to")
    move_duties(post.user_id, to.user_id, by=by, now=now)
    _end(post, by=by, now=now)
    same = {name: getattr(post, name) for name in ("organisation_id", "role", "place_id")}
    if not visible(by, Post).filter(user_id=to.user_id, ended_at=None, **same).exists():
        begin = max(post.valid_from, timezone.localdate(now))
        successor = Post(
            user_id=to.user_id,
            title=post.title,
            level=post.level,
            valid_from=begin,
            valid_to=post.valid_to,
            **same,
        )
        given = store(_with_grants(successor, by=by, now=now), by=by, action="appoint")
        history.record("staff.appoint", given, by=by, now=now, detail=_what_was_given(given, {}))
    publish("staff.handed_over", {"from": post.user_id, "to": to.user_id, "post": post.pk})


def _end(post: Post, *, by: Actor, now: datetime) -> None:
    post.ended_at = now
    refit_grants(post, by=by, now=now)


# -- the account behind a post -----------------------------------------------------------------------------------


@action(
    on=Post, needs_code=True, label=_("Close the account"), sentence=_("closed the account: %(reason)s"), form=ReasonForm,
    icon="lock", destructive=True,
    when=lambda post, today: post.user.is_active, why_not=lambda post, today: _("This account is closed."),
)  # fmt: skip
def suspend_account(post: Post, *, reason: str, by: Actor, now: datetime) -> None:
    """Close the account of the post's holder: every session of hers is dead at its next request, tokens too."""
    account = _account_to_manage(post, "suspend_account", by=by)
    account.is_active = False
    account.save(update_fields=["is_active"])
    end_sessions(account, now=now)


@action(
    on=Post, needs_code=True, label=_("Open the account again"), sentence=_("opened the account again: %(reason)s"), form=ReasonForm,
    icon="rotate-ccw", when=lambda post, today: not post.user.is_active,
)  # fmt: skip
def restore_account(post: Post, *, reason: str, by: Actor, now: datetime) -> None:
    """Let the post's holder sign in again, with the password and second factor she had."""
    account = _account_to_manage(post, "restore_account", by=by)
    account.is_active = True
    account.save(update_fields=["is_active"])


@action(
    on=Post, needs_code=True, label=_("Give a starting password"), sentence=_("gave a new starting password"), icon="key-round",
    when=lambda post, today: post.user.is_active, why_not=lambda post, today: _("This account is closed."),
)  # fmt: skip
def give_starting_password(post: Post, *, by: Actor, now: datetime) -> None:
    """Replace a forgotten password by one left on the post as `secret`; the second factor stays as it is."""
    account = _account_to_manage(post, "give_starting_password", by=by)
    password = starting_password()
    account.set_password(password)
    account.must_change_password = True
    account.save(update_fields=["password", "must_change_password"])
    end_sessions(account, now=now)
    post.secret = _told_once(account, password)


@action(
    on=Post, needs_code=True, label=_("Ask for a second-factor reset"), sentence=_("asked to reset the second factor: %(reason)s"),
    form=ReasonForm, icon="shield", when=lambda post, today: post.user.is_active and _first_word(post) is None,
    hint=_("Another administrator must confirm within 24 hours."),
)  # fmt: skip
def ask_for_reset(post: Post, *, reason: str, by: Actor, now: datetime) -> None:
    """Give the first of the two words it takes to reset somebody's second factor."""
    account = _account_to_manage(post, "ask_for_reset", by=by)
    _sign(post, account, reason, confirms=None, by=by, now=now)


@action(
    on=Post, needs_code=True, label=_("Confirm the second-factor reset"), sentence=_("reset the second factor: %(reason)s"),
    form=ReasonForm, icon="shield-check", destructive=True, when=lambda post, today: _first_word(post) is not None,
)  # fmt: skip
def confirm_reset(post: Post, *, reason: str, by: Actor, now: datetime) -> None:
    """Give the second word: the person signs in with her password and sets her authenticator app up anew.

    Raises `Refused` if the first word was one's own or is a day old, if one of the two appointed the other, or if who
    confirms has administered for too short a time.
    """
    account = _account_to_manage(post, "confirm_reset", by=by)
    first = _first_word(post)
    if first is None or not first.is_waiting(now):
        raise Refused(_("Nobody asked for this reset within the last 24 hours. Ask for it again."))
    if first.signed_by_id == by.user_id:
        raise Refused(_("It takes two people: somebody else must confirm what you asked for."))
    if appointed_one_another(by.user_id, first.signed_by_id):
        raise Refused(_("One of you two appointed the other: another administrator must confirm."))
    if not is_senior(by, now=now):
        raise Refused(
            _("Only who has been an administrator for %(days)s days may confirm.")
            % {"days": rules.days_before_confirming(timezone.localdate(now))}
        )
    _sign(post, account, reason, confirms=first, by=by, now=now)
    forget_second_factor(account)
    end_sessions(account, now=now)


def _sign(
    post: Post, account: Account, reason: str, *, confirms: ResetSignature | None, by: Actor, now: datetime
) -> None:
    word = ResetSignature(
        post=post, user=account, signed_by_id=by.user_id, signed_at=now, reason=reason, confirms=confirms
    )
    store(word, by=by)


def _first_word(post: Post) -> ResetSignature | None:
    """The newest unconfirmed first signature under a reset of this post's holder, if it still waits."""
    words = ResetSignature.objects.filter(post=post, confirms=None, confirmed_by=None)
    newest = words.order_by("-signed_at", "-pk").first()
    return newest if newest and newest.is_waiting(timezone.now()) else None


def _account_to_manage(post: Post, act: str, *, by: Actor) -> Account:
    """The account behind a post, locked, if the actor may do `act` on every post it serves."""
    _not_oneself(by, post.user_id)
    everything = system_actor(JOB)
    with acting(everything):
        posts = list(visible(everything, Post).filter(user_id=post.user_id, ended_at=None))
    if not all(covers(by, other, act) for other in posts):
        raise WorksElsewhere
    return Account.objects.select_for_update().get(pk=post.user_id)


def _not_oneself(by: Actor, *user_ids: int) -> None:
    if by.kind == "staff" and by.user_id in user_ids:
        raise OnOneself


# -- one's own account -------------------------------------------------------------------------------------------


def set_preferences(
    account: Account, *, email: str, language: str, theme: str, density: str, by: Actor, now: datetime
) -> None:
    """Keep how a person likes her pages, and where she may be written to; only she herself may."""
    if by.user_id != account.pk:
        raise Refused(_("Only the person herself may change this."))
    with transaction.atomic():
        account.email, account.language, account.theme, account.density = email, language, theme, density
        account.save(update_fields=["email", "language", "theme", "density"])
        history.record("staff.set_preferences", Account(pk=account.pk), by=by, now=now, detail={})
