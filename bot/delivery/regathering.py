"""What a gathered message is to show after one of those it brought was corrected or taken back: all of them as they stand now."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Final

from sqlalchemy import bindparam, func, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from bot.delivery.claimed import Claimed
from bot.delivery.gathering import together
from bot.delivery.jobs import Job
from bot.delivery.models import WAS_RECALLED, BroadcastRow, DeliveryRow, DeliveryState

_PARTS: Final = (
    select(
        DeliveryRow.supporter_id,
        DeliveryRow.carried_by,
        DeliveryRow.broadcast_id,
        func.coalesce(DeliveryRow.version, 1).label("has"),
        BroadcastRow.version,
        BroadcastRow.content,
        WAS_RECALLED.label("was_recalled"),
    )
    .join_from(DeliveryRow, BroadcastRow, BroadcastRow.id == DeliveryRow.broadcast_id)
    .where(
        DeliveryRow.carried_by.in_(bindparam("carriers", expanding=True)),
        DeliveryRow.supporter_id.in_(bindparam("people", expanding=True)),
        DeliveryRow.state == DeliveryState.SENT,
        DeliveryRow.carried_by != DeliveryRow.broadcast_id,
    )
    .order_by(DeliveryRow.broadcast_id)
)
SHOWS_NOW: Final = text("""
    UPDATE deliveries SET version = :version
    WHERE broadcast_id = :broadcast AND supporter_id = :supporter AND COALESCE(version, 1) < :version
""")
"""One edit brings every part up to date, so that the next correction need not touch who has it already."""


async def regather_for(session: AsyncSession, job: Job, rows: Sequence[Claimed]) -> None:
    """Give each row whose copy is a gathered message what that message is to show, and what it showed."""
    gathered = [row for row in rows if row.copy and row.copy.carrier]
    parts = await _parts(session, gathered) if gathered else []
    for row in rows:
        if row.copy and row.copy.carrier:
            theirs = [part for part in parts if (part.carried_by, part.supporter_id) == (row.copy.carrier, row.supporter_id)]
            others = [part for part in theirs if part.broadcast_id != job.original_id]
            row.gathered = _now(theirs)
            row.copy = replace(
                row.copy,
                had=_before(job, row.copy.version, theirs),
                others=tuple((part.broadcast_id, part.version) for part in others),
                others_are_current=all(part.has == part.version for part in others),
            )


async def is_current(session: AsyncSession, row: Claimed) -> bool:
    """Whether what a gathered message is to show is still what was found when the row was claimed."""
    return row.copy is None or _now(await _parts(session, [row])) == row.gathered


async def _parts(session: AsyncSession, rows: Sequence[Claimed]) -> Sequence[Any]:
    carriers = {row.copy.carrier for row in rows if row.copy}
    asked = {"carriers": list(carriers), "people": [row.supporter_id for row in rows]}
    return (await session.execute(_PARTS, asked)).all()


def _now(parts: Sequence[Any]) -> dict[str, Any] | None:
    return together([part.content for part in parts if not part.was_recalled])


def _before(job: Job, version: int, parts: Sequence[Any]) -> dict[str, Any] | None:
    had = job.had(version)
    if had is None:
        return None
    return together([had if part.broadcast_id == job.original_id else part.content for part in parts if not part.was_recalled])
