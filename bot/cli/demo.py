"""The demonstration: the stand-in and the real bot as two processes on loopback, with invented people and cases."""

import asyncio
import contextlib
import os
import shutil
import signal
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import aiohttp

from bot.cli.demo_files import CONFIG, Place, prepare
from bot.cli.screen import say
from bot.errors import NidaError
from bot.language import catalogue_files

READY_WITHIN = 90.0
ENDS_WITHIN = 28.0
"""Seconds a process may take to end; the bot itself allows 25."""


@dataclass(frozen=True, slots=True)
class Reader:
    """An invented person with a chat."""

    id: int
    first_name: str
    language_code: str
    language: str


PEOPLE = (
    Reader(1001, "Rosa", "en", "English"),
    Reader(1002, "سلمى", "ar", "العربية"),
    Reader(1003, "بلال", "ur", "اردو"),
)


def run_demo(folder: Path, port: int, *, pseudo: bool) -> None:
    """Run until Ctrl-C or SIGTERM. Nothing stays running, however it ends."""
    with prepare(folder, port, pseudo=pseudo) as place:
        asyncio.run(_serve(place))
    say("Stopped.")


async def _serve(place: Place) -> None:
    stopped = _stop_on_signals()
    async with AsyncExitStack() as stack:
        standin = await stack.enter_async_context(_process("stand-in", place, place.standin_command))
        await _until_ready(f"{place.api_url}/control/state", standin, stopped)
        await _introduce_people(place.api_url)
        bot = await stack.enter_async_context(_process("bot", place, ["bot", "--config", str(place.folder / CONFIG), "run"]))
        await _until_ready(f"http://{place.listen}/readyz", bot, stopped)
        if not stopped.is_set():
            _say_where(place)
        await _until_stopped(stopped, standin, bot)


def _stop_on_signals() -> asyncio.Event:
    stopped = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        asyncio.get_running_loop().add_signal_handler(number, stopped.set)
    return stopped


@dataclass(frozen=True, slots=True)
class Child:
    name: str
    process: asyncio.subprocess.Process
    log: Path

    def ensure_running(self) -> None:
        if self.process.returncode is not None:
            lines = self.log.read_text(encoding="utf-8", errors="replace").strip().splitlines()
            raise NidaError(f"The {self.name} ended by itself: {lines[-1] if lines else 'it said nothing'} (more in {self.log}).")


@asynccontextmanager
async def _process(name: str, place: Place, module: Sequence[str]) -> AsyncIterator[Child]:
    """A process of its own group, so that Ctrl-C reaches only this one, which ends the others in order."""
    log = place.folder / f"{name}.log"
    with log.open("wb") as output:
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", *module,
            stdin=asyncio.subprocess.DEVNULL, stdout=output, stderr=output,
            start_new_session=True, preexec_fn=_end_with_parent, env=_environment_of(place),
        )  # fmt: skip
    try:
        yield Child(name, process, log)
    finally:
        await _end(process)


def _environment_of(place: Place) -> dict[str, str]:
    """What the operator set for the real bot must not reach the demo's."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("NIDA_")}
    return {**inherited, catalogue_files.SETTING: str(place.locales)} if place.locales else inherited


def _end_with_parent() -> None:
    """Linux: be told to end when the demo is killed outright."""
    if sys.platform == "linux":
        import ctypes

        set_death_signal = 1
        ctypes.CDLL(None).prctl(set_death_signal, signal.SIGTERM)


async def _end(process: asyncio.subprocess.Process) -> None:
    with contextlib.suppress(ProcessLookupError):
        process.terminate()
    try:
        async with asyncio.timeout(ENDS_WITHIN):
            await process.wait()
    except TimeoutError:
        process.kill()
        await process.wait()


async def _until_ready(address: str, child: Child, stopped: asyncio.Event) -> None:
    """Wait until the process answers there. Raises NidaError when it ended or takes too long."""
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=5)) as session:
        try:
            async with asyncio.timeout(READY_WITHIN):
                while not stopped.is_set() and not await _answers(session, address):
                    child.ensure_running()
                    await asyncio.sleep(0.1)
        except TimeoutError:
            raise NidaError(f"The {child.name} did not come up within {READY_WITHIN:.0f} s; see {child.log}.") from None


async def _answers(session: aiohttp.ClientSession, address: str) -> bool:
    try:
        async with session.get(address) as answer:
            return answer.status == 200
    except (aiohttp.ClientError, TimeoutError):
        return False


async def _introduce_people(api_url: str) -> None:
    async with aiohttp.ClientSession() as session:
        for reader in PEOPLE:
            person = {"id": reader.id, "first_name": reader.first_name, "language_code": reader.language_code}
            async with session.post(f"{api_url}/control/people", json=person) as answer:
                answer.raise_for_status()


async def _until_stopped(stopped: asyncio.Event, *children: Child) -> None:
    while not stopped.is_set():
        for child in children:
            child.ensure_running()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(0.5):
                await stopped.wait()


def _say_where(place: Place) -> None:
    say("\nNida is running. Open a chat in the browser and press START, or type anything:\n")
    for reader in PEOPLE:
        say(f"  {place.api_url}/?person={reader.id}   {reader.first_name} ({reader.language})")
    say(f"\nFollow the case “{place.case_title}” there. Then publish an update from another terminal:\n")
    say(f"  {_nida()} --config {place.folder / CONFIG} announce {place.update}\n")
    say("Ctrl-C stops everything.")


def _nida() -> str:
    beside = Path(sys.executable).with_name("nida")
    if not beside.exists():
        return shutil.which("nida") or f"{sys.executable} -m bot"
    here = Path.cwd()
    return str(beside.relative_to(here) if beside.is_relative_to(here) else beside)
