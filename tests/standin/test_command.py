"""python -m bot.standin, as a process of its own."""

import asyncio
import re
import signal
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import aiohttp
import pytest

from tests.telegram_world import TelegramWorld

pytestmark = pytest.mark.slow


@asynccontextmanager
async def command(*arguments: str) -> AsyncIterator[Process]:
    process = await asyncio.create_subprocess_exec(sys.executable, "-m", "bot.standin", *arguments, stdout=PIPE, stderr=PIPE)
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


async def test_it_serves_until_it_is_interrupted_and_says_where() -> None:
    async with command("--port", "0", "--token", "7:seven") as process:
        assert process.stdout
        line = (await asyncio.wait_for(process.stdout.readline(), 20)).decode()
        url = re.search(r"http://127.0.0.1:\d+", line)
        assert url
        async with aiohttp.ClientSession(url[0]) as session, session.get("/bot7:seven/getMe") as response:
            assert (await response.json())["result"]["id"] == 7
        process.send_signal(signal.SIGINT)
        assert await asyncio.wait_for(process.wait(), 10) == 0


async def test_a_port_in_use_ends_with_one_sentence_and_status_2(world: TelegramWorld) -> None:
    async with command("--port", world.url.rsplit(":", 1)[1]) as process:
        _, error = await process.communicate()
        assert process.returncode == 2
        assert error.decode().count("\n") == 1
        assert "in use" in error.decode()
