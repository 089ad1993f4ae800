"""The chat page in a real browser, as a person of each language uses it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
import pytest_asyncio
from aiohttp import FormData
from playwright.async_api import Browser, Page, ViewportSize, expect

from tests.browser import running_browser
from tests.person import PATIENCE, Person
from tests.standin.pictures import png
from tests.telegram_world import TelegramWorld, telegram_world

# One browser and one loop for all: starting it takes longer than most of these tests.
pytestmark = [pytest.mark.slow, pytest.mark.asyncio(loop_scope="module")]
PHONE, DESK = ViewportSize(width=360, height=740), ViewportSize(width=1200, height=800)
FOLLOW = {"inline_keyboard": [[{"text": "Follow", "callback_data": "follow"}, {"text": "Later", "callback_data": "no"}]]}
expect.set_options(timeout=PATIENCE * 1000)
MIXED = "\u200fنداء \u206612-A/7\u2069\nThe second line"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def browser() -> AsyncIterator[Browser]:
    async with running_browser() as started:
        yield started


@pytest_asyncio.fixture(loop_scope="module")
async def world() -> AsyncIterator[TelegramWorld]:
    async with telegram_world() as started:
        yield started


@asynccontextmanager
async def opened(browser: Browser, address: str, size: ViewportSize = PHONE, noise: str | None = None) -> AsyncIterator[Page]:
    """A page; whatever it complains of in its console fails the test, but for the noise that is expected."""
    context = await browser.new_context(viewport=size)
    context.set_default_timeout(PATIENCE * 1000)
    page = await context.new_page()
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text) if message.type in {"error", "warning"} else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    await page.goto(address)
    yield page
    await context.close()
    assert [said for said in complaints if noise is None or noise not in said] == []


async def say(world: TelegramWorld, person: Person, text: str, **more: Any) -> int:
    sent = await world.result("sendMessage", chat_id=person.id, text=text, parse_mode="HTML", **more)
    return int(sent["message_id"])


async def tapped(world: TelegramWorld) -> str:
    """Wait for the tap that the page sends; its id."""
    async with asyncio.timeout(PATIENCE):
        while True:
            for update in await world.result("getUpdates"):
                if "callback_query" in update:
                    return str(update["callback_query"]["id"])
            await asyncio.sleep(0.02)


async def asked(world: TelegramWorld, words: str) -> str:
    """Wait until the page has asked inline for these words; the query's id."""
    async with asyncio.timeout(PATIENCE):
        while True:
            for update in await world.result("getUpdates"):
                if "inline_query" in update and update["inline_query"]["query"] == words:
                    return str(update["inline_query"]["id"])
            await asyncio.sleep(0.02)


async def overflow(page: Page) -> int:
    return int(await page.evaluate("document.documentElement.scrollWidth - window.innerWidth"))


async def test_a_newcomer_starts_from_a_deep_link_and_reads_and_taps(world: TelegramWorld, browser: Browser) -> None:
    amal = await world.person("Amal", language_code="ar")
    await world.result("setMyDescription", description="تابع القضايا بلغتك.", language_code="ar")
    async with opened(browser, f"{world.url}/?person={amal.id}&start=case-x") as page:
        await expect(page.locator("html")).to_have_attribute("dir", "rtl")
        await expect(page.locator("html")).to_have_attribute("lang", "ar")
        await expect(page.get_by_text("تابع القضايا بلغتك.")).to_be_visible()
        await page.get_by_role("button", name="ابدأ").click()
        await expect(page.get_by_text("/start case-x")).to_be_visible()
        number = await say(world, amal, MIXED, reply_markup=FOLLOW)
        lines = page.locator(f"[data-message='{number}'] .line")
        await expect(lines).to_have_count(2)
        assert [await line.evaluate("line => line.matches(':dir(rtl)')") for line in await lines.all()] == [True, False]
        follow, later = (page.get_by_role("button", name=name) for name in ("Follow", "Later"))
        boxes = [await follow.bounding_box(), await later.bounding_box()]
        assert boxes[0] is not None
        assert boxes[1] is not None
        assert boxes[0]["x"] < boxes[1]["x"], "Telegram does not mirror a row of buttons."
        await follow.click()
        await world.result("answerCallbackQuery", callback_query_id=await tapped(world), text="أنت تتابعها")
        await expect(page.get_by_text("أنت تتابعها")).to_be_visible()
        await world.result("editMessageText", chat_id=amal.id, message_id=number, text="صفحة أخرى")
        await expect(page.locator(f"[data-message='{number}']")).to_contain_text("معدَّلة")
        await expect(follow).to_have_count(0)
        await world.result("deleteMessage", chat_id=amal.id, message_id=number)
        await expect(page.locator(f"[data-message='{number}']")).to_have_count(0)
        assert await overflow(page) <= 0
    assert (await world.result("getUpdates"))[0]["message"]["text"] == "/start case-x"


