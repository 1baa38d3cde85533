"""What every page needs to know of the site it belongs to.

`site` is the context processor. A page made without a request (the fast answer to a check, the page that
says something broke) calls `furniture` itself, with the address it stands for.
"""

import re
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import get_language

from safar.foundation.languages.names import LANGUAGES


@dataclass(frozen=True, kw_only=True)
class LanguageLink:
    """One language of the switch, written in its own letters, and this same page in it."""

    code: str
    short: str
    name: str
    tag: str
    url: str
    is_current: bool


def site(request: HttpRequest) -> dict[str, Any]:
    """Give every template `site`: its language links keep the page and what was asked of it."""
    query = request.META.get("QUERY_STRING", "") if request.method in ("GET", "HEAD") else ""
    return furniture(path=request.path_info, query=query)


_NEXT = re.compile(r"((?:^|&)next=(?:%2F|/))([a-z]{2}(?:-[a-z]{4})?)(?=%2F|/)", re.IGNORECASE)
"""The language in the address one is led on to after signing in."""


def furniture(*, path: str, query: str = "") -> dict[str, Any]:
    """Everything around the content of a page at `path`, in the language now active.

    Returns one key, `site`, with: lang (the HTML tag), language (the code), languages (LanguageLink), demo,
    helpline, helpline_href, operator, contact, exit_url. What the operator has not set is empty, and no page shows it.
    """
    current = current_language()
    helpline = helpline_number()
    return {
        "site": {
            "lang": next(tag for code, _name, _short, tag in LANGUAGES if code == current),
            "language": current,
            "languages": language_links(path=path, query=query),
            "demo": settings.SAFAR_DEMO,
            "helpline": helpline,
            "helpline_href": telephone_link(helpline),
            "operator": settings.SAFAR_OPERATOR,
            "contact": settings.SAFAR_CONTACT,
            "exit_url": settings.SAFAR_EXIT_URL,
        }
    }


def helpline_number() -> str:
    """The operator's helpline as it is shown, never broken across lines; empty where none is set."""
    return settings.SAFAR_HELPLINE.replace(" ", "\N{NO-BREAK SPACE}")


def telephone_link(number: str) -> str:
    """The address that dials a number, from the number as people write it."""
    return "tel:" + "".join(sign for sign in number if sign.isdigit() or sign == "+")


def current_language() -> str:
    """The code of the active language, or the site's own where none of ours is active."""
    active = get_language()
    return active if active in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE


def language_links(*, path: str, query: str = "") -> tuple[LanguageLink, ...]:
    """The same page in every language of the site, each keeping what was asked."""
    current = current_language()
    return tuple(
        LanguageLink(
            code=code,
            short=short,
            name=name,
            tag=tag,
            url=_in_language(code, path=path, query=query),
            is_current=code == current,
        )
        for code, name, short, tag in LANGUAGES
    )


def _in_language(code: str, *, path: str, query: str) -> str:
    """The address of a page in another language; of the home page where the page has no languages."""
    first, _slash, rest = path.lstrip("/").partition("/")
    if first not in dict(settings.LANGUAGES):
        return f"/{code}/"
    onward = _NEXT.sub(rf"\g<1>{code}", query)
    return f"/{code}/{rest}" + (f"?{onward}" if onward else "")
