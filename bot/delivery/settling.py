"""Writing down what became of claimed rows. Fenced by owner and attempt: of a row that has gone to another sender, nothing is."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from bot.clock import to_the_hour
from bot.delivery import statements as sql
from bot.delivery.asked import note_asked
from bot.delivery.claimed import Claimed, Copy
from bot.delivery.jobs import Job
from bot.delivery.models import LAST_PLACE, DeliveryState
from bot.delivery.regathering import SHOWS_NOW
from bot.supporters.ask_audience import AskAudience


@dataclass(frozen=True, slots=True)
class Settlement:
    """What became of a claimed row. `counts` is False when nothing was begun after all."""

    row: Claimed
    state: DeliveryState
    message_id: int | None = None
    locale: str | None = None
    reason: str | None = None
    counts: bool = True


async def settle(session: AsyncSession, settled: Sequence[Settlement], jobs: Mapping[int, Job], now: datetime) -> int:
    """Returns how many were refused. `jobs` are those of their broadcasts."""
    # People before rows: so does who erases somebody.
    for call, people in _asked(settled, jobs).items():
        await note_asked(session, call, people, now)
    refused = await _settle_rows(session, settled)
    await _note_copies(session, settled, jobs)
    if gone := [each.row.supporter_id for each in settled if each.state is DeliveryState.UNREACHABLE]:
        hour = to_the_hour(now)
        await session.execute(sql.BLOCKED, [{"supporter": supporter, "now": hour} for supporter in gone])
    return refused


def _asked(settled: Sequence[Settlement], jobs: Mapping[int, Job]) -> dict[AskAudience, list[int]]:
    """To whom a call was sent, or may have been."""
    people: defaultdict[AskAudience, list[int]] = defaultdict(list)
    for each in settled:
        call, person = jobs[each.row.broadcast_id].asks, each.row.supporter_id
        if call is not None and each.counts and each.state is not DeliveryState.UNREACHABLE:
            people[call].append(person)
    return people


async def _settle_rows(session: AsyncSession, settled: Sequence[Settlement]) -> int:
    deferred = [_deferred(each.row) for each in settled if each.state is DeliveryState.DEFERRED]
    ended = [_ended(each) for each in settled if each.state is not DeliveryState.DEFERRED]
    kept = sql.changed(await session.execute(sql.SETTLE, ended)) if ended else 0
    kept += sql.changed(await session.execute(sql.DEFER, deferred)) if deferred else 0
    return len(settled) - kept


def _ended(settlement: Settlement) -> dict[str, object]:
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


async def _note_copies(session: AsyncSession, settled: Sequence[Settlement], jobs: Mapping[int, Job]) -> None:
    """What the messages show that were edited."""
    edited = [(each, copy) for each in settled if (copy := each.row.copy) and each.state is DeliveryState.SENT]
    if edited:
        await session.execute(sql.HAS_NOW, [_now_has(each, jobs[each.row.broadcast_id]) for each, _ in edited])
    if shown := [part for each, copy in edited if each.counts for part in _shows_now(each.row.supporter_id, copy)]:
        await session.execute(SHOWS_NOW, shown)


def _now_has(edited: Settlement, job: Job) -> dict[str, object]:
    values = {"original": job.original_id, "supporter": edited.row.supporter_id}
    return {**values, "version": edited.row.version, "locale": edited.locale}


def _shows_now(person: int, edited: Copy) -> list[dict[str, int]]:
    """The other parts of a gathered message."""
    return [{"broadcast": part, "supporter": person, "version": version} for part, version in edited.others]
