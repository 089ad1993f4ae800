"""Taking in the events of a calendar: what would happen, and then doing it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.content.library import Drafts
from bot.errors import NidaError
from bot.events.changing import ChangeForecast
from bot.events.importing import CalendarEvent, Plan, Wishes, kept_events, plan, signed
from bot.language.edited import Changes
from bot.operations.services import Services


@dataclass(frozen=True, slots=True)
class ImportForecast:
    """`content` is what is written without telling anybody, `told` what people are told of, `notes` say what is left alone."""

    content: Changes
    told: tuple[ChangeForecast, ...]
    notes: tuple[str, ...]

    @property
    def sequences(self) -> dict[str, int]:
        """Hand them to the import, which then refuses what somebody else changed meanwhile."""
        return {each.before.slug: each.sequence for each in self.told}


@dataclass(frozen=True, slots=True)
class Imported:
    """`subjects` are those under which people are told."""

    content: Changes
    subjects: tuple[str, ...]
    notes: tuple[str, ...]


async def forecast(services: Services, events: Sequence[CalendarEvent], wishes: Wishes, by: str) -> ImportForecast:
    planned = await _plan(services, events, wishes)
    content = await services.library.apply(Drafts(events=planned.drafts), by=by, dry_run=True)
    told = [await services.changes.forecast(each.slug, each.request) for each in planned.changes]
    return ImportForecast(content, tuple(told), planned.notes)


async def take_in(
    services: Services, events: Sequence[CalendarEvent], wishes: Wishes, by: str, sequences: Mapping[str, int]
) -> Imported:
    """Whatever cannot be done is found before anything is; done again, it does what is left."""
    planned = await _plan(services, events, wishes)
    for each in planned.changes:
        if sequences.get(each.slug) != (await services.changes.forecast(each.slug, each.request)).sequence:
            raise NidaError(f"{each.slug} was changed by somebody else meanwhile; look at it as it is now, and import again.")
    content = await services.library.apply(Drafts(events=planned.drafts), by=by)
    make = services.changes.make
    made = [await make(each.slug, each.request, signed(by), sequences[each.slug]) for each in planned.changes]
    return Imported(content, tuple(filter(None, made)), planned.notes)


async def _plan(services: Services, events: Sequence[CalendarEvent], wishes: Wishes) -> Plan:
    async with services.database.read() as session:
        kept, slugs = await kept_events(session)
    return plan(events, kept, slugs, wishes, services.clock.now())
