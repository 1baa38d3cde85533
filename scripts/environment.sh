#!/bin/sh
# Makes .venv with the locked requirements and Safar itself; does nothing when neither has changed since.
# Usage: scripts/environment.sh base|development
set -eu
cd "$(dirname "$0")/.."
kind=${1:-base}
locked="requirements/$kind.txt"

say() { printf '%s\n' "$*" >&2; }

mark_of() { "$python" -c 'import hashlib, sys; print(hashlib.sha256(open(sys.argv[1], "rb").read()).hexdigest())' "$1"; }

is_marked() { [ -f ".venv/.safar-$1" ] && [ "$(cat ".venv/.safar-$1")" = "$(mark_of "$2")" ]; }

new_enough() { "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; }

find_python() {
    for candidate in ${PYTHON:-} python3 python3.13 python3.12 python3.11; do
        if command -v "$candidate" >/dev/null 2>&1 && new_enough "$candidate"; then
            command -v "$candidate"
            return
        fi
    done
    found=$(python3 --version 2>/dev/null || echo "no Python 3")
    say "Safar needs Python 3.11 or newer; found: $found."
    say "Debian 12 or later, Ubuntu 24.04 or later, as root:  apt-get install python3 python3-venv"
    say "A newer Python in another place is used with:        make run PYTHON=/path/to/python3"
    exit 1
}

make_environment() {
    system=$(find_python) || exit 1
    if ! "$system" -c 'import ensurepip, venv' 2>/dev/null; then
        version=$("$system" -c 'import sys; print("%d.%d" % sys.version_info[:2])')
        say "Python $version cannot make an environment, because its package venv is missing."
        say "Debian and Ubuntu, as root:  apt-get install python$version-venv"
        exit 1
    fi
    rm -rf .venv
    "$system" -m venv .venv
}

python=.venv/bin/python
if ! new_enough "$python"; then
    make_environment
fi
if ! is_marked "$kind" "$locked"; then
    say "Installing $locked (the first time takes a minute or two) ..."
    "$python" -m pip install --quiet --disable-pip-version-check --no-input --require-hashes -r "$locked"
    mark_of "$locked" > ".venv/.safar-$kind"
fi
if ! is_marked project pyproject.toml; then
    "$python" -m pip install --quiet --disable-pip-version-check --no-input --no-deps --no-build-isolation -e .
    mark_of pyproject.toml > .venv/.safar-project
fi
