"""Lists of recruiters: loaded once however often, truthfully reported, and never into another's register."""

import csv
from datetime import date

import pytest
from django.utils import timezone

from safar.citizens.recruiters.demo import OFFICER, make_recruiter
from safar.citizens.recruiters.loads import RecruiterLoad, load_recruiters
from safar.citizens.recruiters.lookup import answer
from safar.citizens.recruiters.models import LicenceDecision, Recruiter, State
from safar.directory.organisations.models import Organisation
from safar.doors.commands.load_recruiters import STATES
from safar.foundation.access.actors import Actor, Scope, acting, public_actor, system_actor
from safar.foundation.access.visibility import Hidden, visible
from safar.foundation.database.testing import as_web
from safar.foundation.history.models import Event

pytestmark = pytest.mark.django_db
LOADER = system_actor("loader")
LIST = """rl_no,name,address,phone
RL-0001,Alpha Overseas Ltd,"House 1, Road 2",+880 2 111111
RL-0002,Beta Manpower,Dhaka,"02-9338474, 8831234"
RL-0003,"=cmd|' /C calc'!A0",Dhaka,
RL-0004,,Dhaka,
RL-0001,Alpha again,Dhaka,
,No number,Dhaka,
"""
COLUMNS = {"number": "rl_no", "name": "name", "address": "address"}


@pytest.fixture
def agency():
    with acting(OFFICER):
        return Organisation.unscoped.create(type="AGENCY", name="Namuna agentligi")


def loaded(tmp_path, text=LIST, *, by=LOADER, columns=None, **options):
    path = tmp_path / "list.csv"
    path.write_text(text, encoding="utf-8")
    options = {"state": State.LICENSED, "columns": COLUMNS if columns is None else columns} | options
    return load_recruiters(RecruiterLoad(path, **options), by=by, now=timezone.now())


def counts(report):
    return {name: getattr(report, name) for name in ("read", "new", "changed", "same", "duplicates", "bad")}


def test_nobody_but_who_may_load_loads(tmp_path):
    for actor in (
        public_actor(),
        Actor("staff", user_id=1, preset=(Scope("licensing_officer", None, "", 4),)),
    ):
        with pytest.raises(Hidden):
            loaded(tmp_path, by=actor)
    assert not Recruiter.unscoped.exists()


@pytest.mark.parametrize(
    ("heading", "own", "reason"), [("", "", "As listed: list"), (",reason", ",Debts", "Debts")]
)
def test_a_refused_row_mended_in_the_errors_file_is_loaded_as_if_it_had_never_been_wrong(
    tmp_path, heading, own, reason
):
    """What was wrong with it is no reason of a suspension, and its telephone is still one."""
    text = f"rl_no,name,stir,phone{heading}\nRL-1,Alpha,12,+998901234567{own}\n"
    said = {"columns": {"number": "rl_no"}, "state": "SUSPENDED"}
    wrong = loaded(tmp_path, text, errors=tmp_path / "errors.csv", **said)
    assert counts(wrong)["bad"] == 1
    errors = (tmp_path / "errors.csv").read_text(encoding="utf-8-sig")
    assert "'+998901234567" in errors
    mended = errors.replace('"12"', '"301234567"')
    assert counts(loaded(tmp_path, mended, **said))["new"] == 1
    firm = Recruiter.unscoped.get(number="RL-1")
    assert (firm.state, firm.stir, firm.phone, firm.state_reason) == (
        "SUSPENDED", "301234567", "+998901234567", reason,
    )  # fmt: skip


def test_a_list_is_loaded_and_tells_what_became_of_every_row(tmp_path, agency):
    report = loaded(tmp_path, errors=tmp_path / "errors.csv")
    assert counts(report) == {"read": 6, "new": 2, "changed": 0, "same": 0, "duplicates": 1, "bad": 3}
    errors = (tmp_path / "errors.csv").read_text(encoding="utf-8-sig")
    assert [row[0] for row in csv.reader(errors.splitlines()[1:])] == ["4", "5", "7"]
    mended = errors.replace('"RL-0004","","Dhaka', '"RL-0004","Delta Ltd","Dhaka')
    assert counts(loaded(tmp_path, mended))["new"] == 1
    firm = Recruiter.unscoped.get(number="RL-0001")
    assert (firm.name, firm.address, firm.state, firm.keeper_id, firm.source) == (
        "Alpha Overseas Ltd", "House 1, Road 2", "LICENSED", agency.pk, "list",
    )  # fmt: skip
    assert answer("rl 0001", now=timezone.now()).is_green


def test_the_same_list_twice_doubles_nothing(tmp_path, agency):
    loaded(tmp_path)
    again = loaded(tmp_path)
    assert (again.new, again.changed, again.same) == (0, 0, 2)
    assert Recruiter.unscoped.count() == 2
    third = loaded(tmp_path, LIST.replace("House 1", "House 9").replace("RL-0002", "rl 0002"))
    assert (third.new, third.changed, third.same) == (0, 1, 1)
    assert Recruiter.unscoped.get(number="RL-0001").address == "House 9, Road 2"


def test_a_preview_changes_nothing_and_says_the_same(tmp_path, agency):
    before = Event.unscoped.count()
    preview = loaded(tmp_path, preview=True)
    assert not Recruiter.unscoped.exists()
    assert Event.unscoped.count() == before
    assert counts(preview) == counts(loaded(tmp_path))
    assert preview.first_rows[0]["name"] == "Alpha Overseas Ltd"


