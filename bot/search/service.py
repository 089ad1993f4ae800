"""What can be found: cases, petitions that can be signed, and events to come."""

import asyncio
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.cases.models import CaseRow, CaseStatus
from bot.clock import Clock
from bot.events.models import EventRow, EventStatus
from bot.events.views import LASTS, OVER
from bot.events.wording import EVENT_KINDS
from bot.language import N_, Catalogues, Translated
from bot.petitions.models import PetitionRow, PetitionStatus
from bot.search.matching import likeness, wanted_in, words_of
from bot.storage.database import Database

FRESH_FOR: Final = 20.0
"""Seconds for which what was read is good enough: people type, and each letter asks."""

_PETITION: Final = N_("Petition")
_CASE: Final = N_("Case")


class Kind(StrEnum):
    """The same words that links to them begin with."""

    PETITION = "petition"
    EVENT = "event"
    CASE = "case"


@dataclass(frozen=True, slots=True)
class Hit:
    kind: Kind
    slug: str


@dataclass(frozen=True, slots=True)
class _Entry:
    hit: Hit
    words: frozenset[str]


def _best(entries: Sequence[_Entry], wanted: list[str]) -> list[Hit]:
    """Only where nothing has all of the words, what has most of them, or nearly."""
    for misspelt in (False, True):
        scored = [(likeness(wanted, entry.words, misspelt=misspelt), entry.hit) for entry in entries]
        if found := sorted((each for each in scored if each[0]), key=lambda each: -each[0]):  # equals keep their order
            return [hit for _, hit in found]
    return []


class Search:
    """`source_locale` is the language content falls back to."""

    def __init__(self, database: Database, clock: Clock, source_locale: str, catalogues: Catalogues) -> None:
        self._database = database
        self._clock = clock
        self._source = source_locale
        self._catalogues = catalogues
        self._entries: tuple[_Entry, ...] = ()
        self._stale_at = 0.0

    async def find(self, query: str, limit: int) -> list[Hit]:
        """The best first. Without words: what can be signed, what is on next, and open cases."""
        entries, wanted = await self._fresh(), wanted_in(query)
        if not wanted:
            return [entry.hit for entry in entries[:limit]]
        # In a thread: among a thousand it takes a tenth of a second to find who was misspelt, and nobody else waits for that.
        return (await asyncio.to_thread(_best, entries, wanted))[:limit]

    async def _fresh(self) -> tuple[_Entry, ...]:
        now = self._clock.monotonic()
        if now >= self._stale_at:
            async with self._database.read() as session:
                found = [*await self._petitions(session), *await self._events(session), *await self._cases(session)]
            self._entries, self._stale_at = tuple(found), now + FRESH_FOR
        return self._entries

    async def _petitions(self, session: AsyncSession) -> list[_Entry]:
        columns = select(PetitionRow.slug, PetitionRow.title, PetitionRow.target, CaseRow.title.label("case"))
        can_be_signed = (
            PetitionRow.status == PetitionStatus.OPEN,
            or_(PetitionRow.closes_at.is_(None), PetitionRow.closes_at > self._clock.now()),
        )
        listed = columns.outerjoin(CaseRow, CaseRow.id == PetitionRow.case_id).where(*can_be_signed)
        ordered = listed.order_by(PetitionRow.closes_at.asc().nulls_last(), PetitionRow.slug)
        return [
            self._entry(Kind.PETITION, row.slug, _PETITION, row.title, row.target, row.case)
            for row in (await session.execute(ordered)).all()
        ]

    async def _events(self, session: AsyncSession) -> list[_Entry]:
        columns = select(EventRow.slug, EventRow.kind, EventRow.title, EventRow.venue, CaseRow.title.label("case"))
        to_come = (
            EventRow.status.not_in({*OVER, EventStatus.CANCELLED}),
            or_(EventRow.starts_at.is_(None), EventRow.starts_at > self._clock.now() - LASTS),
        )
        listed = columns.outerjoin(CaseRow, CaseRow.id == EventRow.case_id).where(*to_come)
        ordered = listed.order_by(EventRow.starts_at.asc().nulls_last(), EventRow.slug)
        rows = (await session.execute(ordered)).all()
        return [self._entry(Kind.EVENT, row.slug, EVENT_KINDS[row.kind], row.title, row.venue, row.case) for row in rows]

    async def _cases(self, session: AsyncSession) -> list[_Entry]:
        listed = select(CaseRow.slug, CaseRow.title, CaseRow.jurisdiction)
        ordered = listed.order_by((CaseRow.status != CaseStatus.OPEN).asc(), CaseRow.slug)
        rows = (await session.execute(ordered)).all()
        return [self._entry(Kind.CASE, row.slug, _CASE, row.title, row.jurisdiction) for row in rows]

    def _entry(self, kind: Kind, slug: str, what: str, *texts: Translated | str | None) -> _Entry:
        """`what` it is, as a message: people type that, too."""
        called = [self._catalogues.translate(locale, what) for locale in self._catalogues.locales]
        named = [spelling for text in texts if text is not None for spelling in self._spellings(text)]
        return _Entry(Hit(kind, slug), words_of([slug, *called, *named]))

    def _spellings(self, text: Translated | str) -> Iterator[str]:
        """As readers of any language see it."""
        if isinstance(text, str):
            yield text
        else:
            yield from {text.choose(locale, self._source).text for locale in self._catalogues.locales}
