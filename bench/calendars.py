"""How long the feed of 500 events takes in Arabic: for a calendar that asks anew, for one that has it, and the first time after
what is done at the start."""

import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import datetime, timedelta
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from zoneinfo import ZoneInfo

from sqlalchemy import insert

from bench import databases, house
from bench.children import Figures
from bench.results import Result, Size, at_most, console, in_child
from bot.clock import SystemClock
from bot.config import load
from bot.events.models import EventKind, EventRow, EventStatus
from bot.language import Translated
from bot.operations.services import open_services

EVENTS = 500
ROUNDS = 21
ZONES = ("Europe/London", "Africa/Cairo", "Asia/Karachi", "Asia/Amman", "America/New_York")
MOST_MS = 30
SERVED = {"NIDA_WEB__PUBLIC_URL": "https://nida.example"}
TEXTS = ("about", "venue", "asked", "bring", "arrive", "access", "phones")
Opened = Callable[[Path], AbstractContextManager[str]]


async def figures(_: Size) -> list[Result]:
    return [*await _on("SQLite", databases.sqlite), *await _on("PostgreSQL", databases.postgresql)]


async def _on(name: str, opened: Opened) -> list[Result]:
    with TemporaryDirectory() as folder, opened(Path(folder)) as url:
        await in_child("bench.house:build_here", folder=folder, people=1, api_url="http://127.0.0.1:1", database=url)
        taken = await in_child("bench.calendars:feed", folder=folder)
    times = ", ".join(f"{what} {taken[what]:.1f} ms" for what in ("prepared", "first", "again", "known"))
    console.print(f"{name}: {taken['kilobytes']:.0f} KB; {times}")
    return [
        at_most(f"The feed of {EVENTS} events, {name}", taken["again"], MOST_MS, "{:.1f} ms"),
        Result("… for a calendar that has it already", f"{taken['known']:.1f} ms"),
        at_most("… the first time after a start", taken["first"], MOST_MS, "{:.1f} ms"),
        Result("… writing its entries at the start, in each language, others in between", f"{taken['prepared']:.0f} ms"),
    ]


async def feed(folder: str) -> Figures:
    """Milliseconds, the middle of several rounds; of the first time there is one only."""
    async with open_services(load(Path(folder) / "config.toml", SERVED), SystemClock()) as services:
        async with services.database.write() as session:
            await session.execute(insert(EventRow), [_event(number) for number in range(EVENTS)])
        began = time.perf_counter()
        await services.feeds.prepare()
        prepared = time.perf_counter() - began
        began = time.perf_counter()
        whole = await services.feeds.public("ar")
        first = time.perf_counter() - began
        if whole is None or whole.body is None or whole.body.count(b"BEGIN:VEVENT") != EVENTS:
            raise AssertionError("that is not the feed")
        again: list[float] = []
        known: list[float] = []
        for _ in range(ROUNDS):
            for taken, etags in ((again, ()), (known, (whole.etag,))):
                began = time.perf_counter()
                await services.feeds.public("ar", etags)
                taken.append(time.perf_counter() - began)
    milliseconds = {"prepared": prepared * 1e3, "first": first * 1e3, "again": median(again) * 1e3, "known": median(known) * 1e3}
    return {**milliseconds, "kilobytes": len(whole.body) / 1e3}


def _event(number: int) -> dict[str, object]:
    now = SystemClock().now()
    starts = (now + timedelta(hours=7 * number)).replace(tzinfo=None, microsecond=0)
    zone = ZONES[number % len(ZONES)]
    title, summary = (Translated().revised(texts, by="bench", at=now, source="en") for texts in (house.TITLE, house.SUMMARY))
    return {
        "slug": f"hearing-{number}",
        "kind": EventKind.HEARING,
        "status": EventStatus.LISTED,
        "case_id": 1,
        "title": title,
        "starts": starts,
        "ends": starts + timedelta(hours=2),
        "timezone": zone,
        "starts_at": _moment(starts, zone),
        **dict.fromkeys(TEXTS, summary),
        "map": "https://maps.example/court",
        "url": "https://live.example/court",
        "source": "https://courts.example/list",
        "sequence": 0,
        "created_at": now,
        "changed_at": now,
    }


def _moment(wall: datetime, zone: str) -> datetime:
    return wall.replace(tzinfo=ZoneInfo(zone))
