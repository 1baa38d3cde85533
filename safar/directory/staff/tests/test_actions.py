"""Posts and their grants: given, resting, passed on, taken back."""

from datetime import timedelta

import pytest
from django.utils import timezone

from safar.directory.organisations.models import Organisation
from safar.directory.staff import actions, handing_over
from safar.directory.staff.demo import make_account, make_post
from safar.directory.staff.granting import organisations_below
from safar.directory.staff.handing_over import _movers, move_duties_with
from safar.directory.staff.models import Account, Leave, Post
from safar.directory.staff.rules import ROLE_RULES
from safar.directory.staff.tests.conftest import stored
from safar.directory.staff.tests.test_own_rights import appointment
from safar.directory.staff.timekeeping import tick
from safar.foundation.access.actors import Actor, acting
from safar.foundation.access.models import Grant
from safar.foundation.access.policy import roles
from safar.foundation.actions import OutOfScope, Refused
from safar.foundation.database.testing import as_web
from safar.foundation.history.models import Event

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def by_boss(house, actor, now):
    """Act as the agency's administrator, in the role the web has in life."""
    by = actor(house.boss)

    def act(action, subject=None, **inputs):
        with as_web(), acting(by):
            return action(subject, by=by, now=now, **inputs) if subject else action(by=by, now=now, **inputs)

    return act


def post_of(account):
    return Post.unscoped.get(user=account, ended_at=None)


def in_force(account, day):
    return list(Grant.in_force(account.pk, today=day))


def scopes(account):
    return [s for s in Actor("staff", user_id=account.pk).scopes if s.role not in ("public", "staff")]


class TestAppointing:
    def test_opens_an_account_with_a_starting_password_told_once(self, house, by_boss, today):
        post = by_boss(actions.appoint, **appointment(house, today))
        account = Account.objects.get(username="demo-yangi")
        assert account.must_change_password
        assert account.must_enrol_totp
        told = str(post.secret).rsplit(" ", 1)[1]
        assert account.check_password(told)
        events = Event.unscoped.filter(kind="staff.appoint")
        assert events.count() == 1
        assert told not in str(list(events.values()))

    def test_gives_the_grants_of_the_role(self, house, by_boss, today):
        by_boss(actions.appoint, **appointment(house, today))
        (scope,) = scopes(Account.objects.get(username="demo-yangi"))
        assert (scope.role, scope.orgs, scope.level) == ("inspector", {house.agency.pk, house.office.pk}, 2)

    def test_a_role_that_does_not_reach_below_gets_its_own_organisation_alone(self, house, by_boss, today):
        by_boss(actions.appoint, **appointment(house, today, role="call_operator"))
        (scope,) = scopes(Account.objects.get(username="demo-yangi"))
        assert scope.orgs == {house.agency.pk}

    def test_uses_an_account_that_exists_and_leaves_its_password(self, house, by_boss, today):
        account = make_account("inspector", house.office)
        post = by_boss(
            actions.appoint, **appointment(house, today, username=account.username, full_name="Other")
        )
        account.refresh_from_db()
        assert post.full_name == account.full_name != "Other"
        assert not post.secret
        assert len(scopes(account)) == 2

    def test_not_beyond_the_administrators_own_reach(self, house, by_boss, today):
        with pytest.raises(OutOfScope):
            by_boss(actions.appoint, **appointment(house, today, organisation=house.ministry))
        assert not Account.objects.filter(username="demo-yangi").exists()

    def test_not_beyond_her_own_region(self, house, actor, now, today):
        regional = make_account("staff_administrator", house.office, house.region)
        by = actor(regional)
        with as_web(), acting(by):
            for place in (None, house.country):
                given = appointment(house, today, organisation=house.office, place=place)
                with pytest.raises(Refused) as refusal:
                    actions.appoint(**given, by=by, now=now)
                assert refusal.value.field == "place"
            post = actions.appoint(
                **appointment(house, today, organisation=house.office, place=house.region), by=by, now=now
            )
        assert post.label_place == "UZ.1714."

    @pytest.mark.parametrize("is_active", [True, False])
    def test_an_account_she_may_not_see_keeps_its_name(self, house, by_boss, today, is_active):
        hidden = make_account("inspector", house.ministry, full_name="Yashirin Odam")
        Account.objects.filter(pk=hidden.pk).update(is_active=is_active)
        with pytest.raises(Refused) as refusal:
            by_boss(actions.appoint, **appointment(house, today, username=hidden.username))
        assert refusal.value.field == "username"
        assert str(refusal.value) == "This username cannot be used. Choose another."
        assert not Post.unscoped.filter(user=hidden, organisation=house.agency).exists()
        with pytest.raises(actions.NameNotFree):
            actions._open_account(hidden.username, "x", "", None)

    def test_not_to_a_closed_account(self, house, by_boss, today):
        account = make_account("inspector", house.agency)
        Account.objects.filter(pk=account.pk).update(is_active=False)
        with pytest.raises(Refused):
            by_boss(actions.appoint, **appointment(house, today, username=account.username))

    def test_the_same_post_is_not_given_twice(self, house, by_boss, today):
        by_boss(actions.appoint, **appointment(house, today))
        with pytest.raises(Refused):
            by_boss(actions.appoint, **appointment(house, today))

    def test_a_post_that_begins_later_opens_nothing_yet(self, house, by_boss, today):
        by_boss(actions.appoint, **appointment(house, today, valid_from=today + 5 * DAY))
        account = Account.objects.get(username="demo-yangi")
        assert scopes(account) == []
        assert len(in_force(account, today + 5 * DAY)) == 1

    def test_who_holds_a_confidential_role_is_hidden_from_other_officers(
        self, house, national, now, today, actor
    ):
        by = actor(national)
        with as_web(), acting(by):
            given = appointment(house, today, role="protection_officer", level=3)
            actions.appoint(**given, by=by, now=now)
        colleague = make_account("inspector", house.agency)
        with as_web(), acting(actor(colleague)):
            names = {p.user.username for p in Post.objects.all()}
        assert house.boss.username in names
        assert "demo-yangi" not in names


