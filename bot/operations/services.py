"""Everything the bot and the command line work with, built once and in order."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta

from bot.announcements.calls import Calls
from bot.announcements.service import Announcements
from bot.campaigns.calling import ActionCalls
from bot.campaigns.letters import LetterPages
from bot.campaigns.service import Campaigns
from bot.cases.service import Cases
from bot.clock import Clock
from bot.config import Settings
from bot.content.library import Library
from bot.events.calendar import Calendars, Publisher
from bot.events.changing import EventChanges
from bot.events.feeds import Feeds
from bot.events.models import EventKind
from bot.events.offsets import bits_of
from bot.events.reminding import Reminders
from bot.events.service import Events
from bot.language import Catalogues
from bot.petitions.calling import PetitionCalls
from bot.petitions.heads import Heads
from bot.petitions.holdings import Signatures
from bot.petitions.public import PublicLog
from bot.petitions.receipts import Receipts
from bot.petitions.sealing import Sealing
from bot.petitions.service import Petitions
from bot.search.service import Search
from bot.sources.service import Sources
from bot.staff.audit import Audit
from bot.storage import upgrade
from bot.storage.database import Database
from bot.storage.installation import ensure_key_matches
from bot.storage.vault import Vault, open_vault
from bot.supporters.following import Following
from bot.supporters.service import Supporters


@dataclass(frozen=True, slots=True)
class Services:
    settings: Settings
    clock: Clock
    database: Database
    vault: Vault
    catalogues: Catalogues
    supporters: Supporters
    following: Following
    cases: Cases
    library: Library
    events: Events
    announcements: Announcements
    calls: Calls
    campaigns: Campaigns
    action_calls: ActionCalls
    petition_calls: PetitionCalls
    letter_pages: LetterPages
    calendars: Calendars
    feeds: Feeds
    changes: EventChanges
    reminders: Reminders
    petitions: Petitions
    petition_log: PublicLog
    receipts: Receipts
    sources: Sources
    search: Search
    audit: Audit


@asynccontextmanager
async def open_services(settings: Settings, clock: Clock) -> AsyncIterator[Services]:
    """Raises Misuse when the key, the database or the catalogues are not as they must be, Locked when another process
    has the SQLite file."""
    vault = open_vault(settings.key_path)
    catalogues = Catalogues.load(settings.organisation.locales, now=clock.now)
    database = Database(settings.database_url)
    try:
        database.take()
        await asyncio.to_thread(upgrade.ensure_current, settings.database_url)
        await ensure_key_matches(database, vault, clock)
        yield _services(settings, clock, database, vault, catalogues)
    finally:
        await database.close()


def _services(settings: Settings, clock: Clock, database: Database, vault: Vault, catalogues: Catalogues) -> Services:
    organisation, rate, ask_every = settings.organisation, settings.delivery.rate, settings.campaigns.ask_every_days
    locale, locales, zone = organisation.default_locale, organisation.locales, organisation.zone
    together = timedelta(minutes=settings.delivery.gather_minutes)
    usual = usual_reminders(settings)
    calendars = Calendars(catalogues, _publisher(settings, vault))
    heads = Heads(database, vault, clock)
    cases = Cases(database, clock, locale, locales)
    return Services(
        settings=settings,
        clock=clock,
        database=database,
        vault=vault,
        catalogues=catalogues,
        supporters=Supporters(database, vault, clock, organisation, [Signatures(Sealing(vault))]),
        following=Following(database, clock),
        cases=cases,
        library=Library(database, clock, locale, locales, zone),
        events=Events(database, clock, locale, usual),
        announcements=Announcements(database, clock, locales, rate, organisation.timezone, together),
        calls=Calls(database, clock, locales, rate, organisation.timezone),
        campaigns=Campaigns(database, vault, clock, zone, ask_every),
        action_calls=ActionCalls(database, clock, locale, zone, ask_every),
        petition_calls=PetitionCalls(database, clock, locale, ask_every),
        letter_pages=LetterPages(vault, settings.web.public_url),
        calendars=calendars,
        feeds=Feeds(database, vault, clock, catalogues, calendars, settings.web.public_url),
        changes=EventChanges(database, clock, locale, locales, rate, cases.announcement_for, usual),
        reminders=Reminders(database, clock, locale, usual),
        petitions=Petitions(database, vault, clock, locale, zone, settings.petitions.burst),
        petition_log=PublicLog(database, heads),
        receipts=Receipts(database, vault, heads),
        sources=Sources(database),
        search=Search(database, clock, locale, catalogues),
        audit=Audit(database, clock),
    )


def _publisher(settings: Settings, vault: Vault) -> Publisher:
    own = settings.organisation
    return Publisher(own.name, own.default_locale, vault.key_id.hex(), own.contact, own.website)


def usual_reminders(settings: Settings) -> dict[EventKind, int]:
    """The bits of each kind's."""
    return {EventKind(kind): bits_of(offsets) for kind, offsets in settings.events.usual_reminders.items()}
