"""Processes killed again and again while they send: nobody is left out, and copies stay within the bound."""

import asyncio
import random
from pathlib import Path

import pytest

from bot.delivery.sender import window
from tests.acceptance.crowd import Crowd, expire_leases, gather_crowd
from tests.acceptance.nursery import Nursery
from tests.acceptance.processes import apply_examples, install
from tests.conftest import Figures
from tests.fault_proxy import before_http
from tests.telegram_world import TelegramWorld

RATE = 30
WINDOW = window(RATE)
AMBIGUOUS = ("drop_after", "half_body", "html_502", "drop_before")

pytestmark = [pytest.mark.slow, pytest.mark.timeout(1800)]


async def kill_again_and_again(nursery: Nursery, crowd: Crowd, kills: int, *, trouble: int = 0) -> str:
    """Each process lives for about half a second of sending; `trouble` replies to each are lost, in several ways."""
    dice = random.Random(kills)  # noqa: S311
    for kill in range(kills):
        process = await nursery.bot(crowd.installation)
        if kill == 0:
            await crowd.launch()
        for kind in dice.choices(AMBIGUOUS, k=trouble):
            await crowd.world.fault(kind, method="sendMessage")
        await crowd.until_got(crowd.got().total() + 1)
        await asyncio.sleep(dice.uniform(0, 1))
        await process.killed()
        await expire_leases(crowd.installation)
    await nursery.bot(crowd.installation)
    await crowd.until_over()
    await nursery.end()
    lost = trouble * kills
    return (await crowd.tally()).check(WINDOW * kills + lost, f"{WINDOW} in flight × {kills} kills + {lost} replies lost")


@pytest.mark.parametrize("kills", [5, pytest.param(100, marks=pytest.mark.prove)])
async def test_fault_03_killed_again_and_again_nobody_is_left_out_and_copies_are_bounded(
    nursery: Nursery, world: TelegramWorld, database_url: str, tmp_path: Path, figures: Figures, kills: int
) -> None:
    async with before_http(world.url) as (proxy, url):
        installation = install(tmp_path, world, database_url, rate=RATE, api_url=url)
        await apply_examples(installation)
        proxy.latency = 0.05
        crowd = await gather_crowd(world, installation, kills * 35)
        figures(await kill_again_and_again(nursery, crowd, kills, trouble=2))
