"""Two thousand signatures a minute over the webhook, and a petition's page when a million have signed."""

import asyncio
import json
import secrets
import sqlite3
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import aiohttp
import psycopg
from sqlalchemy import update

from bench import databases, house
from bench.api import Api, answering
from bench.children import Figures
from bench.results import Result, Size, at_most, console, in_child
from bench.updates import HEADERS, free_port, started, webhook_url
from bot.clock import SystemClock
from bot.config import load
from bot.language import Translated
from bot.operations.services import open_services
from bot.petitions.models import PetitionRow, PetitionStatus
from bot.storage.database import sqlite_path
from bot.storage.tables import all_tables
from handlers.actions import CountMeIn

A_MINUTE = 2_000
WARM_UP = 20
ROUNDS = 201
MOST_SECONDS, MOST_MS = 1.0, 2.0
ONE_SIGNATURE = 224
"""Bytes of what is sealed of one who answered shortly."""
_COLUMNS = "petition_id, tag, entry, number, salt, signed_at, answers, show_name, pass_on, standing, comment"
Opened = Callable[[Path], AbstractContextManager[str]]


async def figures(size: Size) -> list[Result]:
    results = []
    for name, opened in (("SQLite", databases.sqlite), ("PostgreSQL", databases.postgresql)):
        results += [await _signing(name, opened, size.seconds), await _page(name, opened, size.people)]
    return results


async def _signing(name: str, opened: Opened, seconds: float) -> Result:
    with TemporaryDirectory() as folder_name, opened(Path(folder_name)) as url:
        folder, port = Path(folder_name), free_port()
        async with answering() as api:
            plan = house.Plan(1, api.url, listen=f"127.0.0.1:{port}", webhook=True, database=url)
            await house.build(folder, plan)
            with (folder / "config.toml").open("a", encoding="utf-8") as config:
                config.write("\n[petitions]\nburst = 1_000_000\n")
            petition = await _add_petition(folder)
            command = (sys.executable, "-m", "bot", "--config", str(folder / "config.toml"), "run")
            async with started(f"http://127.0.0.1:{port}/readyz", *command):
                target = webhook_url(folder, port)
                await _sign(api, target, petition, range(1, 1 + WARM_UP))
                count = int(A_MINUTE / 60 * seconds)
                waited = await _sign(api, target, petition, range(1 + WARM_UP, 1 + WARM_UP + count))
            counted = await _counted(folder)
    if counted != WARM_UP + count:
        raise AssertionError(f"{counted} signatures were counted of {WARM_UP + count}")
    p99, middle = statistics.quantiles(waited, n=100)[98], statistics.median(waited)
    console.print(f"{name}: {count} signatures in {seconds:.0f} s; p99 {p99 * 1e3:.0f} ms, middle {middle * 1e3:.0f} ms")
    what = f"p99 until the thanks for a signature leave us, {A_MINUTE:,} a minute over the webhook for {seconds:.0f} s, {name}"
    return at_most(what, p99, MOST_SECONDS, "{:.3f} s")


async def _sign(api: Api, url: str, petition: int, numbers: range) -> list[float]:
    """Each from another account, in an even stream."""
    async with aiohttp.ClientSession(headers=HEADERS) as http, asyncio.TaskGroup() as signing:
        began, tasks = time.perf_counter(), []
        for at, number in enumerate(numbers):
            await asyncio.sleep(max(0.0, began + at * 60 / A_MINUTE - time.perf_counter()))
            tasks.append(signing.create_task(_one(api, http, url, petition, number)))
    waited: list[float] = [task.result() for task in tasks]
    return waited


async def _one(api: Api, http: aiohttp.ClientSession, url: str, petition: int, number: int) -> float:
    answer = api.awaited[house.FIRST_CHAT + number] = asyncio.get_running_loop().create_future()
    asked = time.perf_counter()
    async with http.post(url, data=_tap(petition, number)) as response:
        response.raise_for_status()
    left: float
    left, _ = await asyncio.wait_for(answer, 60)
    return left - asked


def _tap(petition: int, number: int) -> bytes:
    """The second tap: count me in."""
    person = {"id": house.FIRST_CHAT + number, "is_bot": False, "first_name": "Sam", "language_code": house.LOCALES[number % 3]}
    message = {
        "message_id": number,
        "date": int(time.time()),
        "chat": {"id": person["id"], "type": "private", "first_name": "Sam"},
        "text": "Count me in?",
    }
    data = CountMeIn(petition_id=petition).pack()
    query = {"id": str(number), "from": person, "chat_instance": "1", "message": message, "data": data}
    return json.dumps({"update_id": number, "callback_query": query}).encode()


