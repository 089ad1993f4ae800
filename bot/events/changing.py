"""Changing an event, and telling everybody concerned: one transaction, so that neither happens without the other."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy.ext.asyncio import AsyncSession

from bot.announcements.announcement import Announcement
from bot.announcements.notices import announced_at, ensure_announceable, withdraw, write_notice
from bot.clock import Clock
from bot.delivery.timing import Timing
from bot.errors import NidaError
from bot.events.models import EventChangeRow, EventKind, EventRow
from bot.events.moments import is_within_the_day
from bot.events.reading import USUAL, one, view_of
from bot.events.reminding import plan_reminders, still_planned
from bot.events.renewing import put_right, take_back
from bot.events.standing import GoingOut, count_copies, going_out, shown
from bot.events.status import Action, ChangeRequest, changed
from bot.events.telling import (
    Facts,
    Notice,
    audience,
    begins_at,
    change_subject,
    content,
    facts_of,
    thanks_subject,
    told,
)
from bot.events.views import EventView
from bot.language import State, Translated
from bot.storage.database import Database
from bot.supporters.audience import Audience, count_by_locale
from bot.supporters.event_audience import EventAudience, Wanted

__all__ = ["Action", "ChangeForecast", "ChangeRequest", "EventChanges"]

GATHER: Final = timedelta(minutes=2)
"""How long a notice waits for more changes, when there is time."""
_CHANGING: Final = (
    "status",
    "starts",
    "ends",
    "timezone",
    "starts_at",
    "expected",
    "venue",
    "map",
    "url",
    "sequence",
    "outcome",
    "changed_at",
)


@dataclass(frozen=True, slots=True)
class ChangeForecast:
    """What a change would do if it were made now. `sequence` is the event's now: hand it to `make`, which then refuses if
    somebody else changed it meanwhile. `notice` is "change", "thanks", "update", or None where people were never told what
    is now taken back; `readers` counts by language whom it goes to, `at` is from when on: `at_once` ignores quiet hours.
    `untranslated` are the languages in which something of it is shown in the source's. `withdrawn` are reminders that no
    longer go, `planned` those that go then, in minutes before the start. `copies` is how many messages in chats are edited.
    `announced_at` is when the update that tells the outcome went already, or goes, as that is scheduled."""

    before: EventView
    after: EventView
    sequence: int
    notice: str | None
    readers: Mapping[str, int]
    total: int
    seconds: float
    at: datetime
    at_once: bool
    untranslated: tuple[str, ...]
    withdrawn: tuple[int, ...]
    planned: tuple[int, ...]
    copies: int
    announced_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class _Step:
    """One change, worked out and not made yet. `believed` are the states that people may believe in now, `going_out` what
    tells them of one."""

    now: datetime
    before: EventView
    after: EventView
    asked: ChangeRequest
    reason: Translated | None
    believed: tuple[Facts, ...]
    going_out: tuple[GoingOut, ...]
    update: Announcement | None

    @property
    def former(self) -> tuple[Facts, ...]:
        """Those that are wrong then."""
        now = told(facts_of(self.after))
        return tuple(facts for facts in self.believed if told(facts) != now)

    @property
    def is_redated(self) -> bool:
        """Whether its reminders are for another date."""
        return self.before.starts_at != self.after.starts_at or self.before.is_going_ahead != self.after.is_going_ahead

    @property
    def notice(self) -> str | None:
        if self.update is not None:
            return "update"
        if self.asked.kind is Action.HEARD:
            return Notice.THANKS.value
        return Notice.CHANGE.value if self.former else None

    @property
    def audience(self) -> Audience | EventAudience:
        if self.update is not None:
            return Audience(self.update.case_id, self.update.kind)
        if self.asked.kind is Action.HEARD:
            return audience(self.after, Wanted.ATTENDING)
        dates = {self.after.starts_at, *map(begins_at, self.former)}
        return audience(self.after, Wanted.CONCERNED, dates=tuple(sorted(date for date in dates if date is not None)))

    @property
    def at_once(self) -> bool:
        moments = (self.after.starts_at, *map(begins_at, self.former))
        return self.notice == Notice.CHANGE and any(is_within_the_day(moment, self.now) for moment in moments)

    @property
    def at(self) -> datetime:
        """From when on people are told. What waits already does not wait anew."""
        if self.at_once or self.notice != Notice.CHANGE:
            return self.now
        return min((each.waits_until for each in self.going_out if each.waits_until), default=self.now + GATHER)


class EventChanges:
    """`rate` in messages a second; `usual` the bits of each kind's reminders; `announcement_for` gives what is announced about
    an update (Cases.announcement_for). Each method raises NidaError with one sentence when it cannot be done."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        source_locale: str,
        locales: Sequence[str],
        rate: float,
        announcement_for: Callable[[str], Awaitable[Announcement]],
        usual: Mapping[EventKind, int] = USUAL,
    ) -> None:
        self._database = database
        self._clock = clock
        self._source = source_locale
        self._locales = tuple(locales)
        self._rate = rate
        self._announcement_for = announcement_for
        self._usual = usual

    async def forecast(self, slug: str, request: ChangeRequest) -> ChangeForecast:
        """What it would do; raises NidaError where `make` would."""
        update = await self._update(request)
        async with self._database.read() as session:
            step = self._work_out(*await self._found(session, slug, hold=False), request, "", update)
            if update is not None:
                await ensure_announceable(session, update.subject)
            announced = await announced_at(session, update.subject) if update is not None else None
            readers = await count_by_locale(session, step.audience, step.now) if step.notice else {}
            copies = await count_copies(session, await shown(session, slug))
        total = sum(readers.values())
        return ChangeForecast(
            before=step.before,
            after=step.after,
            sequence=step.before.sequence,
            notice=step.notice,
            readers=readers,
            total=total,
            seconds=total / self._rate,
            at=step.at,
            at_once=step.at_once,
            untranslated=self._untranslated(step),
            withdrawn=still_planned(step.before, step.now) if step.is_redated else (),
            planned=still_planned(step.after, step.now) if step.is_redated else (),
            copies=copies,
            announced_at=announced,
        )

    async def make(self, slug: str, request: ChangeRequest, by: str, expected_sequence: int | None = None) -> str | None:
        """Change it and have people told; returns the subject under which they are, or None when there is nothing to tell."""
        update = await self._update(request)
        async with self._database.write() as session:
            event, going = await self._found(session, slug, hold=True)
            if expected_sequence is not None and event.sequence != expected_sequence:
                raise NidaError(f"{slug} was changed by somebody else meanwhile; look at it as it is now, and decide again.")
            step = self._work_out(event, going, request, by, update)
            await self._write_down(session, step, by)
            await plan_reminders(session, step.after, step.now, anew=step.is_redated)
            await self._take_back(session, step)
            await put_right(session, step.after, step.now, self._source, redated=step.is_redated)
            return await self._tell(session, step)

    async def _update(self, request: ChangeRequest) -> Announcement | None:
        return await self._announcement_for(request.update) if request.kind is Action.OUTCOME and request.update else None

    async def _found(self, session: AsyncSession, slug: str, *, hold: bool) -> tuple[EventView, list[GoingOut]]:
        return view_of(*await one(session, slug, hold=hold), self._usual), await going_out(session, slug, hold=hold)

    def _work_out(
        self, event: EventView, going: Sequence[GoingOut], asked: ChangeRequest, by: str, update: Announcement | None
    ) -> _Step:
        now = self._clock.now()
        if update is not None and (event.case_id is None or update.case_id != event.case_id):
            raise NidaError(f"{asked.update} is no update of the case of {event.slug}.")
        after = changed(event, asked, by=by, at=now, source=self._source)
        reason = Translated().revised(asked.reason, by=by, at=now, source=self._source) if asked.reason else None
        return _Step(now, event, after, asked, reason, _believed(event, going), tuple(going), update)

    def _untranslated(self, step: _Step) -> tuple[str, ...]:
        shown = [text for text in (step.after.title, step.after.venue, step.reason) if text is not None]
        if step.update is not None:
            return tuple(locale for locale in self._locales if step.update.state(locale) is not State.ready)
        return tuple(
            locale for locale in self._locales if any(each.state(locale, self._source) is not State.ready for each in shown)
        )

    async def _write_down(self, session: AsyncSession, step: _Step, by: str) -> None:
        before, after = step.before, step.after
        row = await session.get_one(EventRow, after.id)
        for name in _CHANGING:
            setattr(row, name, getattr(after, name))
        change = EventChangeRow(
            event_id=after.id,
            sequence=after.sequence,
            at=step.now,
            by=by[:60],
            status=after.status,
            status_before=before.status,
            starts_before=before.starts,
            timezone_before=before.timezone,
            venue_before=before.venue,
            reason=step.reason,
            source=step.asked.source,
        )
        session.add(change)
        await session.flush()

    async def _take_back(self, session: AsyncSession, step: _Step) -> None:
        """What is on its way to people and does not hold any more, whatever it says of the event."""
        await take_back(session, step.after, redated=step.is_redated)
        await withdraw(session, change_subject(step.after.slug, ""), f"{step.after.slug} was changed.")

    async def _tell(self, session: AsyncSession, step: _Step) -> str | None:
        if step.update is not None:
            await ensure_announceable(session, step.update.subject)
            return await self._write(session, step, step.update.subject, step.update.to_json())
        if step.asked.kind is Action.HEARD:
            subject = thanks_subject(step.after.slug, step.after.sequence)
            return await self._write(session, step, subject, content(step.after, Notice.THANKS, self._source))
        if not step.former:
            return None
        told_of = {
            "before": list(step.former),
            "believed": list(step.believed),  # with what is so again: the next change may make it wrong
            "reason": step.reason,
            "source": step.asked.source,
        }
        subject = change_subject(step.after.slug, step.after.sequence)
        return await self._write(session, step, subject, content(step.after, Notice.CHANGE, self._source, **told_of))

    async def _write(self, session: AsyncSession, step: _Step, subject: str, what: dict[str, Any]) -> str:
        about_event = step.update is None
        await write_notice(
            session,
            subject,
            what,
            step.audience,
            now=step.now,
            starts_at=step.at if step.at > step.now else None,
            timing=Timing(waking=about_event and not step.at_once),
            urgent_reason=f"{step.after.slug} was changed" if about_event else None,
        )
        return subject


def _believed(event: EventView, going: Sequence[GoingOut]) -> tuple[Facts, ...]:
    """What people may believe, each state once: what they may have when the notices were written that not everybody has, and
    what it was till now, unless nobody ever heard of that."""
    named = [facts for each in going for facts in each.believed]
    if not going or any(each.heard for each in going):
        named.append(facts_of(event))
    return tuple({told(facts): facts for facts in named}.values())
