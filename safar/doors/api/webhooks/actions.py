"""Subscribing an address, stopping it, and sending again what was given up."""

from __future__ import annotations

from datetime import datetime

from django import forms
from django.utils.translation import gettext_lazy as _

from safar.doors.api.models import Delivery, State, Subscription, Token
from safar.doors.api.narrowing import token_now
from safar.doors.api.webhooks.reaching import may_call
from safar.doors.api.webhooks.signing import fresh_secret
from safar.foundation.access.actors import Actor, acting, current_actor
from safar.foundation.access.visibility import resource_of, visible
from safar.foundation.actions import Refused, action
from safar.foundation.actions.declaration import all_actions
from safar.foundation.encryption.fields import give_key
from safar.foundation.registers.registry import all_registers


def token_choices() -> list[tuple[str, str]]:
    """One's own tokens that are not revoked."""
    actor = current_actor()
    if actor is None:
        return []
    mine = visible(actor, Token).filter(user_id=actor.user_id, revoked_at=None).order_by("-issued_at", "-pk")
    return [(str(token.pk), token.purpose) for token in mine]


def kind_choices() -> list[tuple[str, list[tuple[str, str]]]]:
    """Acts on the records of each register."""
    acts = all_actions().values()
    found = [(r, [(a.code, str(a.label)) for a in acts if a.on is r.model]) for r in all_registers()]
    return [(str(register.title), kinds) for register, kinds in found if kinds]


class SubscribeForm(forms.Form):
    """Which address is told of what."""

    token = forms.ChoiceField(
        label=_("Access token"),
        choices=token_choices,
        help_text=_("The address is told of what this token shows, for as long as it is open."),
    )
    address = forms.CharField(
        label=_("Address"),
        max_length=300,
        help_text=_("Such as https://example.org/safar. It is told ids, never names."),
    )
    kinds = forms.MultipleChoiceField(
        label=_("Acts it is told of"), choices=kind_choices, widget=forms.CheckboxSelectMultiple
    )


@action(
    on=Subscription,
    creates=True,
    label=_("Subscribe an address"),
    sentence=_("subscribed an address to what happens"),
    form=SubscribeForm,
    icon="send",
    needs_code=True,
    detail=lambda one, inputs: {},
)
def subscribe(*, token: str, address: str, kinds: list[str], by: Actor, now: datetime) -> Subscription:
    """An address told from now on; its ``secret`` attribute holds the secret this once."""
    with acting(by):
        mine = visible(by, Token).filter(pk=token, user_id=by.user_id).first()
    if mine is None or token_now(pk=mine.pk) is None:
        raise Refused(_("Choose a token of yours that is open."), field="token")
    if not may_call(address):
        raise Refused(
            _("Write an address that begins with https://, without a name or password in it."),
            field="address",
        )
    acts = all_actions()
    if any(resource_of(acts[kind].on) not in mine.resources for kind in kinds):
        raise Refused(_("You ticked acts on records the token does not show."), field="kinds")
    one = Subscription(user_id=by.user_id, token=mine, address=address, kinds=sorted(kinds), started_at=now)
    give_key(one, now=now)
    one.secret = one.signing_key = fresh_secret()
    return one


@action(
    on=Subscription,
    label=_("Stop"),
    sentence=_("stopped telling the address"),
    icon="octagon-x",
    destructive=True,
    when=lambda one, today: one.stopped_at is None,
    why_not=lambda one, today: _("It is stopped already."),
)
def stop_telling(one: Subscription, *, by: Actor, now: datetime) -> None:
    """What waits is not sent any more."""
    one.stopped_at = now


@action(
    on=Delivery,
    label=_("Send again"),
    sentence=_("sent it again"),
    icon="rotate-ccw",
    bulk=True,
    when=lambda delivery, today: delivery.state in (State.DEAD, State.SENT),
    why_not=lambda delivery, today: _("It is waiting to be sent, or is not to be told any more."),
)
def send_again(delivery: Delivery, *, by: Actor, now: datetime) -> None:
    """From the first attempt on, under the same number."""
    delivery.state, delivery.attempts, delivery.due_at, delivery.ended_at = State.WAITING, 0, now, None
