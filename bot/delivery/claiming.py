"""Claiming rows of a broadcast, each with all it needs to be sent, and with why or until when it must not be."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy.ext.asyncio import AsyncSession

from bot.clock import Clock
from bot.delivery import whom
from bot.delivery.claimed import TOO_LATE, Claimed, Copy
from bot.delivery.gathering import gather_for
from bot.delivery.jobs import Job
from bot.delivery.models import Task
from bot.delivery.regathering import regather_for
from bot.delivery.statements import Leasing
from bot.delivery.timing import AT_ONCE, QuietHours, Wishes, goes_at


class Claim(NamedTuple):
    """`settled_in`: the sender before this one has had time to settle what it had on its way."""

    owner: int
    want: int
    settled_in: bool


class Claiming:
    """Works in the transaction that it is given."""

    def __init__(self, clock: Clock, default_timezone: str, quiet: QuietHours) -> None:
        self._clock = clock
        self._default_timezone = default_timezone
        self._quiet = quiet

    async def claim(self, session: AsyncSession, leasing: Leasing, job: Job, claim: Claim) -> list[Claimed]:
        """Up to `want` rows, in the order of sending."""
        people = await _lease(session, leasing, job, claim)
        if not people:
            return []
        if job.amends:  # which rings nobody's phone, so that it waits for nobody's hours
            return await self._edits(session, job, claim.owner, people)
        return await self._messages(session, job, claim.owner, people)

    async def _edits(self, session: AsyncSession, job: Job, owner: int, people: Sequence[int]) -> list[Claimed]:
        wanted = {"broadcast": job.id, "people": people, **job.needs(self._clock.now())}
        found = await session.execute(whom.PEOPLE_WITH_COPIES, wanted)
        rows = [_claimed(job, owner, *each) for each in found.all()]
        await regather_for(session, job, rows)
        return rows

    async def _messages(self, session: AsyncSession, job: Job, owner: int, people: Sequence[int]) -> list[Claimed]:
        now = self._clock.now()
        statement = whom.people_of(job.concerned) if job.concerned else whom.PEOPLE
        found = await session.execute(statement, {"broadcast": job.id, "people": people, **job.needs(now)})
        rows = [self._message(job, owner, now, *each) for each in found.all()]
        if job.task is Task.GATHER:
            await gather_for(session, rows, now)
        return rows

    def _message(self, job: Job, owner: int, now: datetime, *found: Any) -> Claimed:
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


async def _lease(session: AsyncSession, leasing: Leasing, job: Job, claim: Claim) -> list[int]:
    """Whose rows are ours now."""
    asked = {"broadcast": job.id, "version": job.version, "most": job.most_attempts, **claim._asdict()}
    if job.amends:
        picked = await session.execute(leasing.claim_edits, {**asked, "original": job.original_id})
    else:
        picked = await session.execute(leasing.claim, asked)
    return list(picked.scalars())


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
