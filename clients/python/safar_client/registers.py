"""Rows and methods of every register. Made by `python -m safar.doors.api.client` from docs/openapi.json: do not edit."""

# ruff: noqa
# fmt: off

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from safar_client.base import Answered, Client, Line, Register

Array = list


@dataclass(frozen=True, slots=True)
class BranchRow:
    """BranchRow."""

    address: str | None = None
    id: int | None = None
    name: str | None = None
    open_since: str | None = None
    open_until: str | None = None
    phone: str | None = None
    place: int | None = None
    recruiter: int | None = None
    version: int | None = None

@dataclass(frozen=True, slots=True)
class ConsentRow:
    """ConsentRow."""

    about: str | None = None
    expires_on: str | None = None
    given_on: str | None = None
    how: str | None = None
    id: int | None = None
    language: str | None = None
    organisation: int | None = None
    person: str | None = None
    purpose: str | None = None
    recipient: str | None = None
    version: int | None = None
    withdrawn_at: str | None = None

@dataclass(frozen=True, slots=True)
class DeliveryRow:
    """DeliveryRow."""

    attempts: int | None = None
    due_at: str | None = None
    ended_at: str | None = None
    happened_at: str | None = None
    id: str | None = None
    kind: str | None = None
    outcome: str | None = None
    resource: str | None = None
    state: str | None = None
    subject: str | None = None
    subscription: str | None = None
    version: int | None = None

@dataclass(frozen=True, slots=True)
class DepositRow:
    """DepositRow."""

    amount: str | None = None
    bank: str | None = None
    checked_on: str | None = None
    currency: str | None = None
    id: str | None = None
    recruiter: int | None = None
    rule: str | None = None
    version: int | None = None

@dataclass(frozen=True, slots=True)
class DifferenceRow:
    """DifferenceRow."""

    aspect: str | None = None
    code: str | None = None
    decided_at: str | None = None
    decision: str | None = None
    found_at: str | None = None
    id: int | None = None
    ours: str | None = None
    place: int | None = None
    source: str | None = None
    theirs: str | None = None
    version: int | None = None

@dataclass(frozen=True, slots=True)
class FocalPointRow:
    """FocalPointRow."""

    email: str | None = None
    id: int | None = None
    name: str | None = None
    organisation: int | None = None
    phone: str | None = None
    post: str | None = None
    topic: str | None = None
    until: str | None = None
    version: int | None = None

@dataclass(frozen=True, slots=True)
class ForeignPartnerRow:
    """ForeignPartnerRow."""

    country: str | None = None
    id: int | None = None
    licence: str | None = None
    name: str | None = None
    recruiter: int | None = None
    since: str | None = None
    until: str | None = None
    version: int | None = None

@dataclass(frozen=True, slots=True)
class IdentifierRow:
    """IdentifierRow."""

    country: str | None = None
    expires_on: str | None = None
    id: str | None = None
    is_checked: bool | None = None
    issued_by: str | None = None
    issued_on: str | None = None
    linked_on: str | None = None
    person: str | None = None
    seen: str | None = None
    type: str | None = None
    version: int | None = None

@dataclass(frozen=True, slots=True)
class LicenceDecisionRow:
    """LicenceDecisionRow."""

    act: str | None = None
    decided_by: str | None = None
    decided_on: str | None = None
    effective_on: str | None = None
    from_state: str | None = None
    id: int | None = None
    licensed_until: str | None = None
    order_number: str | None = None
    reason: str | None = None
    recruiter: int | None = None
    rule: str | None = None
    signed_by: str | None = None
    signed_on: str | None = None
    standing: str | None = None
    to_state: str | None = None
    version: int | None = None

@dataclass(frozen=True, slots=True)
class OfficeRow:
    """OfficeRow."""

    address: str | None = None
    email: str | None = None
    hours: str | None = None
    id: int | None = None
    name: str | None = None
    open_since: str | None = None
    open_until: str | None = None
    organisation: int | None = None
    phone: str | None = None
    place: int | None = None
    version: int | None = None

@dataclass(frozen=True, slots=True)
class OrganisationRow:
    """OrganisationRow."""

    closed_on: str | None = None
    country: int | None = None
    id: int | None = None
    name: str | None = None
    name_en: str | None = None
    name_ru: str | None = None
    name_uz: str | None = None
    name_uz_cyrl: str | None = None
    parent: int | None = None
    place: int | None = None
    registration_number: str | None = None
    source: str | None = None
    status: str | None = None
    stir: str | None = None
    trading_name: str | None = None
    type: str | None = None
    version: int | None = None
    website: str | None = None

@dataclass(frozen=True, slots=True)
class PersonRow:
    """PersonRow."""

    birth_precision: str | None = None
    family: str | None = None
    given: str | None = None
    id: str | None = None
    organisation: int | None = None
    patronymic: str | None = None
    place: int | None = None
    sex: str | None = None
    version: int | None = None

@dataclass(frozen=True, slots=True)
class PlaceRow:
    """PlaceRow."""

    code: str | None = None
    id: int | None = None
    iso: str | None = None
    level: str | None = None
    name_en: str | None = None
    name_ru: str | None = None
    name_uz: str | None = None
    name_uz_cyrl: str | None = None
    parent: int | None = None
    path: str | None = None
    source: str | None = None
    valid_from: str | None = None
    valid_to: str | None = None
    version: int | None = None

@dataclass(frozen=True, slots=True)
class PossibleDuplicateRow:
    """PossibleDuplicateRow."""

    found: str | None = None
    found_on: str | None = None
    id: int | None = None
    other: str | None = None
    person: str | None = None
    state: str | None = None
    verdict: str | None = None
    version: int | None = None

@dataclass(frozen=True, slots=True)
class PostRow:
    """PostRow."""

    ended_at: str | None = None
    full_name: str | None = None
    id: int | None = None
    level: int | None = None
    organisation: int | None = None
    place: int | None = None
    role: str | None = None
    title: str | None = None
    valid_from: str | None = None
    valid_to: str | None = None
    version: int | None = None

@dataclass(frozen=True, slots=True)
class RecruiterRow:
    """RecruiterRow."""

    address: str | None = None
    applied_on: str | None = None
    deposit_checked_on: str | None = None
    deposit_paid: bool | None = None
    director: str | None = None
    email: str | None = None
    id: int | None = None
    keeper: int | None = None
    legal_form: str | None = None
    licensed_from: str | None = None
    licensed_until: str | None = None
    name: str | None = None
    name_cyrl: str | None = None
    name_ru: str | None = None
    next_due_on: str | None = None
    number: str | None = None
    organisation: int | None = None
    phone: str | None = None
    place: int | None = None
    source: str | None = None
    state: str | None = None
    state_order: str | None = None
    state_reason: str | None = None
    stir: str | None = None
    stopped_on: str | None = None
    version: int | None = None
    website: str | None = None
    withdrawal_proposed_on: str | None = None

@dataclass(frozen=True, slots=True)
class SafeContactRow:
    """SafeContactRow."""

    do_not_contact: bool | None = None
    hour_from: int | None = None
    hour_to: int | None = None
    id: str | None = None
    language: str | None = None
    may_leave_message: bool | None = None
    person: str | None = None
    phone: int | None = None
    version: int | None = None

@dataclass(frozen=True, slots=True)
class SubscriptionRow:
    """SubscriptionRow."""

    address: str | None = None
    id: str | None = None
    kinds: Array[Any] | None = None
    started_at: str | None = None
    stopped_at: str | None = None
    token: int | None = None
    version: int | None = None

