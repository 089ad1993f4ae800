"""Calling people to do something: to sign a petition, to take an action. Forecast, then written into the ledger.

A call may be made again: it then goes to those who could not be asked before, as they had been asked to do something else.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, exists, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.announcements.forecast import Forecast, readers_of
from bot.announcements.notices import ensure_announceable, write_notice
from bot.announcements.plan import AT_ONCE, Plan
from bot.announcements.scheduling import ensure_unplanned, first_start, is_idle
from bot.clock import Clock
from bot.delivery.models import BroadcastRow, BroadcastState, DeliveryRow
from bot.language import State, Translated
from bot.storage.database import Database
from bot.supporters.ask_audience import AskAudience
from bot.supporters.audience import count_by_locale
from bot.supporters.models import SupporterRow


@dataclass(frozen=True, slots=True)
class Call:
    """`content` is what composing makes a message of, its source language under "locale"; `texts` are those that readers are
    shown, by which a language counts as ready."""

    subject: str
    content: Mapping[str, Any]
    audience: AskAudience
    texts: Sequence[Translated]
    source_locale: str

    def state(self, locale: str) -> State:
        return max((text.state(locale, self.source_locale) for text in self.texts), key=list(State).index)


class Calls:
    """`rate` in messages a second."""

    def __init__(
        self, database: Database, clock: Clock, locales: Sequence[str], rate: float, default_timezone: str = "UTC"
    ) -> None:
        self._database = database
        self._clock = clock
        self._locales = tuple(locales)
        self._rate = rate
        self._default_timezone = default_timezone

    async def forecast(self, call: Call, hold_untranslated: bool) -> Forecast:
        """Who would get it if it were launched now. Raises NidaError when it was cancelled or taken back."""
        async with self._database.read() as session:
            await ensure_announceable(session, call.subject)
            broadcast_id = await session.scalar(select(BroadcastRow.id).where(BroadcastRow.subject == call.subject))
            again = broadcast_id is not None and not await is_idle(session, broadcast_id)
            unless = _has(broadcast_id) if again else None
            counts = await count_by_locale(session, call.audience, self._clock.now(), unless=unless)
            rested = await self._rested(session, call.audience, unless)
        readers = readers_of(counts, self._locales, call.state, hold=hold_untranslated)
        return Forecast.of(call.subject, readers, self._rate, already=again, adds=again, rested=rested)

    async def starts_at(self, call: Call, plan: Plan) -> datetime | None:
        """When the first would get it; None for at once. Raises NidaError when that is over, or it was taken
        back, or goes by another plan already."""
        return await first_start(self._database, call.subject, call.audience, plan, self._clock.now(), self._default_timezone)

    async def launch(self, call: Call, hold_untranslated: bool, plan: Plan = AT_ONCE) -> tuple[str, bool]:
        """Write the call down; return its subject, and whether it had been made before. Its audience is drawn by
        `Announcements.finish_fan_outs`. Raises NidaError when it was cancelled or taken back."""
        starts_at, now = await self.starts_at(call, plan), self._clock.now()
        ready = frozenset(locale for locale in self._locales if call.state(locale) is State.ready)
        audience = replace(call.audience, locales=ready) if hold_untranslated else call.audience
        async with self._database.write() as session:
            await ensure_announceable(session, call.subject)
            this = select(BroadcastRow).where(BroadcastRow.subject == call.subject).with_for_update()
            row = (await session.execute(this)).scalar_one_or_none()
            if row is not None and not await is_idle(session, row.id):
                await ensure_unplanned(session, row.id, plan)
                _make_again(row, audience)
                return call.subject, True
            await write_notice(
                session,
                call.subject,
                call.content,
                audience,
                now=now,
                urgent_reason=plan.urgent_reason,
                starts_at=starts_at,
                timing=plan.timing,
            )
        return call.subject, False

    async def _rested(self, session: AsyncSession, audience: AskAudience, unless: ColumnElement[bool] | None) -> int:
        now = self._clock.now()
        counted = audience.wanted(select(func.count()).select_from(SupporterRow), now).where(audience.was_asked(now))
        counted = counted if unless is None else counted.where(~unless)
        return await session.scalar(counted, execution_options={"long": True}) or 0


def _has(broadcast_id: int | None) -> ColumnElement[bool]:
    return exists().where(DeliveryRow.broadcast_id == broadcast_id, DeliveryRow.supporter_id == SupporterRow.id)


def _make_again(row: BroadcastRow, audience: AskAudience) -> None:
    """For those who do not have it yet; what it says stays as it was sent."""
    if row.state in {BroadcastState.SENDING, BroadcastState.DONE}:
        row.audience = audience.to_json()
        row.state, row.finished_at, row.fanned_out_to = BroadcastState.PREPARING, None, None
