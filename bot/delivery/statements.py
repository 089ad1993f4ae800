"""The ledger's statements by name. The claim is one statement for both databases, but for the lock and the clock."""

from dataclasses import dataclass
from typing import Final

from sqlalchemy import Integer, TextClause, and_, bindparam, case, exists, not_, null, or_, select, text

from bot.delivery.models import BroadcastRow, BroadcastState, DeliveryRow, DeliveryState
from bot.storage.types import Moment
from bot.supporters.audience import may_receive
from bot.supporters.models import FollowingRow, SupporterRow

LEASE: Final = 90.0
"""Seconds; well above the time a send may take, and renewed at a third."""
MOST_SENDS: Final = 2
"""Sends that may be begun for one row without anybody's decision: the first, and one more after a doubt."""

_CLAIM = """
    WITH picked AS MATERIALIZED (
        SELECT id FROM deliveries
        WHERE broadcast_id = :broadcast AND {open} AND (state = 'pending' OR (attempts < {most} AND {gone}))
        ORDER BY place LIMIT :want {lock}
    )
    UPDATE deliveries SET state = 'leased', owner = :owner, attempts = attempts + 1, leased_until = {later}
    WHERE id IN (SELECT id FROM picked) RETURNING id
"""
_PARK = """
    UPDATE deliveries SET state = 'uncertain', reason = 'interrupted twice', leased_until = NULL
    WHERE broadcast_id = :broadcast AND {open} AND state = 'leased' AND attempts >= {most} AND {gone}
"""
_RENEW = """
    UPDATE deliveries SET leased_until = {later}
    WHERE id IN :ids AND owner = :owner AND state = 'leased' RETURNING id
"""
_COMMON = {
    # Word for word the condition of the partial index, or SQLite does not use it.
    "open": "state IN ('pending', 'leased')",
    "most": str(MOST_SENDS),
}
_SQLITE = {
    "later": f"strftime('%Y-%m-%d %H:%M:%f000', 'now', '+{LEASE:.0f} seconds')",
    # One process has the file: what another epoch had claimed has nobody left to finish it.
    "gone": "owner <> :owner",
    "lock": "",
}
_POSTGRESQL = {
    "later": f"now() + interval '{LEASE:.0f} seconds'",
    "gone": "(leased_until < now() AND owner <> :owner)",
    "lock": "FOR UPDATE SKIP LOCKED",
}


def _sql(template: str, **dialect: str) -> TextClause:
    return text(template.format(**_COMMON, **dialect))


@dataclass(frozen=True)
class Leasing:
    """The statements that know the database's clock."""

    claim: TextClause
    park: TextClause
    renew: TextClause


def _leasing(**dialect: str) -> Leasing:
    return Leasing(
        claim=_sql(_CLAIM, **dialect),
        park=_sql(_PARK, **dialect),
        renew=_sql(_RENEW, **dialect).bindparams(bindparam("ids", expanding=True)),
    )


for_sqlite: Final = _leasing(**_SQLITE)
for_postgresql: Final = _leasing(**_POSTGRESQL)

SETTLE: Final = text("""
    UPDATE deliveries SET state = :state, attempts = :left, place = COALESCE(:place, place), leased_until = NULL,
        message_id = CASE WHEN supporter_id IS NULL THEN NULL ELSE CAST(:message AS BIGINT) END,
        locale = :locale, reason = :reason
    WHERE id = :id AND owner = :owner AND attempts = :attempts AND state = 'leased'
""")
DISOWN: Final = _sql("""
    UPDATE deliveries SET state = 'pending', attempts = attempts - 1, leased_until = NULL
    WHERE {open} AND state = 'leased' AND owner = :owner AND id NOT IN :ids
""").bindparams(bindparam("ids", expanding=True))
BLOCKED: Final = text("UPDATE supporters SET blocked_at = :now WHERE id = :supporter AND blocked_at IS NULL").bindparams(
    bindparam("now", type_=Moment)
)

SENDING: Final = (
    select(BroadcastRow.id, BroadcastRow.task, BroadcastRow.urgent)
    .where(BroadcastRow.state == BroadcastState.SENDING)
    .order_by(BroadcastRow.id)
)
AUDIENCE: Final = select(BroadcastRow.audience).where(BroadcastRow.id == bindparam("id"))
CONTENT: Final = select(BroadcastRow.content).where(BroadcastRow.id == bindparam("id"))
HOLD: Final = text("""
    UPDATE broadcasts SET state = 'held', hold_reason = :reason
    WHERE state = 'sending' AND (CAST(:id AS INTEGER) IS NULL OR id = :id)
""")
RESUME: Final = text("""
    UPDATE broadcasts SET state = 'sending', hold_reason = NULL WHERE state = 'held' AND hold_reason = :reason
""")
FINISH: Final = _sql("""
    UPDATE broadcasts SET state = 'done', finished_at = :now
    WHERE id = :id AND state = 'sending' AND NOT EXISTS (SELECT 1 FROM deliveries WHERE broadcast_id = :id AND {open})
""").bindparams(bindparam("now", type_=Moment))
EPOCH: Final = text("SELECT epoch FROM installation")

_NOW = bindparam("now", type_=Moment)
EVERYBODY: Final = 0
"""As `case_id`: what is sent is about no case, so nobody has to follow one. No case has this number."""
_CASE, _BIT = bindparam("case_id", type_=Integer), bindparam("bit", type_=Integer)
_FOLLOWS = or_(_CASE == EVERYBODY, exists().where(FollowingRow.supporter_id == SupporterRow.id, FollowingRow.case_id == _CASE))
_MUTED = SupporterRow.muted_kinds.bitwise_and(_BIT) != 0
_REFUSAL = case(
    (SupporterRow.id.is_(None), "erased"),
    (and_(may_receive(_NOW), _FOLLOWS, not_(_MUTED)), null()),
    (and_(may_receive(_NOW), _MUTED), "muted"),
    (may_receive(_NOW), "no longer follows"),
    (SupporterRow.blocked_at.is_not(None), "blocked"),
    (SupporterRow.paused_until > _NOW, "paused"),
    else_="stopped",
).label("refusal")
PEOPLE: Final = (
    select(
        DeliveryRow.id,
        DeliveryRow.attempts,
        SupporterRow.id.label("person"),
        SupporterRow.telegram_id,
        SupporterRow.locale,
        SupporterRow.region,
        SupporterRow.digits,
        SupporterRow.timezone,
        SupporterRow.hijri,
        SupporterRow.silent,
        _REFUSAL,
    )
    .select_from(DeliveryRow)
    .outerjoin(SupporterRow, SupporterRow.id == DeliveryRow.supporter_id)
    .where(DeliveryRow.id.in_(bindparam("ids", expanding=True)))
    .order_by(DeliveryRow.place)
)
"""Who the claimed rows are for, in the order of sending, and why any of them must not be sent after all."""
STILL_OURS: Final = (
    select(_REFUSAL)
    .select_from(DeliveryRow)
    .outerjoin(SupporterRow, SupporterRow.id == DeliveryRow.supporter_id)
    .where(
        DeliveryRow.id == bindparam("id"),
        DeliveryRow.owner == bindparam("owner"),
        DeliveryRow.attempts == bindparam("attempts"),
        DeliveryRow.state == DeliveryState.LEASED,
    )
)
"""Whether one row is still to be sent: asked right before each send, so it reads no more than it must."""
