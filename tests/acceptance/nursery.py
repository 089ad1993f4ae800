"""Starts `nida` in a moment: one process imports everything once, and each `nida` is a fork of it.

A process takes seconds of CPU to import what it needs; killing a hundred of them would take minutes of that. The forks share
nothing but code: each reads its configuration, opens its database and its sockets by itself, and dies for good by SIGKILL.
"""

import asyncio
import json
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.acceptance.processes import Installation, environment, until_ready
from tests.telegram_world import TelegramWorld

ENDED = "\nended with "


@dataclass(frozen=True)
class Child:
    """One `nida`, told by its number; `handle` becomes readable when it has ended."""

    pid: int
    handle: int

    @property
    def returncode(self) -> int | None:
        """As until_ready asks a process: anything but None says that it has ended."""
        return None if self.is_alive else 1

    @property
    def is_alive(self) -> bool:
        with suppress(ProcessLookupError):
            signal.pidfd_send_signal(self.handle, 0)
            return True
        return False

    def signal(self, number: int) -> None:
        with suppress(ProcessLookupError):
            signal.pidfd_send_signal(self.handle, number)

    async def ended(self) -> None:
        loop, over = asyncio.get_running_loop(), asyncio.Event()
        loop.add_reader(self.handle, over.set)
        try:
            await over.wait()
        finally:
            loop.remove_reader(self.handle)

    async def killed(self) -> None:
        self.signal(signal.SIGKILL)
        await self.ended()

    async def killed_while_it_answers(self, world: TelegramWorld, tap: Callable[[], Awaitable[object]]) -> None:
        """What the tap asks for is done; the menu that says so is on its way, and never arrives."""
        await world.fault("slow", method="editMessageText", seconds=15, times=1)
        await tap()
        while any("slow" in str(fault) for fault in world.standin.faults.listed()):
            await asyncio.sleep(0.02)
        await self.killed()
        await world.no_more_faults()


class Nursery:
    """Shared by the tests of one run; `end` kills what one of them started."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.acceptance.nursery"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=environment(),
            start_new_session=True,
        )
        self._children: list[Child] = []
        self._commands = 0

    async def nida(self, installation: Installation, *arguments: str) -> tuple[int, str]:
        """Run one command to its end; its status and everything it printed."""
        self._commands += 1
        log = installation.folder / f"command-{self._commands}.log"
        await self.begin(installation, *arguments, log=log).ended()
        printed, _, status = log.read_text().rpartition(ENDED)
        return int(status), printed

    def begin(self, installation: Installation, *arguments: str, log: Path | None = None) -> Child:
        """Start a command; what it says is added to the installation's log, or to another."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        wanted = {"arguments": ["--config", str(installation.config), *arguments], "log": str(log or installation.log)}
        self._process.stdin.write(json.dumps(wanted).encode() + b"\n")
        self._process.stdin.flush()
        pid = int(self._process.stdout.readline())
        child = Child(pid, os.pidfd_open(pid))
        self._children.append(child)
        return child

    async def bot(self, installation: Installation) -> Child:
        """`nida run`, ready."""
        child = self.begin(installation, "run")
        await until_ready(installation, child)
        return child

    async def end(self) -> None:
        while self._children:
            child = self._children.pop()
            await child.killed()
            os.close(child.handle)

    def close(self) -> None:
        with self._process:
            assert self._process.stdin is not None
            self._process.stdin.close()


@pytest.fixture(scope="session")
def nursery_of_the_run() -> Iterator[Nursery]:
    made = Nursery()
    yield made
    made.close()


@pytest.fixture
async def nursery(nursery_of_the_run: Nursery) -> AsyncIterator[Nursery]:
    yield nursery_of_the_run
    await nursery_of_the_run.end()


def _tend() -> None:
    import bot.app.connecting
    import bot.cli.entry
    import bot.cli.outcomes
    import bot.cli.watching  # noqa: F401

    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody asks how they ended
    while line := os.read(0, 65_536):  # one order at a time: the next comes when this one is answered
        wanted = json.loads(line)
        if (pid := os.fork()) == 0:
            _become(wanted["arguments"], wanted["log"])
        os.write(1, b"%d\n" % pid)
    os.killpg(0, signal.SIGKILL)  # the tests are over, or died: nothing of theirs stays behind


def _become(arguments: list[str], log: str) -> None:
    from bot.cli import entry

    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    said = os.open(log, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    nothing = os.open(os.devnull, os.O_RDONLY)
    for given, place in ((nothing, 0), (said, 1), (said, 2)):
        os.dup2(given, place)
    status = entry.run(arguments)
    os.write(1, f"{ENDED}{status}\n".encode())
    os._exit(status)


if __name__ == "__main__":
    _tend()
