"""What is done to licences: attacks first, then the ways they move."""

from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, transaction
from django.http import Http404
from django.utils import timezone

from safar.citizens.recruiters import actions, rules
from safar.citizens.recruiters.demo import OFFICER, make_alias, make_branch, make_recruiter
from safar.citizens.recruiters.lookup import answer
from safar.citizens.recruiters.models import Alias, Branch, Deposit, LicenceDecision, Recruiter, State
from safar.directory.organisations.models import Organisation
from safar.directory.places.models import Place
from safar.foundation.access.actors import Actor, Scope, acting, public_actor
from safar.foundation.access.models import Grant
from safar.foundation.access.visibility import visible
from safar.foundation.actions import OutOfScope, Refused, Stale, all_actions, store
from safar.foundation.database.testing import as_web
from safar.foundation.history.models import Event

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 23, 9, 0, tzinfo=rules.ZONE)
TODAY = NOW.date()
SAID = {"reason": "Fees without receipt", "order_number": "118"}


def officer(user_id=1, *, orgs=None, place="", role="licensing_officer"):
    return Actor("staff", user_id=user_id, name=f"Officer {user_id}", preset=(Scope(role, orgs, place, 4),))


@pytest.fixture
def places():
    country = Place(level="COUNTRY", code="UZ", iso="UZ", path="UZ.", name_uz="Oʻzbekiston")
    with acting(OFFICER):
        country.take_label()
        country.save(force_insert=True)
        found = []
        for code in ("1714", "1703"):
            place = Place(
                level="REGION", code=code, parent=country, path=f"UZ.{code}.", name_uz=f"Viloyat {code}"
            )
            place.take_label()
            place.save(force_insert=True)
            found.append(place)
    return found


@pytest.fixture
def agency():
    with acting(OFFICER):
        return Organisation.unscoped.create(type="AGENCY", name="Namuna agentligi")


def fresh(row):
    return type(row).unscoped.get(pk=row.pk)


# -- who may ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "role", ["auditor", "analyst", "call_operator", "directory_editor", "staff_administrator", "case_worker"]
)
def test_who_is_no_licensing_officer_moves_no_licence(role):
    firm = make_recruiter()
    for code in (*actions.ORDER,):
        act = getattr(actions, code)
        if not act.creates:
            with pytest.raises(Http404):
                act(firm, by=officer(role=role), now=NOW)
    with pytest.raises(Http404):
        actions.apply_for_licence(name="X", by=officer(role=role), now=NOW)
    with pytest.raises(Http404):
        actions.suspend_licence(firm, **SAID, by=public_actor(), now=NOW)
    assert fresh(firm).state == State.LICENSED


def test_an_inspector_proposes_a_withdrawal_and_does_nothing_else():
    firm = make_recruiter()
    inspector = officer(7, role="inspector")
    with pytest.raises(Http404):
        actions.suspend_licence(firm, **SAID, by=inspector, now=NOW)
    actions.propose_withdrawal(firm, **SAID, by=inspector, now=NOW)
    with pytest.raises(Http404):
        actions.withdraw_licence(fresh(firm), by=inspector, now=NOW)


def test_another_regions_firm_does_not_exist(places):
    here, there = places
    firm = make_recruiter(place=there)
    mine = officer(place=here.path)
    with pytest.raises(Http404):
        actions.suspend_licence(firm, **SAID, by=mine, now=NOW)
    assert not visible(mine, Recruiter, "suspend_licence").exists()


def test_another_authoritys_firm_does_not_exist(agency):
    firm = make_recruiter(keeper=agency)
    with pytest.raises(Http404):
        actions.suspend_licence(firm, **SAID, by=officer(orgs=frozenset({agency.pk + 1})), now=NOW)
    actions.suspend_licence(firm, **SAID, by=officer(orgs=frozenset({agency.pk})), now=NOW)


def test_a_firm_cannot_be_entered_or_moved_outside_ones_region(places, agency):
    here, there = places
    mine = officer(orgs=frozenset({agency.pk}), place=here.path)
    with pytest.raises(OutOfScope), transaction.atomic():
        actions.apply_for_licence(name="Chet Firma", place=there, by=mine, now=NOW)
    firm = actions.apply_for_licence(name="Ichki Firma", place=here, by=mine, now=NOW)
    assert firm.keeper == agency
    change = all_actions()["recruiters.change_recruiter"]
    values = {
        "stir": "",
        "legal_form": "",
        "address": "",
        "phone": "",
        "email": "",
        "website": "",
        "director": "",
    }
    with pytest.raises(OutOfScope), transaction.atomic():
        change(fresh(firm), by=mine, now=NOW, place=there, **values)
    assert fresh(firm).place_id == here.pk


