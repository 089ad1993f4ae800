"""nida demo: from nothing to a case update in three chats; afterwards nothing runs any more."""

import asyncio
import os
import re
import shlex
import signal
import socket
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import aiohttp
import pytest

from bot.language import Catalogues
from bot.language.pseudo import ACCENTED, MIRRORED, pseudo
from tests.acceptance.processes import environment
from tests.person import Person

LANGUAGES = ("en", "ar", "ur")
WORDS = Catalogues.load(LANGUAGES)
READY_SECONDS = 240
pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]


@dataclass
class Demo:
    process: asyncio.subprocess.Process
    printed: str = ""
    people: dict[int, str] = field(default_factory=dict)
    """The chat page of each, by id."""

    @property
    def command(self) -> list[str]:
        """The second command, as it is printed."""
        found = re.search(r"^ +(\S.* announce \S+)$", self.printed, re.MULTILINE)
        assert found is not None, self.printed
        return shlex.split(found[1])

    @property
    def address(self) -> str:
        return next(iter(self.people.values())).partition("/?")[0]

    async def read_until(self, wanted: str) -> None:
        assert self.process.stdout is not None
        async with asyncio.timeout(READY_SECONDS):
            while wanted not in self.printed:
                line = await self.process.stdout.readline()
                assert line, self.printed
                self.printed += line.decode()


@asynccontextmanager
async def demo(folder: Path, *options: str) -> AsyncIterator[Demo]:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot", "demo", "--folder", str(folder / "demo"), "--port", "0", *options,
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT, env=environment(), start_new_session=True,
    )  # fmt: skip
    running = Demo(process)
    try:
        await running.read_until("Ctrl-C stops everything.")
        running.people = {int(number): page for page, number in re.findall(r"(http://\S+\?person=(\d+))", running.printed)}
        yield running
    finally:
        if process.returncode is None:
            process.send_signal(signal.SIGTERM)
            await process.communicate()


def processes_using(folder: Path) -> list[int]:
    """The processes that were told of the folder, or have a file of it open."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        if int(process.name) == os.getpid():
            continue
        with _gone_meanwhile():
            told = str(folder) in (process / "cmdline").read_text()
            has_open = any(str(folder) in str(link.readlink()) for link in (process / "fd").iterdir())
            if told or has_open:
                found.append(int(process.name))
    return found


@contextmanager
def _gone_meanwhile() -> Iterator[None]:
    try:
        yield
    except OSError:
        return


async def nothing_runs(folder: Path) -> bool:
    for _ in range(600):
        if not processes_using(folder):
            return True
        await asyncio.sleep(0.1)
    return False


async def subscribes_and_follows(reader: Person, language: str) -> None:
    for label in ("Subscribe", "Follow"):
        await sees_button(reader, language, label)
        await reader.taps(WORDS.translate(language, label))
    await sees_button(reader, language, "Stop following")


async def sees_button(reader: Person, language: str, label: str) -> None:
    await reader.sees(lambda message: message.button(WORDS.translate(language, label)) is not None)


async def test_three_readers_follow_and_the_second_command_reaches_them(folder: Path) -> None:
    async with demo(folder) as running, aiohttp.ClientSession(running.address) as control:
        readers = dict(zip(LANGUAGES, [Person(control, number) for number in running.people], strict=True))
        for language, reader in readers.items():
            async with control.get(f"/?person={reader.id}") as page:
                assert page.status == 200
            await reader.starts("case-north-gate-five")
            await subscribes_and_follows(reader, language)
        second = await asyncio.create_subprocess_exec(*running.command, "--yes", env=environment())
        assert await second.wait() == 0
        for language, reader in readers.items():
            await sees_button(reader, language, "Open the case")
        running.process.send_signal(signal.SIGINT)
        await running.process.communicate()
        assert running.process.returncode == 0
    assert await nothing_runs(folder)


async def test_killed_it_leaves_nothing_running(folder: Path) -> None:
    async with demo(folder) as running:
        running.process.kill()
        await running.process.wait()
        assert await nothing_runs(folder)


async def test_taken_ports_are_avoided_a_second_demo_is_refused_and_sigterm_ends_all(folder: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        async with demo(folder, "--port", str(port)) as running:
            assert f":{port}" not in running.address
            second = await asyncio.create_subprocess_exec(
                sys.executable, "-m", "bot", "demo", "--folder", str(folder / "demo"),
                stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE, env=environment(),
            )  # fmt: skip
            _, complaint = await second.communicate()
            assert second.returncode == 1
            assert "A demo runs in" in complaint.decode()
            running.process.send_signal(signal.SIGTERM)
            printed, _ = await running.process.communicate()
            assert (running.process.returncode, "Stopped." in printed.decode()) == (0, True)
    assert await nothing_runs(folder)


async def test_in_pseudo_languages_no_message_is_in_plain_letters(folder: Path) -> None:
    async with demo(folder, "--pseudo") as running, aiohttp.ClientSession(running.address) as control:
        english, arabic, _ = (Person(control, number) for number in running.people)
        for reader, letters in ((english, ACCENTED), (arabic, MIRRORED)):
            await reader.types("/settings")
            await reader.sees(pseudo("Settings", letters))
