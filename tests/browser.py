"""A headless browser for tests: an installed Chromium or Chrome, else the one that Playwright has downloaded."""

import os
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Final

import pytest
from playwright.async_api import Browser, Error, Playwright, async_playwright

PROGRAMS: Final = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
QUIET: Final = (
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
MISSING: Final = (
    "No browser for the tests: install Chromium (Debian's package `chromium`) or Google Chrome, "
    "or run `playwright install chromium`."
)


def installed_browser() -> str | None:
    """The first of the known programs on PATH."""
    return next((found for name in PROGRAMS if (found := shutil.which(name))), None)


def downloaded_browser(playwright: Playwright) -> str:
    program = playwright.chromium.executable_path
    if not Path(program).exists():
        pytest.fail(MISSING)
    return program


@asynccontextmanager
async def running_browser() -> AsyncIterator[Browser]:
    """Fails the test with what to install when there is none."""
    # As root, as in a container, Chromium starts only without its sandbox; it sees nothing but pages of this machine.
    flags = [*QUIET, "--no-sandbox"] if os.geteuid() == 0 else [*QUIET]
    async with async_playwright() as playwright:
        program = installed_browser() or downloaded_browser(playwright)
        try:
            browser = await playwright.chromium.launch(executable_path=program, args=flags)
        except Error as error:
            pytest.fail(f"The browser {program} did not start: {error}")
        yield browser
        await browser.close()


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    async with running_browser() as started:
        yield started
