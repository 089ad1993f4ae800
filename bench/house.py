"""An installation with people in it: configuration, key, database, one case with an update, and its followers."""

import secrets
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psycopg

from bench.api import TOKEN
from bench.children import Figures
from bot.cases.models import CaseStatus, Certainty
from bot.cases.views import CaseDraft, UpdateDraft
from bot.clock import SystemClock
from bot.config import load
from bot.operations.services import open_services
from bot.storage.database import sqlite_path
from bot.storage.upgrade import upgrade
from bot.storage.vault import Cell, Vault, write_new_key
from bot.supporters.kinds import Kind

CASE, UPDATE = "mill-lane-three", "mill-lane-bail"
FIRST_CHAT = 1_000_000
SECRET = "a-secret-of-the-benchmark"
LOCALES = ("en", "ar", "ur")
TITLE = {"en": "The Mill Lane Three", "ar": "ثلاثة ميل لين", "ur": "مل لین کے تین"}
SUMMARY = {
    "en": "Three neighbours are charged after a vigil. The hearing was put off twice, and no reason was given.",
    "ar": "وُجّهت إلى ثلاثة جيران تهمة بعد وقفة. وأُجّلت الجلسة مرتين من دون ذكر السبب.",
    "ur": "ایک اجتماع کے بعد تین پڑوسیوں پر الزام لگایا گیا۔ سماعت دو بار ملتوی ہوئی اور وجہ نہیں بتائی گئی۔",
}


@dataclass(frozen=True)
class Plan:
    """`database` is an address, by default a file in the folder."""

    people: int
    api_url: str
    rate: float = 10_000
    listen: str = "127.0.0.1:0"
    webhook: bool = False
    database: str = ""


async def build(folder: Path, plan: Plan) -> None:
    """Write it all into an empty folder."""
    (folder / "config.toml").write_text(_configuration(plan), encoding="utf-8")
    write_new_key(folder / "nida.key")
    settings = load(folder / "config.toml", {})
    upgrade(settings.database_url)
    async with open_services(settings, SystemClock()) as services:
        await services.cases.apply([_case()], [_update()], by="bench")
        now = services.clock.now()
        people = (_person(services.vault, number, now) for number in range(1, plan.people + 1))
        (_copy_into_sqlite if services.database.is_sqlite else _copy_into_postgresql)(settings.database_url, people)


async def build_here(folder: str, **plan: Any) -> Figures:
    """For a process of its own: a million people are not to be remembered in ours."""
    await build(Path(folder), Plan(**plan))
    return {}


def _configuration(plan: Plan) -> str:
    mode = f'mode = "webhook"\nwebhook_url = "https://bench.example"\nwebhook_secret = "{SECRET}"\n' if plan.webhook else ""
    database = f'[database]\nurl = "{plan.database}"\n' if plan.database else ""
    return f"""
        [organisation]
        name = "Open Door Watch"
        [telegram]
        token = "{TOKEN}"
        api_url = "{plan.api_url}"
        listen = "{plan.listen}"
        {mode}
        [delivery]
        rate = {plan.rate}
        per_chat_interval = 0
        {database}
        [log]
        format = "json"
    """


def _case() -> CaseDraft:
    return CaseDraft(CASE, CaseStatus.OPEN, "England and Wales", TITLE, SUMMARY)


def _update() -> UpdateDraft:
    at = datetime(2026, 11, 3, 10, 30, tzinfo=UTC)
    source = "https://courts.example/mill-lane"
    return UpdateDraft(CASE, UPDATE, Kind.RULING, at, Certainty.CONFIRMED, source, TITLE, SUMMARY)


def _person(vault: Vault, number: int, now: datetime) -> tuple[object, ...]:
    chat, person = str(FIRST_CHAT + number).encode(), secrets.randbits(62)
    tag = vault.tag("supporters.telegram_id", chat)
    sealed = vault.seal(chat, Cell("supporters", "telegram_id", person))
    return (
        person,
        tag,
        sealed,
        LOCALES[number % 3],
        "latin",
        0,
        now.strftime("%Y-%m-%d %H:%M:%S"),
        now.strftime("%Y-%m-%d %H:%M:%S"),
    )


_COLUMNS = "id, tag, telegram_id, locale, digits, muted_kinds, consented_at, created_at"
_INSERT = f"INSERT INTO supporters ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?)"  # noqa: S608 - no values of anybody's
_FOLLOW = (
    "INSERT INTO followings (supporter_id, case_id, since) SELECT supporters.id, cases.id, created_at FROM supporters, cases"
)


def _copy_into_sqlite(url: str, people: Iterator[tuple[object, ...]]) -> None:
    connection = sqlite3.connect(sqlite_path(url))
    connection.executemany(_INSERT, people)
    connection.execute(_FOLLOW)
    connection.commit()
    connection.close()


def _copy_into_postgresql(url: str, people: Iterator[tuple[object, ...]]) -> None:
    with psycopg.connect(url) as connection:
        with connection.cursor().copy(f"COPY supporters ({_COLUMNS}) FROM STDIN") as copy:
            for person in people:
                copy.write_row(person)
        connection.execute(_FOLLOW)
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("VACUUM ANALYZE")
