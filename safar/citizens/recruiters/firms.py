"""All published firms in memory, looked up by exact key or by likeness; kept current one firm at a time."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from safar.citizens.recruiters.check import Firm
from safar.citizens.recruiters.nearness import Loose, Nearness, nearest
from safar.citizens.recruiters.rules import UNPUBLISHED, Verdict, verdict


class Firms:
    """A `check.Source` over firms held in memory.

    One thread may put and remove while others read: each answer is judged on one immutable `Firm`, and an index entry
    counts only if that firm bears the key itself.
    """

    def __init__(self, firms: Iterable[Firm] = ()) -> None:
        self._firms: dict[int, Firm] = {}
        self._holders: dict[str, tuple[int, ...]] = {}
        self._nearness = Nearness()
        self._counted: tuple[date, int] | None = None
        for firm in firms:
            self.put(firm)

    def __len__(self) -> int:
        return len(self._firms)

    def put(self, firm: Firm) -> None:
        """Add a firm, or put it in the place of what it was; an unpublished one is removed."""
        if firm.state in UNPUBLISHED:
            return self.remove(firm.id)
        for key in firm.keys:
            holders = self._holders.get(key, ())
            if firm.id not in holders:
                self._holders[key] = (*holders, firm.id)
        self._nearness.add(firm)
        self._firms[firm.id] = firm
        self._counted = None
        return None

    def remove(self, firm_id: int) -> None:
        """Forget a firm; what still points to it is passed over."""
        self._firms.pop(firm_id, None)
        self._counted = None

    def by_id(self, firm_id: int) -> Firm | None:
        """A firm by its id."""
        return self._firms.get(firm_id)

    def exact(self, keys: Sequence[str]) -> list[Firm]:
        """Firms that bear one of the keys, by id."""
        ids = {firm_id for key in keys for firm_id in self._holders.get(key, ())}
        found = [firm for firm_id in sorted(ids) if (firm := self._firms.get(firm_id))]
        return [firm for firm in found if any(key in firm.keys for key in keys)]

    def candidates(self, text: str) -> set[int]:
        """Ids of firms worth comparing with a text; a hint, since it may be old."""
        return self._nearness.candidates(Loose.of(text))

    def near(self, text: str, limit: int) -> list[Firm]:
        """Firms that resemble a text, the nearest first."""
        loose = Loose.of(text)
        found = (self._firms.get(firm_id) for firm_id in self._nearness.candidates(loose))
        return nearest(loose, [firm for firm in found if firm], limit)

    def licensed(self, today: date) -> int:
        """How many firms hold a licence today; counted once a day and after each change."""
        counted = self._counted
        if counted is None or counted[0] != today:
            held = sum(verdict(firm, today=today) is Verdict.LICENSED for firm in tuple(self._firms.values()))
            counted = self._counted = (today, held)
        return counted[1]
