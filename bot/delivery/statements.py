"""The ledger's statements by name. The claim is one statement for both databases, but for the lock and the clock."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

from sqlalchemy import (
    ColumnElement,
    Integer,
    Select,
    TextClause,
    and_,
    bindparam,
    case,
    exists,
    func,
    not_,
    null,
    or_,
    select,
    text,
    true,
)
from sqlalchemy.orm import aliased

from bot.delivery.models import BroadcastRow, BroadcastState, DeliveryRow, DeliveryState
from bot.storage.models import InstallationRow
from bot.storage.types import Moment
from bot.supporters.ask_audience import AskAudience
from bot.supporters.audience import may_receive
from bot.supporters.audiences import Concerned
from bot.supporters.models import FollowingRow, SupporterRow

LEASE: Final = 90.0
"""Seconds; well above the time a send may take, and renewed at a third."""
SETTLED_IN: Final = 10.0
"""Seconds that a sender on PostgreSQL leaves what the one before it had on its way, which may be alive and only cut off."""
_CLAIM = """
    WITH {edits} picked AS MATERIALIZED (
        SELECT supporter_id FROM deliveries
        WHERE broadcast_id = :broadcast AND {open} AND (state = 'pending' OR (attempts < :most AND {inherited}))
            AND EXISTS (SELECT 1 FROM broadcasts WHERE id = :broadcast AND state = 'sending' AND version = :version {share})
            AND :owner = (SELECT epoch FROM installation)
            {gate}
        ORDER BY place LIMIT :want {lock}
    )
    UPDATE deliveries SET state = 'leased', owner = :owner, attempts = attempts + 1, leased_until = {later}, version = :version
    WHERE broadcast_id = :broadcast AND supporter_id IN (SELECT supporter_id FROM picked {free}) RETURNING supporter_id
"""
"""Nothing is claimed of what was paused, cancelled or corrected meanwhile; on PostgreSQL the lock on the broadcast keeps such
a decision from being made between the look and the claim."""
_AFTER_EARLIER_AMENDMENTS = """
            AND NOT EXISTS (
                SELECT 1 FROM broadcasts AS earlier WHERE earlier.original_id = :original AND earlier.id < :broadcast AND (
                    SELECT 1 FROM deliveries AS theirs WHERE theirs.broadcast_id = earlier.id
                        AND theirs.state IN ('pending', 'leased') AND theirs.state = 'leased' LIMIT 1
                ) = 1
            )
"""
"""An edit still on its way could arrive after ours and put the older text back."""
_OTHER_EDITS = """
    edits AS MATERIALIZED (
        SELECT id FROM broadcasts WHERE original_id IS NOT NULL AND finished_at IS NULL AND id <> :broadcast
    ),"""
_WITHOUT_ANOTHER_EDIT_OUT = """
        WHERE COALESCE((
            SELECT 1 FROM edits AS other CROSS JOIN deliveries AS theirs
            WHERE theirs.broadcast_id = other.id AND theirs.supporter_id = picked.supporter_id
                AND theirs.leased_until IS NOT NULL AND NOT {gone}
            LIMIT 1
        ), 0) = 0
"""
"""The same, of what this person has in one message with ours. Looked at for those picked alone and person by person, which
neither database does of itself: of a million edits, it would read all that are open for each claim. Which broadcasts are such
edits is looked up once, as all that ever were are read for it."""
_PARK = """
    UPDATE deliveries SET state = 'uncertain', reason = 'interrupted twice', leased_until = NULL
    WHERE broadcast_id = :broadcast AND {open} AND state = 'leased' AND attempts >= :most AND {gone}
    RETURNING supporter_id
"""
_RENEW = """
    UPDATE deliveries SET leased_until = {later}
    WHERE broadcast_id = :broadcast AND supporter_id IN :people AND owner = :owner AND state = 'leased' RETURNING supporter_id
"""
_CLOSE = """
    UPDATE deliveries SET leased_until = NULL, due_at = NULL,
        state = CASE WHEN attempts > 0 THEN 'uncertain' ELSE 'cancelled' END,
        reason = CASE WHEN attempts > 0 THEN 'no answer, and then cancelled' ELSE 'cancelled by staff' END
    WHERE broadcast_id = :id
        AND supporter_id IN (SELECT supporter_id FROM deliveries WHERE broadcast_id = :id AND {which} LIMIT :most {lock})
    RETURNING supporter_id, attempts
