"""Whose an update is, where several bots share a database: each row belongs to who took it in, as long as that one lives.

A bot shows every two seconds that it lives; what a bot left unfinished that has not for ten is taken over. Before an update is
handled its bot looks whether the row is still its own, and whether an earlier one of the same person is still with another
bot: then it waits. On SQLite all of this is spared, as one process has the file.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, bindparam, delete, exists, func, insert, literal_column, or_, select, text, true, update
from sqlalchemy.ext.asyncio import AsyncSession

from bot.clock import Clock
from bot.storage.database import Database
from bot.storage.vault import Vault
from bot.telegram.models import InboundUpdateRow, ReceiverRow

BEAT_EVERY: Final = 2.0
DEAD_AFTER: Final = 10.0
FIRST_LOOK, LONGEST_LOOK = 0.1, 1.0
_UNFINISHED = InboundUpdateRow.body.is_not(None)
_ONE_AT_A_TIME = text("SELECT pg_advisory_xact_lock(1852400754)")
_LONG_AGO: ColumnElement[datetime] = literal_column("'epoch'::timestamptz")
_earlier = InboundUpdateRow.__table__.alias("earlier")
_TURN = select(
    InboundUpdateRow.receiver.in_(bindparam("mine", expanding=True)),
    exists().where(
        _earlier.c.person == bindparam("person"),
        _earlier.c.body.is_not(None),
        _earlier.c.update_id < bindparam("number"),
        _earlier.c.receiver.not_in(bindparam("mine", expanding=True)),
    ),
).where(InboundUpdateRow.update_id == bindparam("number"))


class Ownership:
    def __init__(self, database: Database, vault: Vault, clock: Clock) -> None:
        self.is_shared = not database.is_sqlite
        self._database = database
        self._vault = vault
        self._clock = clock
        self._mine: list[int] = []
        self._beat_at = 0.0

    def marks(self, person: int) -> Mapping[str, Any]:
        """What is written beside an update of theirs."""
        if not self.is_shared:
            return {"receiver": None, "person": None}
        return {"receiver": self._mine[0], "person": self._tag(person)}

    async def join(self) -> ColumnElement[bool]:
        """Be one of the bots from now on. Returns which rows were left to us: by who is dead, or by who never was one of them."""
        if not self.is_shared:
            return true()
        async with self._database.write() as session:
            await session.execute(_ONE_AT_A_TIME)
            self._mine = [await self._register(session)]
            await session.execute(delete(ReceiverRow).where(_is_dead()))
            living = select(ReceiverRow.id)
            theirs = or_(InboundUpdateRow.receiver.is_(None), InboundUpdateRow.receiver.not_in(living))
            left = await self._take_over(session, theirs)
        self._beat_at = self._clock.monotonic()
        return left

    async def beat(self) -> ColumnElement[bool] | None:
        """Show that we live. Returns which rows others left to us, if any did."""
        # After an outage of the database everybody looks dead to who is first: the others get the time to show themselves.
        trusted = self._clock.monotonic() - self._beat_at < DEAD_AFTER
        async with self._database.write(quiet=True) as session:
            shown = update(ReceiverRow).where(ReceiverRow.id.in_(self._mine)).values(beat_at=func.now()).returning(ReceiverRow.id)
            if set((await session.scalars(shown)).all()) != set(self._mine):
                await self._rejoin(session)
            left = await self._inherit(session) if trusted else None
        self._beat_at = self._clock.monotonic()
        return left

    async def leave(self) -> None:
        """What we leave unfinished is another bot's at its next beat."""
        async with self._database.write() as session:
            await session.execute(update(ReceiverRow).where(ReceiverRow.id.in_(self._mine)).values(beat_at=_LONG_AGO))

    def owned(self) -> ColumnElement[bool]:
        return InboundUpdateRow.receiver.in_(self._mine) if self.is_shared else true()

    async def turn(self, number: int, person: int, is_next: Callable[[], bool]) -> bool:
        """Wait until it is this update's turn, or not the next one any more. False when it is no longer ours."""
        pause = FIRST_LOOK
        while is_next():
            asked = {"number": number, "person": self._tag(person), "mine": self._mine}
            ours, too_early = await self._database.look_up(lambda connection, asked=asked: connection.execute(_TURN, asked).one())  # type: ignore[misc]
            if not ours or not too_early:
                return bool(ours)
            await self._clock.sleep(pause)
            pause = min(pause * 2, LONGEST_LOOK)
        return True

    async def _register(self, session: AsyncSession) -> int:
        new = insert(ReceiverRow).values(beat_at=func.now()).returning(ReceiverRow.id)
        return int((await session.execute(new)).scalar_one())

    async def _rejoin(self, session: AsyncSession) -> None:
        """We were taken for dead. What was taken over is theirs; what we have taken in since is ours under another number."""
        before, new = self._mine, await self._register(session)
        since = update(InboundUpdateRow).where(_UNFINISHED, InboundUpdateRow.receiver.in_(before))
        await session.execute(since.values(receiver=new))
        self._mine = [new]

    async def _inherit(self, session: AsyncSession) -> ColumnElement[bool] | None:
        if not (await session.execute(select(exists().where(_is_dead())))).scalar_one():
            return None
        await session.execute(_ONE_AT_A_TIME)
        dead = list((await session.scalars(delete(ReceiverRow).where(_is_dead()).returning(ReceiverRow.id))).all())
        return await self._take_over(session, InboundUpdateRow.receiver.in_(dead)) if dead else None

    async def _take_over(self, session: AsyncSession, theirs: ColumnElement[bool]) -> ColumnElement[bool]:
        """Under a number of its own, so that they can be told from what is ours already."""
        number = await self._register(session)
        self._mine.append(number)
        await session.execute(update(InboundUpdateRow).where(_UNFINISHED, theirs).values(receiver=number))
        return InboundUpdateRow.receiver == number

    def _tag(self, person: int) -> bytes | None:
        return self._vault.tag("inbound_updates.person", str(person).encode()) if person else None


def _is_dead() -> ColumnElement[bool]:
    return ReceiverRow.beat_at < func.now() - text(f"interval '{DEAD_AFTER:.0f} seconds'")
