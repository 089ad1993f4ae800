"""Calling people to an action: those whom staff announce it to, and those who wanted to be asked again."""

from datetime import date, datetime
from typing import Final
from zoneinfo import ZoneInfo

from sqlalchemy import Delete, delete, exists, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.announcements.calls import Call
from bot.announcements.notices import write_notice
from bot.campaigns.models import ActionDoneRow, ActionLaterRow, ActionRow, CampaignCaseRow, CampaignRow
from bot.campaigns.reading import ACTIONS, WAS_DONE, is_open, view_of
from bot.campaigns.telling import call_subject, content, later_subject, subjects
from bot.campaigns.views import ActionView
from bot.clock import Clock
from bot.delivery.control import OVER, cancelled
from bot.delivery.models import BroadcastRow
from bot.errors import NidaError
from bot.storage.database import Database
from bot.supporters.ask_audience import AskAudience
from bot.supporters.models import SupporterRow

_OWED: Final = (
    select(BroadcastRow, ActionRow.slug)
    .join(ActionRow, subjects(BroadcastRow.subject, ActionRow.slug))
    .outerjoin(CampaignRow, CampaignRow.id == ActionRow.campaign_id)
    .where(BroadcastRow.state.not_in(OVER))
    .order_by(BroadcastRow.id)
)
"""Calls that somebody is still to get, with the action's slug."""


class ActionCalls:
    """`zone` is whose days are meant; nobody is asked more often than every `ask_every_days`."""

    def __init__(self, database: Database, clock: Clock, source_locale: str, zone: ZoneInfo, ask_every_days: int) -> None:
        self._database = database
        self._clock = clock
        self._source = source_locale
        self._zone = zone
        self._days = ask_every_days

    async def call_for(self, slug: str, *, everybody: bool) -> Call:
        """A call to followers of the cases it is about, its campaign's or its own; to everybody who wants calls where there are
        none, or where that is asked for. Raises NidaError when there is no such action, or it cannot be done any more."""
        async with self._database.read() as session:
            row = (await session.execute(ACTIONS.where(ActionRow.slug == slug))).one_or_none()
            if row is None:
                raise NidaError(f"There is no action {slug}; `nida campaigns list` shows those there are.")
            action = view_of(*row)
            if not action.is_open(self._today):
                raise NidaError(f"The action {slug} is closed or over, so nobody is called to it; mend its file first.")
            cases = () if everybody else await _cases(session, action)
        audience = AskAudience(self._days, cases, action.id)
        texts = (action.title, action.text)
        return Call(call_subject(slug), content(action, self._source), audience, texts, self._source)

    async def ask_again(self) -> int:
        """Owe a call to those whose time has come; to how many actions. What cannot be done any more is forgotten."""
        now = self._clock.now()
        due = select(ActionLaterRow.action_id).where(ActionLaterRow.due_at <= now).distinct()
        async with self._database.write() as session:
            await session.execute(_out_of_date(self._today))
            found = (await session.execute(ACTIONS.where(ActionRow.id.in_(due)).order_by(ActionRow.slug))).all()
            return sum([await self._owe(session, view_of(*row), now) for row in found])

    async def withdraw_what_is_over(self) -> int:
        """Send nobody a call to what cannot be done any more, as its last day, its event or its petition is over; how many calls
        that were."""
        over = _OWED.where(~is_open(self._today))
        if not await self._database.look_up(
            lambda connection: connection.execute(over.with_only_columns(BroadcastRow.id).limit(1)).first()
        ):
            return 0
        async with self._database.write() as session:
            found = (await session.execute(over.with_for_update(of=BroadcastRow))).all()
            for call, slug in found:
                cancelled(call, f"The action {slug} cannot be done any more.")
        return len(found)

    async def _owe(self, session: AsyncSession, action: ActionView, now: datetime) -> bool:
        audience = AskAudience(self._days, action=action.id, later_by=now)
        people = audience.drawn(select(func.count()).select_from(SupporterRow), now)
        if not await session.scalar(people):
            return False
        told = content(action, self._source, again=True)
        await write_notice(session, later_subject(action.slug, now), told, audience, now=now, urgent_reason=None)
        return True

    @property
    def _today(self) -> date:
        return self._clock.now().astimezone(self._zone).date()


async def _cases(session: AsyncSession, action: ActionView) -> tuple[int, ...]:
    if action.case_id is not None:
        return (action.case_id,)
    gathered = select(CampaignCaseRow.case_id).where(CampaignCaseRow.campaign_id == action.campaign_id)
    return tuple((await session.execute(gathered.order_by(CampaignCaseRow.case_id))).scalars())


def _out_of_date(today: date) -> Delete:
    open_ones = select(ActionRow.id).outerjoin(CampaignRow, CampaignRow.id == ActionRow.campaign_id).where(is_open(today))
    done = exists().where(
        ActionDoneRow.action_id == ActionLaterRow.action_id,
        ActionDoneRow.supporter_id == ActionLaterRow.supporter_id,
        WAS_DONE,
    )
    return delete(ActionLaterRow).where(ActionLaterRow.action_id.not_in(open_ones) | done)