"""
"""What somebody else is just settling is passed over: it has its outcome, or is closed the next time."""
_DEFERRED_BY_ITSELF = "state = 'deferred' AND (carried_by IS NULL OR carried_by = broadcast_id)"
"""What another message carries is settled with that one, which carries itself."""
_GIVE_BACK = """
    UPDATE deliveries SET state = CASE WHEN attempts < :most THEN 'pending' ELSE 'uncertain' END, leased_until = NULL,
        reason = CASE WHEN attempts < :most THEN NULL ELSE 'interrupted twice' END
    WHERE {which} AND {open} AND state = 'leased' AND {gone}
"""
_CARRIERS = """(broadcast_id, supporter_id) IN (
        SELECT part.carried_by, part.supporter_id FROM deliveries AS part
        WHERE part.broadcast_id = :original AND part.state = 'deferred' AND part.due_at IS NULL
    )"""
_COMMON = {
    # Word for word the condition of the partial index, or SQLite does not use it.
    "open": "state IN ('pending', 'leased')",
}
_SQLITE = {
    "later": f"strftime('%Y-%m-%d %H:%M:%f000', 'now', '+{LEASE:.0f} seconds')",
    # One process has the file: what another epoch had claimed has nobody left to finish it.
    "gone": "(owner <> :owner)",
    "inherited": "owner <> :owner",
    "lock": "",
    "share": "",
}
_POSTGRESQL = {
    "later": f"now() + interval '{LEASE:.0f} seconds'",
    "gone": "(leased_until < now() AND owner <> :owner)",
    # Also what a sender before this one held, once it has had time to be settled: from the moment this one began, that one
    # cannot begin another send.
    "inherited": "((leased_until < now() AND owner <> :owner) OR (:settled_in AND owner < :owner))",
    "lock": "FOR UPDATE SKIP LOCKED",
    "share": "FOR SHARE",
}


def _sql(template: str, **dialect: str) -> TextClause:
    return text(template.format(**_COMMON, **dialect))


@dataclass(frozen=True)
class Leasing:
    """The statements that know the database's clock, or whose sender is gone."""

    claim: TextClause
    claim_edits: TextClause
    park: TextClause
    renew: TextClause
    close: TextClause
    close_deferred: TextClause
    give_back: TextClause
    give_back_carriers: TextClause


def _leasing(**dialect: str) -> Leasing:
    return Leasing(
        claim=_sql(_CLAIM, edits="", gate="", free="", **dialect),
        claim_edits=_sql(
            _CLAIM.replace("{free}", _WITHOUT_ANOTHER_EDIT_OUT), edits=_OTHER_EDITS, gate=_AFTER_EARLIER_AMENDMENTS, **dialect
        ),
        park=_sql(_PARK, **dialect),
        renew=_sql(_RENEW, **dialect).bindparams(bindparam("people", expanding=True)),
        give_back=_sql(_GIVE_BACK, which="broadcast_id = :original", **dialect),
        give_back_carriers=_sql(_GIVE_BACK, which=_CARRIERS, **dialect),
        close=_sql(_CLOSE.replace("{which}", "{open} AND (state = 'pending' OR {gone})"), **dialect),
        close_deferred=_sql(_CLOSE, which=_DEFERRED_BY_ITSELF, **dialect),
    )


for_sqlite: Final = _leasing(**_SQLITE)
for_postgresql: Final = _leasing(**_POSTGRESQL)

SETTLE: Final = text("""
    UPDATE deliveries SET state = :state, attempts = :left, place = COALESCE(:place, place), leased_until = NULL,
        message_id = :message, locale = :locale, reason = :reason, version = :version
    WHERE broadcast_id = :broadcast AND supporter_id = :supporter AND owner = :owner AND attempts = :attempts AND state = 'leased'
""")
DEFER: Final = text("""
    UPDATE deliveries SET state = 'deferred', attempts = attempts - 1, leased_until = NULL, due_at = :due
    WHERE broadcast_id = :broadcast AND supporter_id = :supporter
        AND owner = :owner AND attempts = :attempts AND state = 'leased'
""").bindparams(bindparam("due", type_=Moment))
OWNED: Final = _sql("SELECT broadcast_id, supporter_id FROM deliveries WHERE {open} AND state = 'leased' AND owner = :owner")
DISOWN: Final = text("""
    UPDATE deliveries SET state = 'pending', attempts = attempts - 1, leased_until = NULL
    WHERE broadcast_id = :broadcast AND supporter_id = :supporter AND owner = :owner AND state = 'leased'
""")
BLOCKED: Final = text("UPDATE supporters SET blocked_at = :now WHERE id = :supporter AND blocked_at IS NULL").bindparams(
    bindparam("now", type_=Moment)
)

