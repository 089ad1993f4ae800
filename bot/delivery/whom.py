"""Whom claimed rows are for, and why any of them must not be sent after all: asked with the claim, and right before each send."""

from functools import lru_cache
from typing import Any, Final

from sqlalchemy import ColumnElement, Integer, Select, and_, bindparam, case, exists, func, not_, null, or_, select, true
from sqlalchemy.orm import aliased

from bot.delivery.models import BroadcastRow, BroadcastState, DeliveryRow, DeliveryState
from bot.storage.models import InstallationRow
from bot.storage.types import Moment
from bot.supporters.ask_audience import AskAudience
from bot.supporters.audience import may_receive
from bot.supporters.audiences import Concerned
from bot.supporters.models import FollowingRow, SupporterRow

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