@dataclass(frozen=True, slots=True)
class TokenRow:
    """TokenRow."""

    expires_on: str | None = None
    fields: Array[Any] | None = None
    id: int | None = None
    issued_at: str | None = None
    may_write: bool | None = None
    networks: Array[Any] | None = None
    organisation: int | None = None
    owner: str | None = None
    purpose: str | None = None
    resources: Array[Any] | None = None
    revoked_at: str | None = None
    version: int | None = None

class Consents(Register[ConsentRow]):
    """Records of consents."""

    slug, row = "consents", ConsentRow

    def list(self, *, q: str | None = None, sort: str | None = None, purpose: str | None = None, about: str | None = None) -> Iterator[ConsentRow]:
        """Everything that fits, a page at a time."""
        return self._list({"q": q, "sort": sort, "purpose": purpose, "about": about})

    def stream(self, *, q: str | None = None, purpose: str | None = None, about: str | None = None) -> Iterator[ConsentRow]:
        """Everything that fits, in one stream."""
        return self._stream({"q": q, "purpose": purpose, "about": about})

    def read(self, pk: str | int) -> ConsentRow:
        """One record; `NotFound` if there is none, or none to be seen."""
        return self._read(pk)

class Deposits(Register[DepositRow]):
    """Records of deposits."""

    slug, row = "deposits", DepositRow

    def list(self, *, q: str | None = None, sort: str | None = None, currency: str | None = None) -> Iterator[DepositRow]:
        """Everything that fits, a page at a time."""
        return self._list({"q": q, "sort": sort, "currency": currency})

    def stream(self, *, q: str | None = None, currency: str | None = None) -> Iterator[DepositRow]:
        """Everything that fits, in one stream."""
        return self._stream({"q": q, "currency": currency})

    def read(self, pk: str | int) -> DepositRow:
        """One record; `NotFound` if there is none, or none to be seen."""
        return self._read(pk)

class Duplicates(Register[PossibleDuplicateRow]):
    """Records of duplicates."""

    slug, row = "duplicates", PossibleDuplicateRow

    def list(self, *, q: str | None = None, sort: str | None = None, state: str | None = None, verdict: str | None = None, found: str | None = None) -> Iterator[PossibleDuplicateRow]:
        """Everything that fits, a page at a time."""
        return self._list({"q": q, "sort": sort, "state": state, "verdict": verdict, "found": found})

    def stream(self, *, q: str | None = None, state: str | None = None, verdict: str | None = None, found: str | None = None) -> Iterator[PossibleDuplicateRow]:
        """Everything that fits, in one stream."""
        return self._stream({"q": q, "state": state, "verdict": verdict, "found": found})

    def decide_later_many(self, lines: Iterable[Line]) -> Iterator[Answered[PossibleDuplicateRow]]:
        """The same on many records, each done by itself."""
        return self._many("decide_later", lines)

    def merge_people_many(self, lines: Iterable[Line]) -> Iterator[Answered[PossibleDuplicateRow]]:
        """The same on many records, each done by itself."""
        return self._many("merge_people", lines)

    def not_the_same_many(self, lines: Iterable[Line]) -> Iterator[Answered[PossibleDuplicateRow]]:
        """The same on many records, each done by itself."""
        return self._many("not_the_same", lines)

    def read(self, pk: str | int) -> PossibleDuplicateRow:
        """One record; `NotFound` if there is none, or none to be seen."""
        return self._read(pk)

    def decide_later(self, pk: str | int, *, version: int, key: str | None = None) -> PossibleDuplicateRow:
        """Decide later; done once, however often it is sent under the same key."""
        return self._act(pk, "decide_later", {"version": version}, key)

    def merge_people(self, pk: str | int, *, survivor: str, version: int, birth: str | None = None, name: str | None = None, place: str | None = None, sex: str | None = None, key: str | None = None) -> PossibleDuplicateRow:
        """Merge people; done once, however often it is sent under the same key."""
        return self._act(pk, "merge_people", {"survivor": survivor, "version": version, "birth": birth, "name": name, "place": place, "sex": sex}, key)

    def not_the_same(self, pk: str | int, *, version: int, key: str | None = None) -> PossibleDuplicateRow:
        """Not the same; done once, however often it is sent under the same key."""
        return self._act(pk, "not_the_same", {"version": version}, key)

class FocalPoints(Register[FocalPointRow]):
    """Records of focal-points."""

    slug, row = "focal-points", FocalPointRow

    def list(self, *, q: str | None = None, sort: str | None = None, topic: str | None = None) -> Iterator[FocalPointRow]:
        """Everything that fits, a page at a time."""
        return self._list({"q": q, "sort": sort, "topic": topic})

    def stream(self, *, q: str | None = None, topic: str | None = None) -> Iterator[FocalPointRow]:
        """Everything that fits, in one stream."""
        return self._stream({"q": q, "topic": topic})

    def add_focal_point(self, *, name: str, organisation: str, topic: str, email: str | None = None, phone: str | None = None, post: str | None = None, until: str | None = None, key: str | None = None) -> FocalPointRow:
        """Add focal point; done once, however often it is sent under the same key."""
        return self._act(None, "add_focal_point", {"name": name, "organisation": organisation, "topic": topic, "email": email, "phone": phone, "post": post, "until": until}, key)

    def add_focal_point_many(self, lines: Iterable[Line]) -> Iterator[Answered[FocalPointRow]]:
        """The same on many records, each done by itself."""
        return self._many("add_focal_point", lines)

    def change_focal_point_many(self, lines: Iterable[Line]) -> Iterator[Answered[FocalPointRow]]:
        """The same on many records, each done by itself."""
        return self._many("change_focal_point", lines)

    def read(self, pk: str | int) -> FocalPointRow:
        """One record; `NotFound` if there is none, or none to be seen."""
        return self._read(pk)

    def change_focal_point(self, pk: str | int, *, name: str, organisation: str, topic: str, version: int, email: str | None = None, phone: str | None = None, post: str | None = None, until: str | None = None, key: str | None = None) -> FocalPointRow:
        """Change focal point; done once, however often it is sent under the same key."""
        return self._act(pk, "change_focal_point", {"name": name, "organisation": organisation, "topic": topic, "version": version, "email": email, "phone": phone, "post": post, "until": until}, key)

class LicenceDecisions(Register[LicenceDecisionRow]):
    """Records of licence-decisions."""

    slug, row = "licence-decisions", LicenceDecisionRow

    def list(self, *, q: str | None = None, sort: str | None = None, standing: str | None = None, act: str | None = None) -> Iterator[LicenceDecisionRow]:
        """Everything that fits, a page at a time."""
        return self._list({"q": q, "sort": sort, "standing": standing, "act": act})

    def stream(self, *, q: str | None = None, standing: str | None = None, act: str | None = None) -> Iterator[LicenceDecisionRow]:
        """Everything that fits, in one stream."""
        return self._stream({"q": q, "standing": standing, "act": act})

    def read(self, pk: str | int) -> LicenceDecisionRow:
        """One record; `NotFound` if there is none, or none to be seen."""
        return self._read(pk)

