"""Names of countries in the language of the page, from the Unicode CLDR tables that `babel` carries."""

from functools import cache

from babel import Locale

from .context import current_language

_OFFERED = "AE AZ BG CZ DE ES FI FR GB GR HR HU IL IT JP KG KR KZ LT LV PL PT QA RO RS RU SA SE SK TR US"

DESTINATIONS = tuple(_OFFERED.split())
"""Countries offered in the check form; a firm's answer names whatever countries its licence names."""

_LOCALES = {"uz": "uz", "uz-cyrl": "uz_Cyrl", "ru": "ru", "en": "en"}


def country_name(code: str) -> str:
    """The name of a country by its two-letter code, in the language now active; an unknown code as it stands."""
    return _names(current_language()).get(code.upper(), code)


def destination_choices() -> list[tuple[str, str]]:
    """The countries of the check form, by name."""
    return sorted(((code, country_name(code)) for code in DESTINATIONS), key=lambda choice: choice[1])


@cache
def _names(language: str) -> dict[str, str]:
    return dict(Locale.parse(_LOCALES.get(language, language)).territories)
