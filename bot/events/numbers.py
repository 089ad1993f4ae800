"""How many come, for staff: by language and by place. Never who."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy import Row, func, select

from bot.events.models import EventRow
from bot.events.reading import unknown
from bot.few import Groups, merged
from bot.storage.database import Database
from bot.supporters.answers import Answer
from bot.supporters.declining import answer_for
from bot.supporters.models import AttendanceRow, SupporterRow


@dataclass(frozen=True, slots=True)
class Numbers:
    """`languages` and `places` are of those who come in person, by their keys; None stands for those who gave none, and for
    groups too small to be named."""

    answers: Mapping[Answer, int]
    languages: Groups
    places: Groups


async def numbers(database: Database, slug: str) -> Numbers:
    """Raises NidaError when there is no such event."""
    people, answer = func.count().label("people"), answer_for(EventRow.starts_at)
    counted = (
        select(answer.label("said"), SupporterRow.locale, SupporterRow.place, people)
        .select_from(AttendanceRow)
        .join(SupporterRow, SupporterRow.id == AttendanceRow.supporter_id)
        .join(EventRow, EventRow.id == AttendanceRow.event_id)
        .group_by("said", SupporterRow.locale, SupporterRow.place)
    )
    async with database.read() as session:
        event_id = await session.scalar(select(EventRow.id).where(EventRow.slug == slug))
        if event_id is None:
            raise unknown(slug)
        found = (await session.execute(counted.where(AttendanceRow.event_id == event_id))).all()
    coming = [row for row in found if row.said is Answer.COMING]
    return Numbers(
        {answer: _people(row for row in found if row.said is answer) for answer in Answer},
        merged({locale: _people(row for row in coming if row.locale == locale) for locale in {row.locale for row in coming}}),
        merged({place: _people(row for row in coming if row.place == place) for place in {row.place for row in coming}}),
    )


def _people(rows: Iterable[Row[*tuple[object, ...]]]) -> int:
    return sum(row.people for row in rows)