class Offices(Register[OfficeRow]):
    """Records of offices."""

    slug, row = "offices", OfficeRow

    def list(self, *, q: str | None = None, sort: str | None = None) -> Iterator[OfficeRow]:
        """Everything that fits, a page at a time."""
        return self._list({"q": q, "sort": sort})

    def stream(self, *, q: str | None = None) -> Iterator[OfficeRow]:
        """Everything that fits, in one stream."""
        return self._stream({"q": q})

    def add_office(self, *, name: str, organisation: str, address: str | None = None, email: str | None = None, hours: str | None = None, open_since: str | None = None, open_until: str | None = None, phone: str | None = None, place: str | None = None, key: str | None = None) -> OfficeRow:
        """Add office; done once, however often it is sent under the same key."""
        return self._act(None, "add_office", {"name": name, "organisation": organisation, "address": address, "email": email, "hours": hours, "open_since": open_since, "open_until": open_until, "phone": phone, "place": place}, key)

    def add_office_many(self, lines: Iterable[Line]) -> Iterator[Answered[OfficeRow]]:
        """The same on many records, each done by itself."""
        return self._many("add_office", lines)

    def change_office_many(self, lines: Iterable[Line]) -> Iterator[Answered[OfficeRow]]:
        """The same on many records, each done by itself."""
        return self._many("change_office", lines)

    def read(self, pk: str | int) -> OfficeRow:
        """One record; `NotFound` if there is none, or none to be seen."""
        return self._read(pk)

    def change_office(self, pk: str | int, *, name: str, organisation: str, version: int, address: str | None = None, email: str | None = None, hours: str | None = None, open_since: str | None = None, open_until: str | None = None, phone: str | None = None, place: str | None = None, key: str | None = None) -> OfficeRow:
        """Change office; done once, however often it is sent under the same key."""
        return self._act(pk, "change_office", {"name": name, "organisation": organisation, "version": version, "address": address, "email": email, "hours": hours, "open_since": open_since, "open_until": open_until, "phone": phone, "place": place}, key)

class Organisations(Register[OrganisationRow]):
    """Records of organisations."""

    slug, row = "organisations", OrganisationRow

    def list(self, *, q: str | None = None, sort: str | None = None, type: str | None = None, status: str | None = None, in_: str | None = None) -> Iterator[OrganisationRow]:
        """Everything that fits, a page at a time."""
        return self._list({"q": q, "sort": sort, "type": type, "status": status, "in": in_})

    def stream(self, *, q: str | None = None, type: str | None = None, status: str | None = None, in_: str | None = None) -> Iterator[OrganisationRow]:
        """Everything that fits, in one stream."""
        return self._stream({"q": q, "type": type, "status": status, "in": in_})

    def change_organisation_many(self, lines: Iterable[Line]) -> Iterator[Answered[OrganisationRow]]:
        """The same on many records, each done by itself."""
        return self._many("change_organisation", lines)

    def move_many(self, lines: Iterable[Line]) -> Iterator[Answered[OrganisationRow]]:
        """The same on many records, each done by itself."""
        return self._many("move", lines)

    def register_organisation(self, *, name: str, type: str, country: str | None = None, name_en: str | None = None, name_ru: str | None = None, name_uz: str | None = None, name_uz_cyrl: str | None = None, parent: str | None = None, place: str | None = None, registration_number: str | None = None, stir: str | None = None, trading_name: str | None = None, website: str | None = None, key: str | None = None) -> OrganisationRow:
        """Register organisation; done once, however often it is sent under the same key."""
        return self._act(None, "register_organisation", {"name": name, "type": type, "country": country, "name_en": name_en, "name_ru": name_ru, "name_uz": name_uz, "name_uz_cyrl": name_uz_cyrl, "parent": parent, "place": place, "registration_number": registration_number, "stir": stir, "trading_name": trading_name, "website": website}, key)

    def register_organisation_many(self, lines: Iterable[Line]) -> Iterator[Answered[OrganisationRow]]:
        """The same on many records, each done by itself."""
        return self._many("register_organisation", lines)

    def rename_many(self, lines: Iterable[Line]) -> Iterator[Answered[OrganisationRow]]:
        """The same on many records, each done by itself."""
        return self._many("rename", lines)

    def reopen_organisation_many(self, lines: Iterable[Line]) -> Iterator[Answered[OrganisationRow]]:
        """The same on many records, each done by itself."""
        return self._many("reopen_organisation", lines)

    def read(self, pk: str | int) -> OrganisationRow:
        """One record; `NotFound` if there is none, or none to be seen."""
        return self._read(pk)

    def change_organisation(self, pk: str | int, *, version: int, country: str | None = None, place: str | None = None, registration_number: str | None = None, stir: str | None = None, website: str | None = None, key: str | None = None) -> OrganisationRow:
        """Change organisation; done once, however often it is sent under the same key."""
        return self._act(pk, "change_organisation", {"version": version, "country": country, "place": place, "registration_number": registration_number, "stir": stir, "website": website}, key)

    def close_organisation(self, pk: str | int, *, closed_on: str, reason: str, version: int, key: str | None = None) -> OrganisationRow:
        """Close organisation; done once, however often it is sent under the same key."""
        return self._act(pk, "close_organisation", {"closed_on": closed_on, "reason": reason, "version": version}, key)

    def move(self, pk: str | int, *, version: int, parent: str | None = None, key: str | None = None) -> OrganisationRow:
        """Move; done once, however often it is sent under the same key."""
        return self._act(pk, "move", {"version": version, "parent": parent}, key)

    def rename(self, pk: str | int, *, name: str, version: int, name_en: str | None = None, name_ru: str | None = None, name_uz: str | None = None, name_uz_cyrl: str | None = None, trading_name: str | None = None, key: str | None = None) -> OrganisationRow:
        """Rename; done once, however often it is sent under the same key."""
        return self._act(pk, "rename", {"name": name, "version": version, "name_en": name_en, "name_ru": name_ru, "name_uz": name_uz, "name_uz_cyrl": name_uz_cyrl, "trading_name": trading_name}, key)

    def reopen_organisation(self, pk: str | int, *, version: int, key: str | None = None) -> OrganisationRow:
        """Reopen organisation; done once, however often it is sent under the same key."""
        return self._act(pk, "reopen_organisation", {"version": version}, key)

class Papers(Register[IdentifierRow]):
    """Records of papers."""

    slug, row = "papers", IdentifierRow

    def list(self, *, q: str | None = None, sort: str | None = None, type: str | None = None, seen: str | None = None) -> Iterator[IdentifierRow]:
        """Everything that fits, a page at a time."""
        return self._list({"q": q, "sort": sort, "type": type, "seen": seen})

    def stream(self, *, q: str | None = None, type: str | None = None, seen: str | None = None) -> Iterator[IdentifierRow]:
        """Everything that fits, in one stream."""
        return self._stream({"q": q, "type": type, "seen": seen})

    def read(self, pk: str | int) -> IdentifierRow:
        """One record; `NotFound` if there is none, or none to be seen."""
        return self._read(pk)

