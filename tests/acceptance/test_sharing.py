"""The real process and the chat page in a browser: a petition is found by typing, sent on, and shared as pictures."""

import pytest
from playwright.async_api import Browser, Page, ViewportSize, expect

from tests.acceptance.processes import Installation, bot_process, nida
from tests.person import PATIENCE
from tests.telegram_world import TelegramWorld

pytestmark = [pytest.mark.slow, pytest.mark.timeout(400)]
PETITION = "civilian-court-for-the-two"
TITLE = "جھیل ریڈیو کے دو میزبانوں کے لیے سول عدالت"
PHONE = ViewportSize(width=360, height=740)
expect.set_options(timeout=PATIENCE * 1000)


async def test_an_urdu_reader_finds_a_petition_by_typing_and_shares_it(
    world: TelegramWorld, installation: Installation, browser: Browser
) -> None:
    zara = await world.person("زارا", language_code="ur")
    async with bot_process(installation):
        await zara.starts("lang-ur")
        await zara.sees(lambda message: bool(message.buttons))
        page = await browser.new_page(viewport=PHONE)
        page.set_default_timeout(PATIENCE * 1000)
        await page.goto(f"{world.url}/?person={zara.id}")
        await finds_and_sends(page)
        await opens_the_link(page)
        await shares(page)
        await page.close()
        status, printed = await nida(installation, "sources")
    assert status == 0, printed
    counted = {tuple(line.split()[:2]): line.split()[2:] for line in printed.splitlines() if PETITION in line}
    # One who came by the link of the inline card, and two cards passed on: too few to be told apart.
    assert counted["(few)", f"petition:{PETITION}"] == ["1", "0", "0", "0", "0", "2"]


async def finds_and_sends(page: Page) -> None:
    await page.get_by_label("پیغام لکھیں").press_sequentially("@NidaDemoBot سول عدالت")
    await page.get_by_role("button", name=TITLE).click()
    sent = page.locator(".from-person").last
    await expect(sent).to_contain_text("بوٹ کے ذریعے")
    await expect(sent).to_contain_text(f"start=petition-{PETITION}__inline")


async def opens_the_link(page: Page) -> None:
    await page.locator(".from-person").last.get_by_role("link", name="پڑھیں اور دستخط کریں").click()
    await expect(page.locator(".from-bot").last).to_contain_text("دستخط کا کیا مطلب ہے")


async def shares(page: Page) -> None:
    await page.get_by_role("button", name="شیئر کریں").last.click()
    await page.get_by_role("button", name="مربع تصویر").click()
    picture = page.locator(".from-bot").last.get_by_role("img")
    await expect(picture).to_have_js_property("naturalWidth", 1080)
    await page.get_by_role("button", name="اسکین کرنے کا کوڈ").click()
    await expect(page.get_by_role("img", name="تصویر")).to_have_count(2)