class TestGivingNoMoreThanOnesOwn:
    @pytest.mark.parametrize(
        ("given", "field"),
        [
            ({"role": "auditor"}, "role"),
            ({"role": "analyst", "level": 1}, "role"),
            ({"role": "directory_editor", "level": 1}, "role"),
            ({"role": "protection_officer", "level": 3}, "level"),
        ],
    )
    def test_not_more_than_her_own_organisations_and_level(self, house, by_boss, today, given, field):
        with pytest.raises(Refused) as refusal:
            by_boss(actions.appoint, **appointment(house, today, **given))
        assert refusal.value.field == field
        assert not Account.objects.filter(username="demo-yangi").exists()

    def test_who_administers_every_organisation_gives_what_reaches_them_all(
        self, house, national, actor, now, today
    ):
        by = actor(national)
        with as_web(), acting(by):
            actions.appoint(**appointment(house, today, role="auditor"), by=by, now=now)
        assert [s.role for s in scopes(Account.objects.get(username="demo-yangi"))] == ["auditor"]

    def test_nor_by_hand_over_or_to_a_stand_in(self, house, by_boss, today):
        other = post_of(make_account("inspector", house.agency))
        for role, level in (("auditor", 2), ("protection_officer", 3)):
            post = post_of(make_account(role, house.agency, level=level))
            with pytest.raises(Refused):
                by_boss(actions.hand_over_post, post, to=other, reason="moved")
            with pytest.raises(Refused):
                by_boss(actions.go_on_leave, post, starts_on=today, ends_on=today, stand_in=other)
        assert [s.role for s in scopes(other.user)] == ["inspector"]


class TestEnding:
    def test_takes_every_grant_back_at_once(self, house, by_boss):
        account = make_account("inspector", house.agency)
        by_boss(actions.end_post, post_of(account), reason="left")
        assert scopes(account) == []
        assert Grant.unscoped.filter(user_id=account.pk, revoked_at=None).count() == 0

    def test_takes_the_stand_ins_grants_back_too(self, house, by_boss, today):
        account, other = make_account("inspector", house.agency), make_account("analyst", house.agency)
        by_boss(
            actions.go_on_leave,
            post_of(account),
            starts_on=today,
            ends_on=today + DAY,
            stand_in=post_of(other),
        )
        by_boss(actions.end_post, post_of(account), reason="left")
        assert [s.role for s in scopes(other)] == ["analyst"]


