"""The statements behind the pages on cases, prepared once: most of what people tap ends here."""

from typing import Any

from sqlalchemy import Integer, Select, bindparam, exists, func, select

from bot.cases.models import CaseRow, CaseStatus, CaseUpdateRow
from bot.cases.tables import events, petitions
from bot.storage.types import BigId, Moment
from bot.supporters.models import FollowingRow

_NOW = bindparam("now", type_=Moment)
_SUPPORTER = bindparam("supporter", type_=BigId)
_HAPPENED = CaseUpdateRow.at <= _NOW

_UPDATES_SO_FAR = select(func.count()).where(CaseUpdateRow.case_id == CaseRow.id, _HAPPENED).correlate(CaseRow).scalar_subquery()
_LATEST = (
    select(func.max(CaseUpdateRow.at)).where(CaseUpdateRow.case_id == CaseRow.id, _HAPPENED).correlate(CaseRow).scalar_subquery()
)
_FOLLOWS = exists().where(FollowingRow.case_id == CaseRow.id, FollowingRow.supporter_id == _SUPPORTER).correlate(CaseRow).select()
_HAS_EVENTS = exists().where(events.c.case_id == CaseRow.id).correlate(CaseRow).select()
_PETITIONS = exists().where(petitions.c.case_id == CaseRow.id, petitions.c.status != "draft").correlate(CaseRow).select()
_CAN_BE_SIGNED = (petitions.c.status == "open") & (petitions.c.closes_at.is_(None) | (petitions.c.closes_at > _NOW))
_OPEN_PETITIONS = exists().where(petitions.c.case_id == CaseRow.id, _CAN_BE_SIGNED).correlate(CaseRow).select()
_CASE = select(
    CaseRow.id,
    CaseRow.slug,
    CaseRow.status,
    CaseRow.jurisdiction,
    CaseRow.title,
    CaseRow.summary,
    _UPDATES_SO_FAR.label("updates"),
    _FOLLOWS.scalar_subquery().label("following"),
    _HAS_EVENTS.scalar_subquery().label("has_events"),
    _PETITIONS.scalar_subquery().label("has_petitions"),
    _OPEN_PETITIONS.scalar_subquery().label("can_be_signed_for"),
)
CASE_BY_ID = _CASE.where(CaseRow.id == bindparam("case"))
CASE_BY_SLUG = _CASE.where(CaseRow.slug == bindparam("case"))

_ENTRY = (
    CaseUpdateRow.id,
    CaseUpdateRow.slug,
    CaseUpdateRow.kind,
    CaseUpdateRow.at,
    CaseUpdateRow.certainty,
    CaseUpdateRow.source,
    CaseUpdateRow.headline,
    CaseUpdateRow.body,
)
_NEWEST_FIRST = (CaseUpdateRow.at.desc(), CaseUpdateRow.id.desc())
_LIMIT = bindparam("limit", type_=Integer)
_OFFSET = bindparam("offset", type_=Integer)

TIMELINE = (
    select(*_ENTRY)
    .where(CaseUpdateRow.case_id == bindparam("case"), _HAPPENED)
    .order_by(*_NEWEST_FIRST)
    .limit(_LIMIT)
    .offset(_OFFSET)
)
COUNT_TIMELINE = select(func.count()).select_from(CaseUpdateRow).where(CaseUpdateRow.case_id == bindparam("case"), _HAPPENED)

_ENTRY_WITH_CASE = select(*_ENTRY, CaseRow.id, CaseRow.slug, CaseRow.title).join_from(
    CaseUpdateRow, CaseRow, CaseRow.id == CaseUpdateRow.case_id
)
LATEST = _ENTRY_WITH_CASE.where(_HAPPENED).order_by(*_NEWEST_FIRST).limit(_LIMIT).offset(_OFFSET)
COUNT_LATEST = select(func.count()).select_from(CaseUpdateRow).where(_HAPPENED)
UPDATE_BY_SLUG = _ENTRY_WITH_CASE.where(CaseUpdateRow.slug == bindparam("update"))

OPEN_PETITION = (
    select(petitions.c.id)
    .where(petitions.c.case_id == bindparam("case"), _CAN_BE_SIGNED)
    .order_by(petitions.c.closes_at.asc().nulls_last(), petitions.c.id)
    .limit(1)
)


def _listed(statement: Select[*tuple[Any, ...]]) -> Select[*tuple[Any, ...]]:
    """Open cases first, then those where something happened last."""
    open_first = (CaseRow.status != CaseStatus.OPEN).asc()
    return statement.order_by(open_first, _LATEST.desc().nulls_last(), CaseRow.slug).limit(_LIMIT).offset(_OFFSET)


_SUMMARY = select(CaseRow.id, CaseRow.slug, CaseRow.status, CaseRow.title, _LATEST.label("latest"))
CASES = _listed(_SUMMARY)
COUNT_CASES = select(func.count()).select_from(CaseRow)
FOLLOWED = _listed(_SUMMARY.join(FollowingRow, FollowingRow.case_id == CaseRow.id).where(FollowingRow.supporter_id == _SUPPORTER))
COUNT_FOLLOWED = select(func.count()).select_from(FollowingRow).where(FollowingRow.supporter_id == _SUPPORTER)
