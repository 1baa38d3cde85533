"""What every page needs to know of the site it belongs to.

`site` is the context processor. A page made without a request (the fast answer to a check, the page that
says something broke) calls `furniture` itself, with the address it stands for.
"""

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import get_language


@dataclass(frozen=True, kw_only=True)
class LanguageLink:
    """One language of the switch, written in its own letters, and this same page in it."""

    code: str
    short: str
    name: str
    tag: str
    url: str
    is_current: bool


@dataclass(frozen=True, kw_only=True)
class Spelling:
    """How a language is named in its own script, and the tag browsers know it by."""

    short: str
    name: str
    tag: str


SPELLINGS = {
    "uz": Spelling(short="Oʻz", name="Oʻzbekcha", tag="uz-Latn"),
    "uz-cyrl": Spelling(short="Ўз", name="Ўзбекча", tag="uz-Cyrl"),
    "kaa": Spelling(short="Qq", name="Qaraqalpaqsha", tag="kaa"),
    "ru": Spelling(short="Рус", name="Русский", tag="ru"),
    "en": Spelling(short="Eng", name="English", tag="en"),
}


def site(request: HttpRequest) -> dict[str, Any]:
    """Give every template `site`: its language links keep the page and what was asked of it."""
    query = request.META.get("QUERY_STRING", "") if request.method in ("GET", "HEAD") else ""
    return furniture(path=request.path_info, query=query)


def furniture(*, path: str, query: str = "") -> dict[str, Any]:
    """Everything around the content of a page at `path`, in the language now active.

    Returns one key, `site`, with: lang, languages, demo, helpline, helpline_href, operator, exit_url.
    """
    current = current_language()
    helpline = settings.SAFAR_HELPLINE
    return {
        "site": {
            "lang": _spelling(current).tag,
            "language": current,
            "languages": language_links(path=path, query=query),
            "demo": settings.SAFAR_DEMO,
            "helpline": helpline,
            "helpline_href": "tel:" + "".join(sign for sign in helpline if sign.isdigit() or sign == "+"),
            "operator": settings.SAFAR_OPERATOR,
            "exit_url": settings.SAFAR_EXIT_URL,
        }
    }


def current_language() -> str:
    """The code of the active language, or the site's own where none is active."""
    code = get_language()
    return code if code in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE


def language_links(*, path: str, query: str = "") -> tuple[LanguageLink, ...]:
    """The same page in every language of the site, in the order of the settings."""
    current = current_language()
    return tuple(
        LanguageLink(
            code=code,
            short=_spelling(code).short,
            name=_spelling(code).name,
            tag=_spelling(code).tag,
            url=_in_language(code, path=path, query=query),
            is_current=code == current,
        )
        for code, _name in settings.LANGUAGES
    )


def _spelling(code: str) -> Spelling:
    return SPELLINGS.get(code) or Spelling(short=code, name=code, tag=code)


def _in_language(code: str, *, path: str, query: str) -> str:
    """The address of a page in another language; of the home page where the page has no languages."""
    first, _slash, rest = path.lstrip("/").partition("/")
    if first not in dict(settings.LANGUAGES):
        return f"/{code}/"
    return f"/{code}/{rest}" + (f"?{query}" if query else "")
