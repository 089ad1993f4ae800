"""Chores: coarse work that is due again and again. One that is done twice, or once less, changes nothing but its delay, as
the truth about what is owed stands in the database."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from enum import Enum

import structlog
from sqlalchemy.exc import SQLAlchemyError

from bot.clock import Clock
from bot.storage.outage import lasting

log = structlog.get_logger()


class Every(Enum):
    """How often: seconds for a loop of our own, five fields for who reads those."""

    MINUTE = (60.0, "* * * * *")
    HOUR = (3600.0, "7 * * * *")

    def __init__(self, seconds: float, cron: str) -> None:
        self.seconds = seconds
        self.cron = cron


@dataclass(frozen=True, slots=True)
class Chore:
    name: str
    every: Every
    do: Callable[[], Awaitable[object]]


async def repeat(chore: Chore, clock: Clock) -> None:
    """Do it again and again, until cancelled."""
    while True:
        await clock.sleep(chore.every.seconds)
        await worked(chore.name, chore.do())


async def worked(what: str, work: Awaitable[object]) -> bool:
    """Whether it was done and did not say no. A database that is away is no reason to end: it is tried again later."""
    try:
        return await work is not False
    except (SQLAlchemyError, OSError) as error:
        if unusable := lasting(error):
            raise unusable from None
        log.error("database.away", what=what, error=type(error).__name__)
        return False
