"""When far more people than usual block the bot or stop while something is sent, it is held until somebody has looked."""

from pathlib import Path

import pytest

from bot.delivery.models import BroadcastState
from bot.delivery.trouble import LEAVING_LOOKED_AT, MOST_FOUND_GONE, Leaving
from tests.databases import SqliteTemplate
from tests.delivery.ledger_world import chat_of, ledger_world, running
from tests.delivery.transports import Asked, Reply, accepted, refused
from tests.delivery.virtual import VirtualClock, in_virtual_time


def test_a_few_who_had_blocked_are_usual() -> None:
    leaving = Leaving()
    told = [leaving.reached(1, person, left=person % 11 == 1) for person in range(1, 2000)]
    assert set(told) == {None}


def test_one_in_ten_of_the_last_four_hundred_is_not() -> None:
    leaving = Leaving()
    for person in range(1000):
        assert leaving.reached(1, person, left=False) is None
    told = [leaving.reached(1, person, left=True) for person in range(MOST_FOUND_GONE)]
    assert told[:-1] == [None] * (MOST_FOUND_GONE - 1)
    assert (told[-1] or "").startswith(f"{MOST_FOUND_GONE} of the last {LEAVING_LOOKED_AT} people had blocked the bot: ")


def test_what_other_broadcasts_cause_is_not_counted() -> None:
    leaving = Leaving()
    assert {leaving.reached(person % 2, person, left=True) for person in range(2 * MOST_FOUND_GONE - 2)} == {None}


@pytest.mark.parametrize("how", ["blocked", "stopped"])
def test_it_is_held_and_goes_on_when_somebody_decides_so(how: str, sqlite_template: SqliteTemplate, tmp_path: Path) -> None:
    def script(asked: Asked) -> Reply:
        blocks = how == "blocked" and asked.telegram_id > chat_of(200)
        return refused(403, "Forbidden: bot was blocked by the user") if blocks else accepted(asked)

    async def scene(url: str) -> None:
        async with ledger_world(url, VirtualClock()) as world:
            await world.launch(await world.subscribe(600))
            async with running(world.sender(world.transport(script), rate=10)) as sender:
                if how == "stopped":
                    await world.until(lambda broadcast: broadcast.account.sent >= 100)
                    await world.sql("UPDATE supporters SET stopped_at = created_at WHERE id BETWEEN 40 AND 60")
                held = await world.until(lambda broadcast: broadcast.state is BroadcastState.HELD)
                assert "look at what is sent" in (held.hold_reason or "")
                assert held.account.pending > 300
                await world.sql("UPDATE broadcasts SET state = 'sending', hold_reason = NULL")
                sender.notify()
                before = held.account.settled
                await world.until(lambda broadcast: broadcast.account.settled >= before + 15)

    with sqlite_template.clone(tmp_path) as url:
        in_virtual_time(scene(url))