class People(Register[PersonRow]):
    """Records of people."""

    slug, row = "people", PersonRow

    def list(self, *, q: str | None = None, sort: str | None = None, sex: str | None = None) -> Iterator[PersonRow]:
        """Everything that fits, a page at a time."""
        return self._list({"q": q, "sort": sort, "sex": sex})

    def stream(self, *, q: str | None = None, sex: str | None = None) -> Iterator[PersonRow]:
        """Everything that fits, in one stream."""
        return self._stream({"q": q, "sex": sex})

    def add_language_many(self, lines: Iterable[Line]) -> Iterator[Answered[PersonRow]]:
        """The same on many records, each done by itself."""
        return self._many("add_language", lines)

    def add_name_many(self, lines: Iterable[Line]) -> Iterator[Answered[PersonRow]]:
        """The same on many records, each done by itself."""
        return self._many("add_name", lines)

    def add_paper_many(self, lines: Iterable[Line]) -> Iterator[Answered[PersonRow]]:
        """The same on many records, each done by itself."""
        return self._many("add_paper", lines)

    def add_person(self, *, birth_precision: str, organisation: str, sex: str, birth_date: str | None = None, family: str | None = None, given: str | None = None, patronymic: str | None = None, place: str | None = None, somebody_else: bool | None = None, key: str | None = None) -> PersonRow:
        """Add person; done once, however often it is sent under the same key."""
        return self._act(None, "add_person", {"birth_precision": birth_precision, "organisation": organisation, "sex": sex, "birth_date": birth_date, "family": family, "given": given, "patronymic": patronymic, "place": place, "somebody_else": somebody_else}, key)

    def add_person_many(self, lines: Iterable[Line]) -> Iterator[Answered[PersonRow]]:
        """The same on many records, each done by itself."""
        return self._many("add_person", lines)

    def add_phone_many(self, lines: Iterable[Line]) -> Iterator[Answered[PersonRow]]:
        """The same on many records, each done by itself."""
        return self._many("add_phone", lines)

    def add_relative_many(self, lines: Iterable[Line]) -> Iterator[Answered[PersonRow]]:
        """The same on many records, each done by itself."""
        return self._many("add_relative", lines)

    def add_scan_many(self, lines: Iterable[Line]) -> Iterator[Answered[PersonRow]]:
        """The same on many records, each done by itself."""
        return self._many("add_scan", lines)

    def change_language_many(self, lines: Iterable[Line]) -> Iterator[Answered[PersonRow]]:
        """The same on many records, each done by itself."""
        return self._many("change_language", lines)

    def change_name_many(self, lines: Iterable[Line]) -> Iterator[Answered[PersonRow]]:
        """The same on many records, each done by itself."""
        return self._many("change_name", lines)

    def change_paper_many(self, lines: Iterable[Line]) -> Iterator[Answered[PersonRow]]:
        """The same on many records, each done by itself."""
        return self._many("change_paper", lines)

    def change_person_many(self, lines: Iterable[Line]) -> Iterator[Answered[PersonRow]]:
        """The same on many records, each done by itself."""
        return self._many("change_person", lines)

    def change_phone_many(self, lines: Iterable[Line]) -> Iterator[Answered[PersonRow]]:
        """The same on many records, each done by itself."""
        return self._many("change_phone", lines)

    def change_relative_many(self, lines: Iterable[Line]) -> Iterator[Answered[PersonRow]]:
        """The same on many records, each done by itself."""
        return self._many("change_relative", lines)

    def give_consent_many(self, lines: Iterable[Line]) -> Iterator[Answered[PersonRow]]:
        """The same on many records, each done by itself."""
        return self._many("give_consent", lines)

    def link_papers_many(self, lines: Iterable[Line]) -> Iterator[Answered[PersonRow]]:
        """The same on many records, each done by itself."""
        return self._many("link_papers", lines)

    def propose_duplicate_many(self, lines: Iterable[Line]) -> Iterator[Answered[PersonRow]]:
        """The same on many records, each done by itself."""
        return self._many("propose_duplicate", lines)

    def record_functioning_many(self, lines: Iterable[Line]) -> Iterator[Answered[PersonRow]]:
        """The same on many records, each done by itself."""
        return self._many("record_functioning", lines)

    def search(self, q: str, *, sort: str | None = None) -> Iterator[PersonRow]:
        """What answers a text best, a page at a time; the text travels in the body."""
        return self._search(q, sort)

    def send_again_many(self, lines: Iterable[Line]) -> Iterator[Answered[PersonRow]]:
        """The same on many records, each done by itself."""
        return self._many("send_again", lines)

    def send_message_many(self, lines: Iterable[Line]) -> Iterator[Answered[PersonRow]]:
        """The same on many records, each done by itself."""
        return self._many("send_message", lines)

    def set_safe_contact_many(self, lines: Iterable[Line]) -> Iterator[Answered[PersonRow]]:
        """The same on many records, each done by itself."""
        return self._many("set_safe_contact", lines)

    def read(self, pk: str | int) -> PersonRow:
        """One record; `NotFound` if there is none, or none to be seen."""
        return self._read(pk)

    def add_language(self, pk: str | int, *, language: str, level: str, version: int, key: str | None = None) -> PersonRow:
        """Add language; done once, however often it is sent under the same key."""
        return self._act(pk, "add_language", {"language": language, "level": level, "version": version}, key)

    def add_name(self, pk: str | int, *, kind: str, version: int, family: str | None = None, given: str | None = None, patronymic: str | None = None, until: str | None = None, key: str | None = None) -> PersonRow:
        """Add name; done once, however often it is sent under the same key."""
        return self._act(pk, "add_name", {"kind": kind, "version": version, "family": family, "given": given, "patronymic": patronymic, "until": until}, key)

    def add_paper(self, pk: str | int, *, country: str, seen: str, type: str, version: int, expires_on: str | None = None, issued_by: str | None = None, issued_on: str | None = None, mrz: str | None = None, number: str | None = None, key: str | None = None) -> PersonRow:
        """Add paper; done once, however often it is sent under the same key."""
        return self._act(pk, "add_paper", {"country": country, "seen": seen, "type": type, "version": version, "expires_on": expires_on, "issued_by": issued_by, "issued_on": issued_on, "mrz": mrz, "number": number}, key)

    def add_phone(self, pk: str | int, *, number: str, version: int, whose: str, key: str | None = None) -> PersonRow:
        """Add phone; done once, however often it is sent under the same key."""
        return self._act(pk, "add_phone", {"number": number, "version": version, "whose": whose}, key)

    def add_relative(self, pk: str | int, *, kind: str, version: int, is_guardian: bool | None = None, is_trusted: bool | None = None, name: str | None = None, phone: str | None = None, relative: str | None = None, until: str | None = None, key: str | None = None) -> PersonRow:
        """Add relative; done once, however often it is sent under the same key."""
        return self._act(pk, "add_relative", {"kind": kind, "version": version, "is_guardian": is_guardian, "is_trusted": is_trusted, "name": name, "phone": phone, "relative": relative, "until": until}, key)

    def add_scan(self, pk: str | int, *, scan: str, version: int, which: str, key: str | None = None) -> PersonRow:
        """Add scan; done once, however often it is sent under the same key."""
        return self._act(pk, "add_scan", {"scan": scan, "version": version, "which": which}, key)

    def change_language(self, pk: str | int, *, language: str, level: str, version: int, which: str, key: str | None = None) -> PersonRow:
        """Change language; done once, however often it is sent under the same key."""
        return self._act(pk, "change_language", {"language": language, "level": level, "version": version, "which": which}, key)

    def change_name(self, pk: str | int, *, kind: str, version: int, which: str, family: str | None = None, given: str | None = None, patronymic: str | None = None, until: str | None = None, key: str | None = None) -> PersonRow:
        """Change name; done once, however often it is sent under the same key."""
        return self._act(pk, "change_name", {"kind": kind, "version": version, "which": which, "family": family, "given": given, "patronymic": patronymic, "until": until}, key)

    def change_paper(self, pk: str | int, *, seen: str, version: int, which: str, expires_on: str | None = None, issued_by: str | None = None, issued_on: str | None = None, key: str | None = None) -> PersonRow:
        """Change paper; done once, however often it is sent under the same key."""
        return self._act(pk, "change_paper", {"seen": seen, "version": version, "which": which, "expires_on": expires_on, "issued_by": issued_by, "issued_on": issued_on}, key)

    def change_person(self, pk: str | int, *, birth_precision: str, organisation: str, sex: str, version: int, birth_date: str | None = None, family: str | None = None, given: str | None = None, patronymic: str | None = None, place: str | None = None, somebody_else: bool | None = None, key: str | None = None) -> PersonRow:
        """Change person; done once, however often it is sent under the same key."""
        return self._act(pk, "change_person", {"birth_precision": birth_precision, "organisation": organisation, "sex": sex, "version": version, "birth_date": birth_date, "family": family, "given": given, "patronymic": patronymic, "place": place, "somebody_else": somebody_else}, key)

    def change_phone(self, pk: str | int, *, number: str, version: int, which: str, whose: str, key: str | None = None) -> PersonRow:
        """Change phone; done once, however often it is sent under the same key."""
        return self._act(pk, "change_phone", {"number": number, "version": version, "which": which, "whose": whose}, key)

    def change_relative(self, pk: str | int, *, kind: str, version: int, which: str, is_guardian: bool | None = None, is_trusted: bool | None = None, name: str | None = None, phone: str | None = None, relative: str | None = None, until: str | None = None, key: str | None = None) -> PersonRow:
        """Change relative; done once, however often it is sent under the same key."""
        return self._act(pk, "change_relative", {"kind": kind, "version": version, "which": which, "is_guardian": is_guardian, "is_trusted": is_trusted, "name": name, "phone": phone, "relative": relative, "until": until}, key)

    def give_consent(self, pk: str | int, *, about: str, given_on: str, how: str, language: str, purpose: str, version: int, expires_on: str | None = None, organisation: str | None = None, recipient: str | None = None, key: str | None = None) -> PersonRow:
        """Give consent; done once, however often it is sent under the same key."""
        return self._act(pk, "give_consent", {"about": about, "given_on": given_on, "how": how, "language": language, "purpose": purpose, "version": version, "expires_on": expires_on, "organisation": organisation, "recipient": recipient}, key)

    def link_papers(self, pk: str | int, *, country: str, evidence: str, seen: str, type: str, version: int, expires_on: str | None = None, issued_by: str | None = None, issued_on: str | None = None, mrz: str | None = None, number: str | None = None, key: str | None = None) -> PersonRow:
        """Link papers; done once, however often it is sent under the same key."""
        return self._act(pk, "link_papers", {"country": country, "evidence": evidence, "seen": seen, "type": type, "version": version, "expires_on": expires_on, "issued_by": issued_by, "issued_on": issued_on, "mrz": mrz, "number": number}, key)

    def propose_duplicate(self, pk: str | int, *, other: str, version: int, key: str | None = None) -> PersonRow:
        """Propose duplicate; done once, however often it is sent under the same key."""
        return self._act(pk, "propose_duplicate", {"other": other, "version": version}, key)

    def record_functioning(self, pk: str | int, *, asked_on: str, communicating: str, hearing: str, remembering: str, seeing: str, self_care: str, version: int, walking: str, key: str | None = None) -> PersonRow:
        """Record functioning; done once, however often it is sent under the same key."""
        return self._act(pk, "record_functioning", {"asked_on": asked_on, "communicating": communicating, "hearing": hearing, "remembering": remembering, "seeing": seeing, "self_care": self_care, "version": version, "walking": walking}, key)

    def remove_language(self, pk: str | int, *, version: int, which: str, key: str | None = None) -> PersonRow:
        """Remove language; done once, however often it is sent under the same key."""
        return self._act(pk, "remove_language", {"version": version, "which": which}, key)

    def remove_name(self, pk: str | int, *, version: int, which: str, key: str | None = None) -> PersonRow:
        """Remove name; done once, however often it is sent under the same key."""
        return self._act(pk, "remove_name", {"version": version, "which": which}, key)

    def remove_paper(self, pk: str | int, *, version: int, which: str, key: str | None = None) -> PersonRow:
        """Remove paper; done once, however often it is sent under the same key."""
        return self._act(pk, "remove_paper", {"version": version, "which": which}, key)

    def remove_phone(self, pk: str | int, *, version: int, which: str, key: str | None = None) -> PersonRow:
        """Remove phone; done once, however often it is sent under the same key."""
        return self._act(pk, "remove_phone", {"version": version, "which": which}, key)

    def remove_relative(self, pk: str | int, *, version: int, which: str, key: str | None = None) -> PersonRow:
        """Remove relative; done once, however often it is sent under the same key."""
        return self._act(pk, "remove_relative", {"version": version, "which": which}, key)

    def send_again(self, pk: str | int, *, version: int, key: str | None = None) -> PersonRow:
        """Send again; done once, however often it is sent under the same key."""
        return self._act(pk, "send_again", {"version": version}, key)

    def send_message(self, pk: str | int, *, text: str, version: int, at: str | None = None, on: str | None = None, key: str | None = None) -> PersonRow:
        """Send message; done once, however often it is sent under the same key."""
        return self._act(pk, "send_message", {"text": text, "version": version, "at": at, "on": on}, key)

    def set_safe_contact(self, pk: str | int, *, days: Array[str], hour_from: str, hour_to: str, language: str, version: int, channels: Array[str] | None = None, code_word: str | None = None, do_not_contact: bool | None = None, keep_from: str | None = None, may_leave_message: bool | None = None, note: str | None = None, phone: str | None = None, telegram_chat: str | None = None, key: str | None = None) -> PersonRow:
        """Set safe contact; done once, however often it is sent under the same key."""
        return self._act(pk, "set_safe_contact", {"days": days, "hour_from": hour_from, "hour_to": hour_to, "language": language, "version": version, "channels": channels, "code_word": code_word, "do_not_contact": do_not_contact, "keep_from": keep_from, "may_leave_message": may_leave_message, "note": note, "phone": phone, "telegram_chat": telegram_chat}, key)

    def unmerge_people(self, pk: str | int, *, version: int, which: str, key: str | None = None) -> PersonRow:
        """Unmerge people; done once, however often it is sent under the same key."""
        return self._act(pk, "unmerge_people", {"version": version, "which": which}, key)

    def withdraw_consent(self, pk: str | int, *, version: int, which: str, key: str | None = None) -> PersonRow:
        """Withdraw consent; done once, however often it is sent under the same key."""
        return self._act(pk, "withdraw_consent", {"version": version, "which": which}, key)

