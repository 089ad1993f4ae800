"""What a campaign says of itself, and what belongs to it that one can open."""

from datetime import date, datetime, time
from typing import Any, Final

from sqlalchemy import Select, func, literal, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.campaigns.models import ActionRow, CampaignCaseRow, CampaignEventRow, CampaignRow
from bot.campaigns.reading import is_open
from bot.campaigns.tables import cases, events, petitions
from bot.campaigns.views import CampaignView, Gathered

MOST: Final = 8
"""Of each kind: a chat is no web site."""
_OVER: Final = ("cancelled", "heard", "outcome")


async def gathered(session: AsyncSession, campaign_id: int, today: date) -> CampaignView | None:
    """What can be done first, the shortest before the longer; then what can be signed, what is to come, what it is about."""
    campaign = await session.get(CampaignRow, campaign_id)
    if campaign is None:
        return None
    belongs = [
        Gathered(kind, id_, title)
        for statement in _belonging(campaign_id, today)
        for kind, id_, title in (await session.execute(statement.limit(MOST))).all()
    ]
    return CampaignView(campaign.id, campaign.title, campaign.summary, campaign.goal, campaign.ends, tuple(belongs))


def _belonging(campaign_id: int, today: date) -> tuple[Select[*tuple[Any, ...]], ...]:
    actions = select(literal("action"), ActionRow.id, ActionRow.title).outerjoin(
        CampaignRow, CampaignRow.id == ActionRow.campaign_id
    )
    of_events = select(literal("event"), events.c.id, events.c.title).join(
        CampaignEventRow, CampaignEventRow.event_id == events.c.id
    )
    of_cases = select(literal("case"), cases.c.id, cases.c.title).join(CampaignCaseRow, CampaignCaseRow.case_id == cases.c.id)
    over_at = func.coalesce(events.c.ends, events.c.starts)
    is_to_come = or_(over_at.is_(None), over_at >= datetime.combine(today, time.min))
    signed = select(literal("petition"), petitions.c.id, petitions.c.title).where(petitions.c.campaign_id == campaign_id)
    return (
        actions.where(ActionRow.campaign_id == campaign_id, is_open(today)).order_by(ActionRow.minutes, ActionRow.slug),
        signed.where(petitions.c.status == "open").order_by(petitions.c.slug),
        of_events.where(CampaignEventRow.campaign_id == campaign_id, events.c.status.not_in(_OVER), is_to_come).order_by(
            events.c.starts.asc().nulls_last(), events.c.slug
        ),
        of_cases.where(CampaignCaseRow.campaign_id == campaign_id).order_by(cases.c.slug),
    )