# Word for word the conditions of the partial indexes, so that neither is more than a look at the first entry.
_SOME_OPEN: Final = "EXISTS (SELECT 1 FROM deliveries WHERE broadcast_id = broadcasts.id AND state IN ('pending', 'leased'))"
_NONE_DEFERRED: Final = "NOT EXISTS (SELECT 1 FROM deliveries WHERE broadcast_id = broadcasts.id AND state = 'deferred')"
SENDING: Final = (
    select(BroadcastRow.id, BroadcastRow.task, BroadcastRow.urgent, BroadcastRow.version)
    .where(BroadcastRow.state == BroadcastState.SENDING, text(f"({_SOME_OPEN} OR {_NONE_DEFERRED})"))
    .order_by(BroadcastRow.id)
)
"""What there is to do for: not where all that is left waits for its time."""
JOB: Final = select(
    BroadcastRow.id,
    BroadcastRow.task,
    BroadcastRow.version,
    BroadcastRow.original_id,
    BroadcastRow.content,
    BroadcastRow.audience,
    BroadcastRow.urgent,
    BroadcastRow.timing,
).where(BroadcastRow.id == bindparam("id"))
HOLD: Final = text("""
    UPDATE broadcasts SET state = 'held', hold_reason = :reason
    WHERE state = 'sending' AND (CAST(:id AS INTEGER) IS NULL OR id = :id)
""")
RESUME: Final = text("""
    UPDATE broadcasts SET state = 'sending', hold_reason = NULL WHERE state = 'held' AND hold_reason = :reason
""")
LOCK: Final = select(BroadcastRow.id).where(BroadcastRow.id == bindparam("id")).with_for_update()
FINISH: Final = _sql("""
    UPDATE broadcasts SET state = 'done', finished_at = :now
    WHERE id = :id AND state = 'sending' AND NOT EXISTS (SELECT 1 FROM deliveries WHERE broadcast_id = :id AND {open})
        AND NOT EXISTS (SELECT 1 FROM deliveries WHERE broadcast_id = :id AND state = 'deferred')
""").bindparams(bindparam("now", type_=Moment))
CLOSING: Final = select(BroadcastRow.id).where(BroadcastRow.state == BroadcastState.CANCELLED, BroadcastRow.finished_at.is_(None))
CLOSED: Final = _sql("""
    UPDATE broadcasts SET finished_at = :now
    WHERE id = :id AND state = 'cancelled' AND finished_at IS NULL
        AND NOT EXISTS (SELECT 1 FROM deliveries WHERE broadcast_id = :id AND {open})
        AND NOT EXISTS (SELECT 1 FROM deliveries WHERE broadcast_id = :id AND state = 'deferred')
""").bindparams(bindparam("now", type_=Moment))
EPOCH: Final = text("SELECT epoch FROM installation")

_NOW = bindparam("now", type_=Moment)
EVERYBODY: Final = 0
"""As `case_id`: what is sent is about no case, so nobody has to follow one. No case has this number."""
_CASE, _BIT = bindparam("case_id", type_=Integer), bindparam("bit", type_=Integer)
_FOLLOWS = or_(_CASE == EVERYBODY, exists().where(FollowingRow.supporter_id == SupporterRow.id, FollowingRow.case_id == _CASE))
_MUTED = SupporterRow.muted_kinds.bitwise_and(_BIT) != 0
_COPY = aliased(DeliveryRow)
"""The message that is corrected or recalled."""
_CARRIER = _COPY.carried_by.label("carrier")


def _unless_refused(*whens: tuple[ColumnElement[bool], Any]) -> ColumnElement[str | None]:
    """Why somebody must not be sent something after all, where `whens` say so of those whom anything may be sent."""
    return case(
        (SupporterRow.id.is_(None), "erased"),
        *((and_(may_receive(_NOW), condition), reason) for condition, reason in whens),
        (SupporterRow.blocked_at.is_not(None), "blocked"),
        (SupporterRow.paused_until > _NOW, "paused"),
        else_="stopped",
    ).label("refusal")