def test_a_branch_cannot_be_hung_on_another_regions_firm(places):
    here, there = places
    firm = make_recruiter(place=there)
    add = all_actions()["recruiters.add_branch"]
    with pytest.raises(OutOfScope), transaction.atomic():
        add(by=officer(place=here.path), now=NOW, recruiter=firm, name="Oʻgʻri filial")
    assert not Branch.unscoped.exists()


def test_the_wall_alone_keeps_other_regions_out(places, agency):
    here, there = places
    mine, other = make_recruiter(place=here, keeper=agency), make_recruiter(place=there, keeper=agency)
    asked = make_recruiter(place=there, keeper=agency, state=State.APPLIED)
    with acting(OFFICER):
        Grant.unscoped.create(
            user_id=77,
            role="licensing_officer",
            org_ids=[agency.pk],
            place_path=here.path,
            max_level=2,
            valid_from=date(2020, 1, 1),
        )
    person = Actor("staff", user_id=77)
    with acting(person), as_web():
        rows = Recruiter.unscoped
        assert set(rows.values_list("pk", flat=True)) == {mine.pk, other.pk}
        assert rows.filter(pk=other.pk).update(state_reason="x") == 0
        assert rows.filter(pk=mine.pk).update(state_reason="x") == 1
        assert not rows.filter(pk=asked.pk).exists()


def test_the_whole_way_works_behind_the_wall(places, agency):
    here, _there = places
    with acting(OFFICER):
        for user_id in (77, 78):
            Grant.unscoped.create(
                user_id=user_id,
                role="licensing_officer",
                org_ids=[agency.pk],
                place_path="UZ.",
                max_level=2,
                valid_from=date(2020, 1, 1),
            )
    first, second = (Actor("staff", user_id=n, name=str(n)) for n in (77, 78))
    with acting(first), as_web():
        firm = actions.apply_for_licence(
            name="Yoʻlovchi Ish", stir="900000123", place=here, by=first, now=NOW
        )
        firm = actions.grant_licence(firm, number="XM-1", order_number="1", by=first, now=NOW)
        firm = actions.record_deposit(
            firm,
            amount=Decimal(1),
            currency="UZS",
            bank_account="2020 8000",
            checked_on=TODAY,
            by=first,
            now=NOW,
        )
        firm = actions.rename_recruiter(firm, name="Yangi Yoʻlovchi", by=first, now=NOW)
        firm = actions.suspend_licence(firm, **SAID, by=first, now=NOW)
        firm = actions.propose_withdrawal(firm, **SAID, by=first, now=NOW)
    with acting(second), as_web():
        firm = actions.withdraw_licence(firm, by=second, now=NOW)
    assert firm.state == State.WITHDRAWN


def test_the_public_sees_no_deposit_no_decision_and_no_application(agency):
    firm = make_recruiter(keeper=agency)
    make_recruiter(state=State.APPLIED)
    actions.record_deposit(
        firm, amount=Decimal(1), currency="UZS", bank_account="2020", checked_on=TODAY, by=OFFICER, now=NOW
    )
    actions.suspend_licence(fresh(firm), **SAID, by=OFFICER, now=NOW)
    for rows in (visible(public_actor(), model) for model in (Deposit, LicenceDecision)):
        assert not rows.exists()
    assert visible(public_actor(), Recruiter).count() == 1
    with acting(public_actor()), as_web():
        assert not Deposit.unscoped.exists()
        assert not LicenceDecision.unscoped.exists()
        assert Recruiter.unscoped.count() == 1


# -- two people ------------------------------------------------------------------------------------------------


def test_who_proposed_a_withdrawal_cannot_sign_it():
    firm = actions.propose_withdrawal(make_recruiter(), **SAID, by=officer(1), now=NOW)
    with pytest.raises(Refused, match="somebody else"):
        actions.withdraw_licence(firm, by=officer(1), now=NOW)
    assert fresh(firm).state == State.LICENSED


def test_a_proposal_changes_nothing_until_it_is_signed():
    firm = make_recruiter(number="XM-0417")
    firm = actions.propose_withdrawal(firm, **SAID, by=officer(1), now=NOW)
    assert answer("XM-0417", now=NOW).is_green
    firm = actions.withdraw_licence(firm, by=officer(2), now=NOW + timedelta(days=1))
    assert (firm.state, firm.stopped_on, firm.state_reason) == (
        State.WITHDRAWN,
        TODAY + timedelta(days=1),
        SAID["reason"],
    )
    assert answer("XM-0417", now=NOW + timedelta(days=1)).verdict == "withdrawn"
    decision = LicenceDecision.unscoped.get()
    assert (decision.decided_by_id, decision.signed_by_id, decision.standing) == (1, 2, "IN_FORCE")


