"""Durable intake: what Telegram was told we have, we have.

An update is written before it is acknowledged, in both modes; a repeat of one finds its row and changes nothing. Then it is
handled, one after another for each person. Rows are written by a group commit: while one commit waits for the disk, what
arrives meanwhile is collected for the next, so that the disk's speed bounds commits and not updates.
"""

import asyncio
import json
from bisect import insort
from collections import Counter, deque
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import structlog
from sqlalchemy import ColumnElement, bindparam, delete, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import SQLAlchemyError

from bot.clock import Clock
from bot.errors import NidaError
from bot.meters import Times
from bot.storage.database import Database
from bot.storage.outage import is_passing, lasting
from bot.storage.vault import Cell, Vault
from bot.supervisor import Supervisor
from bot.telegram.models import InboundUpdateRow
from bot.telegram.ownership import BEAT_EVERY, Ownership

log = structlog.get_logger()

Update = Mapping[str, Any]
Handle = Callable[[Update], Awaitable[None]]
EVENTS = ("accepted", "repeated", "refused", "handled", "postponed", "failed", "given_up")
"""What is counted of updates."""

KEPT_FOR = timedelta(hours=48)
"""Telegram repeats an update for 24 hours; numbers are kept twice as long, to know a repeat."""
SUSPECT_AFTER = 3
"""An update that was unfinished at so many crashes may be what causes them: from then on it is handled alone, before others."""
LONE_TRIES = 2
"""One during whose handling alone the process died so often is given up."""
AT_ONCE = 64
BACKLOG = 2_000
"""With so many waiting, no more is accepted: Telegram keeps them, and asks again. So many are in memory at most, and what one
more call brought."""
CHUNK = 500
LONGEST_PAUSE = 30.0


class Overloaded(NidaError):
    """Too many updates are waiting; the sender must try again later."""


@dataclass(slots=True)
class _Arrival:
    updates: Sequence[Update]
    written: asyncio.Future[None]


