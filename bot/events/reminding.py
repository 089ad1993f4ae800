"""Reminders: planned when an event gets its date, planned anew or withdrawn when that changes, and sent when they are due."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

import structlog
from sqlalchemy import Update, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from bot.announcements.notices import write_notice
from bot.clock import Clock
from bot.daytime import DAY, forget_zones
from bot.delivery.timing import Timing
from bot.events.models import EventKind, EventRow, ReminderRow, ReminderState
from bot.events.moments import WAKING, begins, useful_until
from bot.events.offsets import OFFSETS, before, bit_of, offsets_of
from bot.events.reading import EVENTS, USUAL, view_of
from bot.events.renewing import put_right
from bot.events.telling import Notice, audience, content, reminder_subject
from bot.events.views import OVER, EventView
from bot.storage.database import Database
from bot.supporters.audience import recipients
from bot.supporters.event_audience import EventAudience, Wanted
from bot.supporters.models import AttendanceRow

log = structlog.get_logger()

AT_ONCE: Final = 500
"""How many are looked up together; what is due beyond them comes with the next look."""
STILL_ON: Final = timedelta(days=1)
"""For how long after its beginning an event's moment follows new rules of its zone."""
_DUE: Final = (
    select(ReminderRow.id, ReminderRow.event_id)
    .where(ReminderRow.state == ReminderState.PLANNED)
    .order_by(ReminderRow.due_at, ReminderRow.id)
    .limit(AT_ONCE)
)


async def plan_reminders(session: AsyncSession, event: EventView, now: datetime, *, anew: bool) -> None:
    """Make the reminders of an event what its date asks for, in the transaction that gives it. There is one for each time
    people can choose, as anybody may choose it later: whom it is for is looked up when it is due.

    `anew` for another date: those already sent go again before the new one, and those whose time is over are not made up for,
    as people are just being told. Otherwise only what is still to come moves.
    """
    kept = select(ReminderRow).where(ReminderRow.event_id == event.id).with_for_update()
    rows = {row.minutes: row for row in (await session.execute(kept)).scalars()}
    for minutes in OFFSETS:
        row = rows.get(minutes)
        due = event.starts_at - before(minutes) if event.starts_at is not None and event.is_going_ahead else None
        if due is not None and due > now and row is None:
            session.add(ReminderRow(event_id=event.id, minutes=minutes, due_at=due))
        elif row is not None:
            _plan_again(row, due, now, anew=anew)


def _plan_again(row: ReminderRow, due: datetime | None, now: datetime, *, anew: bool) -> None:
    if due is not None and (due > now if anew else row.state is ReminderState.PLANNED):
        row.state, row.due_at = ReminderState.PLANNED, due
    elif row.state is ReminderState.PLANNED:
        row.state = ReminderState.WITHDRAWN


def still_planned(event: EventView, now: datetime) -> tuple[int, ...]:
    """The event's own reminders that are still to come, in minutes, longest first."""
    if event.starts_at is None or not event.is_going_ahead:
        return ()
    return tuple(minutes for minutes in offsets_of(event.remind) if event.starts_at - before(minutes) > now)


class Reminders:
    """`usual` are the bits of each kind's reminders."""

    def __init__(self, database: Database, clock: Clock, source_locale: str, usual: Mapping[EventKind, int] = USUAL) -> None:
        self._database = database
        self._clock = clock
        self._source = source_locale
        self._usual = usual
        self.dropped = 0
        """Reminders somebody wanted that would have come too late."""

    async def due(self) -> list[tuple[int, int]]:
        """The ids of what is due, each with its event's."""
        async with self._database.read() as session:
            found = await session.execute(_DUE.where(ReminderRow.due_at <= self._clock.now()))
            return [(reminder_id, event_id) for reminder_id, event_id in found]

    async def launch_due(self) -> int:
        """Write what is due into the ledger, each once; how many were."""
        launched = 0
        for reminder_id, event_id in await self.due():
            async with self._database.write() as session:
                launched += await self._launch(session, reminder_id, event_id)
        return launched

    async def _launch(self, session: AsyncSession, reminder_id: int, event_id: int) -> bool:
        # The event first, as whoever changes it does.
        found = await self._locked(session, event_id)
        row = await session.get(ReminderRow, reminder_id, with_for_update=True)
        now = self._clock.now()
        if found is None or row is None or row.state is not ReminderState.PLANNED or row.due_at > now:
            return False
        event = found[1]
        wanting = _wanting(event, row.minutes)
        row.state = ReminderState.LAUNCHED
        if await session.scalar(recipients(wanting, now).limit(1)) is None:
            return False
        until = useful_until(row.due_at + before(row.minutes), row.minutes)
        if now >= until:
            row.state = ReminderState.DROPPED
            self.dropped += 1
            log.warning("reminder.dropped", slug=event.slug, minutes=row.minutes)
            return False
        timing = Timing(until=until, waking=True, window=WAKING) if row.minutes >= DAY else Timing(until=until)
        await write_notice(
            session,
            reminder_subject(event.slug, event.sequence, row.minutes),
            content(event, Notice.REMINDER, self._source, minutes=row.minutes),
            wanting,
            now=now,
            timing=timing,
            urgent_reason="a reminder",
        )
        return True

    async def rezone(self) -> int:
        """Keep the wall time of each event whose zone has other rules than when it was entered; how many moments moved."""
        await forget_zones()
        live = EVENTS.where(EventRow.starts_at > self._clock.now() - STILL_ON, EventRow.status.not_in(OVER))
        async with self._database.read() as session:
            moved = [row.id for row, *_ in (await session.execute(live)).all() if _moment_of(row) != row.starts_at]
        for event_id in moved:
            async with self._database.write() as session:
                await self._rezone(session, event_id)
        return len(moved)

    async def _rezone(self, session: AsyncSession, event_id: int) -> None:
        found = await self._locked(session, event_id)
        if found is None:
            return
        row, event = found
        now, moment = self._clock.now(), _moment_of(row)
        await session.execute(_said_to(row).values(declined_date=moment))
        row.starts_at, row.changed_at = moment, now  # calendars that have it look when it was changed
        log.info("event.rezoned", slug=row.slug, zone=row.timezone)
        after = replace(event, starts_at=row.starts_at, changed_at=now)
        await plan_reminders(session, after, now, anew=False)
        await put_right(session, after, now, self._source, redated=False)

    async def _locked(self, session: AsyncSession, event_id: int) -> tuple[EventRow, EventView] | None:
        found = (await session.execute(EVENTS.where(EventRow.id == event_id).with_for_update(of=EventRow))).one_or_none()
        return None if found is None else (found[0], view_of(found[0], found[1], found[2], self._usual))


def _wanting(event: EventView, minutes: int) -> EventAudience:
    bit, dates = bit_of(minutes), () if event.starts_at is None else (event.starts_at,)
    by_default = bool(event.remind & bit)
    return audience(event, Wanted.REMINDED, minutes_bit=bit, by_default=by_default, near=minutes < DAY, dates=dates)


def _said_to(row: EventRow) -> Update:
    """Each no to its date, which is the same one at another moment."""
    return update(AttendanceRow).where(AttendanceRow.event_id == row.id, AttendanceRow.declined_date == row.starts_at)


def _moment_of(row: EventRow) -> datetime | None:
    return begins(row.starts, row.timezone) if row.starts is not None else None
