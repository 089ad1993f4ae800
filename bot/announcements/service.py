"""Announcing: who gets it, in which language, how long it takes; then writing the audience into the ledger."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

import structlog
from sqlalchemy import bindparam, exists, func, literal, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from bot.announcements.announcement import Announcement
from bot.announcements.extending import Extension, extend, extension
from bot.announcements.forecast import Forecast, Readers, readers_of
from bot.announcements.plan import AT_ONCE, Plan
from bot.announcements.scheduling import begin, ensure_unplanned, first_start, is_idle, start_due, take_up_again
from bot.clock import Clock
from bot.delivery import copies
from bot.delivery.control import ensure_not_taken_back, let_go_on
from bot.delivery.jobs import Job
from bot.delivery.models import BroadcastRow, BroadcastState, DeliveryRow, DeliveryState
from bot.delivery.statements import JOB
from bot.language import State
from bot.storage.database import Database
from bot.supporters.ask_audience import one_call_at_a_time
from bot.supporters.audience import Audience, Drawable, count_by_locale
from bot.supporters.audiences import audience_from_json
from bot.supporters.erasing import hold_off_erasing
from bot.supporters.models import SupporterRow

log = structlog.get_logger()

SLICE = {"sqlite": 5_000, "postgresql": 40_000}
"""People written down in one transaction: few enough not to hold SQLite's only writer for long."""
PLACES = 100
"""In the order of sending: enough that no interruption always hurts the same people. With as many as there are rows, each
went to a page of the index that was not at hand: writing a million took twice as long and 15 MB more."""
LONG = {"long": True}
_UNFINISHED: Final = select(BroadcastRow.id).where(BroadcastRow.state == BroadcastState.PREPARING).order_by(BroadcastRow.id)
_HOW_FAR: Final = (
    select(BroadcastRow.fanned_out_to, BroadcastRow.state).where(BroadcastRow.id == bindparam("id")).with_for_update()
)
_THERE: Final = (
    select(DeliveryRow.broadcast_id)
    .where(DeliveryRow.broadcast_id == bindparam("broadcast"), DeliveryRow.supporter_id > bindparam("after"))
    .limit(1)
)


