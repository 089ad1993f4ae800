"""Taking in what editors wrote of events, and giving it out again. Nothing here tells anybody anything."""

from collections.abc import Sequence

from bot.clock import Clock
from bot.events.applying import apply
from bot.events.drafts import all_drafts
from bot.events.views import EventDraft
from bot.language.edited import Changes, Revision
from bot.storage.database import Database


class EventEditing:
    """`source_locale` is the language content is written in, `locales` those it is wanted in."""

    def __init__(self, database: Database, clock: Clock, source_locale: str, locales: Sequence[str] = ("en", "ar", "ur")) -> None:
        self._database = database
        self._clock = clock
        self.source_locale = source_locale
        self.locales = tuple(locales)

    async def apply(self, drafts: Sequence[EventDraft], *, by: str, confirm: bool = False, dry_run: bool = False) -> Changes:
        """Make the events what the drafts say. Applied twice, the second time changes nothing.

        Raises Withheld, with nothing changed, for a draft that is wrong, and for one that changes the status, date or place of
        an event: EventChanges does that, and tells people."""
        revision = Revision(self.source_locale, self.locales, by, self._clock.now(), confirm=confirm)
        async with self._database.read() if dry_run else self._database.write() as session:
            await apply(session, revision, drafts)
        return revision.changes

    async def all(self) -> list[EventDraft]:
        """Everything as drafts that, applied, change nothing."""
        async with self._database.read() as session:
            return await all_drafts(session)