async def _add_petition(folder: Path) -> int:
    all_tables()
    now = SystemClock().now()
    title, text = (Translated().revised(texts, by="bench", at=now, source="en") for texts in (house.TITLE, house.SUMMARY))
    row = PetitionRow(
        slug="open-justice",
        status=PetitionStatus.OPEN,
        target=title,
        title=title,
        text=text,
        goal=100_000,
        asks=[],
        needs=[],
        keep_until=date(now.year + 1, 1, 1),
        created_at=now,
        changed_at=now,
    )
    async with open_services(load(folder / "config.toml", {}), SystemClock()) as services:
        async with services.database.write() as session:
            session.add(row)
        return row.id


async def _counted(folder: Path) -> int:
    async with open_services(load(folder / "config.toml", {}), SystemClock()) as services:
        card = await services.petitions.get_card("open-justice", None)
    return 0 if card is None else card.petition.counted


async def _page(name: str, opened: Opened, people: int) -> Result:
    with TemporaryDirectory() as folder, opened(Path(folder)) as url:
        await in_child("bench.house:build_here", folder=folder, people=1, api_url="http://127.0.0.1:1", database=url)
        taken = await in_child("bench.petitions:page", folder=folder, people=people)
    console.print(f"{name}: {people:,} signatures: a page {taken['ms']:.2f} ms, one's own list {taken['mine']:.2f} ms")
    what = f"Reading a petition with its count for its page, {people:,} signatures, {name}"
    return at_most(what, taken["ms"], MOST_MS, "{:.2f} ms")


async def page(folder: str, people: int) -> Figures:
    """Milliseconds, the middle of several rounds, each for another account."""
    petition = await _add_petition(Path(folder))
    settings = load(Path(folder) / "config.toml", {})
    rows = _signatures(petition, people)
    (_copy_into_sqlite if settings.database_url.startswith("sqlite") else _copy_into_postgresql)(settings.database_url, rows)
    async with open_services(settings, SystemClock()) as services:
        async with services.database.write() as session:
            await session.execute(update(PetitionRow).values(counted=people, made=people, size=people))
        read: list[float] = []
        mine: list[float] = []
        for number in range(ROUNDS):
            began = time.perf_counter()
            card = await services.petitions.get_card(petition, house.FIRST_CHAT + number)
            read.append(time.perf_counter() - began)
            if card is None or card.petition.counted != people:
                raise AssertionError("that is not the petition")
            began = time.perf_counter()
            await services.petitions.list_mine(house.FIRST_CHAT + number, 0, 5)
            mine.append(time.perf_counter() - began)
    return {"ms": statistics.median(read) * 1e3, "mine": statistics.median(mine) * 1e3}


def _signatures(petition: int, people: int) -> Iterator[tuple[Any, ...]]:
    """Random bytes, as tags, salts and what is sealed look."""
    began = datetime(2026, 11, 1, tzinfo=UTC)
    for number in range(people):
        hour = f"{began + timedelta(hours=number // 5_000):%Y-%m-%d %H:00:00}"
        sealed = secrets.token_bytes(ONE_SIGNATURE)
        tag, salt = secrets.token_bytes(16), secrets.token_bytes(32)
        yield petition, tag, number, number + 1, salt, hour, sealed, False, False, "counted", "none"


def _copy_into_sqlite(url: str, rows: Iterator[tuple[Any, ...]]) -> None:
    connection = sqlite3.connect(sqlite_path(url))
    marks = ", ".join("?" * len(_COLUMNS.split(",")))
    connection.executemany(f"INSERT INTO signatures ({_COLUMNS}) VALUES ({marks})", rows)  # noqa: S608 - no values of anybody's
    connection.commit()
    connection.close()


def _copy_into_postgresql(url: str, rows: Iterator[tuple[Any, ...]]) -> None:
    with psycopg.connect(url) as connection, connection.cursor().copy(f"COPY signatures ({_COLUMNS}) FROM STDIN") as copy:
        for row in rows:
            copy.write_row(row)
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("VACUUM ANALYZE signatures")
