"""What a token may be narrowed to, and the actor it stands for at this moment."""

from __future__ import annotations

import logging
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network

from django.utils import timezone

from safar.directory.organisations.models import Organisation
from safar.directory.staff.granting import organisations_below
from safar.directory.staff.models import Account
from safar.doors.api.models import Token
from safar.doors.api.schemas import row_fields
from safar.foundation.access.actors import Actor, acting, current_actor, system_actor
from safar.foundation.access.visibility import resource_of, visible
from safar.foundation.registers.registry import all_registers

log = logging.getLogger(__name__)
API = system_actor("api")


def resource_choices() -> list[tuple[str, str]]:
    """Resources a token may be narrowed to: those of the registers."""
    return [(resource_of(r.model), str(r.title)) for r in all_registers()]


def field_choices() -> list[tuple[str, list[tuple[str, str]]]]:
    """The fields the API speaks of, by register."""
    return [
        (
            str(r.title),
            [(f"{resource_of(r.model)}.{name}", str(r.label_of(name))) for name in row_fields(r)],
        )
        for r in all_registers()
    ]


def organisation_choices() -> list[tuple[str, str]]:
    """Organisations whose token the person who acts may issue: those her own grants name."""
    actor = current_actor()
    if actor is None:
        return [("", "")]
    named = visible(actor, Organisation).filter(pk__in=own_organisations(actor)).order_by("sort_key", "pk")
    return [("", "—"), *((str(found.pk), str(found)) for found in named)]


def own_organisations(actor: Actor) -> frozenset[int]:
    """Organisations the actor's grants of today name."""
    return frozenset().union(*(scope.orgs or () for scope in actor.scopes))


def networks_of(text: str) -> list[str]:
    """Networks as typed (``203.0.113.0/24, 2001:db8::/32``), in their plain form. Raises `ValueError`."""
    found: list[IPv4Network | IPv6Network] = [
        ip_network(part, strict=False) for part in text.replace(",", " ").split()
    ]
    return [str(network) for network in found]


def is_within(address: str | None, networks: list[str]) -> bool:
    """Whether an address lies in one of the networks; an address nobody knows lies in none."""
    try:
        asked = ip_address((address or "").split("%")[0])
    except ValueError:
        return False
    mapped = getattr(asked, "ipv4_mapped", None) or asked
    return any(mapped in ip_network(network) for network in networks)


def token_now(**which: object) -> Token | None:
    """A token that is neither revoked nor over and whose owner's account is open, or None."""
    with acting(API):
        found = visible(API, Token).filter(**which, revoked_at=None).first()
    if found is None or found.expires_on < timezone.localdate():
        log.warning("token refused: %s", "unknown or revoked" if found is None else f"{found.pk} is over")
        return None
    if not Account.objects.filter(pk=found.user_id, is_active=True).exists():
        log.warning("token refused: the account of %s is closed", found.pk)
        return None
    return found


def actor_of(token: Token) -> Actor:
    """Who acts by the token: its owner with the rights of this moment, narrowed to what the token says."""
    orgs = None
    if token.organisation_id is not None:
        orgs = frozenset({token.organisation_id, *organisations_below(token.organisation_id)})
    return Actor(
        "staff",
        user_id=token.user_id,
        name=token.owner,
        via=f"token:{token.pk}",
        only=frozenset(token.resources),
        read_only=not token.may_write,
        orgs=orgs,
        shown=frozenset(token.fields),
        purpose=token.purpose,
    )
