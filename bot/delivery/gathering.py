"""What a gathered message brings: decided when it is claimed, from what each of those it carries is still worth."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import bindparam, null, select, text, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from bot.delivery.claimed import Claimed
from bot.delivery.models import WAS_RECALLED, BroadcastRow, BroadcastState, DeliveryRow, DeliveryState
from bot.storage.types import Moment
from bot.supporters.audience import Audience
from bot.supporters.models import FollowingRow, SupporterRow

_CARRIED: Final = (
    select(DeliveryRow.broadcast_id, SupporterRow.id, SupporterRow.muted_kinds)
    .join_from(DeliveryRow, SupporterRow, SupporterRow.id == DeliveryRow.supporter_id)
    .where(
        DeliveryRow.carried_by == bindparam("gathering"),
        DeliveryRow.supporter_id.in_(bindparam("people", expanding=True)),
        DeliveryRow.state == DeliveryState.DEFERRED,
        DeliveryRow.carried_by != DeliveryRow.broadcast_id,
    )
    .order_by(DeliveryRow.broadcast_id)
)
_CONTENTS: Final = select(
    BroadcastRow.id, BroadcastRow.state, BroadcastRow.content, BroadcastRow.audience, BroadcastRow.version
).where(BroadcastRow.id.in_(bindparam("broadcasts", expanding=True)))
_FOLLOWED: Final = select(FollowingRow.supporter_id, FollowingRow.case_id).where(
    FollowingRow.supporter_id.in_(bindparam("people", expanding=True))
)
_THIS: Final = "WHERE broadcast_id = :broadcast AND supporter_id = :person AND state = 'deferred'"
_REFUSE: Final = text(f"UPDATE deliveries SET state = 'cancelled', reason = :reason {_THIS}")  # noqa: S608 - of constants
_BRINGS: Final = text(f"UPDATE deliveries SET version = :version {_THIS}")  # noqa: S608
_LET_GO: Final = text(f"UPDATE deliveries SET carried_by = NULL, due_at = :now {_THIS}").bindparams(  # noqa: S608
    bindparam("now", type_=Moment)
)
_CARRIER = aliased(DeliveryRow)
_IN_DOUBT = (
    DeliveryRow.carried_by == bindparam("gathering"),
    DeliveryRow.supporter_id.in_(
        select(_CARRIER.supporter_id).where(
            _CARRIER.broadcast_id == bindparam("gathering"), _CARRIER.state == DeliveryState.UNCERTAIN
        )
    ),
    DeliveryRow.state == DeliveryState.UNCERTAIN,
    DeliveryRow.carried_by != DeliveryRow.broadcast_id,
)
_STILL_WANTED: Final = (
    select(BroadcastRow.id)
    .where(
        BroadcastRow.id.in_(select(DeliveryRow.broadcast_id).where(*_IN_DOUBT)),
        BroadcastRow.state != BroadcastState.CANCELLED,
        ~WAS_RECALLED,
    )
    .order_by(BroadcastRow.id)
    .with_for_update(of=BroadcastRow)
)
_LONG: Final = {"long": True}


@dataclass(frozen=True, slots=True)
class _Carried:
    """One of those a message carries. `refusal` says why it must not be sent after all, `waits` that its broadcast is held."""

    broadcast: int
    person: int
    content: dict[str, Any]
    version: int
    refusal: str | None
    waits: bool

    @property
    def key(self) -> dict[str, int]:
        return {"broadcast": self.broadcast, "person": self.person}


async def gather_for(session: AsyncSession, rows: Sequence[Claimed], now: datetime) -> None:
    """Give each claimed carrier what it brings. What is not wanted any more is cancelled, what is held waits on its own."""
    carried = await _carried(session, rows)
    refused = [{**each.key, "reason": each.refusal} for each in carried if each.refusal]
    brought = [{**each.key, "version": each.version} for each in carried if _goes(each)]
    apart = [{**each.key, "now": now} for each in carried if each.waits]
    if refused:
        await session.execute(_REFUSE, refused)
    if apart:
        await session.execute(_LET_GO, apart)
    if brought:
        await session.execute(_BRINGS, brought)
    for row in rows:
        row.gathered = together([each.content for each in carried if each.person == row.supporter_id and _goes(each)])
        if row.gathered is None and row.refusal is None:
            row.refusal = "nothing was left to gather"


async def is_whole(session: AsyncSession, row: Claimed) -> bool:
    """Whether it still brings what it brought when it was claimed."""
    return together([each.content for each in await _carried(session, [row]) if _goes(each)]) == row.gathered


async def carry_again(session: AsyncSession, gathering: int) -> None:
    """What its messages in doubt brought waits for them again, as they are to be sent once more. What was cancelled or taken
    back meanwhile stays uncertain, by itself."""
    asked = {"gathering": gathering}
    wanted = list((await session.execute(_STILL_WANTED, asked, execution_options=_LONG)).scalars())
    reopened = update(BroadcastRow).where(BroadcastRow.id.in_(wanted), BroadcastRow.state == BroadcastState.DONE)
    await session.execute(reopened.values(state=BroadcastState.SENDING, finished_at=null()))
    options = {**_LONG, "synchronize_session": False}
    again = update(DeliveryRow).where(*_IN_DOUBT, DeliveryRow.broadcast_id.in_(wanted))
    await session.execute(
        again.values(state=DeliveryState.DEFERRED, due_at=null(), reason=null()), asked, execution_options=options
    )
    await session.execute(update(DeliveryRow).where(*_IN_DOUBT).values(carried_by=null()), asked, execution_options=options)


def together(contents: Sequence[dict[str, Any]]) -> dict[str, Any] | None:
    """What one message has to say of several; what is left of them alone reads as if it had come alone."""
    if not contents:
        return None
    return contents[0] if len(contents) == 1 else {"gathered": list(contents)}


def _goes(carried: _Carried) -> bool:
    return not carried.waits and carried.refusal is None


async def _carried(session: AsyncSession, carriers: Sequence[Claimed]) -> list[_Carried]:
    """What these rows of one gathering carry."""
    asked = {"gathering": carriers[0].broadcast_id, "people": [row.supporter_id for row in carriers]}
    rows = (await session.execute(_CARRIED, asked)).all()
    broadcasts = {row.broadcast_id for row in rows}
    contents = {row.id: row for row in await session.execute(_CONTENTS, {"broadcasts": list(broadcasts)})}
    follows = {(person, case) for person, case in await session.execute(_FOLLOWED, {"people": [row[1] for row in rows]})}
    found = []
    for broadcast_id, person, muted in rows:
        broadcast = contents[broadcast_id]
        found.append(
            _Carried(
                broadcast_id,
                person,
                broadcast.content,
                broadcast.version,
                _refusal(broadcast, person, muted, follows),
                waits=broadcast.state is BroadcastState.HELD,
            )
        )
    return found


def _refusal(broadcast: Any, person: int, muted: int, follows: set[tuple[int, int]]) -> str | None:
    if broadcast.state not in {BroadcastState.SENDING, BroadcastState.PREPARING, BroadcastState.HELD}:
        return "cancelled by staff"
    if not broadcast.audience:
        return None
    audience = Audience.from_json(broadcast.audience)
    if (person, audience.case_id) not in follows:
        return "no longer follows"
    return "muted" if muted & audience.kind.bit else None