class PlaceDifferences(Register[DifferenceRow]):
    """Records of place-differences."""

    slug, row = "place-differences", DifferenceRow

    def list(self, *, q: str | None = None, sort: str | None = None, decision: str | None = None, aspect: str | None = None, source: str | None = None) -> Iterator[DifferenceRow]:
        """Everything that fits, a page at a time."""
        return self._list({"q": q, "sort": sort, "decision": decision, "aspect": aspect, "source": source})

    def stream(self, *, q: str | None = None, decision: str | None = None, aspect: str | None = None, source: str | None = None) -> Iterator[DifferenceRow]:
        """Everything that fits, in one stream."""
        return self._stream({"q": q, "decision": decision, "aspect": aspect, "source": source})

    def keep_ours_many(self, lines: Iterable[Line]) -> Iterator[Answered[DifferenceRow]]:
        """The same on many records, each done by itself."""
        return self._many("keep_ours", lines)

    def take_from_source_many(self, lines: Iterable[Line]) -> Iterator[Answered[DifferenceRow]]:
        """The same on many records, each done by itself."""
        return self._many("take_from_source", lines)

    def read(self, pk: str | int) -> DifferenceRow:
        """One record; `NotFound` if there is none, or none to be seen."""
        return self._read(pk)

    def keep_ours(self, pk: str | int, *, version: int, key: str | None = None) -> DifferenceRow:
        """Keep ours; done once, however often it is sent under the same key."""
        return self._act(pk, "keep_ours", {"version": version}, key)

    def take_from_source(self, pk: str | int, *, version: int, key: str | None = None) -> DifferenceRow:
        """Take from source; done once, however often it is sent under the same key."""
        return self._act(pk, "take_from_source", {"version": version}, key)

