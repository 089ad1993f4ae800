"""What signers said is deleted after the day their petition names; that they signed stays, and so do the numbers."""

from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from sqlalchemy import func, or_, select, update

from bot.petitions.models import CommentState, PetitionRow, SignatureRow
from bot.storage.database import Database

SLICE: Final = 2_000
"""Signatures emptied in one transaction: whoever signs another petition meanwhile does not wait long."""
_NOTHING: Final = {"answers": None, "show_name": False, "pass_on": False, "comment": CommentState.NONE}


async def delete_answers(database: Database, now: datetime, zone: ZoneInfo) -> int:
    """Of every petition whose day is over, also one that was put off since; of how many petitions."""
    over = select(PetitionRow.id).where(
        PetitionRow.keep_until < now.astimezone(zone).date(),
        or_(PetitionRow.emptied_at.is_(None), PetitionRow.emptied_at < PetitionRow.changed_at),
    )
    async with database.read() as session:
        due = (await session.scalars(over)).all()
    for petition_id in due:
        await _empty(database, petition_id)
        async with database.write(quiet=True) as session:
            await session.execute(update(PetitionRow).where(PetitionRow.id == petition_id).values(emptied_at=now))
    return len(due)


async def _empty(database: Database, petition_id: int) -> None:
    """Slice after slice of the log, so that none is looked at twice."""
    theirs = SignatureRow.petition_id == petition_id
    async with database.read() as session:
        last = await session.scalar(select(func.max(SignatureRow.entry)).where(theirs))
    for start in range(0, -1 if last is None else last + 1, SLICE):
        these = theirs & (SignatureRow.entry >= start) & (SignatureRow.entry < start + SLICE)
        async with database.write(quiet=True) as session:
            # Held, as by whoever signs, changes theirs or decides on a comment: nothing is written over this.
            await session.execute(select(PetitionRow.id).where(PetitionRow.id == petition_id).with_for_update(key_share=True))
            await session.execute(update(SignatureRow).where(these).values(_NOTHING), execution_options={"long": True})
