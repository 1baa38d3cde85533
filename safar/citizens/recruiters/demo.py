"""Believable recruiters for trying out and for tests. All are invented: streets, directors and account numbers say so.

Each firm of the demo world has come to its state by the service's own actions, on days of the past. Seeded: the same world
each time, its days counted from the day it is made.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import count
from random import Random
from typing import Any

from safar.citizens.recruiters import actions, rules
from safar.citizens.recruiters.models import (
    Alias,
    Branch,
    ForeignPartner,
    KindOfWork,
    LegalForm,
    Recruiter,
    State,
)
from safar.directory.places.models import Level, Place
from safar.foundation.access.actors import Actor, acting
from safar.foundation.actions import store

SEED = 20_261_122
SOURCE = "Demo world: every firm here is invented"
OFFICER = Actor("system", user_id=1, name="Namuna Karimova", via="system", job="demo")
SECOND = Actor("system", user_id=2, name="Namuna Rahimov", via="system", job="demo")

FIRST = [
    "Zarafshon",
    "Vodiy",
    "Amudaryo",
    "Sirdaryo",
    "Chirchiq",
    "Registon",
    "Afrosiyob",
    "Oltin",
    "Kumush",
    "Yangi",
    "Buyuk",
    "Umid",
    "Baraka",
    "Ishonch",
    "Ziyo",
    "Nur",
    "Sharq",
    "Turon",
    "Movarounnahr",
    "Navroʻz",
    "Humo",
    "Lochin",
    "Burgut",
    "Anor",
    "Bodom",
    "Paxta",
    "Ipak",
    "Karvon",
    "Orol",
    "Qizilqum",
]
SECOND_WORDS = (
    "Ish",
    "Mehnat",
    "Bandlik",
    "Kadr",
    "Job",
    "Xizmat",
    "Hamkor",
    "Yoʻl",
    "Migrant Servis",
    "Ish Markazi",
    "Konsalting",
)
REASONS = (
    "Ishchilardan chek bermay pul olgan (namuna)",
    "Shartnomada vaʼda qilingan ish haqi berilmagan (namuna)",
    "Kafolat puli toʻldirilmagan (namuna)",
    "Pasportlarni saqlab qolgan (namuna)",
    "Litsenziyada koʻrsatilmagan davlatga odam yuborgan (namuna)",
)
DIRECTORS = [
    "Rahimov",
    "Karimova",
    "Yusupov",
    "Nazarova",
    "Saidov",
    "Tursunova",
    "Qodirov",
    "Ergasheva",
    "Hamidov",
    "Olimova",
]
ABROAD = {
    "DE": ("Beispiel Logistik GmbH", "Muster Pflege GmbH"), "TR": ("Örnek Tekstil AŞ", "Deneme İnşaat AŞ"),
    "QA": ("Sample Manpower WLL", "Example Hospitality WLL"), "AE": ("Specimen Services LLC",),
    "KZ": ("Үлгі Құрылыс ЖШС",), "RU": ("ООО «Образец-Строй»",), "GB": ("Example Farms Ltd", "Sample Growers Ltd"),
    "KR": ("Bogi Industry Co",), "JP": ("Mihon Kaigo KK",), "PL": ("Przykład Praca Sp. z o.o.",),
    "SA": ("Mithal Contracting Co",), "LT": ("Pavyzdys UAB",), "HU": ("Minta Munka Kft",), "SK": ("Ukážka s.r.o.",),
}  # fmt: skip
WORKS = list(KindOfWork.values)
_numbers = count(1)


@dataclass(frozen=True, slots=True)
class Known:
    """A firm the pictures and journeys ask for by name."""

    name: str
    number: str
    stir: str
    fate: str
    city: str
    destinations: str = "DE TR QA"


KNOWN = (
    Known("Zarafshon Ish", "XM-0417", "301234567", "licensed", "Samarqand"),
    Known("Zarifshon Ish", "XM-0099", "900118402", "withdrawn", "Samarqand"),
    Known("Oltin Yoʻl Konsalting", "XM-0288", "900771940", "suspended", "Chilonzor", "DE PL TR"),
    Known("Silk Job", "XM-0331", "900551870", "licensed", "Namangan", "GB KR"),
    Known("Silk Jop", "XM-0332", "900551871", "expired", "Namangan", "GB"),
    Known("Global Kadr Servis", "XM-0102", "900118655", "ending", "Fargʻona", "AE QA SA"),
    Known("Vodiy Mehnat Markazi", "XM-0455", "900900412", "licensed", "Andijon", "RU KZ TR"),
    Known("Amudaryo Bandlik", "XM-0219", "900447018", "licensed", "Urganch", "KZ RU"),
    Known("Buxoro Ish Hamkor", "XM-0390", "900006731", "licensed", "Buxoro", "DE LT HU"),
    Known("Orol Ish Ekspress", "XM-0471", "900300118", "proposed", "Nukus", "RU"),
    Known("Humo Karyera", "", "900222190", "applied", "Toshkent", "JP KR"),
    Known("Yashil Vaha Ish", "", "900222191", "refused", "Termiz", "AE"),
)
#: How many firms come to which end, beside the known ones.
FATES = {
    "licensed": 79, "ending": 8, "overdue": 3, "renamed": 6, "suspended": 16, "withdrawn": 10, "proposed": 1,
    "expired": 7, "applied": 5, "refused": 3,
}  # fmt: skip
NAMES = {
    "licensed": "Zarafshon Ish",
    "licensed_number": "XM-0417",
    "licensed_stir": "301234567",
    "suspended": "Oltin Yoʻl Konsalting",
    "withdrawn": "Zarifshon Ish",
    "expired": "Silk Jop",
    "look_alike": "Zarafshon Ish Plyus",
    "applied": "Humo Karyera",
}


def names() -> dict[str, str]:
    """What to ask the demo for, by what the answer will be."""
    return dict(NAMES)


def load(*, now: datetime) -> None:
    """Make 150 recruiters, once."""
    with acting(OFFICER):
        if Recruiter.unscoped.exists():
            return
        world = _World(Random(SEED), now)  # noqa: S311  (chances of a story, not of a lock)
        for known in KNOWN:
            world.make(known)
        for invented in world.invented():
            world.make(invented)


def make_recruiter(name: str = "", **values: Any) -> Recruiter:
    """A recruiter as a test needs it, written straight to the table; licensed until the end of 2099 unless said otherwise."""
    serial = next(_numbers)
    defaults: dict[str, Any] = {
        "state": State.LICENSED,
        "number": f"T-{serial:05}",
        "stir": f"{800_000_000 + serial}",
    }
    if values.get("state", State.LICENSED) == State.LICENSED:
        defaults |= {"licensed_from": date(2020, 1, 1), "licensed_until": date(2099, 12, 31)}
    if values.get("state") in (State.SUSPENDED, State.WITHDRAWN):
        defaults |= {"stopped_on": date(2026, 11, 3), "state_reason": REASONS[0], "state_order": "118"}
    if values.get("state") == State.APPLIED:
        defaults |= {"number": "", "applied_on": date(2026, 11, 1)}
    return _saved(Recruiter(name=name or f"Namuna Firma {serial}", **{**defaults, **values}))


def make_alias(recruiter: Recruiter, text: str, kind: str = Alias.Kind.FORMER_NAME) -> Alias:
    """A former name or number of a recruiter."""
    return _saved(Alias(recruiter=recruiter, text=text, kind=kind))


def make_branch(recruiter: Recruiter, name: str) -> Branch:
    """A branch of a recruiter."""
    return _saved(Branch(recruiter=recruiter, name=name))


def _saved(row: Any) -> Any:
    with acting(OFFICER):
        row.take_label()
        row.save(force_insert=True)
    return row


class _World:
    """Makes firms one after another out of one sequence of chances."""

    def __init__(self, chance: Random, now: datetime) -> None:
        self.chance, self.now = chance, now
        self.today = now.astimezone(rules.ZONE).date()
        self.places = list(Place.unscoped.filter(level=Level.DISTRICT).order_by("code"))
        self.taken = {known.name for known in KNOWN}
        self.serial, self.orders = 500, count(20)

    def invented(self) -> Iterator[Known]:
        """Firms with names of their own, some a letter away from another's."""
        fates = [fate for fate, how_many in FATES.items() for _one in range(how_many)]
        for number, fate in enumerate(fates):
            countries = self.chance.sample(sorted(ABROAD), self.chance.randint(1, 4))
            has_number = fate not in ("applied", "refused")
            self.serial += 1
            licence = f"XM-{self.serial:04}" if has_number else ""
            yield Known(self._name(number), licence, f"9003{self.serial:05}", fate, "", " ".join(countries))

    def _name(self, number: int) -> str:
        while True:
            name = f"{self.chance.choice(FIRST)} {self.chance.choice(SECOND_WORDS)}"
            if number % 12 == 11:
                name = self._twin()
            if name not in self.taken:
                self.taken.add(name)
                return name

    def _twin(self) -> str:
        """A name with one letter of another firm's name changed."""
        name = self.chance.choice(sorted(self.taken))
        place = self.chance.choice([at for at, sign in enumerate(name) if sign in "aeiou"] or [1])
        return name[:place] + self.chance.choice([v for v in "aeiou" if v != name[place]]) + name[place + 1 :]

    def make(self, known: Known) -> None:
        """Bring a firm to its end by the actions that lead there."""
        began = self._days(known.fate)
        firm = actions.apply_for_licence(
            name=known.name, stir=known.stir, legal_form=self._form(known), place=self._place(known.city),
            address=f"Namuna koʻchasi {self.chance.randint(1, 120)}", phone=f"+998 00 {self.chance.randint(100, 999)} 00 00",
            director=f"Namuna {self.chance.choice(DIRECTORS)}", email=f"{known.stir}@namuna.example",
            destinations=sorted(known.destinations.split()), works=sorted(self.chance.sample(WORKS, self.chance.randint(1, 5))),
            by=OFFICER, now=self._at(began - 25),
        )  # fmt: skip
        if known.fate == "refused":
            said = {"reason": REASONS[2], "order_number": self._order()}
            firm = actions.refuse_application(firm, **said, by=OFFICER, now=self._at(began))
        if known.number:
            firm = self._licensed(firm, known, began)
        firm.source = SOURCE
        store(firm, by=OFFICER)

    def _licensed(self, firm: Recruiter, known: Known, began: int) -> Recruiter:
        order = self._order()
        firm = actions.grant_licence(
            firm, number=known.number, order_number=order, by=OFFICER, now=self._at(began)
        )
        firm = self._deposit(firm, min(0, began + 5))
        self._belongings(firm, known)
        return self._end(firm, known.fate, began)

    def _end(self, firm: Recruiter, fate: str, began: int) -> Recruiter:
        since = max(began + 30, -self.chance.randint(2, 20))
        said = {"reason": self.chance.choice(REASONS), "order_number": self._order()}
        if fate == "suspended":
            return actions.suspend_licence(firm, **said, by=OFFICER, now=self._at(since))
        if fate == "proposed":
            return actions.propose_withdrawal(firm, **said, by=OFFICER, now=self._at(-2))
        if fate == "withdrawn":
            since = max(since - self.chance.randint(10, 200), began + 1)
            firm = actions.propose_withdrawal(firm, **said, by=OFFICER, now=self._at(since))
            return actions.withdraw_licence(firm, by=SECOND, now=self._at(since + 2))
        if fate == "expired":
            return actions.record_expiry(firm, by=OFFICER, now=self._at(-1))
        if fate == "renamed":
            new = f"{firm.name} Plyus" if self.chance.random() < 0.5 else f"Yangi {firm.name}"
            return actions.rename_recruiter(
                firm, name=new, by=OFFICER, now=self._at(-self.chance.randint(5, 90))
            )
        return firm

    def _deposit(self, firm: Recruiter, day: int) -> Recruiter:
        checked_on = self.today + timedelta(days=day)
        demanded = rules.deposit_required(checked_on)
        if demanded is None or self.chance.random() < 0.1:
            return firm
        short = self.chance.random() < 0.12
        return actions.record_deposit(
            firm, amount=demanded.value * 3 // 4 if short else demanded.value, currency=demanded.currency, bank="Namuna bank",
            bank_account=f"2020 8000 0000 {self.chance.randint(1000, 9999)} 0000", checked_on=checked_on, by=OFFICER,
            now=self._at(day),
        )  # fmt: skip

    def _belongings(self, firm: Recruiter, known: Known) -> None:
        for country in firm.destinations[:2]:
            partner = ForeignPartner(
                recruiter=firm, name=self.chance.choice(ABROAD[country]), country=country
            )
            store(partner, by=OFFICER)
        if self.chance.random() < 0.25:
            place = self._place("")
            name = f"{known.name}, {place.name_uz if place else 'viloyat'} filiali"
            store(Branch(recruiter=firm, name=name, place=place, address="Namuna koʻchasi 1"), by=OFFICER)
        if self.chance.random() < 0.15:
            former = Alias(
                recruiter=firm, kind=Alias.Kind.OLD_NUMBER, text=f"AL-{self.chance.randint(1000, 9999)}"
            )
            store(former, by=OFFICER)

    def _days(self, fate: str) -> int:
        """How many days ago the licence began (or, without one, the application was decided or is from)."""
        term = (rules.licence_ends(self.today) - self.today).days
        return {
            "ending": -term + self.chance.randint(1, 29),
            "overdue": -term - self.chance.randint(3, 20),
            "expired": -term - self.chance.randint(30, 300),
            "applied": self.chance.randint(1, 24),
        }.get(fate, -self.chance.randint(120, term - 120))

    def _at(self, days: int) -> datetime:
        """Some minute of an office day that many days from now; never later than now."""
        day = self.today + timedelta(days=min(days, 0))
        moment = datetime.combine(
            day, time(9 + self.chance.randrange(8), self.chance.randrange(60)), rules.ZONE
        )
        return min(moment, self.now)

    def _order(self) -> str:
        return str(next(self.orders))

    def _form(self, known: Known) -> str:
        return (
            LegalForm.LIMITED
            if known in KNOWN
            else self.chance.choice([LegalForm.LIMITED] * 8 + [LegalForm.PRIVATE])
        )

    def _place(self, city: str) -> Place | None:
        named = [place for place in self.places if city and place.name_uz.startswith(city)]
        return self.chance.choice(named or self.places) if self.places else None
