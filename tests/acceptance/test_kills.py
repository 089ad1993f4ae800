"""Processes killed again and again while they send: nobody is left out, and copies stay within the bound."""

import asyncio
import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from bot.delivery.account import Broadcast
from bot.delivery.sender import window
from bot.operations import Operations
from tests.acceptance.crowd import UPDATE, Crowd, expire_leases, gather_crowd, staff_of, until
from tests.acceptance.nursery import Nursery
from tests.acceptance.processes import apply_examples, install
from tests.conftest import Figures
from tests.fault_proxy import before_http
from tests.telegram_world import TelegramWorld

RATE = 30
WINDOW = window(RATE)
LOST = 2
"""Replies of each life."""
WRONG, RIGHT = "Bail granted to all five", "Bail for all five"
AMBIGUOUS = ("drop_after", "half_body", "html_502", "drop_before")

pytestmark = [pytest.mark.slow, pytest.mark.timeout(1800)]


@dataclass(frozen=True)
class Amending:
    """A correction or a recall of what everybody has. `done` counts the chats in which it is made; `requests` is what Telegram
    may be asked at most where it must be made once more."""

    subject: str
    begin: Callable[[Operations], Awaitable[Broadcast]]
    done: Callable[[], int]
    methods: tuple[str, ...]
    requests: int

    async def goes_on(self, people: int) -> None:
        reached = self.done()
        await until(lambda: self.done() > reached or self.done() == people)


async def amend_and_kill(nursery: Nursery, crowd: Crowd, kills: int, amending: Amending) -> str:
    """Killed like a sending, twice a life a reply is lost. Nobody is left with what was wrong, and no more is done twice than
    was in doubt."""
    dice, before = random.Random(kills), sum((await asked(crowd, amending)).values())  # noqa: S311
    for kill in range(kills):
        process = await nursery.bot(crowd.installation)
        if kill == 0:
            async with staff_of(crowd.installation) as staff:
                await amending.begin(staff)
        for kind in dice.choices(AMBIGUOUS, k=LOST):
            await crowd.world.fault(kind, method=amending.methods[0])
        await amending.goes_on(crowd.people)
        await asyncio.sleep(dice.uniform(0, 0.3))
        await process.killed()
        await expire_leases(crowd.installation)
    await nursery.bot(crowd.installation)
    account = (await crowd.until_over(amending.subject)).account
    await nursery.end()
    again = sum((await asked(crowd, amending)).values()) - before - crowd.people
    bound = amending.requests * (WINDOW + LOST) * kills
    assert account.accepted == account.sent + account.uncertain == crowd.people, account
    assert crowd.people - amending.done() <= account.uncertain
    assert again <= bound
    return (
        f"{amending.subject}: {crowd.people} people, {crowd.people - amending.done()} left, {again} requests too many "
        f"(bound {bound}: {WINDOW} in flight and {LOST} replies lost × {kills} kills), shown: {account.uncertain} uncertain"
    )


async def asked(crowd: Crowd, amending: Amending) -> dict[str, int]:
    return {method: count for method, count in (await crowd.world.calls()).items() if method in amending.methods}


@pytest.mark.parametrize("kills", [2, pytest.param(30, marks=pytest.mark.prove)])
async def test_fault_03_killed_again_and_again_while_it_is_corrected_and_taken_back(
    nursery: Nursery, world: TelegramWorld, database_url: str, tmp_path: Path, figures: Figures, kills: int
) -> None:
    installation = install(tmp_path, world, database_url, rate=RATE)
    await apply_examples(installation)
    crowd = await gather_crowd(world, installation, kills * 25)
    bot = await nursery.bot(installation)
    await crowd.launch()
    await crowd.until_over()
    await bot.killed()
    await crowd.rewrite(WRONG, RIGHT)
    original = f"update:{UPDATE}"
    correction = Amending(
        f"correct:{original}:2", lambda staff: staff.correct(UPDATE), lambda: crowd.showing(RIGHT), ("editMessageText",), 1
    )
    figures(await amend_and_kill(nursery, crowd, kills, correction))
    assert crowd.got().total() == crowd.people
    recall = Amending(
        f"recall:{original}",
        lambda staff: staff.recall(UPDATE, "Amal"),
        lambda: crowd.people - len(crowd.got()),
        ("deleteMessage", "editMessageText"),
        2,
    )
    figures(await amend_and_kill(nursery, crowd, kills, recall))
    assert not crowd.showing(RIGHT)


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
