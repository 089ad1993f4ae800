"""From the rows to what is handed out."""

from collections.abc import Mapping
from dataclasses import fields
from datetime import date
from typing import Any, Final

from sqlalchemy import ColumnElement, Row, Select, and_, exists, func, or_, select

from bot.campaigns.models import ActionDoneRow, ActionLaterRow, ActionRow, ActionStatus, CallOutcome, CampaignRow
from bot.campaigns.views import ActionCard, ActionView
from bot.language import Translated

Found = tuple[ActionRow, Translated | None, date | None, date | None]

ACTIONS: Final[Select[*Found]] = select(ActionRow, CampaignRow.title, CampaignRow.starts, CampaignRow.ends).outerjoin(
    CampaignRow, CampaignRow.id == ActionRow.campaign_id
)
"""Each action with what is needed of its campaign, for `view_of`."""

WAS_DONE: Final = or_(ActionDoneRow.outcome.is_(None), ActionDoneRow.outcome != CallOutcome.NOBODY)
"""Whoever reached nobody has tried, but has not done it."""
_PEOPLE: Final = (
    select(func.count()).where(ActionDoneRow.action_id == ActionRow.id, WAS_DONE).correlate(ActionRow).scalar_subquery()
)


def view_of(row: ActionRow, title: Translated | None, starts: date | None, ends: date | None) -> ActionView:
    of_campaign: Mapping[str, Any] = {"campaign_title": title, "campaign_starts": starts, "campaign_ends": ends}
    values = {each.name: of_campaign.get(each.name, getattr(row, each.name, None)) for each in fields(ActionView)}
    return ActionView(**values)


def cards(supporter_id: int | None) -> Select[*tuple[Any, ...]]:
    """Each action with how many did it, and what this person said of it: for `card_of`."""
    theirs = select(ActionDoneRow).where(ActionDoneRow.supporter_id == supporter_id).subquery()
    later = exists().where(ActionLaterRow.action_id == ActionRow.id, ActionLaterRow.supporter_id == supporter_id)
    said = theirs.c.supporter_id.is_not(None), theirs.c.outcome, later.correlate(ActionRow)
    return ACTIONS.add_columns(_PEOPLE, *said).outerjoin(theirs, theirs.c.action_id == ActionRow.id)


def card_of(row: Row[*tuple[Any, ...]]) -> ActionCard:
    action, title, starts, ends, people, tried, outcome, later = row
    done = bool(tried) and outcome is not CallOutcome.NOBODY
    return ActionCard(view_of(action, title, starts, ends), done, people, outcome, later=bool(later))


def did_it(supporter_id: int | None) -> ColumnElement[bool]:
    theirs = ActionDoneRow.action_id == ActionRow.id, ActionDoneRow.supporter_id == supporter_id
    return exists().where(*theirs, WAS_DONE).correlate(ActionRow)


def is_open(today: date) -> ColumnElement[bool]:
    """What `ActionView.is_open` says of one, for a statement over all of them."""
    begun = or_(CampaignRow.starts.is_(None), CampaignRow.starts <= today)
    last = [or_(day.is_(None), day >= today) for day in (ActionRow.ends, CampaignRow.ends)]
    return and_(ActionRow.status == ActionStatus.OPEN, begun, *last)
