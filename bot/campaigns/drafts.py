"""What is kept of campaigns and actions, as editors and translators get it."""

from collections import defaultdict
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.campaigns.applying import ACTION_TEXTS, CAMPAIGN_TEXTS, PLAIN
from bot.campaigns.models import ActionRow, CampaignCaseRow, CampaignEventRow, CampaignRow
from bot.campaigns.tables import cases, events, petitions
from bot.campaigns.views import ActionDraft, CampaignDraft
from bot.language.edited import Kept


async def all_campaigns(session: AsyncSession) -> list[CampaignDraft]:
    """Everything as drafts that, applied, change nothing."""
    of_cases = await _gathered(session, CampaignCaseRow.campaign_id, CampaignCaseRow.case_id, cases)
    of_events = await _gathered(session, CampaignEventRow.campaign_id, CampaignEventRow.event_id, events)
    return [
        CampaignDraft(
            slug=row.slug,
            starts=row.starts,
            ends=row.ends,
            cases=tuple(of_cases[row.id]),
            events=tuple(of_events[row.id]),
            **_texts(row, CAMPAIGN_TEXTS),
        )
        for row in await _campaigns(session)
    ]


async def all_actions(session: AsyncSession) -> list[ActionDraft]:
    found = (
        select(ActionRow, CampaignRow.slug, events.c.slug, petitions.c.slug, cases.c.slug)
        .outerjoin(CampaignRow, CampaignRow.id == ActionRow.campaign_id)
        .outerjoin(events, events.c.id == ActionRow.event_id)
        .outerjoin(petitions, petitions.c.id == ActionRow.petition_id)
        .outerjoin(cases, cases.c.id == ActionRow.case_id)
        .order_by(ActionRow.slug)
    )
    return [
        ActionDraft(
            slug=row.slug,
            minutes=row.minutes,
            campaign=campaign,
            event=event,
            petition=petition,
            case=case,
            **{name: getattr(row, name) for name in PLAIN},
            **_texts(row, ACTION_TEXTS),
        )
        for row, campaign, event, petition, case in (await session.execute(found)).all()
    ]


async def kept_texts(session: AsyncSession) -> list[tuple[object, Kept]]:
    """Each campaign's texts, then each action's."""
    actions = (await session.execute(select(ActionRow).order_by(ActionRow.slug))).scalars().all()
    return [
        *_kept("campaign", CAMPAIGN_TEXTS, await _campaigns(session)),
        *_kept("action", ACTION_TEXTS, list(actions)),
    ]


def _kept(what: str, names: tuple[str, ...], rows: list[Any]) -> list[tuple[object, Kept]]:
    return [
        (row, Kept(what, row.slug, name, texts, None, row.title))
        for row in rows
        for name in names
        if (texts := getattr(row, name)) is not None
    ]


async def _campaigns(session: AsyncSession) -> list[CampaignRow]:
    return list((await session.execute(select(CampaignRow).order_by(CampaignRow.slug))).scalars())


async def _gathered(session: AsyncSession, campaign: Any, thing: Any, table: Any) -> dict[int, list[str]]:
    rows = await session.execute(select(campaign, table.c.slug).join(table, table.c.id == thing).order_by(table.c.slug))
    found: dict[int, list[str]] = defaultdict(list)
    for campaign_id, slug in rows:
        found[campaign_id].append(slug)
    return found


def _texts(row: Any, names: tuple[str, ...]) -> dict[str, Any]:
    return {name: text.written if (text := getattr(row, name)) is not None else None for name in names}
