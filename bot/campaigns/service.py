"""Reading actions and saying that one did them. Each method is one short transaction and may be repeated."""

from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Select, and_, case, delete, func, literal, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from bot.campaigns.gathering import gathered
from bot.campaigns.models import ActionDoneRow, ActionLaterRow, ActionRow, CallOutcome, CampaignRow
from bot.campaigns.reading import ACTIONS, card_of, cards, did_it, is_open, put_off, view_of
from bot.campaigns.tables import broadcasts, deliveries
from bot.campaigns.telling import subjects
from bot.campaigns.views import Acted, ActionCard, ActionView, CampaignView, Page, Reply, Undone
from bot.clock import Clock, to_the_hour
from bot.sources.models import Step
from bot.sources.sealing import of_action_done, open_source, seal_source
from bot.sources.service import count_in
from bot.storage.asking import may_exist, page_start
from bot.storage.database import Database
from bot.storage.types import Moment
from bot.storage.vault import Vault
from bot.supporters.models import SupporterRow


class Campaigns:
    """`zone` is whose days are meant; `ask_every_days` is after how many days somebody is asked again who wants to be."""

    def __init__(self, database: Database, vault: Vault, clock: Clock, zone: ZoneInfo, ask_every_days: int) -> None:
        self._database = database
        self._vault = vault
        self._clock = clock
        self._zone = zone
        self.ask_every_days = ask_every_days

    @property
    def today(self) -> date:
        return self._clock.now().astimezone(self._zone).date()

    async def list_open(self, supporter_id: int | None, offset: int, limit: int) -> Page[ActionCard]:
        """What one can do now, the shortest first; after it what this person has done."""
        listed = cards(supporter_id).where(is_open(self.today))
        done_last = case((did_it(supporter_id), 1), else_=0)
        counted = select(func.count()).select_from(ActionRow).outerjoin(CampaignRow, CampaignRow.id == ActionRow.campaign_id)
        async with self._database.read() as session:
            total = await session.scalar(counted.where(is_open(self.today))) or 0
            start = page_start(offset, limit, total)
            shown = listed.order_by(done_last, ActionRow.minutes, ActionRow.slug).limit(limit).offset(start)
            return Page(tuple(map(card_of, (await session.execute(shown)).all())), start, limit, total)

    async def get_card(self, key: int | str, supporter_id: int | None) -> ActionCard | None:
        """An action by its id or slug, as this person sees it; None when there is none."""
        if not may_exist(key):
            return None
        async with self._database.read() as session:
            return await self._card(session, key, supporter_id)

    async def get_campaign(self, campaign_id: int) -> CampaignView | None:
        """A campaign with what belongs to it; None when there is none."""
        if not may_exist(campaign_id):
            return None
        async with self._database.read() as session:
            return await gathered(session, campaign_id, self.today)

    async def do(
        self, supporter_id: int, action_id: int, locale: str, source: str | None = None, outcome: CallOutcome | None = None
    ) -> Acted:
        """Keep that somebody did it. `source` is the link by which they came to it, `outcome` how a call went."""
        if not may_exist(action_id):
            return Acted(Reply.GONE, None)
        async with self._database.write() as session:
            known = await _held(session, supporter_id)
            card = await self._card(session, action_id, supporter_id)
            if card is None:
                return Acted(Reply.GONE, None)
            if not card.action.is_open(self.today):
                return Acted(Reply.CLOSED, card, await self._next(session, supporter_id, card.action))
            if known:
                await self._keep(session, supporter_id, card, locale, source, outcome)
            now = await self._card(session, action_id, supporter_id)
            return Acted(Reply.KEPT, now, await self._next(session, supporter_id, card.action))

    async def undo(self, supporter_id: int, action_id: int) -> Undone:
        """As if they had not said so."""
        if not may_exist(action_id):
            return Undone(None)
        theirs = delete(ActionDoneRow).where(*_theirs(supporter_id, action_id))
        async with self._database.write() as session:
            await _held(session, supporter_id)
            card, source = await self._card(session, action_id, supporter_id), None
            if card is not None and card.done:
                source = await self._take_off(session, supporter_id, card.action)
            await session.execute(theirs)
            return Undone(await self._card(session, action_id, supporter_id), source)

    async def ask_later(self, supporter_id: int, action_id: int) -> ActionCard | None:
        """Ask them again in some days, unless they do it before. None when it is gone."""
        if not may_exist(action_id):
            return None
        due = literal(to_the_hour(self._clock.now()) + timedelta(days=self.ask_every_days), Moment)
        both = select(SupporterRow.id, ActionRow.id, due).join(ActionRow, ActionRow.id == action_id)
        wished = insert(ActionLaterRow).from_select(
            ["supporter_id", "action_id", "due_at"], both.where(SupporterRow.id == supporter_id)
        )
        kept = wished.on_conflict_do_update(index_elements=["supporter_id", "action_id"], set_={"due_at": wished.excluded.due_at})
        async with self._database.write() as session:
            card = await self._card(session, action_id, supporter_id)
            if card is None or card.done or not card.action.is_open(self.today):
                return card
            await session.execute(kept)
            return await self._card(session, action_id, supporter_id)

    async def _keep(
        self,
        session: AsyncSession,
        supporter_id: int,
        card: ActionCard,
        locale: str,
        source: str | None,
        outcome: CallOutcome | None,
    ) -> None:
        action, at = card.action, to_the_hour(self._clock.now())
        if outcome is CallOutcome.NOBODY and card.done:
            await self._take_off(session, supporter_id, action)
        sealed = seal_source(self._vault, source, of_action_done(supporter_id, action.id))
        values = {"supporter_id": supporter_id, "action_id": action.id, "done_at": at, "outcome": outcome}
        row = insert(ActionDoneRow).values({**values, "source": sealed, "locale": locale})
        counted = () if card.done else ("source", "locale")
        said = {name: row.excluded[name] for name in ("outcome", "done_at", *counted)}
        await session.execute(row.on_conflict_do_update(index_elements=["supporter_id", "action_id"], set_=said))
        if outcome is CallOutcome.NOBODY:
            return
        if not card.done:
            await count_in(session, Step.ACTED, f"action:{action.slug}", source, locale)
        await self._ask_no_more(session, supporter_id, action)

    async def _take_off(self, session: AsyncSession, supporter_id: int, action: ActionView) -> str | None:
        """Where it was counted, whatever they read and came by since; by which link that was."""
        counted = select(ActionDoneRow.source, ActionDoneRow.locale).where(*_theirs(supporter_id, action.id))
        sealed, locale = (await session.execute(counted)).one()
        source = open_source(self._vault, sealed, of_action_done(supporter_id, action.id))
        await count_in(session, Step.ACTED, f"action:{action.slug}", source, locale, people=-1)
        return source

    async def _ask_no_more(self, session: AsyncSession, supporter_id: int, action: ActionView) -> None:
        """Who did it is not asked to any more, also not by what is on its way."""
        later = ActionLaterRow.supporter_id == supporter_id, ActionLaterRow.action_id == action.id
        await session.execute(delete(ActionLaterRow).where(*later))
        calls = select(broadcasts.c.id).where(subjects(broadcasts.c.subject, action.slug))
        owed = deliveries.c.supporter_id == supporter_id, deliveries.c.state.in_(("pending", "deferred"))
        cancelled = update(deliveries).where(*owed, deliveries.c.broadcast_id.in_(calls))
        await session.execute(cancelled.values(state="cancelled", reason="done before"))

    async def _card(self, session: AsyncSession, key: int | str, supporter_id: int | None) -> ActionCard | None:
        this = (ActionRow.id if isinstance(key, int) else ActionRow.slug) == key
        statement: Select[*tuple[Any, ...]] = cards(supporter_id).where(this)
        row = (await session.execute(statement, execution_options={"populate_existing": True})).one_or_none()
        return None if row is None else card_of(row)

    async def _next(self, session: AsyncSession, supporter_id: int, after: ActionView) -> ActionView | None:
        """What this person could do besides, of the same campaign first; None where there is nothing left."""
        same = and_(ActionRow.campaign_id == after.campaign_id, ActionRow.campaign_id.is_not(None))
        others = ACTIONS.where(is_open(self.today), ~did_it(supporter_id), ~put_off(supporter_id), ActionRow.id != after.id)
        first = others.order_by(case((same, 0), else_=1), ActionRow.minutes, ActionRow.slug).limit(1)
        row = (await session.execute(first)).one_or_none()
        return None if row is None else view_of(*row)


def _theirs(supporter_id: int, action_id: int) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return ActionDoneRow.supporter_id == supporter_id, ActionDoneRow.action_id == action_id


async def _held(session: AsyncSession, supporter_id: int) -> bool:
    """Of what one person taps at once, one comes after the other, so that nothing is counted twice. False for somebody who was
    erased a moment ago."""
    person = select(SupporterRow.id).where(SupporterRow.id == supporter_id).with_for_update(key_share=True)
    return await session.scalar(person) is not None
