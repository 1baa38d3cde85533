"""Templates rendered once for each shape of their content, then filled with escaped text.

A page's context is plain: text, lists, and a few words that choose markup. Two answers of one shape (the same lists as long,
the same texts present, the same words) give pages that differ only in their texts. So the template is rendered once with a
mark in the place of each text, cut at the marks, and every further page of that shape is these pieces with the new texts
between them, escaped as the template would. A text never chooses markup, whatever stands in it.
"""

from __future__ import annotations

import re
import secrets
from collections import OrderedDict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields, is_dataclass, replace
from functools import cache
from html import escape
from threading import Lock
from typing import Any

from django.utils.safestring import SafeString

#: Fields whose value is a word of ours that chooses markup, not a text.
WORDS = frozenset({"code", "kind", "sign", "icon"})
SHAPES_AT_MOST = 512
#: Stands round the name of a hole. A text that is typed never holds it: whoever fills pages sees to that.
HOLE = "\x00"
_SECRET = secrets.token_hex(16)
_MARK = re.compile(f"zq{_SECRET}n([0-9]+)z")

Pieces = tuple[list[str], list[int]]


def mark(number: int) -> str:
    """The mark that stands for the text of this number: letters and digits that nothing else contains or escapes."""
    return f"zq{_SECRET}n{number}z"


def hole(name: str) -> str:
    """What to write into a content where a text is to come later."""
    return f"{HOLE}{name}{HOLE}"


@dataclass(frozen=True, slots=True)
class Prepared:
    """A page that waits for the texts of its holes, which may be filled again and again.

    Between its literals stand its texts in their `order`, escaped already; `holes` are the places of those with holes, cut
    into what is said and the names of the holes in turn.
    """

    literals: list[str]
    order: list[int]
    texts: list[str]
    holes: tuple[tuple[int, list[str]], ...]

    def page(self, filling: dict[str, str]) -> str:
        """The whole page; `filling` has a text for each hole by its name, which is escaped here if it is no markup already."""
        texts = self.texts
        if self.holes:
            texts = texts.copy()
            filling = {name: _escaped(text) for name, text in filling.items()}
            for place, parts in self.holes:
                filled = parts.copy()
                filled[1::2] = [filling[name] for name in parts[1::2]]
                texts[place] = "".join(filled)
        page = [""] * (2 * len(self.order) + 1)
        page[0::2] = self.literals
        page[1::2] = [texts[number] for number in self.order]
        return "".join(page)


class Filler:
    """Renders contexts of one template. `render` makes the page of a context by the template engine."""

    def __init__(self, render: Callable[[str, Any], str]) -> None:
        self._render = render
        self._pieces: OrderedDict[Any, Pieces] = OrderedDict()
        self._lock = Lock()

    def page(self, language: str, content: Any) -> str:
        """The page of `content` (a frozen dataclass of texts, lists and words) in a language."""
        return self.prepared(language, content).page({})

    def prepared(self, language: str, content: Any) -> Prepared:
        """The page of `content`, but for what stands in it as `hole`; it keeps its texts only, the rest is its shape's."""
        texts: list[str] = []
        shape = (language, _shape(content, texts))
        literals, order = self._pieces.get(shape) or self._cut(shape, language, content)
        texts = [_escaped(text) for text in texts]
        holes = tuple((place, text.split(HOLE)) for place, text in enumerate(texts) if HOLE in text)
        return Prepared(literals, order, texts, holes)

    def _cut(self, shape: Any, language: str, content: Any) -> Pieces:
        parts = _MARK.split(self._render(language, _marked(content, iter(range(1_000_000)))))
        pieces = (parts[::2], [int(number) for number in parts[1::2]])
        with self._lock:
            self._pieces[shape] = pieces
            while len(self._pieces) > SHAPES_AT_MOST:
                self._pieces.popitem(last=False)
        return pieces


def _escaped(text: str) -> str:
    return text if isinstance(text, SafeString) else escape(text)


@cache
def _names(kind: Any) -> tuple[tuple[str, bool], ...]:
    return tuple((field.name, field.name in WORDS) for field in fields(kind))


def _shape(value: Any, texts: list[str]) -> Any:
    """What of a value chooses markup; its texts are collected in their order."""
    if isinstance(value, str):
        if value:
            texts.append(value)
        return bool(value)
    if isinstance(value, tuple):
        return tuple([_shape(part, texts) for part in value])
    if is_dataclass(value) and not isinstance(value, type):
        found = []
        for name, is_word in _names(type(value)):
            part = getattr(value, name)
            found.append(part if is_word else _shape(part, texts))
        return tuple(found)
    return value


def _marked(value: Any, numbers: Iterator[int]) -> Any:
    """The same value with a mark for every text."""
    if isinstance(value, str):
        return mark(next(numbers)) if value else value
    if isinstance(value, tuple):
        return tuple([_marked(part, numbers) for part in value])
    if is_dataclass(value) and not isinstance(value, type):
        texts = {
            name: _marked(getattr(value, name), numbers)
            for name, is_word in _names(type(value))
            if not is_word
        }
        return replace(value, **texts)
    return value
