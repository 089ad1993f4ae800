"""The real processes: by polling and by webhook, stopped in order and killed in the middle; nothing is lost."""

import asyncio
import signal
from pathlib import Path

import aiohttp
import pytest

from bot.delivery.sender import window
from tests.acceptance.crowd import CASE, UPDATE, expire_leases, gather_crowd, is_shared
from tests.acceptance.nursery import Nursery
from tests.acceptance.processes import Installation, apply_examples, bot_process, free_port, install, nida
from tests.conftest import Figures
from tests.person import Person
from tests.telegram_world import TelegramWorld

PATIENCE = 60
"""Seconds: a process starts in three of CPU, and a busy machine makes many of them."""
SECRET = "a-secret-of-sixteen-or-more"

pytestmark = [pytest.mark.slow, pytest.mark.timeout(400)]


async def by_webhook(folder: Path, world: TelegramWorld, database_url: str, listen: str) -> Installation:
    url = f"http://{listen}"
    installed = install(folder, world, database_url, mode="webhook", webhook_secret=SECRET, webhook_url=url, listen=listen)
    await apply_examples(installed)
    return installed


async def subscribed_follower(world: TelegramWorld, number: int) -> Person:
    sam = await world.person(f"Sam {number}", language_code="en")
    await sam.starts(f"case-{CASE}")
    await sam.sees("Welcome", timeout=PATIENCE)
    await sam.taps("Subscribe")
    await sam.sees("Status: Open", timeout=PATIENCE)
    await sam.taps("Follow")
    await sam.sees("You follow this case.", timeout=PATIENCE)
    return sam


async def test_by_polling_and_a_stop_in_order_loses_and_repeats_nothing(world: TelegramWorld, installation: Installation) -> None:
    async with bot_process(installation) as process:
        sam = await subscribed_follower(world, 1)
        await sam.types("/news")
        process.send_signal(signal.SIGTERM)
        assert await asyncio.wait_for(process.wait(), 25) == 0
    async with bot_process(installation):
        await sam.sees("Latest updates", timeout=PATIENCE)
        assert sum("Latest updates" in message.text for message in (await sam.chat()).from_bot) == 1


async def test_by_webhook_with_its_secret(world: TelegramWorld, database_url: str, tmp_path: Path) -> None:
    listen = f"127.0.0.1:{free_port()}"
    installation = await by_webhook(tmp_path, world, database_url, listen)
    with installation.config.open("a", encoding="utf-8") as config:
        config.write('[web]\npublic_url = "https://bot.example"\n')
    async with bot_process(installation):
        async with aiohttp.ClientSession(f"http://{listen}") as http:
            async with http.get("/calendar/ar.ics") as feed:
                assert (feed.status, feed.content_type) == (200, "text/calendar")
            async with http.get("/petitions/open-court-three/head.json") as head:
                assert (head.status, (await head.json())["petition"]) == (200, "open-court-three")
        sam = await subscribed_follower(world, 1)
        await sam.types("/following")
        await sam.sees("You follow 1 case:", timeout=PATIENCE)


async def test_fault_21_killed_in_the_middle_of_handling_nothing_a_person_did_is_lost(
    world: TelegramWorld, installation: Installation, nursery: Nursery
) -> None:
    people = [await world.person(f"Sam {number}", language_code="en") for number in range(12)]
    killed = await nursery.bot(installation)
    await world.fault("slow", method="sendMessage", seconds=0.4, times=50)
    for sam in people:
        await sam.types("/start")
    await people[0].sees("Welcome", timeout=PATIENCE)
    await killed.killed()
    await world.no_more_faults()
    await nursery.bot(installation)
    for sam in people:
        await sam.sees("Welcome", timeout=PATIENCE)


async def test_fault_02_killed_in_the_middle_of_a_broadcast_copies_are_bounded_and_shown(
    world: TelegramWorld, installation: Installation, nursery: Nursery, figures: Figures
) -> None:
    crowd = await gather_crowd(world, installation, 60)
    killed = await nursery.bot(installation)
    await crowd.launch()
    await crowd.until_got(15)
    await killed.killed()
    await expire_leases(installation)
    await nursery.bot(installation)
    await crowd.until_over()
    status, printed = await nida(installation, "deliveries", "show", UPDATE, "--json")
    assert status == 0, printed
    await nursery.end()
    figures((await crowd.tally()).check(window(30), "30 in flight, killed once"))


async def test_fault_04_sigterm_in_the_middle_of_a_broadcast_makes_no_copy(
    world: TelegramWorld, installation: Installation, nursery: Nursery
) -> None:
    crowd = await gather_crowd(world, installation, 40)
    async with bot_process(installation) as process:
        launching = asyncio.gather(nida(installation, "announce", UPDATE, "--yes"), return_exceptions=True)
        await crowd.until_got(10)
        process.send_signal(signal.SIGTERM)
        assert await asyncio.wait_for(process.wait(), PATIENCE) == 0
        await launching
    await nursery.bot(installation)
    await crowd.until_over()
    await nursery.end()
    (await crowd.tally()).check(0, "stopped in order")


async def test_fault_04_a_second_sigterm_ends_it_at_once_and_copies_are_bounded(
    world: TelegramWorld, installation: Installation, nursery: Nursery
) -> None:
    crowd = await gather_crowd(world, installation, 40)
    stopped = await nursery.bot(installation)
    await crowd.launch()
    await crowd.until_got(5)
    await world.fault("hang", method="sendMessage", seconds=PATIENCE, times=5)
    while sum("hang" in str(fault) for fault in world.standin.faults.listed()):
        await asyncio.sleep(0.02)
    stopped.signal(signal.SIGTERM)
    while "bot.stopping" not in installation.log.read_text():
        await asyncio.sleep(0.02)
    stopped.signal(signal.SIGTERM)
    await asyncio.wait_for(stopped.ended(), PATIENCE)
    await expire_leases(installation)
    await nursery.bot(installation)
    await crowd.until_over()
    await nursery.end()
    (await crowd.tally()).check(window(30), "30 in flight, ended at once")


async def test_the_log_of_a_whole_conversation_names_nobody(world: TelegramWorld, installation: Installation) -> None:
    async with bot_process(installation) as process:
        sam = await subscribed_follower(world, 1)
        await sam.types("my very private words")
        await sam.sees("I do not understand", timeout=PATIENCE)
        await nida(installation, "announce", UPDATE, "--yes")
        process.send_signal(signal.SIGTERM)
        await process.wait()
    logged = installation.log.read_text()
    assert "bot.ready" in logged
    for secret in (str(sam.id), "Sam 1", "private words", world.token, CASE):
        assert secret not in logged


async def test_fault_07_a_second_process_on_the_same_sqlite_file_says_why_it_does_not_start(
    installation: Installation, nursery: Nursery
) -> None:
    if is_shared(installation):
        pytest.skip("several processes share a PostgreSQL database")
    await nursery.bot(installation)
    status, printed = await nida(installation, "run")
    assert status != 0
    assert "in use by another process" in printed
