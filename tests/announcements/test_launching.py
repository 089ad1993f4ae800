"""Forecast and launch: who is counted, who is written down, and that doing it twice or being interrupted changes nothing."""

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import delete, select, update

from bot.announcements import service
from bot.announcements.announcement import Announcement
from bot.announcements.forecast import Readers
from bot.announcements.service import Announcements
from bot.delivery.account import Account, Broadcast, Broadcasts
from bot.delivery.ledger import Ledger
from bot.delivery.models import LAST_PLACE, BroadcastRow, BroadcastState, DeliveryRow
from bot.language import State, Unreviewed
from bot.storage.database import Database
from bot.storage.models import InstallationRow
from bot.supporters.kinds import Kind
from bot.supporters.models import FollowingRow
from tests.announcements.people import add_case, add_followers, announcement, change, owed, translated
from tests.clocks import FrozenClock


class Interrupted(Exception):
    """The process ends here."""


@pytest.fixture
async def announcements(database: Database, clock: FrozenClock) -> Announcements:
    await add_case(database)
    await add_followers(database, clock, 1, 6, "en")
    await add_followers(database, clock, 1, 3, "ar", first=7)
    return Announcements(database, clock, ("en", "ar", "ur"), rate=3)


@pytest.fixture
def small_slices(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(service, "SLICE", {"sqlite": 2, "postgresql": 2})


def without_arabic() -> Announcement:
    return announcement(body=translated(en="The court granted bail."))


async def shown(database: Database) -> Broadcast:
    return await Broadcasts(database).show("mill-lane-bail")


async def test_the_forecast_counts_readers_and_time(announcements: Announcements) -> None:
    forecast = await announcements.forecast(announcement(), hold_untranslated=False)
    assert forecast.readers == (
        Readers("en", 6, State.ready, falls_back=False, held=False),
        Readers("ar", 3, State.ready, falls_back=False, held=False),
        Readers("ur", 0, State.ready, falls_back=False, held=False),
    )
    assert (forecast.total, forecast.held, forecast.seconds, forecast.already) == (9, 0, 3.0, False)


async def test_who_reads_a_language_that_is_offered_no_longer_is_counted_and_gets_the_source_text(
    announcements: Announcements, database: Database, clock: FrozenClock
) -> None:
    fewer = Announcements(database, clock, ("en",), rate=3)
    forecast = await fewer.forecast(announcement(), hold_untranslated=False)
    assert forecast.readers[1] == Readers("ar", 3, State.missing, falls_back=True, held=False)
    assert (forecast.total, forecast.held) == (9, 0)
    held = await fewer.forecast(announcement(), hold_untranslated=True)
    assert (held.total, held.held) == (6, 3)


async def test_the_forecast_says_who_falls_back(announcements: Announcements) -> None:
    forecast = await announcements.forecast(without_arabic(), hold_untranslated=False)
    assert forecast.readers[1] == Readers("ar", 3, State.missing, falls_back=True, held=False)
    assert (forecast.total, forecast.held) == (9, 0)


async def test_who_would_read_a_draft_falls_back_or_is_held(announcements: Announcements, database: Database) -> None:
    drafted = announcement(body=translated(en="The court granted bail.", ar=Unreviewed("منحت المحكمة الكفالة.")))
    forecast = await announcements.forecast(drafted, hold_untranslated=False)
    assert forecast.readers[1] == Readers("ar", 3, State.draft, falls_back=True, held=False)
    forecast = await announcements.forecast(drafted, hold_untranslated=True)
    assert forecast.readers[1] == Readers("ar", 3, State.draft, falls_back=False, held=True)
    await announcements.launch(drafted, hold_untranslated=True)
    assert await owed(database) == [1, 2, 3, 4, 5, 6]


async def test_the_forecast_says_who_is_held(announcements: Announcements) -> None:
    forecast = await announcements.forecast(without_arabic(), hold_untranslated=True)
    assert forecast.readers[1] == Readers("ar", 3, State.missing, falls_back=False, held=True)
    assert (forecast.total, forecast.held, forecast.seconds) == (6, 3, 2.0)


async def test_a_language_that_went_stale_counts_as_not_ready(announcements: Announcements, clock: FrozenClock) -> None:
    edited = announcement().body.revised({"en": "The court refused bail."}, by="editor", at=clock.now(), source="en")
    forecast = await announcements.forecast(announcement(body=edited), hold_untranslated=False)
    assert forecast.readers[1].state is State.stale
    assert forecast.readers[1].falls_back


async def test_a_launch_writes_down_everybody_who_wants_it(
    announcements: Announcements, database: Database, clock: FrozenClock, small_slices: None
) -> None:
    await change(database, 1, stopped_at=clock.now())
    await change(database, 2, paused_until=clock.now() + timedelta(days=1))
    await change(database, 3, blocked_at=clock.now())
    await change(database, 4, muted_kinds=Kind.RULING.bit)
    await change(database, 5, paused_until=clock.now() - timedelta(days=1))
    await change(database, 6, muted_kinds=Kind.NEWS.bit)
    assert await announcements.launch(announcement(), hold_untranslated=False) == ("update:mill-lane-bail", False)
    assert await owed(database) == [5, 6, 7, 8, 9]
    broadcast = await shown(database)
    assert (broadcast.state, broadcast.account) == (BroadcastState.SENDING, Account(pending=5))


async def test_held_languages_are_not_written_down(announcements: Announcements, database: Database) -> None:
    await announcements.launch(without_arabic(), hold_untranslated=True)
    assert await owed(database) == [1, 2, 3, 4, 5, 6]


async def test_fault_18_launched_twice_it_is_one_broadcast_and_says_so(announcements: Announcements, database: Database) -> None:
    await announcements.launch(announcement(), hold_untranslated=False)
    assert await announcements.launch(announcement(), hold_untranslated=False) == ("update:mill-lane-bail", True)
    assert await owed(database) == list(range(1, 10))
    assert (await announcements.forecast(announcement(), hold_untranslated=False)).already


async def test_launched_again_a_held_broadcast_goes_on(announcements: Announcements, database: Database) -> None:
    await announcements.launch(announcement(), hold_untranslated=False)
    async with database.write() as session:
        await session.execute(update(BroadcastRow).values(state=BroadcastState.HELD, hold_reason="the text is at fault"))
    await announcements.finish_fan_outs()
    assert (await shown(database)).state is BroadcastState.HELD
    assert (await announcements.launch(announcement(), hold_untranslated=False))[1]
    broadcast = await shown(database)
    assert (broadcast.state, broadcast.hold_reason, broadcast.account.pending) == (BroadcastState.SENDING, None, 9)


async def test_launched_again_a_finished_broadcast_stays_finished(announcements: Announcements, database: Database) -> None:
    await announcements.launch(announcement(), hold_untranslated=False)
    async with database.write() as session:
        await session.execute(update(BroadcastRow).values(state=BroadcastState.DONE))
    await announcements.launch(announcement(), hold_untranslated=False)
    assert (await shown(database)).state is BroadcastState.DONE


async def test_fault_18_launched_by_two_at_once_it_is_one_broadcast(
    announcements: Announcements, database: Database, small_slices: None
) -> None:
    both = await asyncio.gather(*(announcements.launch(announcement(), hold_untranslated=False) for _ in range(2)))
    assert sorted(again for _, again in both) == [False, True]
    assert await owed(database) == list(range(1, 10))


async def test_who_joins_after_the_launch_is_not_in_it(
    announcements: Announcements, database: Database, clock: FrozenClock
) -> None:
    await announcements.launch(announcement(), hold_untranslated=False)
    await add_followers(database, clock, 1, 1, first=20)
    await announcements.finish_fan_outs()
    assert 20 not in await owed(database)


@pytest.mark.parametrize("slices", range(6))
async def test_an_interrupted_launch_is_finished_at_the_next_start(
    announcements: Announcements, database: Database, small_slices: None, monkeypatch: pytest.MonkeyPatch, slices: int
) -> None:
    write, written = Announcements._write_slice, [0]

    async def interrupted(self: Announcements, broadcast_id: int) -> bool:
        if written[0] == slices:
            raise Interrupted
        written[0] += 1
        return await write(self, broadcast_id)

    monkeypatch.setattr(Announcements, "_write_slice", interrupted)
    with pytest.raises(Interrupted):
        await announcements.launch(announcement(), hold_untranslated=False)
    monkeypatch.setattr(Announcements, "_write_slice", write)
    assert (await shown(database)).state is BroadcastState.PREPARING
    assert len(await owed(database)) == min(9, slices * 2)
    await announcements.finish_fan_outs()
    assert await owed(database) == list(range(1, 10))
    assert (await shown(database)).state is BroadcastState.SENDING


async def test_an_interrupted_launch_can_also_be_launched_again(
    announcements: Announcements, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def never(self: Announcements, broadcast_id: int) -> bool:
        raise Interrupted

    write = Announcements._write_slice
    monkeypatch.setattr(Announcements, "_write_slice", never)
    with pytest.raises(Interrupted):
        await announcements.launch(announcement(), hold_untranslated=False)
    monkeypatch.setattr(Announcements, "_write_slice", write)
    assert await announcements.launch(announcement(), hold_untranslated=False) == ("update:mill-lane-bail", True)
    assert await owed(database) == list(range(1, 10))


async def test_the_order_is_random(announcements: Announcements, database: Database, clock: FrozenClock) -> None:
    await add_followers(database, clock, 1, 100, first=100)
    await announcements.launch(announcement(), hold_untranslated=False)
    async with database.read() as session:
        rows = list((await session.execute(select(DeliveryRow).order_by(DeliveryRow.place))).scalars())
    assert [row.supporter_id for row in rows] != sorted(row.supporter_id for row in rows)
    assert len({row.place for row in rows}) > 20
    assert all(0 <= row.place < LAST_PLACE for row in rows)


async def test_what_is_sent_is_frozen_at_the_launch(announcements: Announcements, database: Database) -> None:
    await announcements.launch(announcement(), hold_untranslated=False)
    async with database.read() as session:
        content = (await session.execute(select(BroadcastRow.content))).scalar_one()
    assert Announcement.from_json(content) == announcement()


async def test_who_stops_following_or_mutes_during_a_broadcast_is_not_written_to(
    announcements: Announcements, database: Database, clock: FrozenClock
) -> None:
    await announcements.launch(announcement(), hold_untranslated=False)
    await change(database, 2, muted_kinds=Kind.RULING.bit)
    await change(database, 3, muted_kinds=Kind.NEWS.bit)
    await unfollow(database, 1)
    ledger = Ledger(database, clock)
    async with database.write() as session:
        session.add(InstallationRow(key_check=b"", created_at=clock.now()))
    claimed = (await ledger.exchange(await ledger.begin(), [], 1, 9)).claimed
    assert {row.supporter_id: row.refusal for row in claimed if row.refusal} == {1: "no longer follows", 2: "muted"}
    await unfollow(database, 4)
    await change(database, 5, muted_kinds=Kind.RULING.bit)
    again = {row.supporter_id: await ledger.refusal(row) for row in claimed}
    assert {person: refusal for person, refusal in again.items() if refusal} == {
        1: "no longer follows", 2: "muted", 4: "no longer follows", 5: "muted",
    }  # fmt: skip


async def unfollow(database: Database, number: int) -> None:
    async with database.write() as session:
        await session.execute(delete(FollowingRow).where(FollowingRow.supporter_id == number))
