"""One action on many rows: shown first, done to each by itself."""

from datetime import date

from safar.citizens.recruiters.demo import make_recruiter
from safar.doors.workbench.tests.conftest import html
from safar.foundation.history.models import Event

ADDRESS = "/en/desk/recruiters/picked/record_expiry/"


def ended(desk, count):
    """Firms whose licence has run out on paper."""
    past = {"licensed_from": date(2020, 1, 1), "licensed_until": date(2021, 1, 1)}
    return [make_recruiter(keeper=desk.agency, place=desk.region, **past) for _number in range(count)]


def query(rows):
    """The rows as the list's form names them."""
    return "&".join(f"pick={row.pk}" for row in rows)


def sent(page):
    """What the page of the picked would send."""
    form = page.context["form"]
    data = {name: form[name].value() or "" for name in form.fields}
    return data | {"row": page.context["picked"].tokens}


def test_the_picked_are_shown_with_those_left_out_and_why(desk, browse):
    rows = ended(desk, 2)
    page = browse.get(f"{ADDRESS}?{query([*rows, desk.gold])}")
    assert {r.pk for r in page.context["picked"].possible} == {r.pk for r in rows}
    assert "Oltin Yoʻl" in html(page)
    assert "Left out" in html(page)


def test_it_is_done_to_each_with_an_event_of_its_own(desk, browse):
    rows = ended(desk, 3)
    page = browse.get(f"{ADDRESS}?{query(rows)}")
    answer = browse.post(ADDRESS, sent(page))
    assert answer.status_code == 302, html(answer)[:1500]
    assert Event.unscoped.filter(kind="recruiters.record_expiry").count() == 3
    assert "Done to 3 records." in html(browse.get(answer["Location"]))
    assert browse.post(ADDRESS, sent(page)).status_code == 302
    assert Event.unscoped.filter(kind="recruiters.record_expiry").count() == 3


def test_all_of_the_filter_are_picked_without_naming_them(desk, browse):
    rows = ended(desk, 2)
    page = browse.get(f"{ADDRESS}?all=1&state=LICENSED")
    assert {r.pk for r in page.context["picked"].possible} == {r.pk for r in rows}


def test_a_hidden_row_in_the_list_is_as_if_not_there(desk, browse):
    foreign = ended(desk, 1)[0]
    type(foreign).unscoped.filter(pk=foreign.pk).update(label_org=desk.other.pk)
    page = browse.get(f"{ADDRESS}?{query([foreign])}")
    assert "No row was picked" in html(page)
    form = {"row": [f"{foreign.pk}:1"], "idempotency_key": "k" * 12}
    answer = browse.post(ADDRESS, form)
    assert answer.status_code == 422
    assert not Event.unscoped.filter(kind="recruiters.record_expiry").exists()


def test_a_row_changed_meanwhile_is_left_and_named(desk, browse):
    rows = ended(desk, 2)
    data = sent(browse.get(f"{ADDRESS}?{query(rows)}"))
    type(rows[0]).unscoped.filter(pk=rows[0].pk).update(version=7)
    page = browse.get(browse.post(ADDRESS, data)["Location"])
    assert "Done to 1 record." in html(page)
    assert "somebody changed it meanwhile" in html(page)


def test_nothing_picked_is_said(desk, browse):
    assert "No row was picked" in html(browse.get(ADDRESS))
    for mangled in ("pick=x", "pick=99999999999999999999999", "pick=", "pick=1%00"):
        assert browse.get(f"{ADDRESS}?{mangled}").status_code == 200
