"""Pause, go on, cancel, retry: what a person decides counts at once, and what cannot be is one sentence."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta

import pytest
from sqlalchemy import select, text, update

from bot.announcements import service
from bot.announcements.notices import withdraw
from bot.announcements.service import Announcements
from bot.delivery import closing
from bot.delivery.account import Account, Broadcast, Broadcasts
from bot.delivery.control import Control
from bot.delivery.ledger import Ledger
from bot.delivery.models import BroadcastRow, BroadcastState, DeliveryRow, DeliveryState
from bot.delivery.settling import Settlement
from bot.errors import NidaError
from bot.storage.database import Database
from bot.storage.models import InstallationRow
from tests.announcements.people import add_case, add_followers, announcement, owed
from tests.clocks import FrozenClock

SUBJECT = "mill-lane-bail"


@pytest.fixture
async def announcements(database: Database, clock: FrozenClock) -> Announcements:
    await add_case(database)
    await add_followers(database, clock, 1, 9, "en")
    async with database.write() as session:
        session.add(InstallationRow(key_check=b"", created_at=clock.now()))
    return Announcements(database, clock, ("en", "ar", "ur"), rate=3)


@pytest.fixture
def control(database: Database, clock: FrozenClock) -> Control:
    return Control(database, clock)


async def shown(database: Database) -> Broadcast:
    return await Broadcasts(database).show(SUBJECT)


async def set_states(database: Database, *states: str) -> None:
    """Give the rows these states, in the order of their people."""
    async with database.write() as session:
        people = list((await session.execute(select(DeliveryRow.supporter_id).order_by(DeliveryRow.supporter_id))).scalars())
        for person, state in zip(people, states, strict=False):
            attempts = 0 if state == "pending" else 2
            await session.execute(
                update(DeliveryRow).where(DeliveryRow.supporter_id == person).values(state=state, attempts=attempts)
            )


async def test_a_pause_says_who_and_nothing_more_is_claimed(
    announcements: Announcements, control: Control, database: Database, clock: FrozenClock
) -> None:
    await announcements.launch(announcement(), hold_untranslated=False)
    ledger = Ledger(database, clock)
    owner = await ledger.begin()
    (first,) = (await ledger.exchange(owner, [], 1, 1)).claimed
    await control.pause(SUBJECT, "Amina")
    with pytest.raises(LookupError):
        await ledger.refusal(first)
    assert (await ledger.exchange(owner, [Settlement(first, DeliveryState.PENDING, counts=False)], 1, 5)).claimed == []
    broadcast = await shown(database)
    assert (broadcast.state, broadcast.account) == (BroadcastState.HELD, Account(pending=9))
    assert (broadcast.hold_reason or "").startswith("Paused by Amina; ")
    await control.resume(SUBJECT)
    assert (await shown(database)).hold_reason is None
    assert len((await ledger.exchange(owner, [], 1, 5)).claimed) == 5


async def test_a_launch_paused_in_its_middle_goes_on_with_the_rest_of_the_audience(
    announcements: Announcements, control: Control, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service, "SLICE", {"sqlite": 2, "postgresql": 2})
    write, written = Announcements._write_slice, [0]

    async def paused_after_two(self: Announcements, broadcast_id: int) -> bool:
        written[0] += 1
        if written[0] == 3:
            await control.pause(SUBJECT, "Amina")
        return await write(self, broadcast_id)

    monkeypatch.setattr(Announcements, "_write_slice", paused_after_two)
    await announcements.launch(announcement(), hold_untranslated=False)
    assert ((await shown(database)).state, len(await owed(database))) == (BroadcastState.HELD, 4)
    await control.resume(SUBJECT)
    assert (await shown(database)).state is BroadcastState.PREPARING
    await announcements.finish_fan_outs()
    assert ((await shown(database)).state, len(await owed(database))) == (BroadcastState.SENDING, 9)


@pytest.mark.parametrize(("hours", "then"), [(1, BroadcastState.SCHEDULED), (-1, BroadcastState.PREPARING)])
async def test_a_scheduled_one_goes_back_to_waiting_unless_its_time_came(
    announcements: Announcements, control: Control, database: Database, clock: FrozenClock, hours: int, then: BroadcastState
) -> None:
    await announcements.launch(announcement(), hold_untranslated=False)
    at = clock.now() + timedelta(hours=hours)
    async with database.write() as session:
        await session.execute(update(BroadcastRow).values(state=BroadcastState.SCHEDULED, starts_at=at))
    await control.pause(SUBJECT, "Amina")
    await control.resume(SUBJECT)
    assert (await shown(database)).state is then


async def test_cancelled_nobody_is_owed_it_any_more(
    announcements: Announcements, control: Control, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(closing, "SLICE", 2)
    await announcements.launch(announcement(), hold_untranslated=False)
    await set_states(database, "sent", "unreachable", "uncertain", "deferred")
    async with database.write() as session:
        await session.execute(text("UPDATE deliveries SET attempts = 0 WHERE state = 'deferred'"))
        await session.execute(text("UPDATE deliveries SET attempts = 1 WHERE supporter_id = 9"))
    await control.cancel(SUBJECT, "Amina")
    broadcast = await shown(database)
    assert broadcast.account == Account(sent=1, unreachable=1, uncertain=2, cancelled=5, repeated=3)
    assert (broadcast.state, broadcast.hold_reason) == (BroadcastState.CANCELLED, "Cancelled by Amina.")
    assert broadcast.finished_at is not None


async def test_what_is_on_its_way_when_cancelled_is_settled_as_it_ends(
    announcements: Announcements, control: Control, database: Database, clock: FrozenClock
) -> None:
    await announcements.launch(announcement(), hold_untranslated=False)
    ledger = Ledger(database, clock)
    owner = await ledger.begin()
    claimed = (await ledger.exchange(owner, [], 1, 3)).claimed
    await control.cancel(SUBJECT, "Amina")
    assert ((await shown(database)).account, (await shown(database)).finished_at) == (Account(pending=3, cancelled=6), None)
    outcomes = (DeliveryState.SENT, DeliveryState.PENDING, DeliveryState.PENDING)
    settled = [Settlement(row, state, counts=at < 2) for at, (row, state) in enumerate(zip(claimed, outcomes, strict=True))]
    assert (await ledger.exchange(owner, settled, None, 0)).fenced == 0
    for _ in range(2):
        await ledger.close_cancelled()
    broadcast = await shown(database)
    assert broadcast.account == Account(sent=1, uncertain=1, cancelled=7)
    assert broadcast.finished_at is not None


async def test_the_uncertain_are_sent_once_more_and_then_left_alone(
    announcements: Announcements, control: Control, database: Database, clock: FrozenClock
) -> None:
    await announcements.launch(announcement(), hold_untranslated=False)
    await set_states(database, *["sent"] * 7, "uncertain", "uncertain")
    ledger = Ledger(database, clock)
    owner = await ledger.begin()
    assert await ledger.finish(1)
    assert await control.retry(SUBJECT) == 2
    assert ((await shown(database)).state, (await shown(database)).finished_at) == (BroadcastState.SENDING, None)
    one, other = (await ledger.exchange(owner, [], 1, 9)).claimed
    assert one.attempts == other.attempts == 3 > one.most_attempts
    await ledger.exchange(owner, [Settlement(one, DeliveryState.SENT, 7)], None, 0)
    again = await ledger.begin()  # the sender was killed with the other on its way
    assert (await ledger.exchange(again, [], 1, 9)).claimed == []
    if database.is_sqlite:  # elsewhere the lease has to end first
        assert await ledger.finish(1)
        assert (await shown(database)).account == Account(sent=8, uncertain=1, repeated=9)


async def test_what_no_longer_holds_is_not_sent_once_more(
    announcements: Announcements, control: Control, database: Database, clock: FrozenClock
) -> None:
    await announcements.launch(announcement(), hold_untranslated=False)
    await set_states(database, *["sent"] * 7, "uncertain", "uncertain")
    ledger = Ledger(database, clock)
    await ledger.begin()
    assert await ledger.finish(1)
    async with database.write() as session:
        assert await withdraw(session, "update:", "It was moved.") == 0
    with pytest.raises(NidaError, match=r"what it says no longer holds\. It was moved\."):
        await control.retry(SUBJECT)
    assert (await shown(database)).account == Account(sent=7, uncertain=2, repeated=9)


async def test_two_at_once_decide_once(announcements: Announcements, control: Control, database: Database) -> None:
    await announcements.launch(announcement(), hold_untranslated=False)
    decisions: tuple[Callable[[], Awaitable[object]], ...] = (
        lambda: control.pause(SUBJECT, "A"),
        lambda: control.resume(SUBJECT),
        lambda: control.cancel(SUBJECT, "A"),
    )
    for decide in decisions:
        both = await asyncio.gather(decide(), decide(), return_exceptions=True)
        assert [type(each) for each in both if each is not None] == [NidaError]


@pytest.mark.parametrize(
    ("state", "verb", "sentence"),
    [
        ("done", "pause", "update:mill-lane-bail is over: it is done."),
        ("cancelled", "pause", "update:mill-lane-bail is over: it is cancelled."),
        ("held", "pause", "update:mill-lane-bail is held already: Because."),
        ("sending", "resume", "update:mill-lane-bail is not held: it is sending."),
        ("done", "cancel", "update:mill-lane-bail is over already: it is done."),
        ("cancelled", "cancel", "update:mill-lane-bail is over already: it is cancelled."),
        ("cancelled", "retry", "update:mill-lane-bail was cancelled, so nothing of it is sent any more."),
        ("done", "retry", "Nothing of update:mill-lane-bail is uncertain, so there is nothing to send once more."),
    ],
)
async def test_what_cannot_be_is_one_sentence(
    announcements: Announcements, control: Control, database: Database, state: str, verb: str, sentence: str
) -> None:
    await announcements.launch(announcement(), hold_untranslated=False)
    async with database.write() as session:
        await session.execute(update(BroadcastRow).values(state=BroadcastState(state), hold_reason="Because."))
    with pytest.raises(NidaError) as refused:
        await (getattr(control, verb)(SUBJECT, "A") if verb in {"pause", "cancel"} else getattr(control, verb)(SUBJECT))
    assert str(refused.value) == sentence


async def test_what_was_never_sent_is_one_sentence(control: Control) -> None:
    with pytest.raises(NidaError, match="Nothing was sent about 'no-such'"):
        await control.pause("no-such", "A")


async def test_the_uncertain_join_what_is_still_being_sent(
    announcements: Announcements, control: Control, database: Database
) -> None:
    await announcements.launch(announcement(), hold_untranslated=False)
    await set_states(database, "uncertain")
    assert await control.retry(SUBJECT) == 1
    assert ((await shown(database)).state, (await shown(database)).account) == (
        BroadcastState.SENDING,
        Account(pending=9, repeated=1),
    )


async def test_each_that_was_cancelled_and_not_closed_is_closed_at_the_next_occasion(
    announcements: Announcements, control: Control, database: Database
) -> None:
    await announcements.launch(announcement(), hold_untranslated=False)
    async with database.write() as session:
        await session.execute(update(BroadcastRow).values(state=BroadcastState.CANCELLED))
    await control.close_all()
    broadcast = await shown(database)
    assert broadcast.account == Account(cancelled=9)
    assert broadcast.finished_at is not None


async def test_what_was_never_sent_has_no_account(database: Database) -> None:
    with pytest.raises(NidaError, match="no-such"):
        await Broadcasts(database).show("no-such")
