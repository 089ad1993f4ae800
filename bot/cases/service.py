"""Reading cases and their timelines, and taking in what editors wrote. Each method is one short transaction."""

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from sqlalchemy import Connection, Row, Select

from bot.announcements.announcement import Announcement
from bot.cases import queries
from bot.cases.applying import apply
from bot.cases.drafts import all_drafts
from bot.cases.views import (
    CaseDraft,
    CaseSummary,
    CaseView,
    Page,
    UpdateDraft,
    UpdateEntry,
    UpdateView,
)
from bot.clock import Clock
from bot.errors import NidaError
from bot.language.edited import Changes, Revision
from bot.storage.asking import may_exist, page_start
from bot.storage.database import Database

__all__ = [
    "CaseDraft",
    "CaseSummary",
    "CaseView",
    "Cases",
    "Page",
    "UpdateDraft",
    "UpdateEntry",
    "UpdateView",
]

Item = TypeVar("Item")
Answer = Row[*tuple[Any, ...]]


class Cases:
    """`source_locale` is the language content is written in, `locales` those it is wanted in."""

    def __init__(self, database: Database, clock: Clock, source_locale: str, locales: Sequence[str] = ("en", "ar", "ur")) -> None:
        self._database = database
        self._clock = clock
        self.source_locale = source_locale
        self.locales = tuple(locales)

    async def get_case(self, case: str | int, supporter_id: int | None) -> CaseView | None:
        """A case by its slug or id, as this supporter sees it; None when there is none."""
        if not may_exist(case):
            return None
        statement = queries.CASE_BY_ID if isinstance(case, int) else queries.CASE_BY_SLUG
        asked = {"case": case, "supporter": supporter_id, "now": self._clock.now()}
        row = await self._database.look_up(lambda connection: connection.execute(statement, asked).one_or_none())
        return None if row is None else CaseView(*row)

    async def list_cases(self, offset: int, limit: int) -> Page[CaseSummary]:
        """Open cases first, then those where something happened last."""
        return await self._page(queries.COUNT_CASES, queries.CASES, CaseSummary, offset, limit)

    async def followed(self, supporter_id: int | None, offset: int, limit: int) -> Page[CaseSummary]:
        """The cases somebody follows, in the same order; none for somebody about whom nothing is kept."""
        return await self._page(queries.COUNT_FOLLOWED, queries.FOLLOWED, CaseSummary, offset, limit, supporter=supporter_id)

    async def timeline(self, case_id: int, offset: int, limit: int) -> Page[UpdateEntry]:
        """What happened so far in a case, newest first."""
        case = case_id if may_exist(case_id) else 0
        return await self._page(queries.COUNT_TIMELINE, queries.TIMELINE, UpdateEntry, offset, limit, case=case)

    async def latest(self, limit: int, offset: int = 0) -> Page[UpdateView]:
        """What happened last in all cases, newest first."""
        return await self._page(queries.COUNT_LATEST, queries.LATEST, UpdateView, offset, limit)

    async def find_update(self, slug: str) -> UpdateView | None:
        """An update by its slug, whenever it is dated."""
        if not may_exist(slug):
            return None
        row = await self._database.look_up(
            lambda connection: connection.execute(queries.UPDATE_BY_SLUG, {"update": slug}).one_or_none()
        )
        return None if row is None else UpdateView(*row)

    async def announcement_for(self, update_slug: str) -> Announcement:
        """What is announced about an update, frozen as it is now. Raises NidaError when there is no such update."""
        update = await self.find_update(update_slug)
        if update is None:
            raise NidaError(f"There is no update {update_slug}; `nida content apply` brings in those of your files.")
        return Announcement(
            subject=f"update:{update.slug}",
            case_slug=update.case_slug,
            case_id=update.case_id,
            kind=update.kind,
            certainty=update.certainty.value,
            at=update.at,
            source=update.source,
            headline=update.headline,
            body=update.body,
            case_title=update.case_title,
            source_locale=self.source_locale,
            petition_id=await self._open_petition(update.case_id),
        )

    async def apply(
        self,
        cases: Sequence[CaseDraft],
        updates: Sequence[UpdateDraft],
        *,
        by: str,
        confirm: bool = False,
        dry_run: bool = False,
    ) -> Changes:
        """Make the cases and updates what the drafts say; nothing is sent and nothing deleted. Applied twice, the second time
        changes nothing. `confirm` says that translations given are right although their source changed.

        Raises NidaError for an update of a case that is neither drafted nor here.
        """
        revision = Revision(self.source_locale, self.locales, by, self._clock.now(), confirm=confirm)
        async with self._database.read() if dry_run else self._database.write() as session:
            await apply(session, revision, cases, updates)
        return revision.changes

    async def all(self) -> tuple[list[CaseDraft], list[UpdateDraft]]:
        """Everything as drafts that, applied, change nothing."""
        async with self._database.read() as session:
            return await all_drafts(session)

    async def _open_petition(self, case_id: int) -> int | None:
        """Of the petitions of a case the one that can be signed and closes soonest."""
        asked = {"case": case_id, "now": self._clock.now()}
        return await self._database.look_up(
            lambda connection: connection.execute(queries.OPEN_PETITION, asked).scalar_one_or_none()
        )

    async def _page(
        self,
        count: Select[int],
        statement: Select[*tuple[Any, ...]],
        item: Callable[..., Item],
        offset: int,
        limit: int,
        **values: object,
    ) -> Page[Item]:
        asked = {**values, "now": self._clock.now()}

        def read(connection: Connection) -> Page[Item]:
            total = connection.execute(count, asked).scalar_one()
            start = page_start(offset, limit, total)
            rows = connection.execute(statement, {**asked, "limit": limit, "offset": start}).all()
            return Page(tuple(item(*row) for row in rows), start, limit, total)

        return await self._database.look_up(read)
