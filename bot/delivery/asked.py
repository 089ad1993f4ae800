"""Whom a call to do something reached, or may have, as whoever sent it to them is gone: they count as asked."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from bot.supporters.ask_audience import AskAudience


async def note_asked(session: AsyncSession, call: AskAudience | None, people: Iterable[int], now: datetime) -> None:
    """Before any row of theirs is locked, or with erasing held off: who erases somebody locks the person first."""
    asked = sorted(people)
    for statement in call.asked(asked, now) if call is not None and asked else ():
        await session.execute(statement, execution_options={"synchronize_session": False})
