"""The history is read in every process: each kind of event is known as soon as the house stands, whoever wrote it."""

import json
import re
import subprocess
import sys
from pathlib import Path

HOUSE = Path(__file__).resolve().parents[2]
REGISTERED = re.compile(r"register_kind\(\s*\"([\w.]+)\"")
ASKED = "import django, json; django.setup(); from safar.foundation.history.kinds import known_kinds; print(json.dumps([*known_kinds()]))"


def test_every_kind_is_known_once_the_apps_are_ready():
    written = {
        code
        for path in (HOUSE / "safar").rglob("*.py")
        if "tests" not in path.parts
        for code in REGISTERED.findall(path.read_text(encoding="utf-8"))
    }
    assert len(written) > 15
    done = subprocess.run(
        [sys.executable, "-c", ASKED], cwd=HOUSE, capture_output=True, text=True, check=True
    )
    assert written - set(json.loads(done.stdout.splitlines()[-1])) == set()
