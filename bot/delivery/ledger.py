"""The ledger's statements: claim, settle, renew, finish. A claim is the note that a send is about to begin.

Rules kept here: only what may be in flight is claimed; settling is fenced by owner and attempt; leases are on the
database's clock; what a vanished sender had begun is sent once more, and after that only shown as uncertain.
"""

import math
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, NamedTuple

from sqlalchemy import CursorResult, Executable
from sqlalchemy.ext.asyncio import AsyncSession

from bot.clock import Clock, to_the_hour
from bot.delivery import statements as sql
from bot.delivery import whom
from bot.delivery.claimed import Claimed, Copy, Key
from bot.delivery.closing import close_slice
from bot.delivery.copies import caught_up
from bot.delivery.doubts import note_asked
from bot.delivery.gathering import gather_for, is_whole
from bot.delivery.jobs import Job, Open, lane_of
from bot.delivery.models import LAST_PLACE, DeliveryState, Task
from bot.delivery.questions import Questions
from bot.delivery.regathering import SHOWS_NOW, is_current, regather_for
from bot.delivery.timing import AT_ONCE, QuietHours, Wishes, goes_at
from bot.storage.database import Database
from bot.storage.installation import next_epoch
from bot.supporters.ask_audience import AskAudience
from bot.supporters.erasing import hold_off_erasing

TOKEN_REFUSED: Final = "Telegram refuses the bot's token; put a good one into [telegram] token and start again."  # noqa: S105
PUT_BACK: Final = (
    "The copy was made in the middle of this, and some of those owed may have it; `nida deliveries resume` lets it go on."
)
PUT_BACK_UNFINISHED: Final = "The copy was made while this was launched, and some may have it; `nida deliveries resume` it."
"""In a copy of the first schema, from whose beginning the migration knows that the audience is still to be completed."""
TOO_LATE: Final = "too late"
"""Why a row was not sent that would have arrived after its use."""


@dataclass(frozen=True, slots=True)
class Settlement:
    """What became of a claimed row. `counts` is False when nothing was begun after all."""

    row: Claimed
    state: DeliveryState
    message_id: int | None = None
    locale: str | None = None
    reason: str | None = None
    counts: bool = True


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
        self._default_timezone = default_timezone
        self._quiet = quiet or QuietHours()
        self._jobs: dict[int, Job] = {}
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
            fenced = await self._settle(session, settled) if settled else 0
            claimed = await self._claim_rows(session, owner, broadcast_id, want) if broadcast_id is not None and want else []
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
        asked = {**alike._asdict(), "people": people, **_needs(job, self._clock.now())}
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
            return _count(await session.execute(sql.DISOWN, unknown)) if unknown else 0

    async def hold(self, broadcast_id: int | None, reason: str) -> int:
        """Hold one broadcast, or with None all that are being sent. Returns how many."""
        async with self._database.write() as session:
            result = await session.execute(sql.HOLD, {"id": broadcast_id, "reason": reason[:200]})
            return _count(result)

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
        return _count(await session.execute(sql.FINISH, {"id": job.id, "now": self._clock.now()})) == 1

    async def _settle(self, session: AsyncSession, settled: Sequence[Settlement]) -> int:
        # People before rows: so does who erases somebody.
        for statement in self._asked(settled):
            await session.execute(statement, execution_options={"synchronize_session": False})
        deferred = [_deferred(s.row) for s in settled if s.state is DeliveryState.DEFERRED]
        ended = [_values(s) for s in settled if s.state is not DeliveryState.DEFERRED]
        kept = _count(await session.execute(sql.SETTLE, ended)) if ended else 0
        kept += _count(await session.execute(sql.DEFER, deferred)) if deferred else 0
        if changed := [_now_has(each, self._jobs) for each in settled if each.row.copy and each.state is DeliveryState.SENT]:
            await session.execute(sql.HAS_NOW, changed)
        if shown := [part for each in settled for part in _shows_now(each)]:
            await session.execute(SHOWS_NOW, shown)
        gone = [s.row.supporter_id for s in settled if s.state is DeliveryState.UNREACHABLE]
        if gone:
            now = to_the_hour(self._clock.now())
            await session.execute(sql.BLOCKED, [{"supporter": supporter, "now": now} for supporter in gone])
        return len(settled) - kept

    def _asked(self, settled: Sequence[Settlement]) -> Iterator[Executable]:
        """What is written down of those to whom a call was sent, or may have been."""
        people: defaultdict[AskAudience, list[int]] = defaultdict(list)
        for each in settled:
            call, person = self._jobs[each.row.broadcast_id].asks, each.row.supporter_id
            if call is not None and each.counts and each.state is not DeliveryState.UNREACHABLE:
                people[call].append(person)
        for call, asked in people.items():
            yield from call.asked(sorted(asked), self._clock.now())

    async def _claim_rows(self, session: AsyncSession, owner: int, broadcast_id: int, want: int) -> list[Claimed]:
        job = self._jobs.get(broadcast_id) or await self._read_job(session, broadcast_id)
        claim = {"broadcast": job.id, "owner": owner, "want": want, "version": job.version, "most": job.most_attempts}
        claim["settled_in"] = self._clock.monotonic() - self._begun_at >= sql.SETTLED_IN
        if job.amends:
            picked = await session.execute(self._sql.claim_edits, {**claim, "original": job.original_id})
        else:
            picked = await session.execute(self._sql.claim, claim)
        if not (claimed := list(picked.scalars())):
            return []
        now = self._clock.now()
        wanted = {"broadcast": job.id, "people": claimed, **_needs(job, now)}
        if job.amends:  # which rings nobody's phone, so that it waits for nobody's hours
            found = await session.execute(whom.PEOPLE_WITH_COPIES, wanted)
            edits = [_claimed(job, owner, *each) for each in found.all()]
            await regather_for(session, job, edits)
            return edits
        people = whom.people_of(job.concerned) if job.concerned else whom.PEOPLE
        rows = [self._to_send(job, owner, now, *each) for each in (await session.execute(people, wanted)).all()]
        if job.task is Task.GATHER:
            await gather_for(session, rows, now)
        return rows

    def _to_send(self, job: Job, owner: int, now: datetime, *found: Any) -> Claimed:
        *person, start, end, digest, due = found
        row = _claimed(job, owner, *person)
        if job.asked and job.asked.until:
            row.until = job.asked.until
            row.refusal = row.refusal or (TOO_LATE if job.asked.is_over(now) else None)
        if job.asked or digest or start is not None or self._quiet.any:
            _, region, _, timezone, _ = row.profile
            wishes = Wishes(timezone or self._default_timezone, self._quiet.of(start, end, region), digest or 0)
            waited = due is not None or job.task is Task.GATHER
            at = goes_at(job.asked or AT_ONCE, wishes, now, urgent=job.urgent, waited=waited)
            row.due_at = at if at > now else None
        return row

    async def _read_job(self, session: AsyncSession, broadcast_id: int) -> Job:
        job = self._jobs[broadcast_id] = Job(*(await session.execute(sql.JOB, {"id": broadcast_id})).one())
        return job


