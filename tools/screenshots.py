"""Pictures of the chat page in every language for docs/screens.md: python -m tools.screenshots

The example content, the bot and the stand-in run in this process and a folder that is gone afterwards.
"""

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from playwright.async_api import Browser, Page, ViewportSize

from bot.cli.demo_files import examples
from bot.clock import SystemClock
from bot.language import Catalogues, Reader, without_marks
from bot.storage.upgrade import upgrade
from tests.browser import running_browser
from tests.nida import running_nida, settings_for
from tests.person import ChatMessage, Person
from tests.telegram_world import TelegramWorld, telegram_world

IMAGES: Final = Path(__file__).resolve().parent.parent / "docs" / "images"
PHONE: Final = ViewportSize(width=390, height=1000)
SHARPNESS: Final = 1.1
READERS: Final = {"en": "Sam", "ar": "سلمى", "ur": "بلال"}
CASE: Final = "north-gate-five"
EVENT: Final = "north-gate-five-vigil"
PETITION: Final = "civilian-court-for-the-two"
ACTION: Final = "write-to-the-court-service"
UPDATE: Final = "north-gate-five-bail"
MOST_BYTES: Final = 120_000
SETTLES: Final = 0.4
CATALOGUES: Final = Catalogues.load(READERS)


async def take_all() -> None:
    with TemporaryDirectory() as name:
        database = f"sqlite:///{Path(name) / 'nida.db'}"
        upgrade(database)
        async with (
            telegram_world() as world,
            running_browser() as browser,
            running_nida(settings_for(world, database, Path(name), timezone="Europe/London")) as nida,
        ):
            await nida.staff.apply_content(examples(SystemClock().now().date()), "tools", False, False)
            await nida.app.surface.set_up()
            people = {locale: await _joined(world, locale) for locale in READERS}
            for locale, person in people.items():
                await _talk(world, browser, person, locale)
            await nida.announces(UPDATE)
            for locale, person in people.items():
                await person.sees(partial(_offers, _label(locale, "Open the case")))
                async with _phone(browser, world, person) as page:
                    await _take(page, f"alert-{locale}")


async def _joined(world: TelegramWorld, locale: str) -> Person:
    """Somebody who follows the case."""
    person = await world.person(READERS[locale], language_code=locale)
    await person.starts(f"case-{CASE}")
    await person.sees(partial(_offers, _label(locale, "Subscribe")))
    await person.taps(_label(locale, "Subscribe"))
    return person


async def _talk(world: TelegramWorld, browser: Browser, person: Person, locale: str) -> None:
    for text, picture in (
        ("/cases", "list"),
        ("/settings", "settings"),
        (f"/event {EVENT}", "event"),
        (f"/petition {PETITION}", "petition"),
        (f"/actions {ACTION}", "action"),
        (f"/case {CASE}", "case"),
    ):
        await person.sees(lambda message: bool(message.buttons), after=await person.types(text))
        async with _phone(browser, world, person) as page:
            await _take(page, f"{picture}-{locale}")
    await person.answers_to(await person.taps(_label(locale, "Follow")))


@asynccontextmanager
async def _phone(browser: Browser, world: TelegramWorld, person: Person) -> AsyncIterator[Page]:
    context = await browser.new_context(viewport=PHONE, device_scale_factor=SHARPNESS, reduced_motion="reduce")
    page = await context.new_page()
    await page.goto(f"{world.url}/?person={person.id}")
    yield page
    await context.close()


async def _take(page: Page, name: str) -> None:
    await page.locator("[data-message]").last.wait_for()
    await page.evaluate("document.fonts.ready")
    await asyncio.sleep(SETTLES)  # the page scrolls to the newest message
    file = IMAGES / f"{name}.png"
    await page.screenshot(path=file)
    sys.stdout.write(f"docs/images/{file.name}: {file.stat().st_size / 1000:.0f} kB\n")


def too_large(folder: Path) -> list[str]:
    """The pictures that would make the repository heavy."""
    return [file.name for file in sorted(folder.glob("*.png")) if file.stat().st_size > MOST_BYTES]


def _label(locale: str, message: str) -> str:
    return without_marks(CATALOGUES.words(Reader(locale)).label(message).text)


def _offers(label: str, message: ChatMessage) -> bool:
    return label in [without_marks(text) for text in message.labels]


if __name__ == "__main__":
    IMAGES.mkdir(parents=True, exist_ok=True)
    asyncio.run(take_all())
    if found := too_large(IMAGES):
        sys.exit(f"Larger than {MOST_BYTES // 1000} kB: {', '.join(found)}; take them less sharp (SHARPNESS), or of less.")
