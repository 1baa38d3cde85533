"""The places Safar comes with: all countries, and the regions, districts and cities of Uzbekistan.

Countries come from ISO 3166 (pycountry) and CLDR (babel); the rest from the committed table (see its first lines).
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from datetime import datetime
from functools import lru_cache
from pathlib import Path

import pycountry
from babel import Locale

from safar.directory.places.found import COUNTRY, Found, parent_code
from safar.directory.places.loads import Outcome, bring_in
from safar.foundation.access.actors import Actor

TABLE = Path(__file__).parent / "tables" / "uzbekistan.tsv"
LOCALES = {"name_uz": "uz", "name_uz_cyrl": "uz_Cyrl", "name_ru": "ru", "name_en": "en"}
SOURCE_OF_COUNTRIES = "ISO 3166-1, CLDR"
SOURCE_OF_HOME = "PyPI uzbekistan 2.9 (MIT), SOATO"


def countries() -> Iterator[Found]:
    """Every country of ISO 3166-1 with its names."""
    territories = {field: Locale.parse(locale).territories for field, locale in LOCALES.items()}
    for number, country in enumerate(pycountry.countries, 1):
        names = {field: names.get(country.alpha_2, "") for field, names in territories.items()}
        names["name_en"] = names["name_en"] or country.name
        names["name_uz"] = names["name_uz"] or names["name_en"]
        iso = {"iso": country.alpha_2, "iso_alpha3": country.alpha_3, "iso_numeric": country.numeric}
        yield Found(number, COUNTRY, country.alpha_2, names, iso=iso)


def home_places() -> Iterator[Found]:
    """Regions, districts and cities of Uzbekistan from the committed table."""
    with TABLE.open(encoding="utf-8", newline="") as file:
        rows = csv.DictReader((line for line in file if not line.startswith("#")), delimiter="\t")
        for number, row in enumerate(rows, 1):
            names = {field: row[field] for field in LOCALES}
            yield Found(
                number, row["level"], row["code"], names, parent_code(row["code"]), {"iso": row["iso"]}
            )


def load_reference(*, by: Actor, now: datetime) -> Outcome:
    """Bring in what is missing of the shipped places; run again it changes nothing and undoes no officer's work."""
    outcome = bring_in(countries(), source=SOURCE_OF_COUNTRIES, by=by, now=now, is_reference=True)
    outcome += bring_in(home_places(), source=SOURCE_OF_HOME, by=by, now=now, is_reference=True)
    return outcome


@lru_cache(maxsize=1)
def region_codes() -> tuple[str, ...]:
    """SOATO codes of the fourteen regions, as shipped."""
    return tuple(found.code for found in home_places() if found.level == "REGION")
