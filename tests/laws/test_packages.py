"""What the house is built of: every package named once, pinned, with its hashes, from one registry."""

import json
import re

import pytest

from tests.laws.source import ROOT

PIN = re.compile(r"^([a-z0-9._-]+)(\[[a-z,]+\])?==(\S+?)( ;.*)? \\$", re.IGNORECASE)

REGISTRY = "https://registry.npmjs.org/"


def pinned(name):
    """Packages of a file, by name: version and hashes."""
    found, current = {}, None
    for line in (ROOT / "requirements" / name).read_text().splitlines():
        if line.startswith("    --hash="):
            found[current][1].append(line.strip(" \\"))
        elif line and not line.startswith((" ", "#")):
            match = PIN.match(line)
            assert match, f"not pinned: {line}"
            current = (plain(match[1]), match[4] or "")
            assert current not in found, line
            found[current] = (match[3], [])
    return found


def plain(name):
    return re.sub(r"[-_.]+", "-", name).lower()


def asked(name):
    """Packages a person asked for."""
    lines = (ROOT / "requirements" / name).read_text().splitlines()
    return {
        plain(re.match(r"[\w.-]+", line)[0]) for line in lines if line and not line.startswith(("-", "#"))
    }


@pytest.mark.parametrize("name", ["base", "development"])
def test_every_package_is_pinned_with_its_hashes(name):
    packages = pinned(f"{name}.txt")
    assert len(packages) > 20
    for package, (version, hashes) in packages.items():
        assert hashes, package
        assert all(re.fullmatch(r"--hash=sha256:[0-9a-f]{64}", one) for one in hashes), package
        assert "*" not in version
    assert asked(f"{name}.in") <= {package for package, _when in packages}
    text = (ROOT / "requirements" / f"{name}.txt").read_text()
    assert not re.search(r"^(-|--)(i|index-url|extra-index-url|find-links|trusted-host)", text, re.MULTILINE)
    assert not re.search(r"(git\+|https?://|@ file)", text)


def test_the_front_end_is_pinned_with_its_hashes():
    packages = json.loads((ROOT / "front-end/package-lock.json").read_text())["packages"]
    fetched = {name: one for name, one in packages.items() if name}
    assert fetched
    for name, one in fetched.items():
        assert one["integrity"].startswith("sha512-"), name
        assert one.get("resolved", REGISTRY).startswith(REGISTRY), name
