"""Reminders of very many events, and a change that very many people are told of."""

import random
import sqlite3
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import psycopg
from sqlalchemy import func, insert, select, update

from bench import databases, house
from bench.children import Figures
from bench.results import Result, Size, at_most, console, in_child
from bot.cases.models import CaseRow
from bot.clock import SystemClock
from bot.config import load
from bot.delivery.models import BroadcastRow, DeliveryRow
from bot.events.changing import Action, ChangeRequest
from bot.events.models import EventKind, EventRow, EventStatus, ReminderRow, ReminderState
from bot.events.offsets import OFFSETS, before
from bot.events.reminding import Reminders
from bot.language import Translated
from bot.operations.services import Services, open_services
from bot.process import spare_the_collector
from bot.storage.database import sqlite_path
from bot.supporters.models import SupporterRow

EVENTS, ANSWERS, FOLLOWERS = 10_000, 100, 100_000
SLICE = 5_000
FEW = 10
"""Of a hundred, who are there with --quick."""
DAYS = 90
"""Over which the events are spread."""
HEARING = "mill-lane-hearing"


async def figures(size: Size) -> list[Result]:
    results: list[Result] = []
    part = 1 if size.people >= 1_000_000 else FEW
    for name, database in (("SQLite", databases.sqlite), ("PostgreSQL", databases.postgresql)):
        with TemporaryDirectory() as folder, database(Path(folder)) as url:
            plan = house.Plan(FOLLOWERS // part, "http://127.0.0.1:1", database=url)
            await house.build(Path(folder), plan)
            await in_child("bench.events:fill", folder=folder, events=EVENTS // part)
            found = await in_child("bench.events:due", folder=folder)
            told = await in_child("bench.events:change", folder=folder)
        console.print(f"events, {name}: {found['due']:.0f} reminders of a minute found in {found['ms']:.1f} ms")
        console.print(f"events, {name}: {told['people']:,.0f} people written down for a change in {told['seconds']:.2f} s")
        events = f"{EVENTS // part:,} events with {ANSWERS} people each"
        results += [
            at_most(f"{name}: the due reminders of a minute found, of {events}", found["ms"], 50, "{:.1f} ms"),
            Result(
                f"… of {found['due']:.0f}, the {found['launched']:.0f} somebody wants launched", f"{found['launch_ms']:.0f} ms"
            ),
            at_most(f"{name}: a change written down for {told['people']:,.0f} followers", told["seconds"], 3, "{:.2f} s"),
        ]
    return results


async def fill(folder: str, events: int) -> Figures:
    settings = load(Path(folder) / "config.toml", {})
    async with open_services(settings, SystemClock()) as services:
        await _add_hearing(services)
        ids = await _add_events(services, events)
        async with services.database.read() as session:
            people = list((await session.execute(select(SupporterRow.id))).scalars())
    now = datetime.now(UTC).strftime("%Y-%m-%d %H:%M:%S")
    _copy(settings.database_url, ((person, event, now, "coming") for event in ids for person in random.sample(people, ANSWERS)))
    return {}


async def due(folder: str) -> Figures:
    """The slowest of several busy minutes: which reminders are due, and then writing what somebody wants into the ledger."""
    settings = load(Path(folder) / "config.toml", {})
    slowest: Figures = {"ms": 0.0}
    async with open_services(settings, SystemClock()) as services:
        spare_the_collector()
        for day in range(15, 20):
            busy = _ten_o_clock(services.clock.now() + timedelta(days=day))
            await _skip_until(services, busy)
            slowest = max(slowest, await _minute(services, busy), key=lambda each: each["ms"])
    return slowest


async def _minute(services: Services, now: datetime) -> Figures:
    reminders = Reminders(services.database, StoppedClock(now), "en")
    began = time.perf_counter()
    due = await reminders.due()
    found = time.perf_counter()
    launched = await reminders.launch_due()
    done = time.perf_counter()
    return {"ms": (found - began) * 1000, "due": len(due), "launched": launched, "launch_ms": (done - found) * 1000}


async def _skip_until(services: Services, minute: datetime) -> None:
    """Those before were sent in their time."""
    async with services.database.write() as session:
        before = update(ReminderRow).where(ReminderRow.due_at < minute, ReminderRow.state == ReminderState.PLANNED)
        await session.execute(before.values(state=ReminderState.LAUNCHED))


class StoppedClock(SystemClock):
    def __init__(self, now: datetime) -> None:
        self._now = now

    def now(self) -> datetime:
        return self._now


async def change(folder: str) -> Figures:
    """From the decision to the last follower in the ledger, as on the day of the hearing."""
    settings = load(Path(folder) / "config.toml", {})
    async with open_services(settings, SystemClock()) as services:
        spare_the_collector()
        began = time.perf_counter()
        subject = await services.changes.make(HEARING, ChangeRequest(Action.ADJOURN), "bench")
        await services.announcements.finish_fan_outs()
        seconds = time.perf_counter() - began
        people = await _owed(services, subject or "")
    return {"seconds": seconds, "people": people}


async def _owed(services: Services, subject: str) -> int:
    owed = select(func.count()).join_from(DeliveryRow, BroadcastRow, BroadcastRow.id == DeliveryRow.broadcast_id)
    async with services.database.read() as session:
        return await session.scalar(owed.where(BroadcastRow.subject == subject)) or 0


def _ten_o_clock(day: datetime) -> datetime:
    return day.replace(hour=10, minute=0, second=0, microsecond=0)


def _event(slug: str, starts_at: datetime, now: datetime, **more: Any) -> dict[str, Any]:
    texts = Translated().revised(house.TITLE, by="bench", at=now, source="en")
    return {
        "slug": slug,
        "kind": EventKind.HEARING,
        "status": EventStatus.LISTED,
        "title": texts,
        "venue": texts,
        "starts": starts_at.replace(tzinfo=None),
        "starts_at": starts_at,
        "timezone": "UTC",
        "created_at": now,
        "changed_at": now,
        "sequence": 0,
        **more,
    }


async def _add_hearing(services: Services) -> None:
    """Of the case everybody follows, in some hours."""
    now = services.clock.now()
    async with services.database.write() as session:
        case = await session.scalar(select(CaseRow.id))
        session.add(EventRow(**_event(HEARING, now + timedelta(hours=5), now, case_id=case)))


async def _add_events(services: Services, count: int) -> list[int]:
    """At the half hours of court days, as hearings are; each with a reminder planned for whenever somebody may want one."""
    now = services.clock.now()
    morning = _ten_o_clock(now) - timedelta(hours=1)
    moments = [morning + timedelta(days=day, minutes=30 * half) for day in range(1, DAYS) for half in range(16)]
    rows = [_event(f"bench-{number}", random.choice(moments), now) for number in range(count)]  # noqa: S311
    async with services.database.write() as session:
        await session.execute(insert(EventRow), rows)
        dated = (await session.execute(select(EventRow.id, EventRow.starts_at).where(EventRow.slug != HEARING))).all()
        reminders = [
            {"event_id": event, "minutes": minutes, "due_at": starts_at - before(minutes), "state": ReminderState.PLANNED}
            for event, starts_at in dated
            for minutes in OFFSETS
            if starts_at is not None
        ]
    for first in range(0, len(reminders), SLICE):
        async with services.database.write() as session:
            await session.execute(insert(ReminderRow), reminders[first : first + SLICE])
    return [event for event, _ in dated]


_COLUMNS = "supporter_id, event_id, since, answer"


def _copy(url: str, answers: Iterator[tuple[int, int, str, str]]) -> None:
    if url.startswith("sqlite"):
        connection = sqlite3.connect(sqlite_path(url))
        connection.executemany(f"INSERT INTO attendances ({_COLUMNS}) VALUES (?, ?, ?, ?)", answers)  # noqa: S608 - constant
        connection.commit()
        connection.close()
        return
    with psycopg.connect(url) as server, server.cursor().copy(f"COPY attendances ({_COLUMNS}) FROM STDIN") as copy:
        for answer in answers:
            copy.write_row(answer)
    with psycopg.connect(url, autocommit=True) as server:
        server.execute("VACUUM ANALYZE")