class TestLeave:
    def test_grants_rest_and_the_stand_in_holds_them_meanwhile(self, house, by_boss, today):
        account, other = make_account("inspector", house.agency), make_account("analyst", house.agency)
        away = {"starts_on": today + DAY, "ends_on": today + 3 * DAY, "stand_in": post_of(other)}
        by_boss(actions.go_on_leave, post_of(account), **away)
        held = {day: len(in_force(account, today + day * DAY)) for day in range(6)}
        lent = {day: len(in_force(other, today + day * DAY)) for day in range(6)}
        assert held == {0: 1, 1: 0, 2: 0, 3: 0, 4: 1, 5: 1}
        assert lent == {0: 1, 1: 2, 2: 2, 3: 2, 4: 1, 5: 1}

    def test_coming_back_early_gives_them_back_at_once(self, house, by_boss, today):
        account, other = make_account("inspector", house.agency), make_account("analyst", house.agency)
        by_boss(
            actions.go_on_leave,
            post_of(account),
            starts_on=today,
            ends_on=today + 9 * DAY,
            stand_in=post_of(other),
        )
        assert scopes(account) == []
        by_boss(actions.return_from_leave, post_of(account))
        assert [s.role for s in scopes(account)] == ["inspector"]
        assert [s.role for s in scopes(other)] == ["analyst"]
        assert len(in_force(account, today + 20 * DAY)) == 1

    def test_leave_called_off_before_it_began_leaves_no_gap(self, house, by_boss, today):
        account = make_account("inspector", house.agency)
        by_boss(
            actions.go_on_leave,
            post_of(account),
            starts_on=today + 2 * DAY,
            ends_on=today + 3 * DAY,
            stand_in=None,
        )
        by_boss(actions.return_from_leave, post_of(account))
        assert [len(in_force(account, today + day * DAY)) for day in range(6)] == [1] * 6

    def test_two_leaves_of_one_post_do_not_overlap(self, house, by_boss, today):
        account = make_account("inspector", house.agency)
        by_boss(
            actions.go_on_leave, post_of(account), starts_on=today, ends_on=today + 3 * DAY, stand_in=None
        )
        with pytest.raises(Refused):
            by_boss(
                actions.go_on_leave,
                post_of(account),
                starts_on=today + 3 * DAY,
                ends_on=today + 9 * DAY,
                stand_in=None,
            )


class TestHandingOver:
    def test_moves_duties_and_grants_to_the_colleague(self, house, by_boss, monkeypatch):
        moved = []
        monkeypatch.setattr("safar.directory.staff.handing_over._movers", list(_movers))
        handing_over.move_duties_with(lambda a, b, *, by, now: moved.append((a, b)) or 1)
        account, other = make_account("inspector", house.agency), make_account("analyst", house.agency)
        by_boss(actions.hand_over_post, post_of(account), to=post_of(other), reason="moved")
        assert moved == [(account.pk, other.pk)]
        assert scopes(account) == []
        assert {s.role for s in scopes(other)} == {"analyst", "inspector"}
        assert Post.unscoped.filter(user=other, role="inspector", ended_at=None).count() == 1

    def test_who_has_the_same_post_already_gets_no_second(self, house, by_boss):
        account, other = make_account("inspector", house.agency), make_account("inspector", house.agency)
        by_boss(actions.hand_over_post, post_of(account), to=post_of(other), reason="moved")
        assert Post.unscoped.filter(user=other, ended_at=None).count() == 1


class TestTheAccountBehindAPost:
    def test_is_not_touched_by_who_administers_only_one_of_its_posts(self, house, by_boss):
        account = make_account("inspector", house.agency)
        make_post(account, "inspector", house.ministry)
        for act, inputs in [
            (actions.suspend_account, {"reason": "x"}),
            (actions.give_starting_password, {}),
            (actions.ask_for_reset, {"reason": "x"}),
        ]:
            with pytest.raises(actions.WorksElsewhere):
                by_boss(act, Post.unscoped.get(user=account, organisation=house.agency), **inputs)

    def test_is_closed_and_opened_again(self, house, by_boss):
        account = make_account("inspector", house.agency)
        by_boss(actions.suspend_account, post_of(account), reason="x")
        assert not Account.objects.get(pk=account.pk).is_active
        by_boss(actions.restore_account, post_of(account), reason="mistake")
        assert Account.objects.get(pk=account.pk).is_active


