"""What is handed to those a petition is addressed to: whoever agreed to it with what they said, and of all others only sums.

Nothing finer goes out than people agreed to: no date, no number in the log, no language, no link. Names come in alphabetical
order, so that their place does not tell when somebody signed. Comments go out once staff have read and shown them.
"""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.clock import Clock
from bot.errors import NidaError
from bot.few import merged
from bot.language.folding import fold
from bot.petitions.models import Ask, CommentState, SignatureRow, Standing
from bot.petitions.reading import one, view_of
from bot.petitions.sealing import Sealing
from bot.petitions.views import Answers, PetitionView
from bot.staff.audit import record
from bot.storage.database import Database
from bot.storage.vault import Vault

_MOST_ROWS: Final = 1_048_575
"""That a workbook holds, below the heads."""
_AT_ONCE: Final = 500
"""Signatures read and opened at a time, in a thread: the bot answers meanwhile."""


@dataclass(frozen=True, slots=True)
class Sum:
    """How many counted signatures come from one place; `place` is None for all those together of whom too few come from theirs,
    or who did not say. For a country it is its code."""

    place: str | None
    people: int


@dataclass(frozen=True, slots=True)
class Handover:
    """`counted` is how many sign, and `agreed` how many of them let what they said be passed on: they are the `people`, who are
    None where only sums were asked for."""

    petition: PetitionView
    at: datetime
    counted: int
    agreed: int
    people: tuple[Answers, ...] | None
    countries: tuple[Sum, ...]
    cities: tuple[Sum, ...]


class Handing:
    def __init__(self, database: Database, vault: Vault, clock: Clock) -> None:
        self._database = database
        self._sealing = Sealing(vault)
        self._clock = clock

    async def over(self, slug: str, by: str, form: str, *, only_sums: bool) -> Handover:
        """Recorded in the audit before anything is given out. Raises NidaError when there is no such petition, or the file
        cannot hold it."""
        async with self._database.read() as session:
            petition = view_of(*await one(session, slug, hold=False))
        gathered = _Gathered(self._sealing)
        async for rows in self._counted(petition.id):
            await asyncio.to_thread(gathered.add, rows)
        if form == "xlsx" and not only_sums and gathered.agreed > _MOST_ROWS:
            raise NidaError(f"A workbook holds {_MOST_ROWS:,} rows, and there are {gathered.agreed:,}; take `--format csv`.")
        people = None if only_sums else await asyncio.to_thread(gathered.in_order)
        now = self._clock.now()
        async with self._database.write() as session:
            await record(
                session,
                now,
                by,
                "petition.export",
                f"petition:{slug}",
                format=form,
                people=len(people or ()),
                counted=gathered.counted,
                sums=only_sums,
            )
        sums = (
            tuple(Sum(*each) for each in merged(counts, None if only_sums else named)) if ask in petition.asks else ()
            for ask, counts, named in gathered.sums()
        )
        return Handover(petition, now, gathered.counted, gathered.agreed, people, *sums)

    async def _counted(self, petition_id: int) -> AsyncIterator[Sequence[SignatureRow]]:
        last = -1
        while True:
            async with self._database.read() as session:
                rows = await _counted_after(session, petition_id, last)
            if not rows:
                return
            last = rows[-1].entry
            yield rows


class _Gathered:
    """What all signatures say, opened one by one."""

    def __init__(self, sealing: Sealing) -> None:
        self._sealing = sealing
        self._people: list[Answers] = []
        self.counted = 0
        self._countries: Counter[str | None] = Counter()
        self._cities: Counter[str | None] = Counter()
        self._named_countries: Counter[str | None] = Counter()
        self._named_cities: Counter[str | None] = Counter()
        self._spellings: dict[str, Counter[str]] = {}

    @property
    def agreed(self) -> int:
        return len(self._people)

    def add(self, rows: Iterable[SignatureRow]) -> None:
        for row in rows:
            said = self._sealing.open(row).answers
            self.counted += 1
            self._countries[said.country] += 1
            self._cities[self._known_as(said.city)] += 1
            passed_on = said if row.comment is CommentState.SHOWN else replace(said, comment=None)
            if row.pass_on and passed_on != Answers():
                self._people.append(passed_on)
                self._named_countries[said.country] += 1
                self._named_cities[said.city and _folded(said.city)] += 1

    def in_order(self) -> tuple[Answers, ...]:
        return tuple(sorted(self._people, key=_in_order))

    def sums(self) -> tuple[tuple[Ask, Counter[str | None], Counter[str | None]], ...]:
        """Of countries and of cities, these as most of those who live there write them: all, and those who are named."""
        cities, named = self._as_written(self._cities), self._as_written(self._named_cities)
        return (Ask.COUNTRY, self._countries, self._named_countries), (Ask.CITY, cities, named)

    def _as_written(self, cities: Counter[str | None]) -> Counter[str | None]:
        return Counter({name and self._spellings[name].most_common(1)[0][0]: count for name, count in cities.items()})

    def _known_as(self, city: str | None) -> str | None:
        if city is None:
            return None
        name = _folded(city)
        self._spellings.setdefault(name, Counter())[city] += 1
        return name


def _folded(city: str) -> str:
    return fold(city) or city


def _in_order(person: Answers) -> tuple[bool, str, str, str]:
    return person.name is None, fold(person.name or ""), person.country or "", fold(person.city or "")


async def _counted_after(session: AsyncSession, petition_id: int, entry: int) -> Sequence[SignatureRow]:
    following = (
        select(SignatureRow)
        .where(SignatureRow.petition_id == petition_id, SignatureRow.entry > entry, SignatureRow.standing == Standing.COUNTED)
        .order_by(SignatureRow.entry)
        .limit(_AT_ONCE)
    )
    return (await session.scalars(following)).all()
