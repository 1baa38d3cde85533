"""Names of countries in the language of the moment, from the Unicode CLDR tables that `babel` carries."""

from functools import cache

from babel import Locale
from django.utils.translation import get_language

#: Two letters that CLDR has for what is no country: unions, outlying parts, test codes.
NONE = frozenset({"AC", "CP", "DG", "EA", "EU", "EZ", "IC", "QO", "TA", "UN", "XA", "XB", "ZZ", "CQ"})

LOCALES = {"uz": "uz", "uz-cyrl": "uz_Cyrl", "ru": "ru", "en": "en"}


def country_name(code: str) -> str:
    """The name of a country by its two-letter code; an unknown code as it stands."""
    return _names(_locale()).get(code.upper(), code)


def country_choices() -> tuple[tuple[str, str], ...]:
    """Every country with a two-letter code, by name, in the language of the moment."""
    return _choices(_locale())


def _locale() -> str:
    return LOCALES.get((get_language() or "uz").lower(), "en")


@cache
def _choices(locale: str) -> tuple[tuple[str, str], ...]:
    countries = (
        (code, name)
        for code, name in _names(locale).items()
        if len(code) == 2 and code.isalpha() and code not in NONE
    )
    return tuple(sorted(countries, key=lambda choice: choice[1]))


@cache
def _names(locale: str) -> dict[str, str]:
    return dict(Locale.parse(locale).territories)
