"""The API's description (OpenAPI 3.1) as it lies in git: `python -m safar.doors.api.description` writes it anew."""

import json
from pathlib import Path

PATH = Path(__file__).resolve().parents[3] / "docs" / "openapi.json"


def description() -> str:
    """The description of the API as it runs, in a stable form."""
    from django.utils import translation

    from safar.doors.api.endpoints import make_api

    with translation.override("en"):
        schema = make_api(namespace="described").get_openapi_schema(path_prefix="/api/v1/")
        return (
            json.dumps(
                json.loads(json.dumps(schema, default=str)), indent=1, ensure_ascii=False, sort_keys=True
            )
            + "\n"
        )


def write() -> None:
    """Write the description to docs/openapi.json."""
    PATH.write_text(description(), encoding="utf-8")


if __name__ == "__main__":
    import os

    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "safar.config.settings")
    django.setup()
    write()