def test_the_database_itself_refuses_a_withdrawal_by_one_person():
    firm = actions.propose_withdrawal(make_recruiter(), **SAID, by=officer(1), now=NOW)
    with pytest.raises(IntegrityError), transaction.atomic():
        LicenceDecision.unscoped.filter(recruiter=firm).update(
            standing="IN_FORCE", signed_by_id=1, signed_on=TODAY
        )


def test_while_a_withdrawal_is_proposed_no_other_decision_is_taken():
    firm = actions.propose_withdrawal(make_recruiter(), **SAID, by=officer(1), now=NOW)
    for act in (actions.suspend_licence, actions.propose_withdrawal, actions.renew_licence):
        assert not act.offered(firm, TODAY)
        assert "second signature" in str(act.why_not(firm, TODAY))
    firm = actions.reject_withdrawal(firm, reason="Not proven", by=officer(2), now=NOW)
    assert actions.suspend_licence.offered(firm, TODAY)
    assert LicenceDecision.unscoped.get().standing == "REJECTED"
    assert not actions.withdraw_licence.offered(firm, TODAY)


# -- the ways a licence moves ----------------------------------------------------------------------------------


def test_from_application_to_licence_to_suspension_and_back():
    firm = actions.apply_for_licence(
        name="Humo Karyera", stir="900222190", destinations=["DE"], by=OFFICER, now=NOW
    )
    assert (firm.state, firm.applied_on, firm.next_due_on) == (State.APPLIED, TODAY, date(2026, 12, 23))
    assert answer("Humo Karyera", now=NOW).verdict == "not_found"
    firm = actions.grant_licence(firm, number="XM-0500", order_number="77", by=OFFICER, now=NOW)
    assert (firm.state, firm.licensed_from, firm.licensed_until) == (
        State.LICENSED,
        TODAY,
        date(2029, 11, 22),
    )
    assert answer("Humo Karyera", destination="DE", now=NOW).is_green
    firm = actions.suspend_licence(firm, **SAID, by=OFFICER, now=NOW)
    found = answer("Humo Karyera", now=NOW)
    assert (found.verdict, found.firm.reason, found.firm.decision) == ("suspended", SAID["reason"], "118")
    firm = actions.reinstate_licence(firm, **SAID, by=OFFICER, now=NOW)
    assert (firm.stopped_on, firm.state_reason) == (None, "")
    assert answer("Humo Karyera", now=NOW).is_green
    acts = list(LicenceDecision.unscoped.order_by("id").values_list("act", "from_state", "to_state", "rule"))
    assert acts == [
        ("grant_licence", "APPLIED", "LICENSED", "L-1"),
        ("suspend_licence", "LICENSED", "SUSPENDED", "L-4"),
        ("reinstate_licence", "SUSPENDED", "LICENSED", "L-5"),
    ]


def test_every_action_leaves_one_event_with_its_sentence():
    firm = make_recruiter()
    before = Event.unscoped.count()
    actions.suspend_licence(firm, **SAID, by=OFFICER, now=NOW)
    assert Event.unscoped.count() == before + 1
    event = Event.unscoped.order_by("-id")[0]
    assert (event.kind, event.subject_id, event.detail) == ("recruiters.suspend_licence", str(firm.pk), SAID)


def test_a_decision_without_reason_or_order_is_refused_by_its_field():
    firm = make_recruiter()
    with pytest.raises(Refused) as refused:
        actions.suspend_licence(firm, order_number="118", by=OFFICER, now=NOW)
    assert refused.value.field == "reason"
    with pytest.raises(Refused) as refused:
        actions.suspend_licence(firm, reason="Fees", by=OFFICER, now=NOW)
    assert refused.value.field == "order_number"
    assert fresh(firm).state == State.LICENSED
    assert not LicenceDecision.unscoped.exists()


def test_what_the_rules_do_not_allow_is_refused_and_says_why():
    firm = make_recruiter(state=State.WITHDRAWN)
    for act in (
        actions.grant_licence,
        actions.reinstate_licence,
        actions.suspend_licence,
        actions.renew_licence,
    ):
        assert not act.offered(firm, TODAY)
        assert str(act.why_not(firm, TODAY))
    with pytest.raises(Refused):
        actions.reinstate_licence(firm, **SAID, by=OFFICER, now=NOW)