class Intake:
    """Accepts updates and has each handled once. `handle` must be repeatable: after a crash it may see one again."""

    def __init__(self, database: Database, vault: Vault, clock: Clock, handle: Handle) -> None:
        self._database = database
        self._vault = vault
        self._clock = clock
        self._handle = handle
        self._ownership = Ownership(database, vault, clock)
        self.counts: Counter[str] = Counter()
        self.commits = Times()
        self.handling = Times()
        self._arrivals: list[_Arrival] = []
        self._arriving = 0
        self._handled: list[int] = []
        self._something_to_write = asyncio.Event()
        self._writing = asyncio.Lock()
        self._taken_up = False
        self._waiting: dict[int, deque[Update]] = {}
        self._backlog = 0
        self._places = asyncio.Semaphore(AT_ONCE)
        self._idle = asyncio.Event()
        self._idle.set()
        self._supervisor: Supervisor  # from `run` on: nothing is handed on before

    @property
    def backlog(self) -> int:
        """How many accepted updates are not handled yet."""
        return self._backlog

    async def accept(self, updates: Sequence[Update]) -> None:
        """Return once the updates are on disk. Raises Overloaded, or the database's error, when they are not."""
        if self._backlog + self._arriving > BACKLOG:
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

    async def _written(self) -> None:
        await self._something_to_write.wait()
        self._something_to_write.clear()
        await self._write()

    async def _beat(self) -> None:
        """Show the other bots that we live, and take up what a dead one left."""
        while True:
            await self._clock.sleep(BEAT_EVERY)
            try:
                if (left := await self._ownership.beat()) is not None:
                    await self._take_up(left)
            except (SQLAlchemyError, OSError) as error:
                log.warning("intake.no_beat", error=type(error).__name__)

    async def drain(self) -> None:
        """Return when everything accepted was handled, and that is written down."""
        await self._write()  # what is just arriving is handed on first
        while self._backlog or self._handled or self._arrivals:
            await self._idle.wait()
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
        self._hand_on(new)

    def _settle(self, arrivals: Iterable[_Arrival], error: BaseException | None) -> None:
        for arrival in arrivals:
            self._arriving -= len(arrival.updates)
            if arrival.written.done():
                continue
            if error is None:
                arrival.written.set_result(None)
            else:
                arrival.written.set_exception(error)

    async def _commit(self, updates: Sequence[Update], handled: Sequence[int]) -> list[Update]:
        """Write both in one transaction; return the updates that were not known before."""
        by_number = {update["update_id"]: update for update in updates}
        new: list[int] = []
        began = self._clock.monotonic()
        async with self._database.write() as session:
            for chunk in _chunks(list(by_number.values()), CHUNK):
                new += (await session.scalars(_INSERT, [self._row(update) for update in chunk])).all()
            if handled:
                await session.execute(_WIPE, [{"number": number} for number in handled])
        self.commits.took(self._clock.monotonic() - began)
        self.counts["accepted"] += len(new)
        self.counts["repeated"] += len(updates) - len(new)
        return [by_number[number] for number in new]

    def _row(self, update: Update) -> dict[str, Any]:
        number = update["update_id"]
        body = json.dumps(update, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass")
        return {
            "update_id": number,
            "body": self._vault.seal(body, _cell(number)),
            "attempts": 0,
            "received_at": self._clock.now().replace(minute=0, second=0, microsecond=0),
            **self._ownership.marks(person_of(update)),
        }

    def _hand_on(self, updates: Iterable[Update]) -> None:
        for new in updates:
            self._backlog += 1
            self._idle.clear()
            key = person_of(new)
            queue = self._waiting.get(key)
            if queue is not None:
                insort(queue, new, key=_number)
            else:
                self._waiting[key] = deque([new])
                self._supervisor.start("intake.person", self._work_through(key))

    async def _work_through(self, key: int) -> None:
        """Handle one person's updates in order, until none is left."""
        queue = self._waiting[key]
        while queue:
            first = queue[0]
            is_ours = await self._came_to_its_turn(queue, key)
            if queue[0] is not first:  # an earlier one has arrived, and another bot may be waiting for it
                continue
            queue.popleft()
            if is_ours:
                async with self._places:
                    await self._handle_one(first)
            else:
                self._be_rid_of_one()
        del self._waiting[key]

    async def _came_to_its_turn(self, queue: deque[Update], person: int) -> bool:
        """Where other bots handle updates too: once theirs that came before are done, or an earlier one is first in the queue.
        False when another bot has it now."""
        first = queue[0]
        while self._ownership.is_shared:
            try:
                return await self._ownership.turn(_number(first), person, lambda: queue[0] is first)
            except (SQLAlchemyError, OSError) as error:
                if unusable := lasting(error):
                    raise unusable from None
                log.warning("update.postponed", error=type(error).__name__)
                await self._clock.sleep(1.0)
        return True

    async def _handle_one(self, update: Update) -> None:
        pause = 1.0
        while not await self._handled_or_given_up(update):
            await self._clock.sleep(pause)
            pause = min(pause * 2, LONGEST_PAUSE)
        self._handled.append(update["update_id"])
        self._something_to_write.set()
        self._be_rid_of_one()

    def _be_rid_of_one(self) -> None:
        self._backlog -= 1
        if not self._backlog:
            self._idle.set()

    async def _handled_or_given_up(self, update: Update) -> bool:
        """Whether this update is done with: yes, unless the database is away, when it is worth another try."""
        began = self._clock.monotonic()
        try:
            await self._handle(update)
        except Exception as error:  # noqa: BLE001 - one bad update must not stop all others; it is logged and closed
            if unusable := lasting(error):
                raise unusable from None
            if is_passing(error):
                self.counts["postponed"] += 1
                log.warning("update.postponed", error=type(error).__name__)
                return False
            self.counts["failed"] += 1
            log.error("update.failed", error=type(error).__name__, where=_where(error))
        else:
            self.counts["handled"] += 1
            self.handling.took(self._clock.monotonic() - began)
        return True

    async def release(self) -> None:
        """Before an end in order: what is left over was not the cause of a crash."""
        left = (_UNFINISHED, InboundUpdateRow.attempts > 0, self._ownership.owned())
        async with self._database.write() as session:
            await session.execute(update(InboundUpdateRow).where(*left).values(attempts=InboundUpdateRow.attempts - 1))
        if self._ownership.is_shared:
            await self._ownership.leave()

    async def _take_up(self, left: ColumnElement[bool]) -> None:
        """A chunk at a time, as there may be more than memory should hold. What arrives meanwhile waits."""
        async with self._database.write() as session:
            count_up = update(InboundUpdateRow).where(_UNFINISHED, left, InboundUpdateRow.attempts <= SUSPECT_AFTER)
            await session.execute(count_up.values(attempts=InboundUpdateRow.attempts + 1))
        updates = suspects = 0
        async for rows in self._unfinished(left, InboundUpdateRow.attempts > SUSPECT_AFTER):
            suspects += len(rows)
            for row in rows:
                await self._handle_alone(row)
        async for rows in self._unfinished(left, InboundUpdateRow.attempts <= SUSPECT_AFTER):
            updates += len(rows)
            self._hand_on([self._opened(row) for row in rows])
            while self._backlog > BACKLOG - CHUNK:
                await self._written()
        if updates or suspects:
            log.info("intake.taken_up", updates=updates + suspects, suspects=suspects)

    async def _unfinished(self, *which: ColumnElement[bool]) -> AsyncIterator[Sequence[InboundUpdateRow]]:
        """In order, a chunk at a time, each read when the one before was dealt with."""
        chosen = select(InboundUpdateRow).where(_UNFINISHED, *which).order_by(InboundUpdateRow.update_id).limit(CHUNK)
        behind: tuple[ColumnElement[bool], ...] = ()
        while True:
            try:
                async with self._database.read() as session:
                    rows = (await session.scalars(chosen.where(*behind))).all()
            except SQLAlchemyError as error:
                if unusable := lasting(error):
                    raise unusable from None
                log.warning("intake.not_read", error=type(error).__name__)
                await self._clock.sleep(1.0)
                continue
            if not rows:
                return
            yield rows
            behind = (InboundUpdateRow.update_id > rows[-1].update_id,)

    async def _handle_alone(self, row: InboundUpdateRow) -> None:
        """Count the try first, by itself, so that only this update answers for a crash."""
        if row.attempts > SUSPECT_AFTER + LONE_TRIES:
            self.counts["given_up"] += 1
            log.error("update.given_up")
            self._handled.append(row.update_id)
            return
        this = InboundUpdateRow.update_id == row.update_id
        async with self._database.write() as session:
            await session.execute(update(InboundUpdateRow).where(this).values(attempts=InboundUpdateRow.attempts + 1))
        self._backlog += 1
        await self._handle_one(self._opened(row))
        await self._write()  # or it would answer for a crash of the next one too

    def _opened(self, row: InboundUpdateRow) -> Update:
        body: Update = json.loads(self._vault.open(row.body or b"", _cell(row.update_id)))
        return body


_UNFINISHED = InboundUpdateRow.body.is_not(None)
# RETURNING tells the new ones from repeats. PostgreSQL's INSERT … ON CONFLICT is written the same for SQLite.
_INSERT = insert(InboundUpdateRow).on_conflict_do_nothing().returning(InboundUpdateRow.update_id)
_WIPE = (
    update(InboundUpdateRow.__table__)  # type: ignore[arg-type]
    .where(InboundUpdateRow.__table__.c.update_id == bindparam("number"))
    .values(body=None, person=None)
)


async def purge_updates(database: Database, clock: Clock) -> None:
    """Forget the numbers of updates too old to be repeated."""
    async with database.write() as session:
        old = InboundUpdateRow.received_at < clock.now() - KEPT_FOR
        await session.execute(delete(InboundUpdateRow).where(old, InboundUpdateRow.body.is_(None)))


def stays_unhandled(error: BaseException) -> bool:
    """Whether an update is kept to be handled again: the database is away, or must be mended first."""
    return is_passing(error) or lasting(error) is not None


def person_of(update: Update) -> int:
    """Whose update it is: a message, a tap and a block of one person are handled in order, whatever queue brought them."""
    for kind in ("message", "callback_query", "my_chat_member", "edited_message", "inline_query", "chosen_inline_result"):
        if kind in update:
            return int(update[kind]["from"]["id"]) if "from" in update[kind] else int(update[kind]["chat"]["id"])
    return 0


def _number(update: Update) -> int:
    return int(update["update_id"])


def _cell(number: int) -> Cell:
    return Cell("inbound_updates", "body", number)


def _chunks(items: list[Update], size: int) -> Iterable[list[Update]]:
    return (items[start : start + size] for start in range(0, len(items), size))


def _where(error: BaseException) -> str:
    """The place in the code, without the values that were being handled."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    return f"{trace.tb_frame.f_code.co_qualname}:{trace.tb_lineno}" if trace is not None else ""
