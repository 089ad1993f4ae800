"""The ledger's statements: claim, settle, renew, finish. A claim is the note that a send is about to begin.

Rules kept here: only what may be in flight is claimed; settling is fenced by owner and attempt; leases are on the
database's clock; what a vanished sender had begun is sent once more, and after that only shown as uncertain.
"""

import math
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

from sqlalchemy.ext.asyncio import AsyncSession

from bot.clock import Clock
from bot.delivery import statements as sql
from bot.delivery import whom
from bot.delivery.asked import note_asked
from bot.delivery.claimed import Claimed, Key
from bot.delivery.claiming import Claim, Claiming
from bot.delivery.closing import close_slice
from bot.delivery.copies import caught_up
from bot.delivery.gathering import is_whole
from bot.delivery.jobs import Job, Open, lane_of
from bot.delivery.questions import Questions
from bot.delivery.regathering import is_current
from bot.delivery.settling import Settlement, settle
from bot.delivery.timing import QuietHours
from bot.storage.database import Database
from bot.storage.installation import next_epoch
from bot.supporters.erasing import hold_off_erasing

TOKEN_REFUSED: Final = "Telegram refuses the bot's token; put a good one into [telegram] token and start again."  # noqa: S105


@dataclass(frozen=True, slots=True)
class Exchanged:
    """`fenced` settlements were refused, as the rows had gone to another sender."""

    fenced: int
    claimed: list[Claimed]


class Alike(NamedTuple):
    """What claimed rows have in common about which one question is asked."""

    broadcast: int
    owner: int
    attempts: int
    version: int