def test_a_record_changed_meanwhile_is_a_conflict():
    firm = make_recruiter()
    actions.suspend_licence(fresh(firm), **SAID, by=OFFICER, now=NOW)
    with pytest.raises(Stale):
        actions.suspend_licence(firm, **SAID, by=OFFICER, now=NOW)


def test_a_licence_number_is_given_once_however_it_is_written():
    make_recruiter(number="XM-0417")
    firm = actions.apply_for_licence(name="Boshqa", by=OFFICER, now=NOW)
    with pytest.raises(Refused) as refused:
        actions.grant_licence(firm, number="xm 0417", order_number="1", by=OFFICER, now=NOW)
    assert refused.value.field == "number"
    with pytest.raises(IntegrityError), transaction.atomic():
        make_recruiter(number="xm.0417")


def test_a_licence_lasts_no_longer_than_the_law_says():
    firm = actions.apply_for_licence(name="Boshqa", by=OFFICER, now=NOW)
    for until in (TODAY - timedelta(days=1), date(2029, 11, 23)):
        with pytest.raises(Refused) as refused:
            actions.grant_licence(
                firm, number="XM-1", licensed_until=until, order_number="1", by=OFFICER, now=NOW
            )
        assert refused.value.field == "licensed_until"


def test_a_licence_is_renewed_before_it_ends_and_not_after():
    firm = make_recruiter(licensed_from=date(2024, 1, 1), licensed_until=TODAY)
    renewed = actions.renew_licence(firm, order_number="2", by=OFFICER, now=NOW)
    assert renewed.licensed_until == rules.licence_ends(TODAY)
    over = make_recruiter(licensed_from=date(2020, 1, 1), licensed_until=TODAY - timedelta(days=1))
    assert not actions.renew_licence.offered(over, TODAY)
    ended = actions.record_expiry(over, by=OFFICER, now=NOW)
    granted = actions.grant_licence(ended, number="XM-NEW", order_number="3", by=OFFICER, now=NOW)
    assert Alias.unscoped.get().text == over.number
    assert answer(over.number, now=NOW).verdict == "old_number"
    assert answer("XM-NEW", now=NOW).firm.id == granted.pk


def test_expiry_is_recorded_only_once_the_last_day_is_over():
    assert not actions.record_expiry.offered(make_recruiter(licensed_until=TODAY), TODAY)
    assert actions.record_expiry.offered(make_recruiter(licensed_until=TODAY), TODAY + timedelta(days=1))


def test_a_renamed_firm_keeps_its_former_name_findable_and_not_green():
    firm = make_recruiter("Eski Nom")
    actions.rename_recruiter(firm, name="Yangi Nom", by=OFFICER, now=NOW)
    assert answer("Eski Nom", now=NOW).verdict == "old_name"
    assert answer("Yangi Nom", now=NOW).is_green


def test_destinations_of_a_licence_are_changed_in_an_order():
    firm = make_recruiter(number="XM-0417", destinations=["DE"])
    with pytest.raises(Refused):
        actions.change_destinations(firm, destinations=["PL"], works=[], by=OFFICER, now=NOW)
    actions.change_destinations(
        fresh(firm), destinations=["PL", "DE"], works=["CARE"], order_number="4", by=OFFICER, now=NOW
    )
    assert answer("XM-0417", destination="PL", work="CARE", now=NOW).is_green
    assert LicenceDecision.unscoped.get().act == "change_destinations"


def test_the_deposit_is_judged_by_the_sum_of_its_day_and_its_account_is_sealed():
    firm = make_recruiter()
    whole = Decimal(4_000 * 412_000)
    paid = actions.record_deposit(
        firm,
        amount=whole,
        currency="UZS",
        bank="Namuna bank",
        bank_account="2020 8000 4417",
        checked_on=TODAY,
        by=OFFICER,
        now=NOW,
    )
    assert paid.deposit_paid is True
    short = actions.record_deposit(
        paid, amount=whole - 1, currency="UZS", checked_on=TODAY, by=OFFICER, now=NOW
    )
    assert short.deposit_paid is False
    other = actions.record_deposit(short, amount=whole, currency="USD", checked_on=TODAY, by=OFFICER, now=NOW)
    assert other.deposit_paid is None
    deposit = Deposit.unscoped.get()
    assert deposit.bank_account == "2020 8000 4417"
    with connection.cursor() as cursor:
        cursor.execute("select bank_account from recruiters_deposit")
        assert b"4417" not in bytes(cursor.fetchone()[0])
        cursor.execute(
            "select detail::text, body::text from history_event where kind = 'recruiters.record_deposit'"
        )
        assert not any("4417" in text for row in cursor.fetchall() for text in row)


