"""What came of each link."""

from sqlalchemy import select

from bot.sources.models import Step, StepRow
from tests.nida import Nida


async def steps(nida: Nida) -> dict[tuple[str, str], dict[Step, int]]:
    """As they are kept; staff are shown less, where few came by a link."""
    counted: dict[tuple[str, str], dict[Step, int]] = {}
    async with nida.app.services.database.read() as session:
        for row in await session.scalars(select(StepRow).where(StepRow.people != 0)):
            people = counted.setdefault((row.source, row.subject), {})
            people[row.step] = people.get(row.step, 0) + row.people
    return counted
