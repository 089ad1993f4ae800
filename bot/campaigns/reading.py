"""From the rows to what is handed out."""

from collections.abc import Mapping
from dataclasses import fields
from datetime import date, datetime, time
from typing import Any, Final

from sqlalchemy import ColumnElement, Row, Select, and_, exists, func, or_, select

from bot.campaigns.models import ActionDoneRow, ActionLaterRow, ActionRow, ActionStatus, CallOutcome, CampaignRow
from bot.campaigns.tables import events, petitions
from bot.campaigns.views import ActionCard, ActionView
from bot.language import Translated

Found = tuple[ActionRow, Translated | None, date | None, date | None, bool, datetime | None, date | None]

_STOPPED: Final = or_(
    exists()
    .where(events.c.id == ActionRow.event_id, events.c.status.in_(("cancelled", "heard", "outcome")))
    .correlate(ActionRow),
    exists().where(petitions.c.id == ActionRow.petition_id, petitions.c.status != "open").correlate(ActionRow),
)
"""What it is about is over, called off, or not for everybody yet."""
_EVENT_UNTIL: Final = (
    select(func.coalesce(events.c.ends, events.c.starts))
    .where(events.c.id == ActionRow.event_id)
    .correlate(ActionRow)
    .scalar_subquery()
)
"""On the clocks there."""
_PETITION_UNTIL: Final = (
    select(petitions.c.closes).where(petitions.c.id == ActionRow.petition_id).correlate(ActionRow).scalar_subquery()
)

ACTIONS: Final[Select[*Found]] = select(
    ActionRow, CampaignRow.title, CampaignRow.starts, CampaignRow.ends, _STOPPED, _EVENT_UNTIL, _PETITION_UNTIL
).outerjoin(CampaignRow, CampaignRow.id == ActionRow.campaign_id)
"""Each action with what is needed of its campaign, event and petition, for `view_of`."""

WAS_DONE: Final = or_(ActionDoneRow.outcome.is_(None), ActionDoneRow.outcome != CallOutcome.NOBODY)
"""Whoever reached nobody has tried, but has not done it."""
_PEOPLE: Final = (
    select(func.count()).where(ActionDoneRow.action_id == ActionRow.id, WAS_DONE).correlate(ActionRow).scalar_subquery()
)


def view_of(
    row: ActionRow,
    title: Translated | None,
    starts: date | None,
    ends: date | None,
    stopped: bool,
    event_until: datetime | None,
    petition_until: date | None,
) -> ActionView:
    others: Mapping[str, Any] = {
        "campaign_title": title,
        "campaign_starts": starts,
        "campaign_ends": ends,
        "stopped": bool(stopped),
        "event_until": event_until.date() if event_until else None,
        "petition_until": petition_until,
    }
    values = {each.name: others.get(each.name, getattr(row, each.name, None)) for each in fields(ActionView)}
    return ActionView(**values)


def cards(supporter_id: int | None) -> Select[*tuple[Any, ...]]:
    """Each action with how many did it, and what this person said of it: for `card_of`."""
    theirs = select(ActionDoneRow).where(ActionDoneRow.supporter_id == supporter_id).subquery()
    said = theirs.c.supporter_id.is_not(None), theirs.c.outcome, put_off(supporter_id)
    return ACTIONS.add_columns(_PEOPLE, *said).outerjoin(theirs, theirs.c.action_id == ActionRow.id)


def card_of(row: Row[*tuple[Any, ...]]) -> ActionCard:
    *action, people, tried, outcome, later = row
    done = bool(tried) and outcome is not CallOutcome.NOBODY
    return ActionCard(view_of(*action), done, people, outcome, later=bool(later))


def did_it(supporter_id: int | None) -> ColumnElement[bool]:
    theirs = ActionDoneRow.action_id == ActionRow.id, ActionDoneRow.supporter_id == supporter_id
    return exists().where(*theirs, WAS_DONE).correlate(ActionRow)


def put_off(supporter_id: int | None) -> ColumnElement[bool]:
    """They want to be asked again."""
    theirs = ActionLaterRow.action_id == ActionRow.id, ActionLaterRow.supporter_id == supporter_id
    return exists().where(*theirs).correlate(ActionRow)


def is_open(today: date) -> ColumnElement[bool]:
    """What `ActionView.is_open` says of one, for a statement over all of them."""
    begun = or_(CampaignRow.starts.is_(None), CampaignRow.starts <= today)
    last = [or_(day.is_(None), day >= today) for day in (ActionRow.ends, CampaignRow.ends, _PETITION_UNTIL)]
    goes_on = or_(_EVENT_UNTIL.is_(None), datetime.combine(today, time.min) <= _EVENT_UNTIL)
    return and_(ActionRow.status == ActionStatus.OPEN, begun, *last, ~_STOPPED, goes_on)
