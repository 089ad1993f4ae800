"""nida announce and deliveries, with the bot running and without."""

import asyncio
import json
import os
import signal
import sys
from pathlib import Path

import pytest

from bot import config
from bot.clock import SystemClock
from bot.operations.services import open_services
from tests.acceptance.processes import Installation, bot_process, environment, install, nida
from tests.nida import CONTENT
from tests.telegram_world import TelegramWorld

CASE, UPDATE = "north-gate-five", "north-gate-five-bail"

pytestmark = [pytest.mark.slow, pytest.mark.timeout(120)]


@pytest.fixture
async def installation(world: TelegramWorld, tmp_path: Path) -> Installation:
    """On SQLite, with the example content."""
    installed = install(tmp_path, world, "sqlite:///nida.db")
    for verb in (["db", "upgrade"], ["content", "apply", str(CONTENT)]):
        status, printed = await nida(installed, *verb)
        assert status == 0, printed
    return installed


async def followers(world: TelegramWorld, installation: Installation, languages: str) -> list[int]:
    """People who follow the case, without having talked to the bot: their ids."""
    people = [await world.person(language_code=language, started=True) for language in languages.split()]
    async with open_services(config.load(installation.config, {}), SystemClock()) as services:
        view = await services.cases.get_case(CASE, None)
        assert view is not None
        for person, language in zip(people, languages.split(), strict=True):
            supporter = await services.supporters.subscribe(await services.supporters.recognise(person.id, language))
            assert supporter.id is not None
            await services.following.follow(supporter.id, view.id)
    return [person.id for person in people]


