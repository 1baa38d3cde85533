"""Nobody changes her own rights: not through an action, not through the ORM, not with SQL in the web role's hands."""

from datetime import timedelta

import pytest
from django.db import ProgrammingError, connection, transaction

from safar.directory.staff import actions
from safar.directory.staff.demo import make_account, make_post
from safar.directory.staff.models import Post, ResetSignature
from safar.foundation.access.actors import Actor, acting
from safar.foundation.access.models import Grant, Membership
from safar.foundation.access.visibility import Hidden
from safar.foundation.actions import Refused
from safar.foundation.database.testing import as_web

pytestmark = pytest.mark.django_db


def grant_for(user_id, house, today, **changes):
    values = {
        "user_id": user_id, "role": "staff_administrator", "org_ids": [house.agency.pk], "max_level": 2,
        "valid_from": today, "label_org": house.agency.pk, "label_level": 2,
    }  # fmt: skip
    return Grant(**values | changes)


def refused_by_the_wall(act):
    with pytest.raises(ProgrammingError, match="row-level security"), transaction.atomic():
        act()


class TestTheWall:
    def test_an_administrator_gives_a_grant_to_somebody_else(self, house, actor, today):
        other = make_account("inspector", house.agency)
        with as_web(), acting(actor(house.boss)):
            grant_for(other.pk, house, today).save()

    def test_she_gives_none_to_herself(self, house, actor, today):
        with as_web(), acting(actor(house.boss)):
            refused_by_the_wall(grant_for(house.boss.pk, house, today).save)

    def test_she_changes_none_of_her_own(self, house, actor):
        with as_web(), acting(actor(house.boss)):
            assert Grant.unscoped.filter(user_id=house.boss.pk).count() == 1
            assert Grant.unscoped.filter(user_id=house.boss.pk).update(max_level=4) == 0

    def test_she_makes_nobody_elses_grant_her_own(self, house, actor):
        other = make_account("inspector", house.agency)
        with as_web(), acting(actor(house.boss)):
            refused_by_the_wall(lambda: Grant.unscoped.filter(user_id=other.pk).update(user_id=house.boss.pk))

    def test_she_removes_none_of_her_own(self, house, actor):
        with as_web(), acting(actor(house.boss)):
            assert Grant.unscoped.filter(user_id=house.boss.pk).delete()[0] == 0

    def test_she_gives_none_where_she_does_not_administer(self, house, actor, today):
        other = make_account("inspector", house.ministry)
        with as_web(), acting(actor(house.boss)):
            grant = grant_for(
                other.pk, house, today, org_ids=[house.ministry.pk], label_org=house.ministry.pk
            )
            refused_by_the_wall(grant.save)

    @pytest.mark.parametrize(
        "forged",
        [
            lambda house: {"org_ids": [house.agency.pk, house.ministry.pk]},
            lambda house: {"org_ids": None},
            lambda house: {"max_level": 4, "label_level": 1},
            lambda house: {"place_path": "", "label_place": "UZ.1714."},
        ],
        ids=["more organisations", "any organisation", "a higher level", "the whole country"],
    )
    def test_the_label_of_a_grant_tells_the_truth(self, house, actor, today, forged):
        other = make_account("inspector", house.agency)
        with as_web(), acting(actor(house.boss)):
            refused_by_the_wall(grant_for(other.pk, house, today, **forged(house)).save)

    def test_an_officer_gives_none_at_all(self, house, actor, today):
        officer, other = make_account("inspector", house.agency), make_account("inspector", house.agency)
        with as_web(), acting(actor(officer)):
            refused_by_the_wall(grant_for(other.pk, house, today).save)

    def test_nobody_joins_a_case_by_herself(self, house, actor, now):
        with as_web(), acting(actor(house.boss)):
            row = Membership(user_id=house.boss.pk, case_id="7d4a5a26-6a3e-4a3c-9d3a-1d3a1a1d3a1a", since=now)
            refused_by_the_wall(row.save)

    def test_she_writes_no_post_of_her_own(self, house, actor, today):
        with as_web(), acting(actor(house.boss)):
            post = Post(
                user=house.boss, full_name="x", organisation=house.agency, title="x", role="auditor", level=2,
                valid_from=today, label_org=house.agency.pk, label_level=1,
            )  # fmt: skip
            refused_by_the_wall(post.save)
            assert Post.unscoped.filter(user=house.boss).update(role="auditor") == 0

    def test_nobody_signs_a_reset_in_anothers_name(self, house, actor, now):
        lost, colleague = (
            make_account("inspector", house.agency),
            make_account("staff_administrator", house.agency),
        )
        post = Post.unscoped.get(user=lost)
        with as_web(), acting(actor(house.boss)):
            forged = ResetSignature(
                post=post, user=lost, signed_by=colleague, signed_at=now, reason="x",
                label_org=house.agency.pk, label_level=1,
            )  # fmt: skip
            refused_by_the_wall(forged.save)

    def test_a_forged_token_is_nobody(self, house, actor, today):
        other = make_account("inspector", house.agency)
        with as_web(), acting(actor(house.boss)):
            with connection.cursor() as cursor:
                cursor.execute(
                    "select set_config('safar.actor', %s, true)", [f"staff.{house.boss.pk}.{'0' * 64}"]
                )
            refused_by_the_wall(grant_for(other.pk, house, today).save)


