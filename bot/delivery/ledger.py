"""The ledger's statements: claim, settle, renew, finish. A claim is the note that a send is about to begin.

Rules kept here: only what may be in flight is claimed; settling is fenced by owner and attempt; leases are on the
database's clock; what a vanished sender had begun is sent once more, and after that only shown as uncertain.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import CursorResult
from sqlalchemy.ext.asyncio import AsyncSession

from bot.clock import Clock, to_the_hour
from bot.delivery import statements as sql
from bot.delivery.models import DeliveryState, Task
from bot.delivery.pace import Lane
from bot.storage.database import Database
from bot.storage.installation import next_epoch
from bot.supporters.audience import Audience

LAST_PLACE: Final = 2**31 - 1
"""Where a doubtful row goes on: behind all others, when whatever swallowed the reply may be over."""
TOKEN_REFUSED: Final = "Telegram refuses the bot's token; put a good one into [telegram] token and start again."  # noqa: S105
PUT_BACK: Final = "The copy was made while this was sent, and some of those owed may have it; `nida announce` it to go on."
PUT_BACK_UNFINISHED: Final = "The copy was made while this was launched, and some may have it; `nida announce` it to go on."
"""Told from the other, as the audience is still to be completed when it goes on."""

Profile = tuple[str, str | None, str, str | None, bool]
"""How a reader reads: locale, region, digits, time zone, whether with Hijri dates. Who is alike in these gets the same bytes."""


@dataclass(slots=True)
class Claimed:
    """A row this sender holds. `refusal` says why it must not be sent after all."""

    id: int
    broadcast_id: int
    owner: int
    attempts: int
    supporter_id: int | None
    sealed_id: bytes | None
    profile: Profile
    silent: bool
    refusal: str | None
    lane: Lane = Lane.BULK
    leased_at: tuple[float, float] = (0.0, 0.0)
    """Monotonic and wall-clock seconds just before the lease began."""
    writes_before: int = -1
    """The ledger's `writes` just before the person was read."""


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