def _needs(job: Job, now: datetime) -> dict[str, object]:
    """What its readers must still want, or which messages are edited."""
    if job.amends:
        return {"original": job.original_id}
    return {"now": now, **job.wanting}


def _claimed(job: Job, owner: int, *found: Any) -> Claimed:
    attempts, person, sealed, locale, region, digits, timezone, hijri, silent, refusal, *copy = found
    return Claimed(
        job.id,
        owner,
        attempts,
        person,
        sealed,
        (locale, region, digits, timezone, hijri),
        silent,
        refusal,
        task=job.task,
        version=job.version,
        copy=Copy(*copy) if copy and copy[0] is not None else None,
        most_attempts=job.most_attempts,
    )


def _now_has(edited: Settlement, jobs: Mapping[int, Job]) -> dict[str, object]:
    row = edited.row
    values = {"original": jobs[row.broadcast_id].original_id, "supporter": row.supporter_id}
    return {**values, "version": row.version, "locale": edited.locale}


def _shows_now(edited: Settlement) -> list[dict[str, int]]:
    """The other parts of a gathered message that was edited."""
    if edited.row.copy is None or edited.state is not DeliveryState.SENT or not edited.counts:
        return []
    person = edited.row.supporter_id
    return [{"broadcast": part, "supporter": person, "version": version} for part, version in edited.row.copy.others]


def _values(settlement: Settlement) -> dict[str, object]:
    row, again = settlement.row, settlement.state is DeliveryState.PENDING
    return {
        "broadcast": row.broadcast_id,
        "supporter": row.supporter_id,
        "owner": row.owner,
        "attempts": row.attempts,
        "state": settlement.state.value,
        "left": row.attempts if settlement.counts else row.attempts - 1,
        "place": LAST_PLACE if again and settlement.counts else None,
        "message": settlement.message_id,
        "locale": settlement.locale,
        "reason": settlement.reason,
        "version": row.version,
    }


def _deferred(row: Claimed) -> dict[str, object]:
    key = {"broadcast": row.broadcast_id, "supporter": row.supporter_id}
    return {**key, "owner": row.owner, "attempts": row.attempts, "due": row.due_at}


def _count(result: object) -> int:
    assert isinstance(result, CursorResult)  # noqa: S101 - what every UPDATE returns
    return result.rowcount