class TestResettingTheSecondFactor:
    @pytest.fixture
    def second_boss(self, house):
        return make_account("staff_administrator", house.agency)

    @pytest.fixture
    def lost(self, house):
        account = make_account("inspector", house.agency)
        Account.objects.filter(pk=account.pk).update(must_enrol_totp=False)
        return account

    def sign(self, action, who, lost, actor, now):
        by = actor(who)
        with as_web(), acting(by):
            action(post_of(lost), reason="lost telephone", by=by, now=now)

    def test_takes_two_people(self, house, second_boss, lost, actor, now):
        self.sign(actions.ask_for_reset, house.boss, lost, actor, now)
        assert not Account.objects.get(pk=lost.pk).must_enrol_totp
        self.sign(actions.confirm_reset, second_boss, lost, actor, now)
        assert Account.objects.get(pk=lost.pk).must_enrol_totp

    def test_not_the_same_one_twice(self, house, lost, actor, now):
        self.sign(actions.ask_for_reset, house.boss, lost, actor, now)
        with pytest.raises(Refused):
            self.sign(actions.confirm_reset, house.boss, lost, actor, now)

    def test_nor_a_day_later(self, house, second_boss, lost, actor, now):
        self.sign(actions.ask_for_reset, house.boss, lost, actor, now - timedelta(hours=25))
        with pytest.raises(Refused):
            self.sign(actions.confirm_reset, second_boss, lost, actor, now)

    @pytest.fixture
    def puppet(self, house, by_boss, today, now):
        """An administrator the agency's administrator made, long ago by its own word."""
        given = {"role": "staff_administrator", "valid_from": today - 300 * DAY}
        return by_boss(actions.appoint, **appointment(house, today, **given)).user

    def long_ago(self, puppet, now):
        Event.unscoped.filter(kind="staff.appoint").update(at=now - 30 * DAY)
        Grant.unscoped.filter(user_id=puppet.pk).update(valid_from=timezone.localdate(now) - 30 * DAY)

    @pytest.mark.parametrize("first", ["boss", "puppet"])
    def test_nor_with_whom_one_appointed(self, house, puppet, lost, actor, now, first):
        self.long_ago(puppet, now)
        pair = [house.boss, puppet] if first == "boss" else [puppet, house.boss]
        self.sign(actions.ask_for_reset, pair[0], lost, actor, now)
        with pytest.raises(Refused, match="appointed"):
            self.sign(actions.confirm_reset, pair[1], lost, actor, now)
        assert not Account.objects.get(pk=lost.pk).must_enrol_totp

    def test_who_took_a_post_over_was_appointed_by_who_handed_it(
        self, house, second_boss, by_boss, lost, actor, now
    ):
        heir = make_account("inspector", house.agency)
        by_boss(actions.hand_over_post, post_of(second_boss), to=post_of(heir), reason="moved")
        self.long_ago(heir, now)
        self.sign(actions.ask_for_reset, house.boss, lost, actor, now)
        with pytest.raises(Refused, match="appointed"):
            self.sign(actions.confirm_reset, heir, lost, actor, now)

    def test_only_who_has_administered_for_a_week_confirms(
        self, house, puppet, second_boss, lost, actor, now
    ):
        self.sign(actions.ask_for_reset, second_boss, lost, actor, now)
        with pytest.raises(Refused, match="7 days"):
            self.sign(actions.confirm_reset, puppet, lost, actor, now)
        self.long_ago(puppet, now)
        self.sign(actions.confirm_reset, puppet, lost, actor, now)
        assert Account.objects.get(pk=lost.pk).must_enrol_totp

    def test_a_confirmed_request_serves_once(self, house, second_boss, lost, actor, now):
        self.sign(actions.ask_for_reset, house.boss, lost, actor, now)
        self.sign(actions.confirm_reset, second_boss, lost, actor, now)
        with pytest.raises(Refused):
            self.sign(actions.confirm_reset, second_boss, lost, actor, now)


class TestTheTick:
    def run(self, now):
        with as_web():
            return tick(now=now)

    def test_ends_posts_and_leave_that_ran_out(self, house, by_boss, today, now):
        account = make_account("inspector", house.agency, valid_to=today)
        away = make_account("inspector", house.agency)
        by_boss(actions.go_on_leave, post_of(away), starts_on=today, ends_on=today, stand_in=None)
        assert self.run(now).posts_ended == 0
        done = self.run(now + DAY)
        assert (done.posts_ended, done.leaves_ended) == (1, 1)
        assert Post.unscoped.get(user=account).ended_at is not None
        assert Leave.unscoped.get(post__user=away).returned_on == today

    def test_gives_what_a_new_office_below_adds(self, house, now):
        account = make_account("inspector", house.agency)
        assert self.run(now).posts_refitted == 0
        new = stored(Organisation(type="AGENCY", name="Namuna yangi boʻlim", parent=house.office))
        assert self.run(now).posts_refitted >= 1
        assert new.pk in scopes(account)[0].orgs
        assert self.run(now).posts_refitted == 0


def test_everything_below_an_organisation_is_found_once_even_in_a_circle(house):
    deep = stored(Organisation(type="AGENCY", name="Namuna chuqur", parent=house.office))
    Organisation.unscoped.filter(pk=house.agency.pk).update(parent=deep)
    assert organisations_below(house.agency.pk) == {house.office.pk, deep.pk}


def test_the_roles_of_the_policy_and_of_the_rules_are_the_same():
    assert set(ROLE_RULES) == set(roles())


def test_a_mover_registers_once(monkeypatch):
    monkeypatch.setattr("safar.directory.staff.handing_over._movers", [])

    def mover(from_user_id, to_user_id, *, by, now):
        return 0

    assert move_duties_with(mover) is move_duties_with(mover)
