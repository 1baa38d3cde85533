"""Names of countries in the language of the moment, from the Unicode CLDR tables that `babel` carries."""

from functools import cache

from babel import Locale
from django.utils.translation import get_language

LOCALES = {"uz": "uz", "uz-cyrl": "uz_Cyrl", "ru": "ru", "en": "en"}


def country_name(code: str) -> str:
    """The name of a country by its two-letter code; an unknown code as it stands."""
    return _names(LOCALES.get((get_language() or "uz").lower(), "en")).get(code.upper(), code)


@cache
def _names(locale: str) -> dict[str, str]:
    return dict(Locale.parse(locale).territories)