class Ledger:
    """Each method is one short transaction."""

    def __init__(self, database: Database, clock: Clock, default_timezone: str = "UTC", quiet: QuietHours | None = None) -> None:
        self._database = database
        self._clock = clock
        self.parked = 0
        """How many were doubted twice and are only shown as uncertain, without a sender's settling."""
        self._jobs: dict[int, Job] = {}
        self._claiming = Claiming(clock, default_timezone, quiet or QuietHours())
        self._sql = sql.for_sqlite if database.is_sqlite else sql.for_postgresql
        self._begun_at = math.inf
        self._still_ours = Questions(self._look_which)

    @property
    def writes(self) -> int:
        """Grows with whatever anybody else in this process writes: while it does not, what a claim read is still true, and
        reading it once more before each send, which took a third of a delivery's CPU, can be spared."""
        return self._database.writes

    @property
    def is_shared(self) -> bool:
        """Whether others write into the database too, so that only asking it tells what was decided."""
        return not self._database.is_sqlite

    async def begin(self) -> int:
        """Start a new epoch and return it: what earlier ones had claimed can be told from ours. What was held because of
        the token goes on, as a start is when a new one is read."""
        async with self._database.write() as session:
            await session.execute(sql.RESUME, {"reason": TOKEN_REFUSED})
            epoch = await next_epoch(session)
        self._begun_at = self._clock.monotonic()
        return epoch

    async def is_superseded(self, owner: int) -> bool:
        """Whether another sender has begun since: then nothing more can be claimed for this one."""
        if not self.is_shared:
            return False
        epoch = await self._database.look_up(lambda connection: connection.execute(sql.EPOCH).scalar_one())
        return bool(epoch != owner)

    async def sending(self) -> list[Open]:
        found = await self._database.look_up(lambda connection: connection.execute(sql.SENDING).all())
        return [Open(id_, lane_of(task, urgent), version) for id_, task, urgent, version in found]

    async def job(self, broadcast_id: int, version: int) -> Job:
        """What is sent in that version or a later one; read once for each."""
        known = self._jobs.get(broadcast_id)
        if known is None or known.version < version:
            async with self._database.read() as session:
                known = await self._read_job(session, broadcast_id)
        return known

    async def left(self, people: Collection[int]) -> int:
        """How many of these have stopped or blocked the bot."""
        async with self._database.read() as session:
            return (await session.execute(whom.LEFT, {"people": list(people)})).scalar_one()

    async def close_cancelled(self) -> None:
        """Close a slice of each broadcast that was cancelled and has something open."""
        closing = await self._database.look_up(lambda connection: connection.execute(sql.CLOSING).scalars().all())
        for broadcast_id in closing:
            async with self._database.write(quiet=True) as session:
                await close_slice(session, self._sql, broadcast_id, self._clock.now())

    async def exchange(self, owner: int, settled: Sequence[Settlement], broadcast_id: int | None, want: int) -> Exchanged:
        """Settle what is done and claim up to `want` rows of a broadcast, in one transaction."""
        leased_at, writes = (self._clock.monotonic(), self._clock.now().timestamp()), self.writes
        async with self._database.write(quiet=True) as session:
            fenced = await settle(session, settled, self._jobs, self._clock.now()) if settled else 0
            claimed = await self._claim(session, owner, broadcast_id, want) if broadcast_id is not None and want else []
        for row in claimed:
            row.leased_at, row.writes_before = leased_at, writes
        return Exchanged(fenced, claimed)

    async def refusal(self, row: Claimed) -> str | None:
        """Why a row that has waited must not be sent any more; None when it may be. Raises LookupError when it is no
        longer ours, or its broadcast no longer sent."""
        ours = await self._still_ours.ask(Alike(row.broadcast_id, row.owner, row.attempts, row.version), row.supporter_id)
        if row.supporter_id not in ours:
            raise LookupError("the lease was lost")
        refusal = ours[row.supporter_id]
        if refusal is None and (row.gathered is not None or (row.copy and row.copy.carrier)):
            await self._ensure_whole(row)
        return refusal

    async def _look_which(self, alike: Alike, people: Sequence[int]) -> dict[int, str | None]:
        """To which of these people it is still to be sent, and why to any of them it must not be after all."""
        job = self._jobs[alike.broadcast]
        asked = {**alike._asdict(), "people": people, **job.needs(self._clock.now())}
        to_send = whom.still_ours_of(job.concerned) if job.concerned else whom.STILL_OURS
        statement = whom.STILL_OURS_TO_EDIT if job.amends else to_send
        found = await self._database.look_up(lambda connection: connection.execute(statement, asked).all())
        return {person: refusal for person, refusal in found}  # noqa: C416 - rows, not pairs

    async def _ensure_whole(self, row: Claimed) -> None:
        async with self._database.read() as session:
            whole = await (is_current(session, row) if row.copy else is_whole(session, row))
        if not whole:
            raise LookupError("what it carries has changed")

    async def renew(self, owner: int, rows: Iterable[Claimed]) -> set[Key]:
        """Lengthen the leases of these rows. Returns those still ours."""
        people: defaultdict[int, list[int]] = defaultdict(list)
        for row in rows:
            people[row.broadcast_id].append(row.supporter_id)
        ours: set[Key] = set()
        async with self._database.write(quiet=True) as session:
            for broadcast, theirs in people.items():
                found = await session.execute(self._sql.renew, {"owner": owner, "broadcast": broadcast, "people": theirs})
                ours |= {(broadcast, person) for person in found.scalars()}
        return ours

    async def disown(self, owner: int, known: Collection[Key]) -> int:
        """Give back what was claimed in our name without our knowing it: the commit went through, the word of it did not."""
        async with self._database.write() as session:
            ours = {(broadcast, person) for broadcast, person in await session.execute(sql.OWNED, {"owner": owner})}
            unknown = [{"broadcast": broadcast, "supporter": person, "owner": owner} for broadcast, person in ours - set(known)]
            return sql.changed(await session.execute(sql.DISOWN, unknown)) if unknown else 0

    async def hold(self, broadcast_id: int | None, reason: str) -> int:
        """Hold one broadcast, or with None all that are being sent. Returns how many."""
        async with self._database.write() as session:
            result = await session.execute(sql.HOLD, {"id": broadcast_id, "reason": reason[:200]})
            return sql.changed(result)

    async def finish(self, broadcast_id: int) -> bool:
        """Mark the broadcast done when nothing of it is pending or leased; park what was doubted twice on the way."""
        async with self._database.write(quiet=True) as session:
            await hold_off_erasing(session)
            # First of all: who sends the uncertain once more has committed by the time we look at what is left.
            await session.execute(sql.LOCK, {"id": broadcast_id})
            owner = (await session.execute(sql.EPOCH)).scalar_one()
            job = await self._read_job(session, broadcast_id)
            parking = {"broadcast": broadcast_id, "owner": owner, "most": job.most_attempts}
            parked = (await session.execute(self._sql.park, parking)).scalars().all()
            await note_asked(session, job.asks, parked, self._clock.now())
            finished = await self._finished(session, job, owner)
        self.parked += len(parked)
        return finished

    async def _finished(self, session: AsyncSession, job: Job, owner: int) -> bool:
        if job.amends and not await caught_up(session, self._sql, job, owner, is_sqlite=self._database.is_sqlite):
            return False
        return sql.changed(await session.execute(sql.FINISH, {"id": job.id, "now": self._clock.now()})) == 1

    async def _claim(self, session: AsyncSession, owner: int, broadcast_id: int, want: int) -> list[Claimed]:
        job = self._jobs.get(broadcast_id) or await self._read_job(session, broadcast_id)
        settled_in = self._clock.monotonic() - self._begun_at >= sql.SETTLED_IN
        return await self._claiming.claim(session, self._sql, job, Claim(owner, want, settled_in))

    async def _read_job(self, session: AsyncSession, broadcast_id: int) -> Job:
        job = self._jobs[broadcast_id] = Job(*(await session.execute(sql.JOB, {"id": broadcast_id})).one())
        return job