class TestTheActions:
    def test_each_refuses_by_itself_too(self, house, actor, now, today):
        mine, by = Post.unscoped.get(user=house.boss), actor(house.boss)
        with acting(by):
            for act in (actions.end_post, actions.suspend_account, actions.ask_for_reset):
                with pytest.raises(actions.OnOneself):
                    act(mine, reason="x", by=by, now=now)

    def test_none_of_them_may_be_done_to_oneself(self, house, actor, now, today):
        mine, by = Post.unscoped.get(user=house.boss), actor(house.boss)
        stand_in = make_post(make_account("inspector", house.agency), "inspector", house.office)
        away = {"starts_on": today, "ends_on": today + timedelta(days=3)}
        with as_web(), acting(by):
            for act, inputs in [
                (actions.end_post, {"reason": "x"}),
                (actions.go_on_leave, away | {"stand_in": None}),
                (actions.hand_over_post, {"to": stand_in, "reason": "x"}),
                (actions.suspend_account, {"reason": "x"}),
                (actions.give_starting_password, {}),
                (actions.ask_for_reset, {"reason": "x"}),
            ]:
                # The wall hides one's own post from whoever would lock it; without the wall the action itself refuses.
                with pytest.raises(Hidden):
                    act(mine, by=by, now=now, **inputs)

    def test_she_does_not_become_the_stand_in(self, house, actor, now, today):
        other = Post.unscoped.get(user=make_account("auditor", house.agency))
        mine, by = Post.unscoped.get(user=house.boss), actor(house.boss)
        with as_web(), acting(by), pytest.raises(actions.OnOneself):
            actions.go_on_leave(other, starts_on=today, ends_on=today, stand_in=mine, by=by, now=now)

    def test_she_does_not_take_a_post_over(self, house, actor, now):
        other = Post.unscoped.get(user=make_account("auditor", house.agency))
        mine, by = Post.unscoped.get(user=house.boss), actor(house.boss)
        with as_web(), acting(by), pytest.raises(actions.OnOneself):
            actions.hand_over_post(other, to=mine, reason="x", by=by, now=now)

    def test_she_does_not_appoint_herself(self, house, actor, now, today):
        by = actor(house.boss)
        with as_web(), acting(by), pytest.raises(actions.OnOneself):
            actions.appoint(**appointment(house, today, username=house.boss.username), by=by, now=now)

    def test_an_officer_may_do_none_of_them(self, house, actor, now, today):
        officer, other = make_account("inspector", house.agency), make_account("inspector", house.agency)
        post, by = Post.unscoped.get(user=other), actor(officer)
        with as_web(), acting(by):
            with pytest.raises(Hidden):
                actions.end_post(post, reason="x", by=by, now=now)
            with pytest.raises(Hidden):
                actions.appoint(**appointment(house, today), by=by, now=now)

    def test_a_role_is_not_given_more_than_it_may_carry(self, house, actor, now, today):
        by = actor(house.boss)
        with as_web(), acting(by), pytest.raises(Refused):
            actions.appoint(**appointment(house, today, role="analyst", level=2), by=by, now=now)


def appointment(house, today, **changes):
    """What the form of an appointment gives."""
    return {
        "username": "demo-yangi", "full_name": "Namuna Yangi", "email": "", "organisation": house.agency,
        "title": "Inspektor", "role": "inspector", "place": None, "level": 2, "valid_from": today, "valid_to": None,
    } | changes  # fmt: skip


def test_actor_of_the_tests_reads_grants_from_the_database(house, actor):
    assert actor(house.boss).roles == {"public", "staff", "staff_administrator"}
    assert Actor("staff", user_id=0).roles == {"public", "staff"}
