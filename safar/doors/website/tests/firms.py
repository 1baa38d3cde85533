"""Invented firms, and the check asked about them, as pages are given it."""

from datetime import date

from safar.citizens.recruiters.check import Answer, Firm, Question, ask
from safar.citizens.recruiters.firms import Firms
from safar.citizens.recruiters.rules import State

TODAY = date(2026, 11, 23)

LICENSED = Firm(
    id=1,
    number="XM-0417",
    name="Zarafshon Ish",
    state=State.LICENSED,
    stir="301234567",
    former_names=("Registon Mehnat",),
    old_numbers=("XM-0017",),
    branches=("Zarafshon Ish Namangan",),
    licensed_from=date(2024, 3, 15),
    licensed_until=date(2029, 3, 14),
    destinations=("DE", "TR", "QA"),
    works=("AGRICULTURE",),
    address="Samarqand sh., Registon koʻchasi 12",
    phone="+998 66 000 45 67",
    website="https://zarafshon.example",
    deposit_paid=True,
)
SUSPENDED = Firm(
    id=2,
    number="XM-0288",
    name="Oltin Yoʻl Konsalting",
    state=State.SUSPENDED,
    stir="305771940",
    licensed_until=date(2027, 8, 11),
    stopped_on=date(2026, 11, 3),
    reason="Ishchilardan chek bermay pul olgan",
    decision="118",
)
WITHDRAWN = Firm(id=3, number="XM-0111", name="Zarifshon Ish", state=State.WITHDRAWN, stir="306118402")
EXPIRED = Firm(
    id=4,
    number="XM-0007",
    name="Silk Job",
    state=State.LICENSED,
    stir="304551870",
    licensed_until=date(2026, 11, 22),
)
NOT_YET = Firm(
    id=5,
    number="XM-0500",
    name="Yangi Qadam",
    state=State.LICENSED,
    stir="307000005",
    licensed_from=date(2026, 12, 1),
    licensed_until=date(2031, 11, 30),
)
SAME_NAME = Firm(id=6, number="XM-0601", name="Nur Servis", state=State.LICENSED, stir="308000006")
SAME_NAME_TOO = Firm(id=7, number="XM-0602", name="Nur Servis", state=State.LICENSED, stir="308000007")

ALL = (LICENSED, SUSPENDED, WITHDRAWN, EXPIRED, NOT_YET, SAME_NAME, SAME_NAME_TOO)

QUESTIONS = {
    "licensed": {"text": "Zarafshon Ish"},
    "not_for_this": {"text": "XM-0417", "destination": "GB", "work": "CARE"},
    "suspended": {"text": "305771940"},
    "withdrawn": {"text": "Zarifshon Ish"},
    "expired": {"text": "Silk Job"},
    "not_yet": {"text": "Yangi Qadam"},
    "old_name": {"text": "Registon Mehnat"},
    "old_number": {"text": "XM-0017"},
    "branch": {"text": "Zarafshon Ish Namangan"},
    "several": {"text": "Nur Servis"},
    "not_found": {"text": "Zarafshon Ish Plyus"},
}
"""One question for each verdict that has a page."""


def answered(**question: str) -> Answer:
    """What the check says of a question today."""
    return ask(Question(**question), Firms(ALL), today=TODAY)
