"""The ledger's statements by name, but for those that ask about people (`whom`). The claim is one statement for both databases,
except for the lock and the clock."""

from dataclasses import dataclass
from typing import Final

from sqlalchemy import CursorResult, TextClause, bindparam, select, text

from bot.delivery.models import BroadcastRow, BroadcastState
from bot.storage.types import Moment

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


def changed(result: object) -> int:
    """How many rows a statement has written."""
    assert isinstance(result, CursorResult)  # noqa: S101 - what every INSERT and UPDATE returns
    return result.rowcount


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

HAS_NOW: Final = text("""
    UPDATE deliveries SET version = :version, locale = COALESCE(:locale, locale)
    WHERE broadcast_id = :original AND supporter_id = :supporter AND COALESCE(version, 1) < :version
""")
"""Which version somebody has, once it was edited in place."""
