"""How many come, for staff: by language and by place. Never who."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from sqlalchemy import Row, func, select

from bot.events.models import EventRow
from bot.events.reading import unknown
from bot.storage.database import Database
from bot.supporters.answers import Answer
from bot.supporters.models import AttendanceRow, SupporterRow

FEWEST: Final = 5
"""A group of fewer could point to somebody: it is counted with others."""


@dataclass(frozen=True, slots=True)
class Numbers:
    """`by_language` and `by_place` are of those who come; a place is its key (None: not given, or too few to be named)."""

    answers: Mapping[Answer, int]
    by_language: Mapping[str, int]
    by_place: Mapping[str | None, int]


async def numbers(database: Database, slug: str) -> Numbers:
    """Raises NidaError when there is no such event."""
    people = func.count().label("people")
    counted = (
        select(AttendanceRow.answer, SupporterRow.locale, SupporterRow.place, people)
        .join(SupporterRow, SupporterRow.id == AttendanceRow.supporter_id)
        .group_by(AttendanceRow.answer, SupporterRow.locale, SupporterRow.place)
    )
    async with database.read() as session:
        event_id = await session.scalar(select(EventRow.id).where(EventRow.slug == slug))
        if event_id is None:
            raise unknown(slug)
        found = (await session.execute(counted.where(AttendanceRow.event_id == event_id))).all()
    coming = [row for row in found if row.answer is Answer.COMING]
    return Numbers(
        {answer: _people(row for row in found if row.answer is answer) for answer in Answer},
        {locale: _people(row for row in coming if row.locale == locale) for locale in sorted({row.locale for row in coming})},
        merged({place: _people(row for row in coming if row.place == place) for place in {row.place for row in coming}}),
    )


def merged(groups: Mapping[str | None, int]) -> dict[str | None, int]:
    """The largest first; every group of a few is counted under None, with those who gave no place."""
    large = {place: people for place, people in groups.items() if place is not None and people >= FEWEST}
    rest = sum(groups.values()) - sum(large.values())
    return {**dict(sorted(large.items(), key=lambda each: (-each[1], each[0]))), **({None: rest} if rest else {})}


def _people(rows: Iterable[Row[*tuple[object, ...]]]) -> int:
    return sum(row.people for row in rows)
