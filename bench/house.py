"""An installation with people in it: configuration, key, database, one case with an update, and its followers."""

from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import insert, select

from bot.cases.models import CaseRow, CaseStatus, Certainty
from bot.cases.views import CaseDraft, UpdateDraft
from bot.clock import SystemClock
from bot.config import load
from bot.operations.services import Services, open_services
from bot.storage.upgrade import upgrade
from bot.storage.vault import Cell, write_new_key
from bot.supporters.kinds import Kind
from bot.supporters.models import FollowingRow, SupporterRow

CASE, UPDATE = "mill-lane-three", "mill-lane-bail"
FIRST_CHAT = 1_000_000
SECRET = "a-secret-of-the-benchmark"
CHUNK = 10_000
LOCALES = ("en", "ar", "ur")
TITLE = {"en": "The Mill Lane Three", "ar": "ثلاثة ميل لين", "ur": "مل لین کے تین"}
SUMMARY = {
    "en": "Three neighbours are charged after a vigil. The hearing was put off twice, and no reason was given.",
    "ar": "وُجّهت إلى ثلاثة جيران تهمة بعد وقفة. وأُجّلت الجلسة مرتين من دون ذكر السبب.",
    "ur": "ایک اجتماع کے بعد تین پڑوسیوں پر الزام لگایا گیا۔ سماعت دو بار ملتوی ہوئی اور وجہ نہیں بتائی گئی۔",
}


async def build(
    folder: Path, people: int, api_url: str, token: str, *, listen: str = "127.0.0.1:0", webhook: bool = False
) -> None:
    """Write it all into an empty folder."""
    (folder / "config.toml").write_text(_configuration(api_url, token, listen, webhook), encoding="utf-8")
    write_new_key(folder / "nida.key")
    settings = load(folder / "config.toml", {})
    upgrade(settings.database_url)
    async with open_services(settings, SystemClock()) as services:
        await services.cases.apply([_case()], [_update()], by="bench")
        await _subscribe(services, people)


def _configuration(api_url: str, token: str, listen: str, webhook: bool) -> str:
    mode = f'mode = "webhook"\nwebhook_url = "https://bench.example"\nwebhook_secret = "{SECRET}"\n' if webhook else ""
    return f"""
        [organisation]
        name = "Open Door Watch"
        [telegram]
        token = "{token}"
        api_url = "{api_url}"
        listen = "{listen}"
        {mode}
        [delivery]
        rate = 10000
        per_chat_interval = 0
        [log]
        format = "json"
    """


def _case() -> CaseDraft:
    return CaseDraft(CASE, CaseStatus.OPEN, "England and Wales", TITLE, SUMMARY)


def _update() -> UpdateDraft:
    at = datetime(2026, 11, 3, 10, 30, tzinfo=UTC)
    source = "https://courts.example/mill-lane"
    return UpdateDraft(CASE, UPDATE, Kind.RULING, at, Certainty.CONFIRMED, source, TITLE, SUMMARY)


async def _subscribe(services: Services, people: int) -> None:
    async with services.database.read() as session:
        case = (await session.execute(select(CaseRow.id))).scalar_one()
    now = services.clock.now()
    for first in range(1, people + 1, CHUNK):
        numbers = range(first, min(first + CHUNK, people + 1))
        async with services.database.write() as session:
            await session.execute(insert(SupporterRow), [_person(services, number, now) for number in numbers])
            follows = [{"supporter_id": number, "case_id": case, "since": now} for number in numbers]
            await session.execute(insert(FollowingRow), follows)


def _person(services: Services, number: int, now: datetime) -> dict[str, object]:
    chat = str(FIRST_CHAT + number).encode()
    return {
        "id": number,
        "tag": services.vault.tag("supporters.telegram_id", chat),
        "telegram_id": services.vault.seal(chat, Cell("supporters", "telegram_id", number)),
        "locale": LOCALES[number % 3],
        "digits": "latin",
        "muted_kinds": 0,
        "consented_at": now,
        "created_at": now,
    }
