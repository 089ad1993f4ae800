"""Readers who were left out because their language was not ready are reached once it is, and nobody twice."""

import asyncio

import pytest
from sqlalchemy import select, update

from bot.announcements import service
from bot.announcements.announcement import Announcement
from bot.announcements.forecast import Readers
from bot.announcements.service import Announcements
from bot.delivery.account import Broadcast, Broadcasts
from bot.delivery.models import BroadcastRow, BroadcastState
from bot.errors import NidaError
from bot.language import State, Unreviewed
from bot.storage.database import Database
from tests.announcements.people import add_case, add_followers, announcement, owed, translated
from tests.clocks import FrozenClock

ENGLISH, ARABIC = [1, 2, 3], [4, 5, 6, 7, 8]


@pytest.fixture
async def announcements(database: Database, clock: FrozenClock, monkeypatch: pytest.MonkeyPatch) -> Announcements:
    monkeypatch.setattr(service, "SLICE", {"sqlite": 2, "postgresql": 2})
    await add_case(database)
    await add_followers(database, clock, 1, 3, "en")
    await add_followers(database, clock, 1, 5, "ar", first=4)
    await add_followers(database, clock, 1, 1, "en", first=20)
    launched = Announcements(database, clock, ("en", "ar", "ur"), rate=1)
    await launched.launch(without_arabic(), hold_untranslated=True)
    return launched


def without_arabic() -> Announcement:
    return announcement(body=translated(en="The court granted bail."))


def with_arabic() -> Announcement:
    return announcement(body=translated(en="The court granted bail.", ar="منحت المحكمة الكفالة."))


async def state(database: Database, value: BroadcastState) -> None:
    async with database.write() as session:
        await session.execute(update(BroadcastRow).values(state=value))


async def shown(database: Database) -> Broadcast:
    return await Broadcasts(database).show("mill-lane-bail")


async def test_the_forecast_says_exactly_whom_it_adds(announcements: Announcements) -> None:
    forecast = await announcements.forecast(with_arabic(), hold_untranslated=False)
    assert forecast.readers == (
        Readers("ar", 5, State.ready, falls_back=False, held=False),
        Readers("ur", 0, State.missing, falls_back=False, held=True),
    )
    assert (forecast.total, forecast.held, forecast.already, forecast.adds) == (5, 0, True, True)


@pytest.mark.parametrize("was", [BroadcastState.SENDING, BroadcastState.DONE, BroadcastState.HELD])
async def test_those_left_out_are_written_down_and_who_joined_since_in_another_language_is_not(
    announcements: Announcements, database: Database, clock: FrozenClock, was: BroadcastState
) -> None:
    await state(database, was)
    await add_followers(database, clock, 1, 1, "en", first=30)
    assert await announcements.launch(with_arabic(), hold_untranslated=False) == ("update:mill-lane-bail", True)
    assert await owed(database) == [*ENGLISH, *ARABIC, 20]
    broadcast = await shown(database)
    assert (broadcast.state, broadcast.version, broadcast.finished_at) == (BroadcastState.SENDING, 2, None)
    await announcements.launch(with_arabic(), hold_untranslated=False)
    assert ((await shown(database)).version, len(await owed(database))) == (2, 9)
    assert (await announcements.forecast(with_arabic(), hold_untranslated=False)).total == 0


async def test_by_two_at_once_it_is_extended_once(announcements: Announcements, database: Database) -> None:
    await asyncio.gather(*(announcements.launch(with_arabic(), hold_untranslated=False) for _ in range(2)))
    assert ((await shown(database)).version, await owed(database)) == (2, [*ENGLISH, *ARABIC, 20])


async def test_what_others_got_does_not_change_with_it(announcements: Announcements, database: Database) -> None:
    edited = announcement(
        headline=translated(en="Bail granted to all", ar="الإفراج بكفالة"), body=with_arabic().body, source="https://x.example/"
    )
    await announcements.launch(edited, hold_untranslated=False)
    async with database.read() as session:
        content = Announcement.from_json((await session.execute(select(BroadcastRow.content))).scalar_one())
    assert content == without_arabic()  # the Arabic headline translates another text: `deliveries correct` comes first
    forecast = await announcements.forecast(edited, hold_untranslated=False)
    assert forecast.readers[0] == Readers("ar", 5, State.stale, falls_back=False, held=True)


async def test_a_draft_adds_nobody(announcements: Announcements, database: Database) -> None:
    drafted = announcement(body=translated(en="The court granted bail.", ar=Unreviewed("منحت المحكمة الكفالة.")))
    await announcements.launch(drafted, hold_untranslated=False)
    assert await owed(database) == [*ENGLISH, 20]
    assert (await announcements.forecast(drafted, hold_untranslated=False)).total == 0


async def test_interrupted_it_is_finished_at_the_next_start(
    announcements: Announcements, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def killed(self: Announcements, broadcast_id: int) -> bool:
        raise asyncio.CancelledError

    await announcements.finish_fan_outs()
    write = Announcements._write_slice
    calls = [0]

    async def killed_in_the_middle(self: Announcements, broadcast_id: int) -> bool:
        calls[0] += 1
        return await (killed if calls[0] == 3 else write)(self, broadcast_id)

    monkeypatch.setattr(Announcements, "_write_slice", killed_in_the_middle)
    with pytest.raises(asyncio.CancelledError):
        await announcements.launch(with_arabic(), hold_untranslated=False)
    monkeypatch.setattr(Announcements, "_write_slice", write)
    assert len(await owed(database)) < 9
    await announcements.finish_fan_outs()
    assert await owed(database) == [*ENGLISH, *ARABIC, 20]


async def test_what_was_cancelled_is_not_announced_again(announcements: Announcements, database: Database) -> None:
    await state(database, BroadcastState.CANCELLED)
    for again in (announcements.launch(with_arabic(), False), announcements.forecast(with_arabic(), False)):
        with pytest.raises(NidaError, match="was cancelled; publish it anew, with a slug of its own"):
            await again
