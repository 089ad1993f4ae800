"""A sender that dies at any moment: nobody is left out, and no more get a copy than were in flight."""

import random
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.delivery.account import Broadcast
from bot.delivery.models import DeliveryState
from bot.delivery.sender import window
from tests.databases import SqliteTemplate
from tests.delivery.crashing import RATE, dies_after
from tests.delivery.ledger_world import LedgerWorld, chat_of, ledger_world, running
from tests.delivery.transports import Asked, Reply, accepted, not_sent, refused, unclear
from tests.delivery.virtual import VirtualClock, in_virtual_time

PEOPLE = 6


async def finishes(world: LedgerWorld, script: Callable[[Asked], Reply] = accepted) -> tuple[Broadcast, Counter[int]]:
    transport = world.transport(script)
    async with running(world.sender(transport, rate=RATE)):
        return await world.until_done(pause=1), transport.arrived


def test_fault_01_a_crash_at_every_turn_of_the_loop_loses_nobody(sqlite_template: SqliteTemplate, tmp_path: Path) -> None:
    async def scene(url: str) -> int:
        turns, at_work = 0, True
        async with ledger_world(url, VirtualClock()) as world:
            people = await world.subscribe(PEOPLE)
            while at_work:
                await world.launch(people, f"update:crash-at-{turns}")
                at_work, arrived = await dies_after(turns, world, accepted)
                broadcast, later = await finishes(world)
                check(arrived + later, broadcast, bound=window(RATE))
                turns += 1
        return turns

    with sqlite_template.clone(tmp_path) as url:
        assert in_virtual_time(scene(url)) > 50


@pytest.mark.parametrize("seed", range(25))
def test_fault_02_crash_after_crash_among_all_kinds_of_trouble(
    seed: int, sqlite_template: SqliteTemplate, tmp_path: Path
) -> None:
    dice = random.Random(seed)  # noqa: S311
    doubts = [0]

    def trouble(asked: Asked) -> Reply:
        match dice.randrange(12):
            case 0:
                doubts[0] += 1
                return unclear(arrived=dice.random() < 0.5)
            case 1:
                return not_sent()
            case 2:
                return refused(429, retry_after=dice.randint(1, 3))
            case 3:
                return Reply(accepted(asked).seen, arrived=True, seconds=dice.uniform(0, 9))
            case _:
                return accepted(asked)

    async def scene(url: str) -> None:
        async with ledger_world(url, VirtualClock()) as world:
            await world.launch(await world.subscribe(PEOPLE))
            arrived, crashes = Counter[int](), dice.randint(1, 6)
            for _ in range(crashes):
                arrived += (await dies_after(dice.randint(1, 120), world, trouble))[1]
            broadcast, later = await finishes(world, trouble)
            check(arrived + later, broadcast, bound=window(RATE) * crashes + doubts[0])
            parked = {chat_of(row.supporter_id) for row in await world.rows() if row.state is DeliveryState.UNCERTAIN}
            assert {chat_of(person) for person in range(1, PEOPLE + 1)} <= set(arrived + later) | parked

    with sqlite_template.clone(tmp_path) as url:
        in_virtual_time(scene(url))


def check(arrived: Counter[int], broadcast: Broadcast, bound: int) -> None:
    account = broadcast.account
    assert account.accepted == account.sent + account.uncertain == PEOPLE
    assert sum(arrived.values()) - len(arrived) <= min(bound, account.repeated)
    assert max(arrived.values()) <= 2
    if not account.uncertain:
        assert len(arrived) == PEOPLE
