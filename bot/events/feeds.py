"""The feeds calendars subscribe to: a public one in each language, and a private one for each supporter who wants it.

A private feed is found by the secret in its address alone. It says what is on, never who reads it.
"""

import asyncio
import hashlib
import secrets
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from sqlalchemy import ColumnElement, Select, Text, and_, cast, delete, literal, or_, select
from sqlalchemy.dialects.postgresql import insert

from bot.clock import Clock
from bot.events.calendar import Calendars, Entry
from bot.events.models import CalendarRow, EventRow, EventStatus
from bot.events.reading import EVENTS, view_of
from bot.events.tables import cases
from bot.events.views import EventView
from bot.language import N_, Catalogues
from bot.storage.database import Database
from bot.storage.vault import Cell, Vault
from bot.supporters.answers import Answer
from bot.supporters.declining import answer_for
from bot.supporters.models import AttendanceRow, FollowingRow, SupporterRow

KEPT_AFTERWARDS: Final = timedelta(days=30)
"""How long what is over still stands in feeds."""
MOST_EVENTS: Final = 1000
"""In one feed; the next ones count."""
AT_ONCE: Final = 25
"""Events read and written down before anything else gets a turn."""
MOST_ENTRIES: Final = 5000
"""Written entries that are remembered."""
_SECRET_BYTES: Final = 32
_LONGEST_SECRET: Final = 64

# Translators: what a calendar app calls the list of events it subscribes to. {organisation} is a name.
PUBLIC_NAME: Final = N_("{organisation}: hearings and events")
# Translators: the same, for the list of those events alone that one person follows.
PRIVATE_NAME: Final = N_("{organisation}: hearings and events I follow")


Version = tuple[int, str, str | None]
"""An event's id, when it was changed, and its case's title: its entry is another when one of them is."""


@dataclass(frozen=True, slots=True)
class Feed:
    """`etag` names what it says; `body` is None where that is known already."""

    etag: str
    body: bytes | None