async def test_an_urdu_reader_types_picks_a_command_and_blocks(world: TelegramWorld, browser: Browser) -> None:
    zara = await world.person("زارا", language_code="ur")
    await world.result("setMyCommands", commands=[{"command": "cases", "description": "کھلے مقدمے"}], language_code="ur")
    await zara.starts()
    async with opened(browser, f"{world.url}/?person={zara.id}") as page:
        await page.get_by_label("پیغام لکھیں").fill("کوئی خبر؟")
        await page.keyboard.press("Enter")
        await expect(page.locator(".from-person").last).to_contain_text("کوئی خبر؟")
        font = await page.locator(".from-person .line").last.evaluate("line => getComputedStyle(line).fontFamily")
        assert "Nastaliq" in font.split(",")[0]
        await page.get_by_role("button", name="مینو").click()
        await page.get_by_role("button", name="کھلے مقدمے").click()
        await expect(page.locator(".from-person").last).to_contain_text("/cases")
        await page.get_by_role("button", name="کچھ اور بھیجیں").click()
        await page.get_by_role("button", name="صوتی پیغام").click()
        await expect(page.locator(".from-person").last).to_contain_text("صوتی پیغام")
        await page.get_by_role("button", name="بلاک کریں").click()
        await page.get_by_role("button", name="بلاک ہٹا کر دوبارہ شروع کریں").click()
        await expect(page.locator(".from-person").last).to_contain_text("/start")
        assert await overflow(page) <= 0
    texts = [update.get("message", {}).get("text") for update in await world.result("getUpdates")]
    assert texts == ["/start", "کوئی خبر؟", "/cases", None, None, None, "/start"]


async def test_a_text_is_never_markup_and_each_entity_is_what_it_says(world: TelegramWorld, browser: Browser) -> None:
    noor = await world.person("Noor", started=True)
    number = await say(
        world,
        noor,
        "&lt;img src=x onerror=alert(1)&gt; <b>bold <i>both</i></b> <code>12-A/7</code> <tg-spoiler>held back</tg-spoiler>\n"
        '<a href="https://example.org/">court list</a> <tg-time unix="1795000000">the day</tg-time>\n'
        "<blockquote>first\nsecond</blockquote>\n<pre>a\nb</pre>\n/stop",
    )
    async with opened(browser, f"{world.url}/?person={noor.id}", DESK) as page:
        message = page.locator(f"[data-message='{number}']")
        await expect(message).to_contain_text("<img src=x onerror=alert(1)>")
        assert await message.locator("img").count() == 0
        assert await message.locator("strong em").inner_text() == "both"
        assert await message.locator("code").inner_text() == "12-A/7"
        await expect(message.locator("blockquote .line")).to_have_text(["first", "second"])
        await expect(message.locator("pre .line")).to_have_count(2)
        assert await message.get_by_role("link", name="court list").get_attribute("rel") == "noopener noreferrer"
        await message.get_by_role("button", name="Show hidden text").click()
        await expect(message.get_by_text("held back")).to_be_visible()
        await message.get_by_role("button", name="the day").click()
        await expect(page.get_by_text("Your time:")).to_be_visible()
        await message.get_by_role("button", name="/stop").click()
        await expect(page.locator(".from-person")).to_contain_text("/stop")


async def test_an_alert_is_shown_until_it_is_closed_and_a_file_can_be_fetched(world: TelegramWorld, browser: Browser) -> None:
    noor = await world.person("Noor", started=True)
    async with opened(browser, f"{world.url}/?person={noor.id}", DESK) as page:
        await say(world, noor, "A case", reply_markup=FOLLOW)
        await page.get_by_role("button", name="Follow").click()
        await world.result("answerCallbackQuery", callback_query_id=await tapped(world), text="Sure?", show_alert=True)
        await expect(page.get_by_role("dialog")).to_contain_text("Sure?")
        await page.get_by_role("button", name="Close").click()
        await expect(page.get_by_role("dialog")).to_have_count(0)
        await _send_document(world, noor)
        async with page.expect_download() as download:
            await page.get_by_role("link", name="my-data.json").click()
        assert (await download.value).suggested_filename == "my-data.json"