class Announcements:
    """`rate` in messages a second."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        locales: Sequence[str],
        rate: float,
        default_timezone: str = "UTC",
        together: timedelta = timedelta(0),
    ) -> None:
        self._database = database
        self._clock = clock
        self._locales = tuple(locales)
        self._rate = rate
        self._default_timezone = default_timezone
        self._together = together

    async def forecast(self, announcement: Announcement, hold_untranslated: bool) -> Forecast:
        """Who would get it if it were launched now."""
        everybody = Audience(announcement.case_id, announcement.kind)
        async with self._database.read() as session:
            counts = await count_by_locale(session, everybody, self._clock.now())
            already = await session.scalar(select(BroadcastRow).where(BroadcastRow.subject == announcement.subject))
            if already is not None and await is_idle(session, already.id):
                already = None
            if already is not None:
                await ensure_not_taken_back(session, already)
                more = extension(already.content, Audience.from_json(already.audience), announcement, self._locales)
                if more.left_out:
                    return await self._forecast_of_more(session, already.id, announcement, more)
        readers = readers_of(counts, self._locales, announcement.state, hold=hold_untranslated)
        return Forecast.of(announcement.subject, readers, self._rate, already=already is not None)

    async def _forecast_of_more(
        self, session: AsyncSession, broadcast_id: int, announcement: Announcement, more: Extension
    ) -> Forecast:
        """Whom an extension adds, and who still waits for a translation."""
        left_out = Audience(announcement.case_id, announcement.kind, more.left_out)
        has_it = exists().where(DeliveryRow.broadcast_id == broadcast_id, DeliveryRow.supporter_id == SupporterRow.id)
        counts = await count_by_locale(session, left_out, self._clock.now(), unless=has_it)
        readers = tuple(
            Readers(locale, counts.get(locale, 0), more.content.state(locale), falls_back=False, held=locale not in more.ready)
            for locale in self._locales
            if locale in more.left_out
        )
        return Forecast.of(announcement.subject, readers, self._rate, already=True, adds=True)

    async def starts_at(self, announcement: Announcement, plan: Plan) -> datetime | None:
        """When the first would get it; None for at once. Raises NidaError when that is over, or it was taken
        back, or goes by another plan already."""
        audience, subject = Audience(announcement.case_id, announcement.kind), announcement.subject
        return await first_start(self._database, subject, audience, plan, self._clock.now(), self._default_timezone)

    async def launch(self, announcement: Announcement, hold_untranslated: bool, plan: Plan = AT_ONCE) -> tuple[str, bool]:
        """Write the broadcast and its audience down; return its subject, and whether it had been launched before.

        The audience is frozen here. Interrupted, it is finished by `finish_fan_outs`. Launched again, one that was held
        goes on: somebody looked at why and decided so; and readers who were left out as their language was not ready get it
        once it is. Raises NidaError when it was cancelled or taken back. Scheduled, its audience is
        drawn when it begins, and one cancelled before that can be planned anew.
        """
        starts_at = await self.starts_at(announcement, plan)
        row = {
            "subject": announcement.subject,
            "state": BroadcastState.SCHEDULED if starts_at else BroadcastState.PREPARING,
            "starts_at": starts_at,
            "timing": plan.timing.to_json(),
            "urgent": plan.urgent_reason is not None,
            "urgent_reason": plan.urgent_reason,
            "content": announcement.to_json(),
            "audience": self._audience(announcement, hold_untranslated).to_json(),
            "created_at": self._clock.now(),
        }
        same = select(BroadcastRow.id).where(BroadcastRow.subject == announcement.subject)
        statement = insert(BroadcastRow).values(row).on_conflict_do_nothing().returning(BroadcastRow.id)
        async with self._database.write() as session:
            new = (await session.execute(statement)).scalar_one_or_none()
            found = new or (await session.execute(same)).scalar_one()
            if new is None and not await take_up_again(session, found, row):
                await ensure_not_taken_back(session, await session.get_one(BroadcastRow, found, with_for_update=True))
                await ensure_unplanned(session, found, plan)
                await let_go_on(session, found, self._clock)
        await self._fan_out(found)  # of one launched before, what an interruption may have left
        if new is None and await self._extended(found, announcement):
            await self._fan_out(found)
        return announcement.subject, new is None

    async def _extended(self, broadcast_id: int, announcement: Announcement) -> bool:
        async with self._database.write() as session:
            return await extend(session, broadcast_id, announcement, self._locales)

    async def finish_fan_outs(self) -> None:
        """Begin what is due, and go on with launches that were interrupted."""
        await start_due(self._database, self._clock)
        waiting = await self._database.look_up(lambda connection: connection.execute(_UNFINISHED).scalars().all())
        for broadcast_id in waiting:
            await self._fan_out(broadcast_id)

    def _audience(self, announcement: Announcement, hold_untranslated: bool) -> Audience:
        ready = frozenset(locale for locale in self._locales if announcement.state(locale) is State.ready)
        return Audience(announcement.case_id, announcement.kind, ready if hold_untranslated else None)

    async def _fan_out(self, broadcast_id: int) -> None:
        async with self._database.write() as session:
            await begin(session, broadcast_id, self._clock.now(), self._together)
        slices = 0
        while await self._write_slice(broadcast_id):
            slices += 1
        if slices:
            log.info("broadcast.launched", broadcast=broadcast_id)

    @property
    def _slice(self) -> int:
        return SLICE["sqlite" if self._database.is_sqlite else "postgresql"]

    async def _write_slice(self, broadcast_id: int) -> bool:
        """Write the next slice of the audience; False once it is complete. The note of how far it got is in the same
        transaction, so that a slice is written once however often this is interrupted."""
        async with self._database.write() as session:
            await hold_off_erasing(session)
            behind, state = (await session.execute(_HOW_FAR, {"id": broadcast_id})).one()
            if state is not BroadcastState.PREPARING:
                return False
            job = Job(*(await session.execute(JOB, {"id": broadcast_id})).one())
            if job.amends:
                last = await copies.owe_slice(session, job, behind, self._slice, is_sqlite=self._database.is_sqlite)
            else:
                if job.asks:
                    await one_call_at_a_time(session)
                last = await self._insert_slice(session, broadcast_id, audience_from_json(job.audience), behind)
            done = {"fanned_out_to": last} if last else {"fanned_out_to": None, "state": BroadcastState.SENDING}
            await session.execute(update(BroadcastRow).where(BroadcastRow.id == broadcast_id).values(done))
        return last is not None

    async def _insert_slice(self, session: AsyncSession, broadcast_id: int, audience: Drawable, behind: int | None) -> int | None:
        """The last follower of the slice, None when there was nobody left."""
        after = behind or 0
        last = await session.scalar(audience.end_of_slice(after, self._slice), execution_options=LONG)
        if last is None:
            return None
        people = audience.drawn_in_order(self._clock.now(), after, last)
        place = func.abs(func.random() % PLACES) if self._database.is_sqlite else func.floor(func.random() * PLACES)
        row = (literal(broadcast_id), SupporterRow.id, literal(DeliveryState.PENDING.value), place, literal(0))
        rows = people.with_only_columns(*row, maintain_column_froms=True)
        names = ["broadcast_id", "supporter_id", "state", "place", "attempts"]
        statement = insert(DeliveryRow).from_select(names, rows)
        # One that is extended to more people; to look at each costs a third more.
        if await session.scalar(_THERE, {"broadcast": broadcast_id, "after": after}):
            statement = statement.on_conflict_do_nothing()
        await session.execute(statement, execution_options=LONG)
        return last
