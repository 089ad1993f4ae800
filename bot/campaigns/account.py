"""What staff see of campaigns and actions: numbers, never who."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.campaigns.drafts import all_actions, all_campaigns
from bot.campaigns.models import ActionDoneRow, ActionRow, CallOutcome, CampaignRow
from bot.campaigns.reading import WAS_DONE
from bot.campaigns.tables import petitions
from bot.campaigns.views import ActionDraft, CampaignDraft
from bot.errors import NidaError
from bot.sources.models import Step
from bot.sources.service import totals_in
from bot.storage.database import Database


@dataclass(frozen=True, slots=True)
class Counted:
    """How many did it who came by one link and read one language, as it was counted when they did. `source` is empty for no
    link; either is None for all those together of which there are too few."""

    source: str | None
    locale: str | None
    people: int


@dataclass(frozen=True, slots=True)
class ActionAccount:
    """`people` say now that they did it; `outcomes` is how their calls went, those included that reached nobody. `counted` are
    totals that stay when somebody is erased."""

    action: ActionDraft
    people: int
    outcomes: Mapping[CallOutcome, int]
    counted: tuple[Counted, ...]


@dataclass(frozen=True, slots=True)
class CampaignAccount:
    """`campaign` is None for the actions that belong to none."""

    campaign: CampaignDraft | None
    petitions: tuple[str, ...]
    actions: tuple[ActionAccount, ...]

    @property
    def people(self) -> int:
        """Actions taken, by whomever."""
        return sum(each.people for each in self.actions)


class CampaignAccounts:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def list(self) -> list[CampaignAccount]:
        """Every campaign, and after them the actions that belong to none, where there are any."""
        async with self._database.read() as session:
            actions, of_petitions = await _actions(session), await _petitions(session)
            accounts = [
                CampaignAccount(campaign, tuple(of_petitions.get(campaign.slug, ())), _of(actions, campaign.slug))
                for campaign in await all_campaigns(session)
            ]
        alone = _of(actions, None)
        return [*accounts, CampaignAccount(None, (), alone)] if alone else accounts

    async def show(self, slug: str) -> CampaignAccount:
        """Raises NidaError when there is none of that name."""
        found = next((each for each in await self.list() if each.campaign is not None and each.campaign.slug == slug), None)
        if found is None:
            raise NidaError(f"There is no campaign {slug}; `nida campaigns list` shows those there are.")
        return found


def _of(actions: list[ActionAccount], campaign: str | None) -> tuple[ActionAccount, ...]:
    of_it = [each for each in actions if each.action.campaign == campaign]
    return tuple(sorted(of_it, key=lambda each: (each.action.minutes or 0, each.action.slug)))


async def _actions(session: AsyncSession) -> list[ActionAccount]:
    people = await _grouped(session, select(ActionRow.slug, func.count()).where(WAS_DONE).group_by(ActionRow.slug))
    went = select(ActionRow.slug, ActionDoneRow.outcome, func.count()).where(ActionDoneRow.outcome.is_not(None))
    outcomes = await _grouped(session, went.group_by(ActionRow.slug, ActionDoneRow.outcome))
    counted = await _counted(session)
    return [
        ActionAccount(
            draft,
            sum(count for (count,) in people.get(draft.slug, [])),
            dict(outcomes.get(draft.slug, [])),
            tuple(counted.get(draft.slug, [])),
        )
        for draft in await all_actions(session)
    ]


async def _grouped(session: AsyncSession, statement: Any) -> dict[str, list[tuple[Any, ...]]]:
    """What follows the action's slug, by it."""
    found: dict[str, list[tuple[Any, ...]]] = {}
    joined = statement.join_from(ActionDoneRow, ActionRow, ActionRow.id == ActionDoneRow.action_id)
    for slug, *rest in (await session.execute(joined)).all():
        found.setdefault(slug, []).append(tuple(rest))
    return found


async def _counted(session: AsyncSession) -> dict[str, list[Counted]]:
    found: dict[str, list[Counted]] = {}
    for total in await totals_in(session, Step.ACTED):
        counted = [Counted(total.source, locale, steps[Step.ACTED]) for locale, steps in total.locales]
        found.setdefault(total.subject.removeprefix("action:"), []).extend(counted)
    return found


async def _petitions(session: AsyncSession) -> dict[str, list[str]]:
    rows = select(CampaignRow.slug, petitions.c.slug).join_from(petitions, CampaignRow, CampaignRow.id == petitions.c.campaign_id)
    found: dict[str, list[str]] = {}
    for campaign, petition in (await session.execute(rows.order_by(petitions.c.slug))).all():
        found.setdefault(campaign, []).append(petition)
    return found
