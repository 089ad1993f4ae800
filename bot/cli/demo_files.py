"""What the demonstration needs on disk: a key, a configuration, a database with the example content."""

import asyncio
import fcntl
import re
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from pathlib import Path

from bot import config, log
from bot.cli.backups import bring_up_to_date
from bot.cli.configuration import Values, configuration_text
from bot.cli.screen import say
from bot.clock import SystemClock
from bot.content import files
from bot.content.opening import Opened, opened
from bot.errors import Misuse, NidaError
from bot.operations.services import open_services
from bot.storage.vault import write_new_key

CONFIG = "config.toml"
ROOT = Path(__file__).resolve().parents[2]
EXAMPLES = ROOT / "examples" / "content"
TOKEN = "123456:standin"  # noqa: S105 - the stand-in's own
WRITTEN = date(2026, 11, 22)
_WALL = re.compile(r"^((?:starts|ends|closes|keep_until) = )(\S+)$", re.MULTILINE)
CASE_TITLE = "The North Gate Five"
UPDATE = "north-gate-five-bail"


@dataclass(frozen=True, slots=True)
class Place:
    """Where the demonstration runs, and what it suggests to try."""

    folder: Path
    standin_port: int
    listen: str
    case_title: str = CASE_TITLE
    update: str = UPDATE
    locales: Path | None = None
    """Catalogues to speak from instead of the languages' own."""

    @property
    def api_url(self) -> str:
        return f"http://127.0.0.1:{self.standin_port}"

    @property
    def standin_command(self) -> list[str]:
        return ["bot.standin", "--port", str(self.standin_port), "--token", TOKEN]


@contextmanager
def prepare(folder: Path, port: int, *, pseudo: bool) -> Iterator[Place]:
    """Begin afresh in `folder`: the stand-in forgets everything when it ends, so a database that remembers would not fit."""
    if not EXAMPLES.is_dir():
        raise Misuse("The demo needs the example content: run it in a checkout of the project, as `make demo`.")
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "demo.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise NidaError(f"A demo runs in {folder} already; stop it with Ctrl-C, or give this one another --folder.") from None
        _remove_what_was_left(folder)
        locales = _pseudo_locales(folder) if pseudo else None
        place = Place(folder, _free_port(port), f"127.0.0.1:{_free_port(8080 if port else 0)}", locales=locales)
        say("Preparing the database and the example cases…")
        _fill(place)
        yield place


def _remove_what_was_left(folder: Path) -> None:
    for pattern in ("nida.db*", "nida.key", CONFIG, "*.log", "*.sock"):
        for file in folder.glob(pattern):
            file.unlink()


def _fill(place: Place) -> None:
    values: Values = {
        "organisation": {
            "name": "Open Court Circle",
            "website": "https://open-court.example",
            "contact": "hello@open-court.example",
            "timezone": "Europe/London",
        },
        "telegram": {"token": TOKEN, "api_url": place.api_url, "listen": place.listen},
    }
    file = place.folder / CONFIG
    file.touch(mode=0o600)
    file.write_text(configuration_text(values), encoding="utf-8")
    settings = config.load(file, environment={})
    log.configure("warning", settings.log.format)
    write_new_key(settings.key_path)
    bring_up_to_date(settings.database_url)
    asyncio.run(_apply(settings))


def _pseudo_locales(folder: Path) -> Path:
    from bot.language import maintain

    locales = (folder / "locales").absolute()
    maintain.write_pseudo(ROOT, locales)
    return locales


def _free_port(wanted: int) -> int:
    """That port, or another one when something listens there."""
    for port in (wanted, 0):
        with socket.socket() as attempt:
            attempt.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                attempt.bind(("127.0.0.1", port))
            except OSError:
                continue
            return int(attempt.getsockname()[1])
    raise NidaError("No port of 127.0.0.1 is free.")


async def _apply(settings: config.Settings) -> None:
    async with open_services(settings, SystemClock()) as services:
        await files.apply(examples(services.clock.now().date()), services.library, by="the demo")


def examples(today: date) -> list[Opened]:
    """The example content, its events and petitions moved on by whole weeks: they are dated as seen from `WRITTEN`."""
    weeks = timedelta(weeks=max(0, (today - WRITTEN).days // 7))

    def moved(wall: re.Match[str]) -> str:
        written = datetime.fromisoformat(wall[2]) if "T" in wall[2] else date.fromisoformat(wall[2])
        return f"{wall[1]}{(written + weeks).isoformat()}"

    return [replace(file, text=_WALL.sub(moved, file.text)) for file in opened([EXAMPLES])]