async def ask(installation: Installation, *arguments: str) -> tuple[int, object]:
    """Status and JSON of a command."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot", "--config", str(installation.config), "--json", *arguments,
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE, env=environment(),
    )  # fmt: skip
    printed, errors = await process.communicate()
    return process.returncode or 0, json.loads(printed) if printed else errors.decode()


async def test_without_a_bot_it_sends_from_here_to_the_end(world: TelegramWorld, installation: Installation) -> None:
    await followers(world, installation, "en en ar ur")
    status, printed = await nida(installation, "announce", UPDATE, "--yes")
    assert status == 0, printed
    assert "4 people, about 1 s." in printed
    assert "Arabic" in printed
    assert "4 of 4" in printed
    assert f"update:{UPDATE}: done" in printed
    status, account = await ask(installation, "deliveries", "show", UPDATE)
    assert account["account"] == {  # type: ignore[index]
        "sent": 4, "unreachable": 0, "rejected": 0, "cancelled": 0, "uncertain": 0, "pending": 0, "repeated": 0,
        "accepted": 4, "settled": 4,
    }  # fmt: skip


async def test_twice_sends_once(world: TelegramWorld, installation: Installation) -> None:
    (person,) = await followers(world, installation, "ur")
    await nida(installation, "announce", UPDATE, "--yes")
    status, printed = await nida(installation, "announce", UPDATE, "--yes")
    assert status == 0
    assert "nobody gets it twice" in printed
    chat = await (await world.control.get(f"/control/people/{person}/chat")).json()
    assert len(chat["messages"]) == 1


async def test_a_dry_run_sends_nothing(world: TelegramWorld, installation: Installation) -> None:
    await followers(world, installation, "en ar")
    status, forecast = await ask(installation, "announce", UPDATE, "--dry-run")
    assert status == 0
    assert forecast["total"] == 2  # type: ignore[index, call-overload]
    assert (await ask(installation, "deliveries", "list")) == (0, [])


async def test_with_nobody_to_ask_nothing_is_sent(world: TelegramWorld, installation: Installation) -> None:
    await followers(world, installation, "en")
    status, printed = await nida(installation, "announce", UPDATE)
    assert status == 2
    assert "Send it to 1 people? There is nobody here to ask: say so with --yes." in printed
    assert (await ask(installation, "deliveries", "list")) == (0, [])


async def test_an_update_that_is_not_there_is_one_sentence(installation: Installation) -> None:
    status, printed = await nida(installation, "announce", "no-such-update", "--yes")
    assert status == 1
    assert printed.startswith("There is no update no-such-update;")
    assert printed.count("\n") == 1


async def test_an_update_that_nobody_would_get_can_be_announced_later(world: TelegramWorld, installation: Installation) -> None:
    status, printed = await nida(installation, "announce", UPDATE, "--yes")
    assert status == 1
    assert "Nobody would get it now" in printed
    await followers(world, installation, "en")
    assert (await nida(installation, "announce", UPDATE, "--yes"))[0] == 0


async def test_what_is_not_translated_can_be_held(world: TelegramWorld, installation: Installation) -> None:
    await followers(world, installation, "en ar ur")
    half = installation.folder / "half.toml"
    half.write_text(
        f'[[update]]\ncase = "{CASE}"\nslug = "half"\nkind = "news"\nat = 2026-11-03T10:30:00Z\ncertainty = "reported"\n'
        'headline = { en = "Half", ar = "نصف" }\nbody = { en = "Body", ar = "نص" }\n'
    )
    assert (await nida(installation, "content", "apply", str(half)))[0] == 0
    status, told = await nida(installation, "announce", "half", "--dry-run")
    assert "the source text, and are told so: the translation is missing" in told
    status, held = await nida(installation, "announce", "half", "--yes", "--hold-untranslated")
    assert status == 0, held
    assert "nothing: the translation is missing" in held
    assert "Held: 1." in held
    assert "2 of 2" in held


async def test_a_running_bot_is_asked(world: TelegramWorld, installation: Installation) -> None:
    people = await followers(world, installation, "en ar")
    async with bot_process(installation):
        status, printed = await nida(installation, "announce", UPDATE, "--yes")
        assert status == 0, printed
        assert (await nida(installation, "deliveries", "watch", UPDATE))[0] == 0
        status, listed = await ask(installation, "deliveries", "list")
        assert [(each["subject"], each["account"]["sent"]) for each in listed] == [(f"update:{UPDATE}", len(people))]  # type: ignore[attr-defined]
        status, checked = await nida(installation, "doctor")
        assert "✓ listen" in checked
        assert "The bot answers at" in checked
        assert status == 0, checked


async def test_those_who_blocked_us_are_in_the_account(world: TelegramWorld, installation: Installation) -> None:
    people = await followers(world, installation, "en ar")
    await world.control.post(f"/control/people/{people[0]}/block")
    status, account = await ask(installation, "announce", UPDATE, "--yes")
    assert status == 0, account
    assert (account["account"]["sent"], account["account"]["unreachable"]) == (1, 1)  # type: ignore[index, call-overload]


async def test_interrupted_it_goes_on_where_it_was(world: TelegramWorld, installation: Installation) -> None:
    people = await followers(world, installation, " ".join(["en"] * 8))
    await world.fault("slow", method="sendMessage", seconds=1.0, times=8)
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot", "--config", str(installation.config), "announce", UPDATE, "--yes",
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT, env=environment(),
    )  # fmt: skip
    assert process.stdout is not None
    printed = b""
    while b" of 8" not in printed:
        printed += await process.stdout.read(200)
    process.send_signal(signal.SIGINT)
    printed += await process.stdout.read()
    assert await process.wait() == 130, printed.decode()
    assert "No longer watching." in printed.decode()
    await world.no_more_faults()
    status, after = await nida(installation, "announce", UPDATE, "--yes")
    assert status == 0, after
    for person in people:
        chat = await (await world.control.get(f"/control/people/{person}/chat")).json()
        assert len(chat["messages"]) == 1


async def test_a_refused_token_is_said_and_nothing_is_lost(
    world: TelegramWorld, installation: Installation
) -> None:
    await followers(world, installation, "en")
    await world.fault("revoked", times=1000)
    status, printed = await nida(installation, "announce", UPDATE, "--yes")
    assert status == 1
    assert "Held: " in printed
    await world.no_more_faults()
    status, printed = await nida(installation, "announce", UPDATE, "--yes")
    assert status == 0, printed


async def test_watching_without_a_bot_says_that_nothing_would_move(world: TelegramWorld, installation: Installation) -> None:
    await followers(world, installation, "en")
    await world.fault("revoked", times=1000)
    await nida(installation, "announce", UPDATE, "--yes")
    status, printed = await nida(installation, "deliveries", "watch", UPDATE)
    assert status == 1
    assert "The bot is not running, and 1 are still owed" in printed


async def test_on_a_terminal_there_is_a_bar_and_a_question(world: TelegramWorld, installation: Installation) -> None:
    await followers(world, installation, "en")
    status, shown = await asyncio.to_thread(on_a_terminal, installation, "y\n")
    assert status == 0, shown
    assert "Send it to 1 people? [y/N]" in shown
    assert "1/1" in shown


async def test_who_says_no_sends_nothing(world: TelegramWorld, installation: Installation) -> None:
    await followers(world, installation, "en")
    status, shown = await asyncio.to_thread(on_a_terminal, installation, "\n")
    assert (status, "Nothing was done." in shown) == (1, True)
    assert (await ask(installation, "deliveries", "list")) == (0, [])


def on_a_terminal(installation: Installation, answer: str) -> tuple[int, str]:
    import pty
    import subprocess

    ours, theirs = pty.openpty()
    command = [sys.executable, "-m", "bot", "--config", str(installation.config), "announce", UPDATE]
    with subprocess.Popen(command, stdin=theirs, stdout=theirs, stderr=theirs, env=environment()) as process:
        os.close(theirs)
        os.write(ours, answer.encode())
        shown = b""
        while True:
            try:
                shown += os.read(ours, 4096)
            except OSError:  # Linux: the other end was closed
                break
        os.close(ours)
        return process.wait(timeout=60), shown.decode()
