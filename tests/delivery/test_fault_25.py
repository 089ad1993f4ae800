"""So many people that nothing may be held for each of them: everybody gets it, once."""

import resource
from array import array
from pathlib import Path

import pytest

from bot.announcements.service import Announcements
from bot.clock import Clock, SystemClock
from bot.delivery.account import Account
from bot.delivery.outcome import Answered, Seen
from bot.delivery.pace import Pace
from bot.delivery.sender import Sender
from bot.delivery.transport import Payload
from tests.announcements.people import VAULT, add_case, add_followers, announcement, chat_of
from tests.conftest import Figures
from tests.databases import SqliteTemplate
from tests.delivery.ledger_world import ledger_world, running
from tests.delivery.transports import ScriptedTransport

AT_ONCE = 10_000
PROVE = (pytest.mark.prove, pytest.mark.timeout(7200))


class CountingTransport(ScriptedTransport):
    """Everything arrives at once; only how often is kept."""

    def __init__(self, clock: Clock, people: int) -> None:
        super().__init__(clock)
        self.got = array("B", bytes(people + 1))

    async def send(self, telegram_id: int, payload: Payload, silent: bool) -> Seen:
        self.got[telegram_id - chat_of(0)] += 1
        return Answered(200, {"ok": True, "result": {"message_id": 1}})


def peak_megabytes() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


@pytest.mark.timeout(600)
@pytest.mark.parametrize("people", [20_000, pytest.param(1_000_000, marks=PROVE)])
async def test_fault_25_everybody_gets_it_once(
    sqlite_template: SqliteTemplate, tmp_path: Path, figures: Figures, people: int
) -> None:
    clock = SystemClock()
    with sqlite_template.clone(tmp_path) as url:
        async with ledger_world(url, clock) as world:
            case_id = await add_case(world.database)
            for first in range(1, people + 1, AT_ONCE):
                await add_followers(world.database, clock, case_id, AT_ONCE, first=first)
            before = peak_megabytes()
            subject, _ = await Announcements(world.database, clock, ("en",), rate=30).launch(announcement(case_id), False)
            transport = CountingTransport(clock, people)
            sender = Sender(
                world.database, VAULT, transport, Pace(10_000, 0, clock), lambda _, reader: Payload(reader.locale, b"{}"), clock
            )
            began = clock.monotonic()
            async with running(sender):
                while (await world.named(subject)).account.pending:
                    await clock.sleep(people / 20_000)
            took = clock.monotonic() - began
            assert (await world.named(subject)).account == Account(sent=people)
    assert set(transport.got[1:]) == {1}
    figures(f"{people:,} people, {people / took:,.0f} a second without HTTP, memory +{peak_megabytes() - before:.0f} MB")
