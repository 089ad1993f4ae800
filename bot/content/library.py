"""All content that is kept, as one whole: an edit of it happens in one transaction or not at all."""

from collections.abc import Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from typing import Final
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.campaigns import applying as of_campaigns
from bot.campaigns import drafts as kept_campaigns
from bot.campaigns.models import CampaignRow
from bot.campaigns.views import ActionDraft, CampaignDraft
from bot.cases import applying as of_cases
from bot.cases import drafts as kept_cases
from bot.cases.models import CaseRow, CaseUpdateRow
from bot.cases.views import CaseDraft, UpdateDraft
from bot.clock import Clock
from bot.events import applying as of_events
from bot.events import drafts as kept_events
from bot.events.models import EventRow
from bot.events.views import EventDraft
from bot.language.edited import Changes, Kept, Rendering, Revision, render
from bot.petitions import applying as of_petitions
from bot.petitions import drafts as kept_petitions
from bot.petitions.models import PetitionRow
from bot.petitions.views import PetitionDraft
from bot.storage.database import Database

_NAMED: Final = {
    "case": CaseRow.slug,
    "update": CaseUpdateRow.slug,
    "event": EventRow.slug,
    "campaign": CampaignRow.slug,
    "petition": PetitionRow.slug,
}
UTC: Final = ZoneInfo("UTC")


@dataclass(frozen=True, slots=True)
class Drafts:
    cases: Sequence[CaseDraft] = field(default_factory=list)
    updates: Sequence[UpdateDraft] = field(default_factory=list)
    events: Sequence[EventDraft] = field(default_factory=list)
    petitions: Sequence[PetitionDraft] = field(default_factory=list)
    campaigns: Sequence[CampaignDraft] = field(default_factory=list)
    actions: Sequence[ActionDraft] = field(default_factory=list)


class Library:
    """`source_locale` is the language content is written in, `locales` those it is wanted in, `zone` the organisation's."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        source_locale: str,
        locales: Sequence[str] = ("en", "ar", "ur"),
        zone: ZoneInfo = UTC,
    ) -> None:
        self._database = database
        self._clock = clock
        self.source_locale = source_locale
        self.locales = tuple(locales)
        self._zone = zone

    async def known(self) -> dict[str, frozenset[str]]:
        """The slugs of all that something else may be about."""
        async with self._database.read() as session:
            return {what: frozenset((await session.execute(select(slug))).scalars()) for what, slug in _NAMED.items()}

    async def apply(self, drafts: Drafts, *, by: str, confirm: bool = False, dry_run: bool = False) -> Changes:
        """Make what is kept what the drafts say; nothing is sent and nothing deleted. Applied twice, the second time changes
        nothing. `confirm` says that translations given are right although their source changed.

        Raises NidaError, with nothing changed, for what is about a case that is neither drafted nor here, and Withheld for a
        change of an event that people have to be told of, or of a petition that they have signed.
        """
        revision = Revision(self.source_locale, self.locales, by, self._clock.now(), confirm=confirm)
        async with self._session(dry_run) as session:
            await of_cases.apply(session, revision, drafts.cases, drafts.updates)
            await of_events.apply(session, revision, drafts.events)
            await of_campaigns.apply_campaigns(session, revision, drafts.campaigns)
            await of_petitions.apply(session, revision, drafts.petitions, self._zone)
            await of_campaigns.apply_actions(session, revision, drafts.actions)
        return revision.changes

    async def all(self) -> Drafts:
        """Everything as drafts that, applied, change nothing: for export."""
        async with self._database.read() as session:
            events, petitions = await kept_events.all_drafts(session), await kept_petitions.all_drafts(session)
            campaigns, actions = await kept_campaigns.all_campaigns(session), await kept_campaigns.all_actions(session)
            return Drafts(*await kept_cases.all_drafts(session), events, petitions, campaigns, actions)

    async def texts(self) -> list[Kept]:
        """Every text that is kept: each case's, after them those of its updates, then those of all events, petitions, campaigns
        and actions."""
        async with self._database.read() as session:
            return [text for _, text in await _kept(session)]

    async def translate(self, locale: str, renderings: Mapping[str, Rendering], *, by: str, dry_run: bool = False) -> Changes:
        """Take translations in, by the key of the text each is of; `waiting` is all that then waits in that language.

        Raises NidaError, with nothing changed, when the source of one of them is not what it was.
        """
        async with self._session(dry_run) as session:
            return render(await _kept(session), locale, renderings, self.source_locale, by, self._clock.now())

    def _session(self, dry_run: bool) -> AbstractAsyncContextManager[AsyncSession]:
        return self._database.read() if dry_run else self._database.write()


async def _kept(session: AsyncSession) -> list[tuple[object, Kept]]:
    cases, events = await kept_cases.kept_texts(session), await kept_events.kept_texts(session)
    petitions, campaigns = await kept_petitions.kept_texts(session), await kept_campaigns.kept_texts(session)
    return [*cases, *events, *petitions, *campaigns]
