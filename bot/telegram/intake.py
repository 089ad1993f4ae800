"""Durable intake: what Telegram was told we have, we have.

An update is written before it is acknowledged, in both modes; a repeat of one finds its row and changes nothing. Then it is
handled. Rows are written by a group commit: while one commit waits for the disk, what arrives meanwhile is collected for the
next, so that the disk's speed bounds commits and not updates.
"""

import asyncio
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

import structlog
from sqlalchemy import ColumnElement
from sqlalchemy.exc import SQLAlchemyError

from bot.clock import Clock
from bot.errors import NidaError
from bot.meters import Times
from bot.storage.database import Database
from bot.storage.vault import Vault
from bot.supervisor import Supervisor
from bot.telegram import kept
from bot.telegram.handling import Handle, Handling, Update
from bot.telegram.kept import Kept
from bot.telegram.models import InboundUpdateRow
from bot.telegram.ownership import BEAT_EVERY, Ownership

log = structlog.get_logger()

EVENTS: Final = ("accepted", "repeated", "refused", "handled", "postponed", "failed", "given_up")
"""What is counted of updates."""

SUSPECT_AFTER: Final = 3
"""An update that was unfinished at so many crashes may be what causes them: from then on it is handled alone, before others."""
LONE_TRIES: Final = 2
"""One during whose handling alone the process died so often is given up."""
BACKLOG: Final = 2_000
"""With so many waiting, no more is accepted: Telegram keeps them, and asks again. So many are in memory at most, and what one
more call brought."""


class Overloaded(NidaError):
    """Too many updates are waiting; the sender must try again later."""


@dataclass(slots=True)
class _Arrival:
    updates: Sequence[Update]
    written: asyncio.Future[None]


class Intake:
    """Accepts updates and has each handled once. `handle` must be repeatable: after a crash it may see one again."""

    def __init__(self, database: Database, vault: Vault, clock: Clock, handle: Handle) -> None:
        self._clock = clock
        self._ownership = Ownership(database, vault, clock)
        self._kept = Kept(database, vault, self._ownership, clock)
        self.counts: Counter[str] = Counter()
        self.commits = Times()
        self.handling = Handling(handle, self._ownership, clock, self.counts, self._note_handled)
        self._arrivals: list[_Arrival] = []
        self._arriving = 0
        self._handled: list[int] = []
        self._something_to_write = asyncio.Event()
        self._writing = asyncio.Lock()
        self._taken_up = False
        self._supervisor: Supervisor  # from `run` on: nothing is handed on before

    @property
    def backlog(self) -> int:
        """How many accepted updates are not handled yet."""
        return self.handling.backlog

    async def accept(self, updates: Sequence[Update]) -> None:
        """Return once the updates are on disk. Raises Overloaded, or the database's error, when they are not."""
        if self.backlog + self._arriving > BACKLOG:
            self.counts["refused"] += len(updates)
            raise Overloaded("Too many updates are waiting; try again in a moment.")
        if updates:
            arrival = _Arrival(updates, asyncio.get_running_loop().create_future())
            self._arrivals.append(arrival)
            self._arriving += len(updates)
            self._something_to_write.set()
            await arrival.written

    async def run(self, supervisor: Supervisor) -> None:
        """Take up what an earlier run left unfinished, then write and hand on what arrives, until cancelled."""
        self._supervisor = supervisor
        await self._take_up(await self._ownership.join())
        self._taken_up = True
        self._something_to_write.set()
        if self._ownership.is_shared:
            supervisor.start("intake.beat", self._beat())
        while True:
            await self._written()

    async def drain(self) -> None:
        """Return when everything accepted was handled, and that is written down."""
        await self._write()  # what is just arriving is handed on first
        while self.backlog or self._handled or self._arrivals:
            await self.handling.emptied()
            await self._write()

    async def release(self) -> None:
        """Before an end in order: what is left over was not the cause of a crash."""
        await self._kept.count_a_try(InboundUpdateRow.attempts > 0, self._ownership.owned(), by=-1)
        if self._ownership.is_shared:
            await self._ownership.leave()

    async def _beat(self) -> None:
        """Show the other bots that we live, and take up what a dead one left."""
        while True:
            await self._clock.sleep(BEAT_EVERY)
            try:
                if (left := await self._ownership.beat()) is not None:
                    await self._take_up(left)
            except (SQLAlchemyError, OSError) as error:
                log.warning("intake.no_beat", error=type(error).__name__)

    def _note_handled(self, number: int) -> None:
        self._handled.append(number)
        self._something_to_write.set()

    async def _written(self) -> None:
        await self._something_to_write.wait()
        self._something_to_write.clear()
        await self._write()

    async def _write(self) -> None:
        async with self._writing:
            arrivals: list[_Arrival] = []
            if self._taken_up:  # what waits from an earlier run comes before what is new of the same person
                arrivals, self._arrivals = self._arrivals, []
            handled, self._handled = self._handled, []
            if arrivals or handled:
                await self._write_down(arrivals, handled)

    async def _write_down(self, arrivals: list[_Arrival], handled: list[int]) -> None:
        try:
            new = await self._commit([update for arrival in arrivals for update in arrival.updates], handled)
        except (SQLAlchemyError, OSError) as error:
            log.error("intake.not_written", error=type(error).__name__, updates=len(arrivals))
            self._handled += handled
            self._settle(arrivals, error)
            return
        self._settle(arrivals, None)
        self.handling.begin(new, self._supervisor)

    async def _commit(self, updates: Sequence[Update], handled: Sequence[int]) -> list[Update]:
        """Write both in one transaction; return the updates that were not known before."""
        began = self._clock.monotonic()
        new = await self._kept.write(updates, handled)
        self.commits.took(self._clock.monotonic() - began)
        self.counts["accepted"] += len(new)
        self.counts["repeated"] += len(updates) - len(new)
        return new

    def _settle(self, arrivals: Iterable[_Arrival], error: BaseException | None) -> None:
        for arrival in arrivals:
            self._arriving -= len(arrival.updates)
            if arrival.written.done():
                continue
            if error is None:
                arrival.written.set_result(None)
            else:
                arrival.written.set_exception(error)

    async def _take_up(self, left: ColumnElement[bool]) -> None:
        """A chunk at a time, as there may be more than memory should hold. What arrives meanwhile waits."""
        innocent, suspect = InboundUpdateRow.attempts <= SUSPECT_AFTER, InboundUpdateRow.attempts > SUSPECT_AFTER
        await self._kept.count_a_try(left, innocent)
        updates = suspects = 0
        async for rows in self._kept.unfinished(left, suspect):
            suspects += len(rows)
            for row in rows:
                await self._handle_alone(row)
        async for rows in self._kept.unfinished(left, innocent):
            updates += len(rows)
            self.handling.begin([self._kept.opened(row) for row in rows], self._supervisor)
            while self.backlog > BACKLOG - kept.CHUNK:
                await self._written()
        if updates or suspects:
            log.info("intake.taken_up", updates=updates + suspects, suspects=suspects)

    async def _handle_alone(self, row: InboundUpdateRow) -> None:
        """Count the try first, by itself, so that only this update answers for a crash."""
        if row.attempts > SUSPECT_AFTER + LONE_TRIES:
            self.counts["given_up"] += 1
            log.error("update.given_up")
            self._handled.append(row.update_id)
            return
        await self._kept.count_a_try(InboundUpdateRow.update_id == row.update_id)
        await self.handling.handle_alone(self._kept.opened(row))
        await self._write()  # or it would answer for a crash of the next one too
