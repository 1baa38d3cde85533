"""A page as a browser and a reader would take it: what it loads, what it calls things, what it leads to."""

from dataclasses import dataclass, field
from html.parser import HTMLParser

_CONTROLS = ("input", "select", "textarea")
_NAMELESS = ("hidden", "submit", "button")
_LOADED = {"link": "href", "script": "src", "img": "src", "use": "href", "source": "srcset"}


@dataclass
class Read(HTMLParser):
    """What the tests ask of a page's source."""

    source: str
    lang: str = ""
    title: str = ""
    h1: int = 0
    landmarks: list[str] = field(default_factory=list)
    ids: list[str] = field(default_factory=list)
    links: list[str] = field(default_factory=list)
    actions: list[str] = field(default_factory=list)
    loaded: list[str] = field(default_factory=list)
    labels: set[str] = field(default_factory=set)
    controls: list[dict[str, str]] = field(default_factory=list)
    described_by: list[str] = field(default_factory=list)
    inline: list[str] = field(default_factory=list)
    _inside: str = ""

    def __post_init__(self) -> None:
        super().__init__()
        self.feed(self.source)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attrs}
        self._inside = tag
        self._keep(tag, found)
        self._note_inline(tag, found)
        address = found.get(_LOADED.get(tag, ""), "").split("#")[0]
        if address and (tag != "link" or found.get("rel") in ("stylesheet", "icon")):
            self.loaded.append(address)

    def _keep(self, tag: str, found: dict[str, str]) -> None:
        self.h1 += tag == "h1"
        if tag in ("main", "header", "footer"):
            self.landmarks.append(tag)
        if tag == "html":
            self.lang = found.get("lang", "")
        elif tag == "a":
            self.links.append(found.get("href", ""))
        elif tag == "form":
            self.actions.append(found.get("action", ""))
        elif tag == "label":
            self.labels.add(found.get("for", ""))
        elif tag in _CONTROLS and found.get("type") not in _NAMELESS:
            self.controls.append(found)
        self.ids += [found["id"]] if "id" in found else []
        self.described_by += found.get("aria-describedby", "").split()

    def _note_inline(self, tag: str, found: dict[str, str]) -> None:
        """What the content security policy would refuse to run or draw."""
        self.inline += [f"{tag} {name}" for name in found if name == "style" or name.startswith("on")]
        self.inline += [
            f"{tag} {value}" for value in found.values() if value.startswith(("data:", "javascript:"))
        ]
        if tag == "style" or (tag == "script" and "src" not in found):
            self.inline.append(tag)

    def handle_data(self, data: str) -> None:
        if self._inside == "title" and not self.title:
            self.title = data

    def nameless_controls(self) -> list[dict[str, str]]:
        """Controls that no label names."""
        return [
            one for one in self.controls if one.get("id") not in self.labels and not one.get("aria-label")
        ]

    def repeated_ids(self) -> set[str]:
        """Ids that stand more than once."""
        return {one for one in self.ids if self.ids.count(one) > 1}

    def missing_descriptions(self) -> set[str]:
        """Ids a control says it is described by and that are not there."""
        return set(self.described_by) - set(self.ids)