class Places(Register[PlaceRow]):
    """Records of places."""

    slug, row = "places", PlaceRow

    def list(self, *, q: str | None = None, sort: str | None = None, level: str | None = None, no_district: str | None = None) -> Iterator[PlaceRow]:
        """Everything that fits, a page at a time."""
        return self._list({"q": q, "sort": sort, "level": level, "no_district": no_district})

    def stream(self, *, q: str | None = None, level: str | None = None, no_district: str | None = None) -> Iterator[PlaceRow]:
        """Everything that fits, in one stream."""
        return self._stream({"q": q, "level": level, "no_district": no_district})

    def assign_district_many(self, lines: Iterable[Line]) -> Iterator[Answered[PlaceRow]]:
        """The same on many records, each done by itself."""
        return self._many("assign_district", lines)

    def change_place_many(self, lines: Iterable[Line]) -> Iterator[Answered[PlaceRow]]:
        """The same on many records, each done by itself."""
        return self._many("change_place", lines)

    def register_place(self, *, code: str, level: str, name_uz: str, name_en: str | None = None, name_ru: str | None = None, name_uz_cyrl: str | None = None, parent: str | None = None, valid_from: str | None = None, key: str | None = None) -> PlaceRow:
        """Register place; done once, however often it is sent under the same key."""
        return self._act(None, "register_place", {"code": code, "level": level, "name_uz": name_uz, "name_en": name_en, "name_ru": name_ru, "name_uz_cyrl": name_uz_cyrl, "parent": parent, "valid_from": valid_from}, key)

    def register_place_many(self, lines: Iterable[Line]) -> Iterator[Answered[PlaceRow]]:
        """The same on many records, each done by itself."""
        return self._many("register_place", lines)

    def read(self, pk: str | int) -> PlaceRow:
        """One record; `NotFound` if there is none, or none to be seen."""
        return self._read(pk)

    def assign_district(self, pk: str | int, *, parent: str, version: int, key: str | None = None) -> PlaceRow:
        """Assign district; done once, however often it is sent under the same key."""
        return self._act(pk, "assign_district", {"parent": parent, "version": version}, key)

    def change_place(self, pk: str | int, *, name_uz: str, version: int, name_en: str | None = None, name_ru: str | None = None, name_uz_cyrl: str | None = None, valid_from: str | None = None, valid_to: str | None = None, key: str | None = None) -> PlaceRow:
        """Change place; done once, however often it is sent under the same key."""
        return self._act(pk, "change_place", {"name_uz": name_uz, "version": version, "name_en": name_en, "name_ru": name_ru, "name_uz_cyrl": name_uz_cyrl, "valid_from": valid_from, "valid_to": valid_to}, key)

class RecruiterBranches(Register[BranchRow]):
    """Records of recruiter-branches."""

    slug, row = "recruiter-branches", BranchRow

    def list(self, *, q: str | None = None, sort: str | None = None) -> Iterator[BranchRow]:
        """Everything that fits, a page at a time."""
        return self._list({"q": q, "sort": sort})

    def stream(self, *, q: str | None = None) -> Iterator[BranchRow]:
        """Everything that fits, in one stream."""
        return self._stream({"q": q})

    def add_branch(self, *, name: str, recruiter: str, address: str | None = None, open_since: str | None = None, open_until: str | None = None, phone: str | None = None, place: str | None = None, key: str | None = None) -> BranchRow:
        """Add branch; done once, however often it is sent under the same key."""
        return self._act(None, "add_branch", {"name": name, "recruiter": recruiter, "address": address, "open_since": open_since, "open_until": open_until, "phone": phone, "place": place}, key)

    def add_branch_many(self, lines: Iterable[Line]) -> Iterator[Answered[BranchRow]]:
        """The same on many records, each done by itself."""
        return self._many("add_branch", lines)

    def change_branch_many(self, lines: Iterable[Line]) -> Iterator[Answered[BranchRow]]:
        """The same on many records, each done by itself."""
        return self._many("change_branch", lines)

    def read(self, pk: str | int) -> BranchRow:
        """One record; `NotFound` if there is none, or none to be seen."""
        return self._read(pk)

    def change_branch(self, pk: str | int, *, name: str, recruiter: str, version: int, address: str | None = None, open_since: str | None = None, open_until: str | None = None, phone: str | None = None, place: str | None = None, key: str | None = None) -> BranchRow:
        """Change branch; done once, however often it is sent under the same key."""
        return self._act(pk, "change_branch", {"name": name, "recruiter": recruiter, "version": version, "address": address, "open_since": open_since, "open_until": open_until, "phone": phone, "place": place}, key)

class RecruiterPartners(Register[ForeignPartnerRow]):
    """Records of recruiter-partners."""

    slug, row = "recruiter-partners", ForeignPartnerRow

    def list(self, *, q: str | None = None, sort: str | None = None, country: str | None = None) -> Iterator[ForeignPartnerRow]:
        """Everything that fits, a page at a time."""
        return self._list({"q": q, "sort": sort, "country": country})

    def stream(self, *, q: str | None = None, country: str | None = None) -> Iterator[ForeignPartnerRow]:
        """Everything that fits, in one stream."""
        return self._stream({"q": q, "country": country})

    def add_foreign_partner(self, *, country: str, name: str, recruiter: str, licence: str | None = None, since: str | None = None, until: str | None = None, key: str | None = None) -> ForeignPartnerRow:
        """Add foreign partner; done once, however often it is sent under the same key."""
        return self._act(None, "add_foreign_partner", {"country": country, "name": name, "recruiter": recruiter, "licence": licence, "since": since, "until": until}, key)

    def add_foreign_partner_many(self, lines: Iterable[Line]) -> Iterator[Answered[ForeignPartnerRow]]:
        """The same on many records, each done by itself."""
        return self._many("add_foreign_partner", lines)

    def change_foreign_partner_many(self, lines: Iterable[Line]) -> Iterator[Answered[ForeignPartnerRow]]:
        """The same on many records, each done by itself."""
        return self._many("change_foreign_partner", lines)

    def read(self, pk: str | int) -> ForeignPartnerRow:
        """One record; `NotFound` if there is none, or none to be seen."""
        return self._read(pk)

    def change_foreign_partner(self, pk: str | int, *, country: str, name: str, recruiter: str, version: int, licence: str | None = None, since: str | None = None, until: str | None = None, key: str | None = None) -> ForeignPartnerRow:
        """Change foreign partner; done once, however often it is sent under the same key."""
        return self._act(pk, "change_foreign_partner", {"country": country, "name": name, "recruiter": recruiter, "version": version, "licence": licence, "since": since, "until": until}, key)

