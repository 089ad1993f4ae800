"""`nida run` as a process of its own, to be stopped and killed."""

import asyncio
import os
import signal
import socket
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import aiohttp

from bot.app.connecting import connect
from bot.cli.demo_files import examples
from bot.clock import SystemClock
from bot.config import load
from bot.storage.vault import write_new_key
from tests.telegram_world import TelegramWorld

READY_SECONDS = 90
ROOT = Path(__file__).parents[2]


def free_port() -> int:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        return int(listening.getsockname()[1])


@dataclass(frozen=True)
class Installation:
    """A configuration of its own in a folder, against a stand-in and a database."""

    folder: Path
    listen: str

    @property
    def config(self) -> Path:
        return self.folder / "config.toml"

    @property
    def log(self) -> Path:
        return self.folder / "run.log"


def install(folder: Path, world: TelegramWorld, database_url: str, *, rate: int = 30, **telegram: str) -> Installation:
    keys = {"token": world.token, "api_url": world.url, "listen": f"127.0.0.1:{free_port()}", **telegram}
    if not (folder / "nida.key").exists():
        write_new_key(folder / "nida.key")
    written = "\n".join(f'{key} = "{value}"' for key, value in keys.items())
    (folder / "config.toml").write_text(
        f'[organisation]\nname = "Open Door Watch"\n[telegram]\n{written}\n[database]\nurl = "{database_url}"\n'
        f'[delivery]\nrate = {rate}\nper_chat_interval = 0\n[log]\nformat = "json"\n'
    )
    return Installation(folder, keys["listen"])


async def apply_examples(installation: Installation) -> None:
    """Without a process of its own: starting one takes seconds."""
    async with connect(load(installation.config, environment={})) as staff:
        await staff.apply_content(examples(SystemClock().now().date()), "tests", False, False)


def environment() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if not name.startswith("NIDA_")}


@asynccontextmanager
async def bot_process(installation: Installation) -> AsyncIterator[asyncio.subprocess.Process]:
    """Started and ready; killed at the end if it still runs."""
    with installation.log.open("ab") as log:
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "bot", "--config", str(installation.config), "run", stdout=log, stderr=log, env=environment()
        )
    try:
        await until_ready(installation, process)
        yield process
    except BaseException:
        sys.stderr.write(installation.log.read_text())  # what the bot says of it, for whoever reads the failure
        raise
    finally:
        if process.returncode is None:
            process.send_signal(signal.SIGKILL)
        await process.wait()


class Started(Protocol):
    """A process, or what stands for one: `returncode` is None while it runs."""

    @property
    def returncode(self) -> int | None: ...


async def until_ready(installation: Installation, process: Started) -> None:
    async with aiohttp.ClientSession() as session:
        for _ in range(READY_SECONDS * 20):
            assert process.returncode is None, installation.log.read_text()
            try:
                async with session.get(f"http://{installation.listen}/readyz") as answer:
                    if answer.status == 200:
                        return
            except aiohttp.ClientError:
                pass
            await asyncio.sleep(0.05)
    raise AssertionError(installation.log.read_text())


async def nida(installation: Installation, *arguments: str, folder: Path | None = None) -> tuple[int, str]:
    """Run one command to its end, in a folder; its status and everything it printed."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "bot",
        "--config",
        str(installation.config),
        *arguments,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
        cwd=folder,
        env=environment() | {"PYTHONPATH": str(ROOT)},
    )
    printed, _ = await process.communicate()
    return process.returncode or 0, printed.decode()
