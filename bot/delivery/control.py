"""What a person decides about a broadcast: pause, go on, cancel, send the uncertain once more.

Each change is one statement that names the states it may be made in, so that of two people who decide at once one does it
and the other is told so.
"""

from typing import Final

from sqlalchemy import case, literal, null, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from bot.clock import Clock
from bot.delivery.account import named, unknown
from bot.delivery.closing import close_slice
from bot.delivery.gathering import carry_again
from bot.delivery.models import WAS_RECALLED, BroadcastRow, BroadcastState, DeliveryRow, DeliveryState, Task
from bot.delivery.overdue import is_due_only_now
from bot.delivery.statements import CLOSING, changed, for_postgresql, for_sqlite
from bot.errors import NidaError
from bot.storage.database import Database
from bot.storage.types import Moment

OVER: Final = (BroadcastState.DONE, BroadcastState.CANCELLED)
_LONG: Final = {"long": True}


class Control:
    """Each method takes a broadcast by its subject or number, and raises NidaError with one sentence when it cannot be done."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock
        self._leasing = for_sqlite if database.is_sqlite else for_postgresql

    async def pause(self, subject: str, by: str) -> None:
        """No send of it begins after this; what is on its way is settled."""
        async with self._database.write() as session:
            row = await _found(session, subject)
            _ensure_running(row)
            row.held_from = row.state
            row.state = BroadcastState.HELD
            row.hold_reason = f"Paused by {by[:60]}; `nida deliveries resume` lets it go on."

    async def resume(self, subject: str) -> None:
        """It goes on where it was; one whose time came meanwhile begins now."""
        async with self._database.write() as session:
            row = await _found(session, subject)
            if row.state is not BroadcastState.HELD:
                raise NidaError(f"{row.subject} is not held: it is {row.state}.")
            await let_go_on(session, row.id, self._clock)

    async def cancel(self, subject: str, by: str) -> None:
        """Who has not got it will not; what is on its way is settled as it ends."""
        async with self._database.write() as session:
            row = await _found(session, subject)
            if row.state in OVER:
                raise NidaError(f"{row.subject} is over already: it is {row.state}.")
            cancelled(row, f"Cancelled by {by[:60]}.")
        await self.close(row.id)

    async def close_all(self) -> None:
        """The same, of each that was cancelled and is not closed yet."""
        async with self._database.read() as session:
            closing = list((await session.execute(CLOSING)).scalars())
        for broadcast_id in closing:
            await self.close(broadcast_id)

    async def close(self, broadcast_id: int) -> None:
        """Close what is left of a cancelled one, as far as nothing is on its way."""
        more = True
        while more:
            async with self._database.write() as session:
                more = await close_slice(session, self._leasing, broadcast_id, self._clock.now())

    async def retry(self, subject: str) -> int:
        """Those who may have it or not get it once more; how many they are. A person decides this: they may have it twice."""
        async with self._database.write() as session:
            await _keep_from_amending(session, subject)
            row = await _found(session, subject)
            if row.state is BroadcastState.CANCELLED:
                raise NidaError(f"{row.subject} was cancelled, so nothing of it is sent any more.")
            if row.task is Task.GATHER:
                await carry_again(session, row.id)
            uncertain = (DeliveryRow.broadcast_id == row.id, DeliveryRow.state == DeliveryState.UNCERTAIN)
            # It goes by itself now, whatever message it was in.
            carries = case((DeliveryRow.carried_by == DeliveryRow.broadcast_id, DeliveryRow.carried_by))
            again = update(DeliveryRow).where(*uncertain).values(state=DeliveryState.PENDING, reason=None, carried_by=carries)
            reopened = changed(await session.execute(again, execution_options=_LONG))
            if not reopened:
                raise NidaError(f"Nothing of {row.subject} is uncertain, so there is nothing to send once more.")
            if row.state is BroadcastState.DONE and row.hold_reason is not None:
                raise NidaError(f"{row.subject} is not sent once more: what it says no longer holds. {row.hold_reason}")
            await ensure_not_taken_back(session, row)
            await _ensure_not_followed(session, row)
            if row.state is BroadcastState.DONE:
                row.state, row.finished_at = BroadcastState.SENDING, None
            return reopened


def cancelled(row: BroadcastRow, reason: str) -> None:
    row.state, row.held_from, row.hold_reason = BroadcastState.CANCELLED, None, reason
    row.fanned_out_to = None  # the number of somebody, of no use any more


async def let_go_on(session: AsyncSession, broadcast_id: int, clock: Clock) -> None:
    """Take a held broadcast back to what it was; any other is left as it is."""
    was, sending = BroadcastRow.held_from, BroadcastState.SENDING
    waits = (was == BroadcastState.SCHEDULED) & (BroadcastRow.starts_at > literal(clock.now(), Moment))
    state = case(
        (waits, BroadcastState.SCHEDULED.value),
        (was.in_((BroadcastState.SCHEDULED, BroadcastState.PREPARING)), BroadcastState.PREPARING.value),
        else_=sending.value,
    )
    held = (BroadcastRow.id == broadcast_id, BroadcastRow.state == BroadcastState.HELD)
    await session.execute(update(BroadcastRow).where(*held).values(state=state, held_from=null(), hold_reason=null()))
    await is_due_only_now(session, broadcast_id, clock.now())


async def ensure_not_taken_back(session: AsyncSession, row: BroadcastRow) -> None:
    if await session.scalar(select(BroadcastRow.id).where(BroadcastRow.id == row.id, WAS_RECALLED)):
        raise NidaError(f"{row.subject} was taken back; publish it anew, with a slug of its own.")
    if row.state is BroadcastState.CANCELLED:
        why = f" Noted then: {row.hold_reason}" if row.hold_reason else ""
        raise NidaError(f"{row.subject} was cancelled; publish it anew, with a slug of its own.{why}")


async def _keep_from_amending(session: AsyncSession, subject: str) -> None:
    """Lock what that is a correction of, so that another correction comes before or after us."""
    original = select(BroadcastRow.original_id).where(named(subject))
    await session.execute(select(BroadcastRow.id).where(BroadcastRow.id.in_(original)).with_for_update())


async def _ensure_not_followed(session: AsyncSession, row: BroadcastRow) -> None:
    """Or an older version would come after a newer one, or a text after its recall."""
    if row.original_id is None:
        return
    later = select(BroadcastRow.subject).where(BroadcastRow.original_id == row.original_id, BroadcastRow.version > row.version)
    if followed := await session.scalar(later.order_by(BroadcastRow.version.desc()).limit(1)):
        raise NidaError(f"{row.subject} was followed by {followed}, which is to be sent once more instead.")


async def _found(session: AsyncSession, subject: str) -> BroadcastRow:
    row = (await session.execute(select(BroadcastRow).where(named(subject)).limit(1).with_for_update())).scalar_one_or_none()
    if row is None:
        raise unknown(subject)
    return row


def _ensure_running(row: BroadcastRow) -> None:
    if row.state is BroadcastState.HELD:
        raise NidaError(f"{row.subject} is held already: {row.hold_reason or 'nobody noted why'}")
    if row.state in OVER:
        raise NidaError(f"{row.subject} is over: it is {row.state}.")
