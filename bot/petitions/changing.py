"""Opening and ending a petition, and telling those who want to hear of it: one transaction, so that neither happens alone."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.announcements.notices import amend_copies, withdraw, write_notice
from bot.clock import Clock
from bot.delivery.models import BroadcastRow, DeliveryRow, DeliveryState
from bot.errors import NidaError
from bot.language import State
from bot.petitions.models import PetitionRow, PetitionStatus
from bot.petitions.reading import one, view_of
from bot.petitions.status import Action, ChangeRequest, changed
from bot.petitions.telling import Notice, call_subject, content, milestone_subject, news_subject
from bot.petitions.views import PetitionView
from bot.staff.audit import record
from bot.storage.database import Database
from bot.supporters.audience import count_by_locale
from bot.supporters.news_audience import NewsAudience

__all__ = ["Action", "ChangeForecast", "ChangeRequest", "PetitionChanges"]

_CHANGING: Final = ("status", "outcome", "closed_at", "delivered_at", "changed_at")
_TOLD: Final = {Action.DELIVER: Notice.DELIVERED, Action.OUTCOME: Notice.OUTCOME}


@dataclass(frozen=True, slots=True)
class ChangeForecast:
    """What a change would do if it were made now. Hand `before.changed_at` to `make`, which then refuses if somebody else
    changed it meanwhile. `notice` is "delivered", "outcome", or None where nobody is told; `readers` counts by language whom
    it goes to. `untranslated` are the languages in which something of it is shown in the source's. `copies` is how many
    messages in chats are edited, where what came of it is put right."""

    before: PetitionView
    after: PetitionView
    notice: str | None
    readers: Mapping[str, int]
    total: int
    seconds: float
    untranslated: tuple[str, ...]
    copies: int


class PetitionChanges:
    """`rate` in messages a second. Each method raises NidaError with one sentence when it cannot be done."""

    def __init__(self, database: Database, clock: Clock, source_locale: str, locales: Sequence[str], rate: float) -> None:
        self._database = database
        self._clock = clock
        self._source = source_locale
        self._locales = tuple(locales)
        self._rate = rate

    async def forecast(self, slug: str, asked: ChangeRequest) -> ChangeForecast:
        """What it would do; raises NidaError where `make` would."""
        now = self._clock.now()
        async with self._database.read() as session:
            before = view_of(*await one(session, slug, hold=False))
            after = changed(before, asked, by="", at=now, source=self._source)
            notice = _TOLD.get(asked.kind) if before.outcome is None else None
            readers = await count_by_locale(session, NewsAudience(before.id), now) if notice else {}
            copies = await _copies(session, slug) if before.outcome else 0
        total = sum(readers.values())
        untranslated = self._untranslated(after) if asked.kind is not Action.CLOSE else ()
        return ChangeForecast(before, after, notice, readers, total, total / self._rate, untranslated, copies)

    async def make(self, slug: str, asked: ChangeRequest, by: str, expected: datetime | None = None) -> str | None:
        """Change it and have people told; returns the subject under which they are, or None when there is nothing to tell.
        `expected` is when it was changed last, as far as whoever decides knows."""
        now = self._clock.now()
        async with self._database.write() as session:
            found = await one(session, slug, hold=True)
            before = view_of(*found)
            if expected is not None and before.changed_at != expected:
                raise NidaError(f"{slug} was changed by somebody else meanwhile; look at it as it is now, and decide again.")
            after = changed(before, asked, by=by, at=now, source=self._source)
            _write_down(found[0], after)
            await record(session, now, by, f"petition.{asked.kind}", f"petition:{slug}", counted=after.counted)
            await _take_back(session, after)
            return await self._tell(session, before, after, asked.kind, now)

    async def _tell(
        self, session: AsyncSession, before: PetitionView, after: PetitionView, kind: Action, now: datetime
    ) -> str | None:
        notice = _TOLD.get(kind)
        if notice is None:
            return None
        subject, told = news_subject(after.slug, notice), content(after, notice, self._source)
        if before.outcome is not None:
            return await amend_copies(session, subject, told, now)
        await write_notice(session, subject, told, NewsAudience(after.id), now=now, urgent_reason=None)
        return subject

    def _untranslated(self, after: PetitionView) -> tuple[str, ...]:
        """Of what people are told, or of one that is opened of its page."""
        last = after.outcome or after.text
        shown = (after.title, after.target, last) if after.status is not PetitionStatus.DELIVERED else (after.title, after.target)
        return tuple(
            locale for locale in self._locales if any(each.state(locale, self._source) is not State.ready for each in shown)
        )


def _write_down(row: PetitionRow, after: PetitionView) -> None:
    for name in _CHANGING:
        setattr(row, name, getattr(after, name))


async def _take_back(session: AsyncSession, after: PetitionView) -> None:
    """What is on its way to people and does not hold any more. Nobody is called to sign what is closed."""
    if after.status is PetitionStatus.OPEN:
        return
    reason = f"{after.slug} is {after.status}."
    await withdraw(session, call_subject(after.slug), reason)
    if after.status in {PetitionStatus.DELIVERED, PetitionStatus.OUTCOME}:
        await withdraw(session, milestone_subject(after.slug), reason)
    if after.status is PetitionStatus.OUTCOME:
        await withdraw(session, news_subject(after.slug, Notice.DELIVERED), reason)


async def _copies(session: AsyncSession, slug: str) -> int:
    """How many have what came of it in their chats."""
    has_it = DeliveryRow.state == DeliveryState.SENT, DeliveryRow.message_id.is_not(None)
    of_it = select(func.count()).join(BroadcastRow, BroadcastRow.id == DeliveryRow.broadcast_id).select_from(DeliveryRow)
    return await session.scalar(of_it.where(BroadcastRow.subject == news_subject(slug, Notice.OUTCOME), *has_it)) or 0