def test_without_a_state_nothing_is_taken_for_licensed(tmp_path):
    report = loaded(tmp_path, state="")
    assert set(Recruiter.unscoped.values_list("state", "applied_on")) == {("APPLIED", None)}
    assert any("--state licensed" in note for note in report.notes)
    assert not visible(public_actor(), Recruiter).exists()
    again = loaded(tmp_path, state=State.LICENSED)
    assert (again.new, again.changed, again.differences) == (0, report.new, 0)
    assert set(Recruiter.unscoped.values_list("state", flat=True)) == {"LICENSED"}


def test_a_column_says_the_state(tmp_path):
    with_state = (
        "number,name,status\nA-1,Alpha,Active\nA-2,Beta,REVOKED\nA-3,Gamma,on the moon\nA-4,Delta,suspended\n"
    )
    report = loaded(tmp_path, with_state, state="", columns={})
    assert (report.new, report.bad) == (3, 1)
    assert dict(Recruiter.unscoped.values_list("number", "state")) == {
        "A-1": "LICENSED",
        "A-2": "WITHDRAWN",
        "A-4": "SUSPENDED",
    }
    assert Recruiter.unscoped.get(number="A-2").state_reason == "As listed: list"


@pytest.mark.parametrize(
    "text",
    [
        "not licensed",
        "Not active",
        "no longer valid",
        "не действует",
        "amaldagi emas",
        "valid until 2019, cancelled",
    ],
)
def test_a_state_that_only_holds_a_known_word_is_refused(tmp_path, text):
    report = loaded(tmp_path, f'number,name,status\nA-1,Alpha,"{text}"\n', state="", columns={})
    assert (report.new, report.bad) == (0, 1)
    assert not Recruiter.unscoped.exists()


def test_a_name_a_list_replaces_is_remembered(tmp_path, agency):
    with acting(LOADER), as_web():
        loaded(tmp_path, "number,name\nA-1,Eski Nom\n", columns={})
        loaded(tmp_path, "number,name\nA-1,Yangi Nom\n", columns={})
    assert answer("Eski Nom", now=timezone.now()).verdict == "old_name"
    assert answer("Yangi Nom", now=timezone.now()).verdict == "licensed"


def test_a_list_never_moves_a_licence_of_the_register(tmp_path, agency):
    with acting(OFFICER):
        firm = make_recruiter("Alpha", number="A-1", keeper=agency, state=State.SUSPENDED)
    report = loaded(tmp_path, "number,name,status\nA-1,Alpha Renamed,Active\n", state="", columns={})
    assert (report.changed, report.differences) == (1, 1)
    assert any("the list says Licensed, the register Suspended" in note for note in report.notes)
    now = Recruiter.unscoped.get(pk=firm.pk)
    assert (now.name, now.state) == ("Alpha Renamed", "SUSPENDED")
    assert not LicenceDecision.unscoped.exists()


def test_no_row_of_another_register_is_updated(tmp_path, agency):
    with acting(OFFICER):
        other = Organisation.unscoped.create(type="AGENCY", name="Boshqa agentlik")
        theirs = make_recruiter("Theirs", number="RL-0001", keeper=other)
    report = loaded(tmp_path, keeper=agency)
    assert (report.new, report.changed, report.bad) == (1, 0, 4)
    assert Recruiter.unscoped.get(pk=theirs.pk).name == "Theirs"


def test_a_taken_tax_number_is_a_bad_row_and_not_the_end(tmp_path, agency):
    with acting(OFFICER):
        make_recruiter(stir="900000001", keeper=agency)
    report = loaded(
        tmp_path, "number,name,stir\nB-1,One,900 000 001\nB-2,Two,900000002\nB-3,Three,12\n", columns={}
    )
    assert (report.new, report.bad) == (1, 2)
    assert Recruiter.unscoped.filter(number="B-2", stir="900000002").exists()


def test_dates_in_both_ways_of_writing_and_countries_by_code(tmp_path):
    rows = "number,name,licensed_from,licensed_until,destinations\nB-1,One,2024-01-31,30.01.2030,DE; tr\nB-2,Two,31.02.2024,,DE\nB-3,Three,,,Germany\n"
    report = loaded(tmp_path, rows, columns={})
    assert (report.new, report.bad) == (1, 2)
    firm = Recruiter.unscoped.get()
    assert (firm.licensed_from, firm.licensed_until, firm.destinations) == (
        date(2024, 1, 31),
        date(2030, 1, 30),
        ["DE", "TR"],
    )


def test_dates_that_contradict_each_other_are_a_bad_row(tmp_path):
    report = loaded(
        tmp_path,
        "number,name,licensed_from,licensed_until\nB-1,One,2024-01-31,2023-01-01\nB-2,Two,,\n",
        columns={},
    )
    assert (report.new, report.bad) == (1, 1)


def test_a_load_is_one_event_and_works_behind_the_wall(tmp_path, agency):
    before = Event.unscoped.count()
    with acting(LOADER), as_web():
        assert loaded(tmp_path).new == 2
    assert Event.unscoped.count() == before + 1


def test_a_long_list_is_loaded_in_pieces(tmp_path, agency):
    rows = "".join(f"N-{n},Firma {n}\n" for n in range(1203))
    assert loaded(tmp_path, f"number,name\n{rows}", columns={}).new == 1203
    assert loaded(tmp_path, f"number,name\n{rows}", columns={}).same == 1203


def test_the_command_says_which_states_there_are():
    assert STATES == ["LICENSED", "SUSPENDED", "WITHDRAWN", "EXPIRED"]
