#!/bin/sh
# Sees to it that the tests of the chat page find a browser: one that is installed, else Playwright's own, else Debian's.
# Fonts for Arabic and Urdu come with it where root may install them; the tests pass without.
set -eu
cd "$(dirname "$0")/.."

is_root_of_debian() { [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; }

install_packages() {
    apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@" >/dev/null
}

is_installed() {
    for name in chromium chromium-browser google-chrome google-chrome-stable; do
        command -v "$name" >/dev/null && return
    done
    return 1
}

# Downloaded is not yet usable: a bare machine lacks the libraries it needs.
starts() {
    .venv/bin/python - <<'PYTHON' >/dev/null 2>&1
from playwright.sync_api import sync_playwright

with sync_playwright() as playwright:
    chromium = playwright.chromium
    chromium.launch(executable_path=chromium.executable_path, args=["--no-sandbox"]).close()
PYTHON
}

use_playwrights_own() {
    starts && return
    echo "Downloading a browser for the tests of the chat page…" >&2
    .venv/bin/playwright install chromium >/dev/null 2>&1 && starts
}

use_debians() {
    is_root_of_debian && echo "Installing Debian's chromium…" >&2 && install_packages chromium
}

has_fonts() { command -v fc-list >/dev/null && [ -n "$(fc-list :lang=ur 2>/dev/null)" ]; }

if ! is_installed && ! use_playwrights_own && ! use_debians; then
    echo "The chat page is tested in a browser: install chromium (Debian: apt-get install chromium), then this again." >&2
    exit 1
fi
if ! has_fonts && is_root_of_debian; then
    install_packages fonts-noto-core || true
fi