def test_what_belongs_to_a_firm_follows_it(places):
    here, there = places
    firm = make_recruiter(place=here, state=State.APPLIED)
    alias, branch = make_alias(firm, "Eski"), make_branch(firm, "Filial")
    assert not fresh(alias).is_public
    granted = actions.grant_licence(firm, number="XM-1", order_number="1", by=OFFICER, now=NOW)
    assert fresh(alias).is_public
    assert fresh(branch).is_public
    with acting(OFFICER):
        granted.place = there
        granted.take_label()
        Recruiter.unscoped.filter(pk=firm.pk).update(place=there, label_place=there.path)
    assert fresh(branch).label_place == there.path
    assert LicenceDecision.unscoped.get().label_place == there.path


# -- what the database holds by itself -------------------------------------------------------------------------


@pytest.mark.parametrize(
    "values",
    [
        {"stir": "12345678"}, {"stir": "12345678x"}, {"number": ""}, {"state": "SUSPENDED", "stopped_on": None},
        {"state": "SUSPENDED", "stopped_on": TODAY, "state_reason": ""}, {"stopped_on": TODAY}, {"state": "APPLIED", "applied_on": None},
        {"licensed_from": TODAY, "licensed_until": TODAY - timedelta(days=1)}, {"works": ["SPYING"]}, {"destinations": ["Germany"]},
        {"destinations": ["de"]}, {"name": " "}, {"state": "EXPIRED", "withdrawal_proposed_on": TODAY},
    ],
    ids=str,
)  # fmt: skip
def test_no_impossible_record_can_be_stored(values):
    make_recruiter()
    with pytest.raises(IntegrityError), transaction.atomic():
        make_recruiter(**values)


def test_two_firms_never_share_a_tax_number():
    make_recruiter(stir="900000001")
    with pytest.raises(IntegrityError), transaction.atomic():
        make_recruiter(stir="900000001")
    make_recruiter(stir="")
    make_recruiter(stir="")


def test_the_due_day_stands_in_the_record():
    firm = make_recruiter()
    stopped = actions.suspend_licence(firm, **SAID, by=OFFICER, now=NOW)
    assert fresh(stopped).next_due_on == date(2026, 12, 23)


def test_now_may_be_any_moment_of_the_past():
    firm = actions.apply_for_licence(name="Eski Firma", by=OFFICER, now=timezone.now() - timedelta(days=500))
    assert firm.applied_on < TODAY - timedelta(days=400)


@pytest.mark.parametrize(
    ("values", "check"),
    [
        ({"stir": "12"}, "recruiter_stir_form"),
        ({"name": ""}, "recruiter_has_name"),
        ({"licensed_from": date(2026, 2, 1), "licensed_until": date(2026, 1, 1)}, "recruiter_dates_in_order"),
        ({"destinations": ["korea"]}, "recruiter_destinations_form"),
    ],
)
def test_what_no_form_foresaw_is_refused_in_the_words_of_the_check(values, check):
    firm = make_recruiter("Sinov Ish")
    for name, value in values.items():
        setattr(firm, name, value)
    (words,) = (c.violation_error_message for c in Recruiter._meta.constraints if c.name == check)
    with acting(OFFICER), pytest.raises(Refused) as refused:
        store(firm, by=OFFICER)
    assert refused.value.message == words


def test_two_of_one_number_are_refused_without_the_databases_words():
    make_recruiter("Birinchi", stir="301234567")
    second = make_recruiter("Ikkinchi", stir="301234568")
    second.stir = "301234567"
    with acting(OFFICER), pytest.raises(Refused) as refused:
        store(second, by=OFFICER)
    assert not {"301234567", "duplicate"} & set(str(refused.value).split())
    assert "recruiter_stir" not in str(refused.value)


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"licensed_from": date(1990, 11, 23)}, "licensed_from"),
        ({"licensed_from": TODAY, "licensed_until": TODAY - timedelta(days=1)}, "licensed_until"),
        ({"licensed_from": TODAY, "licensed_until": TODAY + timedelta(days=20_000)}, "licensed_until"),
    ],
)
def test_days_no_licence_can_have_are_refused_at_their_field(said, field):
    firm = make_recruiter("Asks", state=State.APPLIED)
    by = officer()
    with acting(by), pytest.raises(Refused) as refused:
        actions.grant_licence(firm, number="XM-9001", order_number="1", by=by, now=NOW, **said)
    assert refused.value.field == field
