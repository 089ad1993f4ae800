"""The verbs themselves, as one interface that both ways of calling them share."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from bot.announcements.amending import Amendable, Amendments
from bot.announcements.calls import Call
from bot.announcements.forecast import Forecast
from bot.announcements.plan import AT_ONCE, Plan
from bot.campaigns.account import CampaignAccount, CampaignAccounts
from bot.campaigns.calling import ActionCalls
from bot.content import export, files
from bot.content.opening import Opened
from bot.content.sheets import Exported, SheetFormat
from bot.content.status import Readiness, readiness
from bot.delivery.account import Broadcast, Broadcasts
from bot.delivery.control import Control
from bot.errors import NidaError
from bot.events.account import EventAccount, EventAccounts
from bot.events.changing import ChangeForecast, ChangeRequest
from bot.events.importing import CalendarEvent, Wishes
from bot.events.views import EventView
from bot.language.edited import Changes
from bot.operations import importing
from bot.operations.importing import Imported, ImportForecast
from bot.operations.petitions import LocalPetitions, PetitionVerbs
from bot.operations.services import Services, usual_reminders
from bot.petitions.calling import PetitionCalls
from bot.petitions.published import head_line
from bot.petitions.reading import unknown as unknown_petition
from bot.sources.service import Total
from bot.staff.audit import Checked, Entry


@dataclass(frozen=True, slots=True)
class Launched:
    """`again` says that this update had been announced before: nothing was added."""

    broadcast: Broadcast
    again: bool


class Operations(PetitionVerbs, Protocol):
    """Each raises NidaError with one sentence when it cannot be done."""

    async def apply_content(self, content: Sequence[Opened], by: str, dry_run: bool, confirm: bool) -> Changes: ...

    async def export_content(self) -> str: ...

    async def export_translations(self, locale: str, form: SheetFormat, everything: bool) -> Exported: ...

    async def import_translations(self, file: Opened, by: str, dry_run: bool) -> Changes: ...

    async def content_status(self, locale: str | None) -> Readiness: ...

    async def forecast(self, slug: str, hold_untranslated: bool, everybody: bool = False) -> Forecast: ...

    async def starts_at(self, slug: str, plan: Plan, everybody: bool = False) -> datetime | None: ...

    async def launch(self, slug: str, hold_untranslated: bool, plan: Plan = AT_ONCE, everybody: bool = False) -> Launched: ...

    async def campaigns(self) -> list[CampaignAccount]: ...

    async def campaign(self, slug: str) -> CampaignAccount: ...

    async def events(self) -> list[EventView]: ...

    async def event(self, slug: str) -> EventAccount: ...

    async def forecast_event(self, slug: str, request: ChangeRequest) -> ChangeForecast: ...

    async def change_event(self, slug: str, request: ChangeRequest, by: str, expected_sequence: int) -> Broadcast | None: ...

    async def forecast_import(self, events: Sequence[CalendarEvent], wishes: Wishes, by: str) -> ImportForecast: ...

    async def import_events(
        self, events: Sequence[CalendarEvent], wishes: Wishes, by: str, sequences: Mapping[str, int]
    ) -> Imported: ...

    async def sources(self) -> list[Total]: ...

    async def petition_head(self, slug: str, by: str | None) -> str: ...

    async def petition_entries(self, slug: str, start: int, end: int) -> str: ...

    async def deliveries(self) -> list[Broadcast]: ...

    async def delivery(self, subject: str) -> Broadcast: ...

    async def pause(self, subject: str, by: str) -> Broadcast: ...

    async def resume(self, subject: str) -> Broadcast: ...

    async def cancel(self, subject: str, by: str) -> Broadcast: ...

    async def retry(self, subject: str) -> Broadcast: ...

    async def amendable(self, subject: str) -> Amendable: ...

    async def correct(self, subject: str) -> Broadcast: ...

    async def recall(self, subject: str, by: str) -> Broadcast: ...

    async def audit(self, limit: int) -> Sequence[Entry]: ...

    async def check_audit(self, noted: str | None) -> Checked: ...


class LocalOperations(LocalPetitions):
    """Does them here, on the services of this process. `launched` wakes the sender."""

    def __init__(self, services: Services, launched: Callable[[], None]) -> None:
        super().__init__(services, launched)
        self._services = services
        self._launched = launched
        self._broadcasts = Broadcasts(services.database)
        self._event_accounts = EventAccounts(services.database, usual_reminders(services.settings))
        self._campaign_accounts = CampaignAccounts(services.database)
        self._control = Control(services.database, services.clock)
        self._amendments = Amendments(services.database, services.clock, services.settings.delivery.rate)

    async def apply_content(self, content: Sequence[Opened], by: str, dry_run: bool, confirm: bool) -> Changes:
        return await files.apply(content, self._services.library, by=by, dry_run=dry_run, confirm=confirm)

    async def export_content(self) -> str:
        return await export.export(self._services.library)

    async def export_translations(self, locale: str, form: SheetFormat, everything: bool) -> Exported:
        from bot.content import translations  # noqa: PLC0415 - catalogues and XML, which a bot that starts has no use for

        services = self._services
        return await translations.export_translations(services.library, locale, form, everything, services.clock.now())

    async def import_translations(self, file: Opened, by: str, dry_run: bool) -> Changes:
        from bot.content import translations  # noqa: PLC0415

        return await translations.import_translations(file, self._services.library, by=by, dry_run=dry_run)

    async def content_status(self, locale: str | None) -> Readiness:
        return await readiness(self._services.library, locale)

    async def forecast(self, slug: str, hold_untranslated: bool, everybody: bool = False) -> Forecast:
        """`slug` is that of an update, or action:SLUG or petition:SLUG for a call to it, to `everybody` who wants calls or to
        the followers of its cases."""
        services = self._services
        if (call := await self._call(slug, everybody)) is not None:
            return await services.calls.forecast(call, hold_untranslated)
        return await services.announcements.forecast(await services.cases.announcement_for(slug), hold_untranslated)

    async def starts_at(self, slug: str, plan: Plan, everybody: bool = False) -> datetime | None:
        services = self._services
        if (call := await self._call(slug, everybody)) is not None:
            return await services.calls.starts_at(call, plan)
        return await services.announcements.starts_at(await services.cases.announcement_for(slug), plan)

    async def launch(self, slug: str, hold_untranslated: bool, plan: Plan = AT_ONCE, everybody: bool = False) -> Launched:
        services = self._services
        if (call := await self._call(slug, everybody)) is not None:
            subject, again = await services.calls.launch(call, hold_untranslated, plan)
            await services.announcements.finish_fan_outs()
        else:
            announcement = await services.cases.announcement_for(slug)
            subject, again = await services.announcements.launch(announcement, hold_untranslated, plan)
        self._launched()
        return Launched(await self.delivery(subject), again)

    async def _call(self, slug: str, everybody: bool) -> Call | None:
        """None for an update. Raises NidaError where an update is to go to everybody."""
        what, _, called = slug.partition(":")
        makers: dict[str, ActionCalls | PetitionCalls] = {
            "action": self._services.action_calls,
            "petition": self._services.petition_calls,
        }
        if called and what in makers:
            return await makers[what].call_for(called, everybody=everybody)
        if everybody:
            raise NidaError("An update goes to those who follow its case; --everybody is for action:SLUG and petition:SLUG.")
        return None

    async def campaigns(self) -> list[CampaignAccount]:
        return await self._campaign_accounts.list()

    async def campaign(self, slug: str) -> CampaignAccount:
        return await self._campaign_accounts.show(slug)

    async def events(self) -> list[EventView]:
        return await self._event_accounts.list()

    async def event(self, slug: str) -> EventAccount:
        return await self._event_accounts.show(slug)

    async def forecast_event(self, slug: str, request: ChangeRequest) -> ChangeForecast:
        return await self._services.changes.forecast(slug, request)

    async def change_event(self, slug: str, request: ChangeRequest, by: str, expected_sequence: int) -> Broadcast | None:
        """What tells people of it, if anything does."""
        subject = await self._services.changes.make(slug, request, by, expected_sequence)
        await self._control.close_all()
        await self._services.announcements.finish_fan_outs()
        self._launched()
        return await self.delivery(subject) if subject else None

    async def forecast_import(self, events: Sequence[CalendarEvent], wishes: Wishes, by: str) -> ImportForecast:
        return await importing.forecast(self._services, events, wishes, by)

    async def import_events(
        self, events: Sequence[CalendarEvent], wishes: Wishes, by: str, sequences: Mapping[str, int]
    ) -> Imported:
        imported = await importing.take_in(self._services, events, wishes, by, sequences)
        await self._control.close_all()
        await self._services.announcements.finish_fan_outs()
        self._launched()
        return imported

    async def sources(self) -> list[Total]:
        return await self._services.sources.totals()

    async def petition_head(self, slug: str, by: str | None) -> str:
        """Over everything there is, as the first line of a log. `by` is who takes it out, which is recorded; None where it
        is only checked here."""
        log = self._services.petition_log
        await log.heads.publish()
        head = await log.heads.latest(slug)
        if head is None:
            raise unknown_petition(slug)
        if by is not None:
            await self._services.audit.record(by, "petition.log", f"petition:{slug}", entries=head.size)
        return head_line(head)

    async def petition_entries(self, slug: str, start: int, end: int) -> str:
        return await self._services.petition_log.lines(slug, start, end)

    async def deliveries(self) -> list[Broadcast]:
        return await self._broadcasts.list()

    async def delivery(self, subject: str) -> Broadcast:
        return await self._broadcasts.show(subject)

    async def pause(self, subject: str, by: str) -> Broadcast:
        await self._control.pause(subject, by)
        return await self._decided(subject)

    async def resume(self, subject: str) -> Broadcast:
        await self._control.resume(subject)
        await self._services.announcements.finish_fan_outs()
        return await self._decided(subject)

    async def cancel(self, subject: str, by: str) -> Broadcast:
        await self._control.cancel(subject, by)
        return await self._decided(subject)

    async def retry(self, subject: str) -> Broadcast:
        await self._control.retry(subject)
        return await self._decided(subject)

    async def amendable(self, subject: str) -> Amendable:
        return await self._amendments.original(subject)

    async def correct(self, subject: str) -> Broadcast:
        sent = await self._amendments.original(subject)
        announcement = await self._services.cases.announcement_for(sent.subject.removeprefix("update:"))
        return await self._amended(await self._amendments.correct(announcement))

    async def recall(self, subject: str, by: str) -> Broadcast:
        return await self._amended(await self._amendments.recall(subject, by))

    async def audit(self, limit: int) -> Sequence[Entry]:
        return await self._services.audit.list(limit)

    async def check_audit(self, noted: str | None) -> Checked:
        return await self._services.audit.check(noted)

    async def _amended(self, subject: str) -> Broadcast:
        await self._control.close_all()
        await self._services.announcements.finish_fan_outs()
        return await self._decided(subject)

    async def _decided(self, subject: str) -> Broadcast:
        """The sender looks at once, so that a decision counts from now on."""
        self._launched()
        return await self.delivery(subject)
