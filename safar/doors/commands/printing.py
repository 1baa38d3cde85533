"""Prints for machines."""

from __future__ import annotations

import json
import sys
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder


def print_json(document: Any) -> None:
    """Print one JSON document on standard output."""
    json.dump(document, sys.stdout, cls=DjangoJSONEncoder, ensure_ascii=False, indent=2)
    sys.stdout.write("\n")
