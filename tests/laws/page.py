"""A page as laws read it: headings, inputs and their labels, links, duplicate ids."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

VOID = {"hidden", "submit", "button", "image", "reset"}


@dataclass
class Page(HTMLParser):
    """What a law asks of a page."""

    source: str
    headings: int = 0
    inputs: list[dict[str, Any]] = field(default_factory=list)
    labelled: set[str] = field(default_factory=set)
    ids: list[str] = field(default_factory=list)
    links: set[str] = field(default_factory=set)
    lang: str = ""
    _inside_label: int = 0

    def __post_init__(self) -> None:
        super().__init__()
        self.feed(self.source)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {k: v or "" for k, v in attrs}
        if "id" in found:
            self.ids.append(found["id"])
        if tag == "html":
            self.lang = found.get("lang", "")
        elif tag == "h1":
            self.headings += 1
        elif tag == "a":
            self.links.add(found.get("href", ""))
        elif tag == "label":
            self._inside_label += 1
            self.labelled.add(found.get("for", ""))
        elif tag in ("select", "textarea") or tag == "input" and found.get("type", "text") not in VOID:
            self.inputs.append({**found, "wrapped": bool(self._inside_label)})

    def handle_endtag(self, tag: str) -> None:
        if tag == "label":
            self._inside_label -= 1

    def nameless_inputs(self) -> list[dict[str, Any]]:
        """Inputs no label and no aria attribute names."""
        return [
            i
            for i in self.inputs
            if not (
                i["wrapped"]
                or i.get("id") in self.labelled
                or i.get("aria-label")
                or i.get("aria-labelledby")
            )
        ]

    def repeated_ids(self) -> set[str]:
        """Ids that stand more than once."""
        return {i for i in self.ids if self.ids.count(i) > 1}