class Ledger:
    """Each method is one short transaction."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock
        self.parked = 0
        """How many were doubted twice and are only shown as uncertain, without a sender's settling."""
        self._wanting: dict[int, dict[str, int]] = {}
        """What its readers must still want, of each broadcast: frozen at the launch, so read once."""
        self._sql = sql.for_sqlite if database.is_sqlite else sql.for_postgresql

    @property
    def writes(self) -> int:
        """Grows with whatever anybody else in this process writes: while it does not, what a claim read is still true, and
        reading it once more before each send, which took a third of a delivery's CPU, can be spared."""
        return self._database.writes

    async def begin(self) -> int:
        """Start a new epoch and return it: what earlier ones had claimed can be told from ours. What was held because of
        the token goes on, as a start is when a new one is read."""
        async with self._database.write() as session:
            await session.execute(sql.RESUME, {"reason": TOKEN_REFUSED})
            return await next_epoch(session)

    async def sending(self) -> list[tuple[int, Lane]]:
        async with self._database.read() as session:
            return [(id_, _lane(task, urgent)) for id_, task, urgent in (await session.execute(sql.SENDING)).all()]

    async def content(self, broadcast_id: int) -> dict[str, Any]:
        async with self._database.read() as session:
            found: dict[str, Any] = (await session.execute(sql.CONTENT, {"id": broadcast_id})).scalar_one()
            return found

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
        longer ours."""
        wanting = self._wanting[row.broadcast_id]
        wanted = {"id": row.id, "owner": row.owner, "attempts": row.attempts, "now": self._clock.now(), **wanting}
        found = await self._database.look_up(lambda connection: connection.execute(sql.STILL_OURS, wanted).one_or_none())
        if found is None:
            raise LookupError("the lease was lost")
        refusal: str | None = found.refusal
        return refusal

    async def renew(self, owner: int, rows: Iterable[Claimed]) -> set[int]:
        """Lengthen the leases of these rows. Returns the ids still ours."""
        async with self._database.write(quiet=True) as session:
            found = await session.execute(self._sql.renew, {"owner": owner, "ids": [row.id for row in rows]})
            return set(found.scalars())

    async def disown(self, owner: int, known: Iterable[int]) -> int:
        """Give back what was claimed in our name without our knowing it: the commit went through, the word of it did not."""
        async with self._database.write() as session:
            result = await session.execute(sql.DISOWN, {"owner": owner, "ids": list(known)})
            return _count(result)

    async def hold(self, broadcast_id: int | None, reason: str) -> int:
        """Hold one broadcast, or with None all that are being sent. Returns how many."""
        async with self._database.write() as session:
            result = await session.execute(sql.HOLD, {"id": broadcast_id, "reason": reason[:200]})
            return _count(result)

    async def finish(self, broadcast_id: int) -> bool:
        """Mark the broadcast done when nothing of it is pending or leased; park what was doubted twice on the way."""
        async with self._database.write(quiet=True) as session:
            owner = (await session.execute(sql.EPOCH)).scalar_one()
            parked = await session.execute(self._sql.park, {"broadcast": broadcast_id, "owner": owner})
            result = await session.execute(sql.FINISH, {"id": broadcast_id, "now": self._clock.now()})
        self.parked += _count(parked)
        return _count(result) == 1

    async def _settle(self, session: AsyncSession, settled: Sequence[Settlement]) -> int:
        result = await session.execute(sql.SETTLE, [_values(settlement) for settlement in settled])
        gone = [s.row.supporter_id for s in settled if s.state is DeliveryState.UNREACHABLE and s.row.supporter_id]
        if gone:
            now = to_the_hour(self._clock.now())
            await session.execute(sql.BLOCKED, [{"supporter": supporter, "now": now} for supporter in gone])
        return len(settled) - _count(result)

    async def _claim_rows(self, session: AsyncSession, owner: int, broadcast_id: int, want: int) -> list[Claimed]:
        claim = {"broadcast": broadcast_id, "owner": owner, "want": want}
        ids = list((await session.execute(self._sql.claim, claim)).scalars())
        if not ids:
            return []
        wanting = await self._wanted_of(session, broadcast_id)
        found = await session.execute(sql.PEOPLE, {"ids": ids, "now": self._clock.now(), **wanting})
        return [
            Claimed(
                id_, broadcast_id, owner, attempts, person, sealed, (locale, region, digits, timezone, hijri), silent, refusal
            )
            for id_, attempts, person, sealed, locale, region, digits, timezone, hijri, silent, refusal in found.all()
        ]

    async def _wanted_of(self, session: AsyncSession, broadcast_id: int) -> dict[str, int]:
        if broadcast_id not in self._wanting:
            stored = (await session.execute(sql.AUDIENCE, {"id": broadcast_id})).scalar_one()
            audience = Audience.from_json(stored) if stored else None
            self._wanting[broadcast_id] = {
                "case_id": audience.case_id if audience else sql.EVERYBODY,
                "bit": audience.kind.bit if audience else 0,
            }
        return self._wanting[broadcast_id]


def _lane(task: Task, urgent: bool) -> Lane:
    if task in {Task.CORRECT, Task.RECALL}:
        return Lane.EDIT
    return Lane.URGENT if urgent else Lane.BULK


def _values(settlement: Settlement) -> dict[str, object]:
    row, again = settlement.row, settlement.state is DeliveryState.PENDING
    return {
        "id": row.id,
        "owner": row.owner,
        "attempts": row.attempts,
        "state": settlement.state.value,
        "left": row.attempts if settlement.counts else row.attempts - 1,
        "place": LAST_PLACE if again and settlement.counts else None,
        "message": settlement.message_id,
        "locale": settlement.locale,
        "reason": settlement.reason,
    }


def _count(result: object) -> int:
    assert isinstance(result, CursorResult)  # noqa: S101 - what every UPDATE returns
    return result.rowcount