_REFUSAL = _unless_refused((and_(_FOLLOWS, not_(_MUTED)), null()), (_MUTED, "muted"), (true(), "no longer follows"))
_GONE_FROM_US = case(
    (or_(SupporterRow.id.is_(None), _COPY.message_id.is_(None)), "erased"),
    (SupporterRow.blocked_at.is_not(None), "blocked"),
    else_=null(),
).label("refusal")
"""Why an edit must not be made. Who stopped or paused keeps the message, so it is corrected for them too; it makes no sound."""


_THESE: Final = (
    DeliveryRow.broadcast_id == bindparam("broadcast"),
    DeliveryRow.supporter_id.in_(bindparam("people", expanding=True)),
)


def _people(refusal: ColumnElement[str | None], *more: Any) -> Select[*tuple[Any, ...]]:
    """Who the claimed rows are for, in the order of sending, and why any of them must not be sent after all."""
    return (
        select(
            DeliveryRow.attempts,
            DeliveryRow.supporter_id,
            SupporterRow.telegram_id,
            SupporterRow.locale,
            SupporterRow.region,
            SupporterRow.digits,
            SupporterRow.timezone,
            SupporterRow.hijri,
            SupporterRow.silent,
            refusal,
            *more,
        )
        .select_from(DeliveryRow)
        .outerjoin(SupporterRow, SupporterRow.id == DeliveryRow.supporter_id)
        .where(*_THESE)
        .order_by(DeliveryRow.place)
    )


def _still_ours(refusal: ColumnElement[str | None]) -> Select[*tuple[Any, ...]]:
    """Which rows are still to be sent: asked right before each send, so it reads no more than it must."""
    return (
        select(DeliveryRow.supporter_id, refusal)
        .select_from(DeliveryRow)
        .join(BroadcastRow, BroadcastRow.id == DeliveryRow.broadcast_id)
        .outerjoin(SupporterRow, SupporterRow.id == DeliveryRow.supporter_id)
        .where(
            *_THESE,
            DeliveryRow.owner == bindparam("owner"),
            DeliveryRow.attempts == bindparam("attempts"),
            DeliveryRow.state == DeliveryState.LEASED,
            BroadcastRow.state == BroadcastState.SENDING,
            BroadcastRow.version == bindparam("version"),
            # Another sender has begun since: it may take over our rows, so nothing more is begun.
            exists().where(InstallationRow.epoch == bindparam("owner")),
        )
    )


def _with_copy(statement: Select[*tuple[Any, ...]]) -> Select[*tuple[Any, ...]]:
    theirs = and_(_COPY.broadcast_id == bindparam("original"), _COPY.supporter_id == DeliveryRow.supporter_id)
    return statement.outerjoin(_COPY, theirs)


LEFT: Final = select(func.count()).where(
    SupporterRow.id.in_(bindparam("people", expanding=True)),
    or_(SupporterRow.stopped_at.is_not(None), SupporterRow.blocked_at.is_not(None)),
)
_WISHES: Final = (SupporterRow.quiet_from, SupporterRow.quiet_until, SupporterRow.digest_days, DeliveryRow.due_at)
PEOPLE: Final = _people(_REFUSAL, *_WISHES)
STILL_OURS: Final = _still_ours(_REFUSAL)


def _no_longer_concerned(audience: Concerned) -> ColumnElement[str | None]:
    muted = ((audience.is_muted, "muted"),) if isinstance(audience, AskAudience) else ()
    return _unless_refused((audience.is_wanted, null()), *muted, (true(), "no longer concerned"))


@lru_cache(maxsize=256)
def people_of(audience: Concerned) -> Select[*tuple[Any, ...]]:
    """PEOPLE, of what is about an event or a petition."""
    return audience.beside(_people(_no_longer_concerned(audience), *_WISHES))


@lru_cache(maxsize=256)
def still_ours_of(audience: Concerned) -> Select[*tuple[Any, ...]]:
    """STILL_OURS, of what is about an event or a petition."""
    return audience.beside(_still_ours(_no_longer_concerned(audience)))


PEOPLE_WITH_COPIES: Final = _with_copy(
    _people(
        _GONE_FROM_US, _COPY.message_id, func.coalesce(_COPY.version, 1).label("has"), _COPY.locale.label("has_locale"), _CARRIER
    )
)
STILL_OURS_TO_EDIT: Final = _with_copy(_still_ours(_GONE_FROM_US))
HAS_NOW: Final = text("""
    UPDATE deliveries SET version = :version, locale = COALESCE(:locale, locale)
    WHERE broadcast_id = :original AND supporter_id = :supporter AND COALESCE(version, 1) < :version
""")
"""Which version somebody has, once it was edited in place."""