class Recruiters(Register[RecruiterRow]):
    """Records of recruiters."""

    slug, row = "recruiters", RecruiterRow

    def list(self, *, q: str | None = None, sort: str | None = None, state: str | None = None, country: str | None = None, in_: str | None = None, deposit_paid: str | None = None) -> Iterator[RecruiterRow]:
        """Everything that fits, a page at a time."""
        return self._list({"q": q, "sort": sort, "state": state, "country": country, "in": in_, "deposit_paid": deposit_paid})

    def stream(self, *, q: str | None = None, state: str | None = None, country: str | None = None, in_: str | None = None, deposit_paid: str | None = None) -> Iterator[RecruiterRow]:
        """Everything that fits, in one stream."""
        return self._stream({"q": q, "state": state, "country": country, "in": in_, "deposit_paid": deposit_paid})

    def apply_again_many(self, lines: Iterable[Line]) -> Iterator[Answered[RecruiterRow]]:
        """The same on many records, each done by itself."""
        return self._many("apply_again", lines)

    def apply_for_licence(self, *, name: str, address: str | None = None, applied_on: str | None = None, destinations: Array[str] | None = None, director: str | None = None, email: str | None = None, legal_form: str | None = None, name_cyrl: str | None = None, name_ru: str | None = None, phone: str | None = None, place: str | None = None, stir: str | None = None, website: str | None = None, works: Array[str] | None = None, key: str | None = None) -> RecruiterRow:
        """Apply for licence; done once, however often it is sent under the same key."""
        return self._act(None, "apply_for_licence", {"name": name, "address": address, "applied_on": applied_on, "destinations": destinations, "director": director, "email": email, "legal_form": legal_form, "name_cyrl": name_cyrl, "name_ru": name_ru, "phone": phone, "place": place, "stir": stir, "website": website, "works": works}, key)

    def apply_for_licence_many(self, lines: Iterable[Line]) -> Iterator[Answered[RecruiterRow]]:
        """The same on many records, each done by itself."""
        return self._many("apply_for_licence", lines)

    def change_destinations_many(self, lines: Iterable[Line]) -> Iterator[Answered[RecruiterRow]]:
        """The same on many records, each done by itself."""
        return self._many("change_destinations", lines)

    def change_recruiter_many(self, lines: Iterable[Line]) -> Iterator[Answered[RecruiterRow]]:
        """The same on many records, each done by itself."""
        return self._many("change_recruiter", lines)

    def grant_licence_many(self, lines: Iterable[Line]) -> Iterator[Answered[RecruiterRow]]:
        """The same on many records, each done by itself."""
        return self._many("grant_licence", lines)

    def record_deposit_many(self, lines: Iterable[Line]) -> Iterator[Answered[RecruiterRow]]:
        """The same on many records, each done by itself."""
        return self._many("record_deposit", lines)

    def record_expiry_many(self, lines: Iterable[Line]) -> Iterator[Answered[RecruiterRow]]:
        """The same on many records, each done by itself."""
        return self._many("record_expiry", lines)

    def reinstate_licence_many(self, lines: Iterable[Line]) -> Iterator[Answered[RecruiterRow]]:
        """The same on many records, each done by itself."""
        return self._many("reinstate_licence", lines)

    def reject_withdrawal_many(self, lines: Iterable[Line]) -> Iterator[Answered[RecruiterRow]]:
        """The same on many records, each done by itself."""
        return self._many("reject_withdrawal", lines)

    def rename_recruiter_many(self, lines: Iterable[Line]) -> Iterator[Answered[RecruiterRow]]:
        """The same on many records, each done by itself."""
        return self._many("rename_recruiter", lines)

    def renew_licence_many(self, lines: Iterable[Line]) -> Iterator[Answered[RecruiterRow]]:
        """The same on many records, each done by itself."""
        return self._many("renew_licence", lines)

    def read(self, pk: str | int) -> RecruiterRow:
        """One record; `NotFound` if there is none, or none to be seen."""
        return self._read(pk)

    def apply_again(self, pk: str | int, *, version: int, applied_on: str | None = None, key: str | None = None) -> RecruiterRow:
        """Apply again; done once, however often it is sent under the same key."""
        return self._act(pk, "apply_again", {"version": version, "applied_on": applied_on}, key)

    def change_destinations(self, pk: str | int, *, version: int, destinations: Array[str] | None = None, order_number: str | None = None, works: Array[str] | None = None, key: str | None = None) -> RecruiterRow:
        """Change destinations; done once, however often it is sent under the same key."""
        return self._act(pk, "change_destinations", {"version": version, "destinations": destinations, "order_number": order_number, "works": works}, key)

    def change_recruiter(self, pk: str | int, *, version: int, address: str | None = None, director: str | None = None, email: str | None = None, legal_form: str | None = None, phone: str | None = None, place: str | None = None, stir: str | None = None, website: str | None = None, key: str | None = None) -> RecruiterRow:
        """Change recruiter; done once, however often it is sent under the same key."""
        return self._act(pk, "change_recruiter", {"version": version, "address": address, "director": director, "email": email, "legal_form": legal_form, "phone": phone, "place": place, "stir": stir, "website": website}, key)

    def grant_licence(self, pk: str | int, *, number: str, version: int, licensed_from: str | None = None, licensed_until: str | None = None, order_number: str | None = None, key: str | None = None) -> RecruiterRow:
        """Grant licence; done once, however often it is sent under the same key."""
        return self._act(pk, "grant_licence", {"number": number, "version": version, "licensed_from": licensed_from, "licensed_until": licensed_until, "order_number": order_number}, key)

    def propose_withdrawal(self, pk: str | int, *, version: int, order_number: str | None = None, reason: str | None = None, key: str | None = None) -> RecruiterRow:
        """Propose withdrawal; done once, however often it is sent under the same key."""
        return self._act(pk, "propose_withdrawal", {"version": version, "order_number": order_number, "reason": reason}, key)

    def record_deposit(self, pk: str | int, *, amount: int, checked_on: str, currency: str, version: int, bank: str | None = None, bank_account: str | None = None, key: str | None = None) -> RecruiterRow:
        """Record deposit; done once, however often it is sent under the same key."""
        return self._act(pk, "record_deposit", {"amount": amount, "checked_on": checked_on, "currency": currency, "version": version, "bank": bank, "bank_account": bank_account}, key)

    def record_expiry(self, pk: str | int, *, version: int, key: str | None = None) -> RecruiterRow:
        """Record expiry; done once, however often it is sent under the same key."""
        return self._act(pk, "record_expiry", {"version": version}, key)

    def refuse_application(self, pk: str | int, *, version: int, order_number: str | None = None, reason: str | None = None, key: str | None = None) -> RecruiterRow:
        """Refuse application; done once, however often it is sent under the same key."""
        return self._act(pk, "refuse_application", {"version": version, "order_number": order_number, "reason": reason}, key)

    def reinstate_licence(self, pk: str | int, *, version: int, order_number: str | None = None, reason: str | None = None, key: str | None = None) -> RecruiterRow:
        """Reinstate licence; done once, however often it is sent under the same key."""
        return self._act(pk, "reinstate_licence", {"version": version, "order_number": order_number, "reason": reason}, key)

    def reject_withdrawal(self, pk: str | int, *, reason: str, version: int, key: str | None = None) -> RecruiterRow:
        """Reject withdrawal; done once, however often it is sent under the same key."""
        return self._act(pk, "reject_withdrawal", {"reason": reason, "version": version}, key)

    def rename_recruiter(self, pk: str | int, *, name: str, version: int, name_cyrl: str | None = None, name_ru: str | None = None, key: str | None = None) -> RecruiterRow:
        """Rename recruiter; done once, however often it is sent under the same key."""
        return self._act(pk, "rename_recruiter", {"name": name, "version": version, "name_cyrl": name_cyrl, "name_ru": name_ru}, key)

    def renew_licence(self, pk: str | int, *, version: int, licensed_until: str | None = None, order_number: str | None = None, key: str | None = None) -> RecruiterRow:
        """Renew licence; done once, however often it is sent under the same key."""
        return self._act(pk, "renew_licence", {"version": version, "licensed_until": licensed_until, "order_number": order_number}, key)

    def suspend_licence(self, pk: str | int, *, version: int, order_number: str | None = None, reason: str | None = None, key: str | None = None) -> RecruiterRow:
        """Suspend licence; done once, however often it is sent under the same key."""
        return self._act(pk, "suspend_licence", {"version": version, "order_number": order_number, "reason": reason}, key)

    def withdraw_licence(self, pk: str | int, *, version: int, key: str | None = None) -> RecruiterRow:
        """Withdraw licence; done once, however often it is sent under the same key."""
        return self._act(pk, "withdraw_licence", {"version": version}, key)

