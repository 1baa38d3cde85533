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
from dataclasses import fields, is_dataclass, replace
from functools import cache
from html import escape
from threading import Lock
from typing import Any

#: Fields whose value is a word of ours that chooses markup, not a text.
WORDS = frozenset({"code", "kind", "sign", "icon"})
SHAPES_AT_MOST = 512
_SECRET = secrets.token_hex(8)
_MARK = re.compile(f"zq{_SECRET}n([0-9]+)z")

Pieces = tuple[list[str], list[int]]


def mark(number: int) -> str:
    """The mark that stands for the text of this number: letters and digits that nothing else contains or escapes."""
    return f"zq{_SECRET}n{number}z"


class Filler:
    """Renders contexts of one template. `render` makes the page of a context by the template engine."""

    def __init__(self, render: Callable[[str, Any], str]) -> None:
        self._render = render
        self._pieces: OrderedDict[Any, Pieces] = OrderedDict()
        self._lock = Lock()

    def page(self, language: str, content: Any) -> str:
        """The page of `content` (a frozen dataclass of texts, lists and words) in a language."""
        texts: list[str] = []
        shape = (language, _shape(content, texts))
        literals, order = self._pieces.get(shape) or self._cut(shape, language, content)
        escaped = [escape(text) for text in texts]
        page = [literals[0]]
        for literal, number in zip(literals[1:], order, strict=True):
            page += (escaped[number], literal)
        return "".join(page)

    def _cut(self, shape: Any, language: str, content: Any) -> Pieces:
        parts = _MARK.split(self._render(language, _marked(content, iter(range(1_000_000)))))
        pieces = (parts[::2], [int(number) for number in parts[1::2]])
        with self._lock:
            self._pieces[shape] = pieces
            while len(self._pieces) > SHAPES_AT_MOST:
                self._pieces.popitem(last=False)
        return pieces


@cache
def _names(kind: type) -> tuple[tuple[str, bool], ...]:
    return tuple((field.name, field.name in WORDS) for field in fields(kind))


def _shape(value: Any, texts: list[str]) -> Any:
    """What of a value chooses markup; its texts are collected in their order."""
    if isinstance(value, str):
        if value:
            texts.append(value)
        return bool(value)
    if isinstance(value, tuple):
        return tuple([_shape(part, texts) for part in value])
    if is_dataclass(value):
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
