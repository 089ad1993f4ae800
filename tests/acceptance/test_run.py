"""The real processes: by polling and by webhook, stopped in order and killed in the middle; nothing is lost."""

import asyncio
import signal
from pathlib import Path

import pytest

from tests.acceptance.processes import Installation, apply_examples, bot_process, free_port, install, nida
from tests.person import Person
from tests.telegram_world import TelegramWorld

CASE = "north-gate-five"
UPDATE = "north-gate-five-bail"
PATIENCE = 60
"""Seconds: a process starts in three of CPU, and a busy machine makes many of them."""
SECRET = "a-secret-of-sixteen-or-more"

pytestmark = [pytest.mark.slow, pytest.mark.timeout(400)]


@pytest.fixture
async def installation(world: TelegramWorld, database_url: str, tmp_path: Path) -> Installation:
    installed = install(tmp_path, world, database_url)
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


async def copies(person: Person, headline: str = "bail") -> int:
    return sum("You get this because" in message.text for message in (await person.chat()).from_bot)


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
    webhook = {"mode": "webhook", "webhook_secret": SECRET, "webhook_url": f"http://{listen}", "listen": listen}
    installation = install(tmp_path, world, database_url, **webhook)
    await apply_examples(installation)
    async with bot_process(installation):
        sam = await subscribed_follower(world, 1)
        await sam.types("/following")
        await sam.sees("You follow 1 case:", timeout=PATIENCE)


async def test_killed_in_the_middle_of_handling_nothing_a_person_did_is_lost(
    world: TelegramWorld, installation: Installation
) -> None:
    people = [await world.person(f"Sam {number}", language_code="en") for number in range(12)]
    async with bot_process(installation) as process:
        await world.fault("slow", method="sendMessage", seconds=0.4, times=50)
        for sam in people:
            await sam.types("/start")
        await people[0].sees("Welcome", timeout=PATIENCE)
        process.send_signal(signal.SIGKILL)
        await process.wait()
    await world.no_more_faults()
    async with bot_process(installation):
        for sam in people:
            await sam.sees("Welcome", timeout=PATIENCE)


async def test_killed_in_the_middle_of_a_broadcast_everybody_gets_it_and_copies_are_bounded_and_shown(
    world: TelegramWorld, installation: Installation
) -> None:
    async with bot_process(installation) as process:
        people = await asyncio.gather(*[subscribed_follower(world, number) for number in range(60)])
        launching = asyncio.gather(nida(installation, "announce", UPDATE, "--yes"), return_exceptions=True)
        while sum([await copies(sam) for sam in people]) < 15:
            await asyncio.sleep(0.05)
        process.send_signal(signal.SIGKILL)
        await process.wait()
        await launching
    async with bot_process(installation):
        for sam in people:
            await sam.sees("You get this because", timeout=PATIENCE)
        await asyncio.sleep(1)
        got = [await copies(sam) for sam in people]
        assert min(got) == 1
        assert max(got) <= 2
        assert sum(got) - len(people) <= 40, "no more copies than were in flight"
        status, printed = await nida(installation, "deliveries", "show", UPDATE, "--json")
        assert status == 0, printed


async def test_sigterm_in_the_middle_of_a_broadcast_makes_no_copy(world: TelegramWorld, installation: Installation) -> None:
    async with bot_process(installation) as process:
        people = await asyncio.gather(*[subscribed_follower(world, number) for number in range(40)])
        launching = asyncio.gather(nida(installation, "announce", UPDATE, "--yes"), return_exceptions=True)
        while sum([await copies(sam) for sam in people]) < 10:
            await asyncio.sleep(0.05)
        process.send_signal(signal.SIGTERM)
        assert await asyncio.wait_for(process.wait(), 25) == 0
        await launching
    async with bot_process(installation):
        for sam in people:
            await sam.sees("You get this because", timeout=PATIENCE)
        await asyncio.sleep(0.5)
        assert [await copies(sam) for sam in people] == [1] * len(people)


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


async def test_a_second_process_on_the_same_sqlite_file_says_why_it_does_not_start(
    world: TelegramWorld, installation: Installation
) -> None:
    if "sqlite" not in installation.config.read_text():
        return
    async with bot_process(installation):
        status, printed = await nida(installation, "run")
    assert status != 0
    assert "in use by another process" in printed