async def test_what_is_typed_behind_the_bots_name_is_offered_and_sent(world: TelegramWorld, browser: Browser) -> None:
    zara = await world.person("زارا", language_code="ur")
    await zara.starts()
    async with opened(browser, f"{world.url}/?person={zara.id}") as page:
        await page.get_by_label("پیغام لکھیں").press_sequentially("@NidaDemoBot شمالی")
        content = {"message_text": "<b>شمالی دروازہ</b>", "parse_mode": "HTML"}
        link = {"inline_keyboard": [[{"text": "کھولیں", "url": "https://t.me/NidaDemoBot?start=case-x"}]]}
        result = {"type": "article", "id": "case:x", "title": "شمالی دروازہ", "description": "مقدمہ"}
        results = [{**result, "input_message_content": content, "reply_markup": link}]
        await world.result("answerInlineQuery", inline_query_id=await asked(world, "شمالی"), results=results)
        await page.get_by_role("button", name="شمالی دروازہ").click()
        message = page.locator(".from-person").last
        await expect(message).to_contain_text("بوٹ کے ذریعے")
        await expect(message.get_by_role("link", name="کھولیں")).to_be_visible()
        await expect(page.get_by_label("پیغام لکھیں")).to_have_value("")
        await message.get_by_role("link", name="کھولیں").click()
        await expect(page.locator(".from-person").last).to_contain_text("/start case-x")
        assert await overflow(page) <= 0


async def test_a_photo_is_shown(world: TelegramWorld, browser: Browser) -> None:
    noor = await world.person("Noor", started=True)
    form = FormData({"chat_id": str(noor.id), "caption": "A card"})
    form.add_field("photo", png(300, 200), filename="card.png", content_type="image/png")
    async with world.control.post(f"/bot{world.token}/sendPhoto", data=form) as response:
        assert response.status == 200
    async with opened(browser, f"{world.url}/?person={noor.id}") as page:
        await expect(page.locator(".from-bot")).to_contain_text("A card")
        picture = page.get_by_role("img", name="Photo")
        await expect(picture).to_have_js_property("complete", True)
        await expect(picture).to_have_js_property("naturalWidth", 300)


async def test_a_menu_edited_in_place_keeps_the_keyboard_where_it_was(world: TelegramWorld, browser: Browser) -> None:
    noor = await world.person("Noor", started=True)
    number = await say(world, noor, "Page 1", reply_markup=FOLLOW)
    async with opened(browser, f"{world.url}/?person={noor.id}") as page:
        await page.get_by_role("button", name="Later").focus()
        more = {"inline_keyboard": [[{"text": "Back", "callback_data": "b"}, {"text": "Next", "callback_data": "n"}]]}
        await world.result("editMessageText", chat_id=noor.id, message_id=number, text="Page 2", reply_markup=more)
        await expect(page.get_by_role("button", name="Next")).to_be_focused()


async def test_a_tap_on_a_message_that_has_gone_is_told_in_the_readers_language(world: TelegramWorld, browser: Browser) -> None:
    zara = await world.person("زارا", language_code="ur", started=True)
    number = await say(world, zara, "A case", reply_markup=FOLLOW)
    async with opened(browser, f"{world.url}/?person={zara.id}", noise="400 (Bad Request)") as page:
        button = page.get_by_role("button", name="Follow")
        await expect(button).to_be_visible()
        del world.standin.world.people[zara.id].messages[number]  # as it goes before the page has heard of it
        await button.click()
        await expect(page.get_by_text("یہ پیغام اب موجود نہیں ہے۔")).to_be_visible()


async def test_the_page_follows_the_person_who_is_picked(world: TelegramWorld, browser: Browser) -> None:
    noor, zara = await world.person("Noor", started=True), await world.person("Zara", language_code="ur", started=True)
    await say(world, noor, "For Noor")
    await say(world, zara, "برائے زارا")
    async with opened(browser, world.url, DESK) as page:
        await expect(page.get_by_text("For Noor")).to_be_visible()
        await page.get_by_role("button", name="Zara").click()
        await expect(page.get_by_text("برائے زارا")).to_be_visible()
        await expect(page.get_by_text("For Noor")).to_have_count(0)
        await expect(page.locator("html")).to_have_attribute("dir", "rtl")
        await page.get_by_role("button", name="Noor").click()
        await expect(page.locator("html")).to_have_attribute("dir", "ltr")


async def _send_document(world: TelegramWorld, person: Person) -> None:
    form = FormData({"chat_id": str(person.id)})
    form.add_field("document", b"{}", filename="my-data.json", content_type="application/json")
    async with world.control.post(f"/bot{world.token}/sendDocument", data=form) as response:
        assert response.status == 200