class Feeds:
    """`public_url` is where the addresses begin; empty where no feeds are served."""

    def __init__(
        self,
        database: Database,
        vault: Vault,
        clock: Clock,
        catalogues: Catalogues,
        calendars: Calendars,
        public_url: str,
    ) -> None:
        self._database = database
        self._vault = vault
        self._clock = clock
        self._catalogues = catalogues
        self._calendars = calendars
        self._url = public_url
        self._written: dict[tuple[int, str], tuple[Version, Entry]] = {}

    @property
    def served(self) -> bool:
        return bool(self._url)

    async def address(self, supporter_id: int) -> str | None:
        """Of this person's private feed; None when they have none."""
        held = select(CalendarRow.secret).where(CalendarRow.supporter_id == supporter_id)
        async with self._database.read() as session:
            sealed = await session.scalar(held)
        return None if sealed is None else self._address(self._vault.open(sealed, _cell(supporter_id)).decode())

    async def make(self, supporter_id: int) -> str | None:
        """The address of this person's private feed, made if they have none; None for somebody who is gone."""
        secret = secrets.token_urlsafe(_SECRET_BYTES)
        sealed = self._vault.seal(secret.encode(), _cell(supporter_id))
        # Selected rather than given: somebody erased a moment ago is then nobody, not an error.
        one = select(SupporterRow.id, literal(self._tag(secret)), literal(sealed)).where(SupporterRow.id == supporter_id)
        new = insert(CalendarRow).from_select(["supporter_id", "tag", "secret"], one).on_conflict_do_nothing()
        async with self._database.write() as session:
            await session.execute(new)
        return await self.address(supporter_id)

    async def revoke(self, supporter_id: int) -> bool:
        """From now on the address leads nowhere. False when there was none."""
        gone = delete(CalendarRow).where(CalendarRow.supporter_id == supporter_id).returning(CalendarRow.supporter_id)
        async with self._database.write() as session:
            return (await session.execute(gone)).first() is not None

    async def private(self, secret: str, known: Collection[str] = ()) -> Feed | None:
        """What the owner of this secret follows, in their language; None for one that is nobody's. `known` are the etags of
        what the reader has already."""
        reader = select(SupporterRow.id, SupporterRow.locale).join(CalendarRow, CalendarRow.supporter_id == SupporterRow.id)
        asked = reader.where(CalendarRow.tag == self._tag(secret[:_LONGEST_SECRET]))
        found = await self._database.look_up(lambda connection: connection.execute(asked).one_or_none())
        if found is None:
            return None
        supporter_id, locale = found
        shown = locale if locale in self._catalogues.locales else self._calendars.source_locale
        return await self._feed(_followed_by(supporter_id), shown, PRIVATE_NAME, known)

    async def public(self, locale: str, known: Collection[str] = ()) -> Feed | None:
        """Everything that is certain enough to be listed; None in a language that is not offered."""
        if locale not in self._catalogues.locales:
            return None
        return await self._feed(EventRow.status != EventStatus.PROVISIONAL, locale, PUBLIC_NAME, known)

    async def prepare(self) -> None:
        """Write the entries of what is on in each language, so that the first calendar that asks need not wait for it."""
        for locale in self._catalogues.locales if self.served else ():
            await self.public(locale)

    async def _feed(self, which: ColumnElement[bool], locale: str, name: str, known: Collection[str]) -> Feed:
        named = self._catalogues.translate(locale, name).format(organisation=self._calendars.organisation)
        versions = await self._versions(which)
        etag = _etag((locale, named, self._calendars.version), versions)
        if etag in known:
            return Feed(etag, None)
        entries = await self._entries_of(versions, locale)
        return Feed(etag, self._calendars.feed(entries, locale, named))

    async def _versions(self, which: ColumnElement[bool]) -> list[Version]:
        """Which events it has, each with its version: little enough to be read at every asking."""
        recent = _VERSIONS.where(which, EventRow.starts_at > self._clock.now() - KEPT_AFTERWARDS)
        return await self._database.look_up(lambda connection: [(*row,) for row in connection.execute(recent)])

    async def _entries_of(self, versions: Sequence[Version], locale: str) -> list[Entry]:
        entries: dict[int, Entry] = {}
        new: list[Version] = []
        for version in versions:
            kept = self._written.get((version[0], locale))
            if kept is None or kept[0] != version:
                new.append(version)
            else:
                entries[version[0]] = kept[1]
        if len(self._written) + len(new) > MOST_ENTRIES:
            self._written.clear()
        for start in range(0, len(new), AT_ONCE):
            entries |= await self._write(new[start : start + AT_ONCE], locale)
            await asyncio.sleep(0)  # SQLite answers without giving anybody else a turn
        return [entries[id_] for id_, _, _ in versions if id_ in entries]

    async def _write(self, versions: Sequence[Version], locale: str) -> dict[int, Entry]:
        by_id = {version[0]: version for version in versions}
        entries = {event.id: self._calendars.entry(event, locale) for event in await self._events(by_id)}
        self._written |= {(id_, locale): (by_id[id_], entry) for id_, entry in entries.items()}
        return entries

    async def _events(self, ids: Collection[int]) -> list[EventView]:
        async with self._database.read() as session:
            rows = (await session.execute(EVENTS.where(EventRow.id.in_(ids), EventRow.starts.is_not(None)))).all()
        return [view_of(*row) for row in rows]

    def _address(self, secret: str) -> str:
        return f"{self._url}/calendar/p/{secret}.ics"

    def _tag(self, secret: str) -> bytes:
        return self._vault.tag("calendars.secret", secret.encode("utf-8", "backslashreplace"))


def _cell(supporter_id: int) -> Cell:
    return Cell("calendars", "secret", supporter_id)


def _followed_by(supporter_id: int) -> ColumnElement[bool]:
    """What this person answered, unless they declined, and what is of a case they follow."""
    theirs = AttendanceRow.supporter_id == supporter_id, AttendanceRow.event_id == EventRow.id
    answer = select(answer_for(EventRow.starts_at)).where(*theirs).correlate(EventRow).scalar_subquery()
    followed = select(FollowingRow.case_id).where(FollowingRow.supporter_id == supporter_id)
    return or_(answer != Answer.DECLINED, and_(answer.is_(None), EventRow.case_id.in_(followed)))


def _etag(said: Sequence[str], versions: Sequence[Version]) -> str:
    written = "\n".join([*said, *(f"{id_} {at} {title}" for id_, at, title in versions)])
    return hashlib.sha256(written.encode()).hexdigest()[:32]


_VERSIONS: Final[Select[int, str, str | None]] = (
    select(EventRow.id, cast(EventRow.changed_at, Text), cast(cases.c.title, Text))
    .outerjoin(cases, cases.c.id == EventRow.case_id)
    .order_by(EventRow.starts_at, EventRow.id)
    .limit(MOST_EVENTS)
)
