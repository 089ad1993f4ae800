"""Reading petitions, signing them, and taking it back. Each method is one short transaction and may be repeated."""

from collections.abc import Awaitable, Callable
from typing import Any, Final
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Connection, Row, delete, func, or_, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from bot.announcements.notices import withdraw
from bot.clock import Clock, to_the_hour
from bot.petitions import queries
from bot.petitions.holdings import signatures_of
from bot.petitions.models import PetitionRow, PetitionStatus, SignatureRow
from bot.petitions.queries import PUBLIC
from bot.petitions.reading import PETITIONS, view_of
from bot.petitions.sealing import Sealing
from bot.petitions.signing import House, Signing
from bot.petitions.telling import call_subject
from bot.petitions.views import Answers, Mine, Page, PetitionCard, PetitionView, Reply, Signed, Signer
from bot.storage.asking import may_exist, page_start
from bot.storage.database import Database
from bot.storage.vault import Vault
from bot.supporters.models import PetitionNewsRow, SupporterRow

_SOONEST_FIRST: Final[tuple[Any, ...]] = (PetitionRow.closes_at.asc().nulls_last(), PetitionRow.slug)
_Signature = SignatureRow | Row[*tuple[Any, ...]]


class Petitions:
    """`who` is always a Telegram id; `source_locale` is the language content is written in, `zone` the organisation's, and
    `burst` how many signatures of one link within ten minutes are counted without anybody looking."""

    def __init__(self, database: Database, vault: Vault, clock: Clock, source_locale: str, zone: ZoneInfo, burst: int) -> None:
        self._database = database
        self._sealing = Sealing(vault)
        self._clock = clock
        self._house = House(self._sealing, source_locale, zone, burst)
        self.source_locale = source_locale

    async def list_open(self, who: int | None, offset: int, limit: int) -> Page[PetitionCard]:
        """What can be signed: what closes soonest first, then what has no date."""
        return await self._page(who, offset, limit, self._can_be_signed(), *_SOONEST_FIRST)

    async def list_of_case(self, case_id: int, who: int | None, offset: int, limit: int) -> Page[PetitionCard]:
        """Every petition of a case, those that can be signed first."""
        of_case = PUBLIC & (PetitionRow.case_id == (case_id if may_exist(case_id) else 0))
        return await self._page(who, offset, limit, of_case, self._can_be_signed().desc(), *_SOONEST_FIRST)

    async def list_mine(self, who: int, offset: int, limit: int) -> Page[PetitionCard]:
        """What this person signed, the latest first."""
        async with self._database.read() as session:
            every = (await session.execute(select(PetitionRow.id, PetitionRow.slug).where(PUBLIC))).all()
            signed = await signatures_of(session, self._sealing, who, [(row.id, row.slug) for row in every])
            in_order = sorted(signed.values(), key=lambda each: (each.signed_at, each.petition_id), reverse=True)
            start = page_start(offset, limit, len(in_order))
            shown = [each.petition_id for each in in_order[start : start + limit]]
            rows = (await session.execute(PETITIONS.where(PetitionRow.id.in_(shown)))).all()
        views = {row[0].id: view_of(*row) for row in rows}
        items = tuple(PetitionCard(views[id_], self._mine(signed[id_])) for id_ in shown)
        return Page(items, start, limit, len(in_order))

    async def get_card(self, key: int | str, who: int | None, supporter_id: int | None = None) -> PetitionCard | None:
        """A petition by its slug or id, as this person sees it; None when there is none, or only a draft."""
        if not may_exist(key):
            return None
        statement = queries.CARD_BY_ID if isinstance(key, int) else queries.CARD_BY_SLUG

        def look(connection: Connection) -> PetitionCard | None:
            row = connection.execute(statement, {"petition": key, "supporter": supporter_id}).one_or_none()
            if row is None:
                return None
            *_, case_slug, case_title, gets_news = row
            return self._card(connection, view_of(row, case_slug, case_title), who, gets_news=gets_news)

        return await self._database.look_up(look)

    async def sign(self, signer: Signer, petition_id: int, answers: Answers, *, show_name: bool, pass_on: bool) -> Signed:
        """ALREADY changes nothing: a tap that comes twice signs once."""
        return await self._held(
            signer, petition_id, lambda signing: signing.sign(signer, answers, show_name=show_name, pass_on=pass_on)
        )

    async def change(self, signer: Signer, petition_id: int, answers: Answers, *, show_name: bool, pass_on: bool) -> Signed:
        """Other answers and consents. A comment that changes, or the name shown above it, waits for staff again."""
        return await self._held(
            signer, petition_id, lambda signing: signing.change(signer, answers, show_name=show_name, pass_on=pass_on)
        )

    async def withdraw(self, signer: Signer, petition_id: int) -> Signed:
        """The signature and all that was said with it is deleted; that there was one stays in the log."""
        return await self._held(signer, petition_id, lambda signing: signing.withdraw(signer.telegram_id))

    async def set_news(self, supporter_id: int, petition_id: int, *, wanted: bool) -> None:
        """Whether somebody hears how it goes, signed or not."""
        if not may_exist(petition_id):
            return
        async with self._database.write() as session:
            if not wanted:
                theirs = PetitionNewsRow.supporter_id == supporter_id, PetitionNewsRow.petition_id == petition_id
                await session.execute(delete(PetitionNewsRow).where(*theirs))
            elif (
                await self._is_here(session, supporter_id)
                and await session.scalar(queries.PETITION_BY_ID, {"petition": petition_id}) is not None
            ):
                news = {"supporter_id": supporter_id, "petition_id": petition_id, "since": to_the_hour(self._clock.now())}
                await session.execute(insert(PetitionNewsRow).values(news).on_conflict_do_nothing())

    async def close_due(self) -> int:
        """Close those whose last day is over; how many they were."""
        due = PetitionRow.status == PetitionStatus.OPEN, PetitionRow.closes_at <= self._clock.now()
        first = select(PetitionRow.id).where(*due).limit(1)
        if await self._database.look_up(lambda connection: connection.scalar(first)) is None:
            return 0
        async with self._database.write() as session:
            held = select(PetitionRow).where(*due).order_by(PetitionRow.id).with_for_update(key_share=True)
            closed = (await session.scalars(held)).all()
            for petition in closed:
                petition.status, petition.closed_at = PetitionStatus.CLOSED, petition.closes_at
                await withdraw(session, call_subject(petition.slug), f"{petition.slug} is closed.")
        return len(closed)

    async def _held(self, signer: Signer, petition_id: int, work: Callable[[Signing], Awaitable[Reply]]) -> Signed:
        if not may_exist(petition_id):
            return Signed(Reply.GONE, None)
        async with self._database.write() as session:
            petition = await session.scalar(queries.PETITION_TO_HOLD, {"petition": petition_id})
            if petition is None:
                return Signed(Reply.GONE, None)
            reply = await work(Signing(session, self._house, petition, self._clock.now()))
        # Read once the petition's row is let go: whoever signs next waits for it.
        return Signed(reply, await self.get_card(petition_id, signer.telegram_id, signer.supporter_id))

    def _card(self, connection: Connection, petition: PetitionView, who: int | None, *, gets_news: bool) -> PetitionCard:
        tag = None if who is None else self._sealing.tag(petition.id, petition.slug, who)
        rows = connection.execute(queries.MINE_AND_COMMENTS, {"petition": petition.id, "tag": tag}).all()
        mine = next((self._mine(row) for row in rows if row.is_mine), None)
        return PetitionCard(petition, mine, gets_news, tuple(self._as_shown(row) for row in rows if not row.is_mine))

    async def _page(
        self, who: int | None, offset: int, limit: int, which: ColumnElement[bool], *order: Any
    ) -> Page[PetitionCard]:
        async with self._database.read() as session:
            total = await session.scalar(select(func.count()).select_from(PetitionRow).where(which)) or 0
            start = page_start(offset, limit, total)
            rows = (await session.execute(PETITIONS.where(which).order_by(*order).limit(limit).offset(start))).all()
            views = [view_of(*row) for row in rows]
            shown = [(view.id, view.slug) for view in views]
            signed = {} if who is None else await signatures_of(session, self._sealing, who, shown)
        items = [PetitionCard(view, self._mine(signed[view.id]) if view.id in signed else None) for view in views]
        return Page(tuple(items), start, limit, total)

    def _as_shown(self, signature: _Signature) -> Answers:
        said = self._sealing.open(signature).answers
        return Answers(name=said.name if signature.show_name else None, comment=said.comment)

    def _mine(self, signature: _Signature) -> Mine:
        return Mine(
            signature.number,
            signature.signed_at,
            self._sealing.open(signature).answers,
            signature.show_name,
            signature.pass_on,
            signature.standing,
            signature.comment,
        )

    async def _is_here(self, session: AsyncSession, supporter_id: int) -> bool:
        """Held, too: somebody who is being erased at this moment is nobody, not an error."""
        held = select(SupporterRow.id).where(SupporterRow.id == supporter_id).with_for_update(read=True, key_share=True)
        return await session.scalar(held) is not None

    def _can_be_signed(self) -> ColumnElement[bool]:
        not_over = or_(PetitionRow.closes_at.is_(None), PetitionRow.closes_at > self._clock.now())
        return (PetitionRow.status == PetitionStatus.OPEN) & not_over