class SafeContacts(Register[SafeContactRow]):
    """Records of safe-contacts."""

    slug, row = "safe-contacts", SafeContactRow

    def list(self, *, q: str | None = None, sort: str | None = None, language: str | None = None, do_not_contact: str | None = None) -> Iterator[SafeContactRow]:
        """Everything that fits, a page at a time."""
        return self._list({"q": q, "sort": sort, "language": language, "do_not_contact": do_not_contact})

    def stream(self, *, q: str | None = None, language: str | None = None, do_not_contact: str | None = None) -> Iterator[SafeContactRow]:
        """Everything that fits, in one stream."""
        return self._stream({"q": q, "language": language, "do_not_contact": do_not_contact})

    def read(self, pk: str | int) -> SafeContactRow:
        """One record; `NotFound` if there is none, or none to be seen."""
        return self._read(pk)

class Staff(Register[PostRow]):
    """Records of staff."""

    slug, row = "staff", PostRow

    def list(self, *, q: str | None = None, sort: str | None = None, role: str | None = None, organisation: str | None = None) -> Iterator[PostRow]:
        """Everything that fits, a page at a time."""
        return self._list({"q": q, "sort": sort, "role": role, "organisation": organisation})

    def stream(self, *, q: str | None = None, role: str | None = None, organisation: str | None = None) -> Iterator[PostRow]:
        """Everything that fits, in one stream."""
        return self._stream({"q": q, "role": role, "organisation": organisation})

    def read(self, pk: str | int) -> PostRow:
        """One record; `NotFound` if there is none, or none to be seen."""
        return self._read(pk)

class Tokens(Register[TokenRow]):
    """Records of tokens."""

    slug, row = "tokens", TokenRow

    def list(self, *, q: str | None = None, sort: str | None = None) -> Iterator[TokenRow]:
        """Everything that fits, a page at a time."""
        return self._list({"q": q, "sort": sort})

    def stream(self, *, q: str | None = None) -> Iterator[TokenRow]:
        """Everything that fits, in one stream."""
        return self._stream({"q": q})

    def read(self, pk: str | int) -> TokenRow:
        """One record; `NotFound` if there is none, or none to be seen."""
        return self._read(pk)

    def revoke_token(self, pk: str | int, *, version: int, key: str | None = None) -> TokenRow:
        """Revoke token; done once, however often it is sent under the same key."""
        return self._act(pk, "revoke_token", {"version": version}, key)

class WebhookDeliveries(Register[DeliveryRow]):
    """Records of webhook-deliveries."""

    slug, row = "webhook-deliveries", DeliveryRow

    def list(self, *, q: str | None = None, sort: str | None = None, state: str | None = None, subscription: str | None = None) -> Iterator[DeliveryRow]:
        """Everything that fits, a page at a time."""
        return self._list({"q": q, "sort": sort, "state": state, "subscription": subscription})

    def stream(self, *, q: str | None = None, state: str | None = None, subscription: str | None = None) -> Iterator[DeliveryRow]:
        """Everything that fits, in one stream."""
        return self._stream({"q": q, "state": state, "subscription": subscription})

    def send_again_many(self, lines: Iterable[Line]) -> Iterator[Answered[DeliveryRow]]:
        """The same on many records, each done by itself."""
        return self._many("send_again", lines)

    def read(self, pk: str | int) -> DeliveryRow:
        """One record; `NotFound` if there is none, or none to be seen."""
        return self._read(pk)

    def send_again(self, pk: str | int, *, version: int, key: str | None = None) -> DeliveryRow:
        """Send again; done once, however often it is sent under the same key."""
        return self._act(pk, "send_again", {"version": version}, key)

class Webhooks(Register[SubscriptionRow]):
    """Records of webhooks."""

    slug, row = "webhooks", SubscriptionRow

    def list(self, *, q: str | None = None, sort: str | None = None) -> Iterator[SubscriptionRow]:
        """Everything that fits, a page at a time."""
        return self._list({"q": q, "sort": sort})

    def stream(self, *, q: str | None = None) -> Iterator[SubscriptionRow]:
        """Everything that fits, in one stream."""
        return self._stream({"q": q})

    def read(self, pk: str | int) -> SubscriptionRow:
        """One record; `NotFound` if there is none, or none to be seen."""
        return self._read(pk)

    def stop_telling(self, pk: str | int, *, version: int, key: str | None = None) -> SubscriptionRow:
        """Stop telling; done once, however often it is sent under the same key."""
        return self._act(pk, "stop_telling", {"version": version}, key)

class Safar(Client):
    """Safar, by token: a register is an attribute."""

    @property
    def consents(self) -> Consents:
        """The register consents."""
        return Consents(self)

    @property
    def deposits(self) -> Deposits:
        """The register deposits."""
        return Deposits(self)

    @property
    def duplicates(self) -> Duplicates:
        """The register duplicates."""
        return Duplicates(self)

    @property
    def focal_points(self) -> FocalPoints:
        """The register focal-points."""
        return FocalPoints(self)

    @property
    def licence_decisions(self) -> LicenceDecisions:
        """The register licence-decisions."""
        return LicenceDecisions(self)

    @property
    def offices(self) -> Offices:
        """The register offices."""
        return Offices(self)

    @property
    def organisations(self) -> Organisations:
        """The register organisations."""
        return Organisations(self)

    @property
    def papers(self) -> Papers:
        """The register papers."""
        return Papers(self)

    @property
    def people(self) -> People:
        """The register people."""
        return People(self)

    @property
    def place_differences(self) -> PlaceDifferences:
        """The register place-differences."""
        return PlaceDifferences(self)

    @property
    def places(self) -> Places:
        """The register places."""
        return Places(self)

    @property
    def recruiter_branches(self) -> RecruiterBranches:
        """The register recruiter-branches."""
        return RecruiterBranches(self)

    @property
    def recruiter_partners(self) -> RecruiterPartners:
        """The register recruiter-partners."""
        return RecruiterPartners(self)

    @property
    def recruiters(self) -> Recruiters:
        """The register recruiters."""
        return Recruiters(self)

    @property
    def safe_contacts(self) -> SafeContacts:
        """The register safe-contacts."""
        return SafeContacts(self)

    @property
    def staff(self) -> Staff:
        """The register staff."""
        return Staff(self)

    @property
    def tokens(self) -> Tokens:
        """The register tokens."""
        return Tokens(self)

    @property
    def webhook_deliveries(self) -> WebhookDeliveries:
        """The register webhook-deliveries."""
        return WebhookDeliveries(self)

    @property
    def webhooks(self) -> Webhooks:
        """The register webhooks."""
        return Webhooks(self)
