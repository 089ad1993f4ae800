"""What staff decide at the command line while the bot sends: two at once, and the bot killed in the middle."""

import asyncio
import random

import pytest

from bot.delivery.models import BroadcastState
from tests.acceptance.crowd import PATIENCE, UPDATE, Crowd, expire_leases, gather_crowd, staff_of, until
from tests.acceptance.nursery import Nursery
from tests.acceptance.processes import Installation, install
from tests.telegram_world import TelegramWorld

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]


async def test_fault_18_two_announce_at_once_and_everybody_gets_it_once(
    world: TelegramWorld, installation: Installation, nursery: Nursery
) -> None:
    crowd = await gather_crowd(world, installation, 30)
    await nursery.bot(installation)
    ended = await asyncio.gather(*[nursery.nida(installation, "announce", UPDATE, "--yes") for _ in range(2)])
    assert [status for status, _ in ended] == [0, 0], ended
    await nursery.end()
    (await crowd.tally()).check(0, "nothing was lost")


async def test_fault_19_of_two_who_pause_or_cancel_at_once_one_is_told_so(
    world: TelegramWorld, installation: Installation, nursery: Nursery, database_url: str
) -> None:
    installation = install(installation.folder, world, database_url, rate=2)  # so that it is not over before they decide
    crowd = await gather_crowd(world, installation, 300)
    await nursery.bot(installation)
    await crowd.launch()
    await crowd.until_got(3)
    paused = await asyncio.gather(*[nursery.nida(installation, "deliveries", "pause", UPDATE) for _ in range(2)])
    assert sorted(status for status, _ in paused) == [0, 1], paused
    assert any("is held already" in said for _, said in paused)
    cancelled = await asyncio.gather(*[nursery.nida(installation, "deliveries", "cancel", UPDATE, "--yes") for _ in range(2)])
    assert sorted(status for status, _ in cancelled) == [0, 1], cancelled
    assert any("is over already" in said for _, said in cancelled)
    await until_closed(crowd)
    async with staff_of(installation) as staff:
        account = (await staff.delivery(UPDATE)).account
    assert account.accepted == account.sent + account.cancelled == 300
    assert account.sent == crowd.got().total() < 300


@pytest.mark.parametrize("seed", [1, 2])
async def test_killed_while_it_is_cancelled_it_is_cancelled_whole_or_goes_on(
    world: TelegramWorld, installation: Installation, nursery: Nursery, seed: int
) -> None:
    crowd = await gather_crowd(world, installation, 60)
    bot = await nursery.bot(installation)
    await crowd.launch()
    await crowd.until_got(10)
    deciding = asyncio.gather(nursery.nida(installation, "deliveries", "cancel", UPDATE, "--yes"))
    await asyncio.sleep(random.Random(seed).uniform(0.1, 0.5))  # noqa: S311 - somewhere in its middle
    await bot.killed()
    await deciding
    await expire_leases(installation)
    await nursery.bot(installation)
    await until_closed(crowd)
    async with staff_of(installation) as staff:
        broadcast = await staff.delivery(UPDATE)
    account = broadcast.account
    assert account.accepted == account.sent + account.cancelled + account.uncertain == 60
    if broadcast.state is BroadcastState.DONE:
        assert account.cancelled == 0
        assert len(crowd.got()) == 60


async def until_closed(crowd: Crowd) -> None:
    async with asyncio.timeout(PATIENCE), staff_of(crowd.installation) as staff:
        while (await staff.delivery(UPDATE)).finished_at is None:
            await asyncio.sleep(0.05)


async def test_killed_in_the_middle_of_a_correction_every_copy_is_corrected(
    world: TelegramWorld, installation: Installation, nursery: Nursery
) -> None:
    crowd = await gather_crowd(world, installation, 40)
    bot = await nursery.bot(installation)
    await crowd.launch()
    await crowd.until_over()
    await crowd.rewrite("Bail granted to all five", "Bail for all five")
    deciding = asyncio.gather(nursery.nida(installation, "deliveries", "correct", UPDATE, "--yes"))
    await until(lambda: crowd.showing("Bail for all five") >= 5)
    await bot.killed()
    await expire_leases(installation)
    await nursery.bot(installation)
    await until(lambda: crowd.showing("Bail for all five") == crowd.people)
    await deciding
    assert crowd.got().total() == crowd.people
