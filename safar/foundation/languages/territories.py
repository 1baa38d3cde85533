"""Names of countries in the language of the moment, from the Unicode CLDR tables that `babel` carries."""

from functools import cache

from babel import Locale
from django.utils.translation import get_language

#: Two letters that CLDR has for what is no country: unions, outlying parts, test codes.
NONE = frozenset({"AC", "CP", "DG", "EA", "EU", "EZ", "IC", "QO", "TA", "UN", "XA", "XB", "ZZ", "CQ"})

LOCALES = {"uz": "uz", "uz-cyrl": "uz_Cyrl", "ru": "ru", "en": "en"}


def country_name(code: str) -> str:
    """The name of a country by its two-letter code; an unknown code as it stands."""
    return _names(LOCALES.get((get_language() or "uz").lower(), "en")).get(code.upper(), code)


def country_choices() -> list[tuple[str, str]]:
    """Every country with a two-letter code, by name."""
    names = _names(LOCALES.get((get_language() or "uz").lower(), "en"))
    found = [
        (code, name) for code, name in names.items() if len(code) == 2 and code.isalpha() and code not in NONE
    ]
    return sorted(found, key=lambda choice: choice[1])


@cache
def _names(locale: str) -> dict[str, str]:
    return dict(Locale.parse(locale).territories)
