#!/bin/sh
# Makes .venv and installs the locked versions; run by `make`, again only when they change.
set -eu
cd "$(dirname "$0")/.."
PYTHON=${PYTHON:-python3}

say() { printf 'sportello: %s\n' "$*"; }
stop() { say "$*" >&2; exit 1; }

command -v "$PYTHON" >/dev/null || stop "Python is missing: install Python 3.11 or newer."
"$PYTHON" -c 'import sys; sys.exit(sys.version_info < (3, 11))' ||
  stop "$("$PYTHON" --version) is too old: install Python 3.11 or newer, or run make PYTHON=..."
[ -w . ] || stop "This folder is read-only: copy the project to one you can write to."
if ! "$PYTHON" -c 'import ensurepip, venv' 2>/dev/null; then
  [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null ||
    stop "Python's venv module is missing: run apt-get install python3-venv, then again."
  say "installing python3-venv ..."
  apt-get update -qq && apt-get install -y -qq python3-venv >/dev/null
fi
[ -x .venv/bin/python ] || { say "making .venv ..."; "$PYTHON" -m venv .venv; }
say "installing the locked packages (about a minute the first time) ..."
.venv/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes \
  --requirement requirements.lock
.venv/bin/python -m pip install --quiet --disable-pip-version-check --no-deps \
  --no-build-isolation --editable .
touch .venv/.ready
say "ready."
