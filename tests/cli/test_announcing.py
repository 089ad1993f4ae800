"""nida announce and deliveries, with the bot running and without."""

import asyncio
import json
import os
import pty
import signal
import subprocess
import sys
from typing import Any

import pytest

from tests.acceptance.processes import Installation, bot_process, environment
from tests.cli.followers import CASE, UPDATE, Command, command, connected, followers, messages_of
from tests.telegram_world import TelegramWorld

__all__ = ["command", "connected"]


async def broadcasts(command: Command) -> list[dict[str, Any]]:
    listed: list[dict[str, Any]] = json.loads((await command("deliveries", "list", "--json")).out)
    return listed


async def test_without_a_bot_it_sends_from_here_to_the_end(
    world: TelegramWorld, connected: Installation, command: Command
) -> None:
    await followers(world, connected, "en en ar ur")
    result = await command("announce", UPDATE, "--yes")
    assert result.status == 0, result.err
    for shown in ("4 people, about 1 s.", "Arabic", "4 of 4", f"update:{UPDATE}: done"):
        assert shown in result.out
    account = json.loads((await command("deliveries", "show", UPDATE, "--json")).out)["account"]
    assert account == {
        "sent": 4, "unreachable": 0, "rejected": 0, "cancelled": 0, "uncertain": 0, "pending": 0, "repeated": 0, "deferred": 0,
        "accepted": 4, "settled": 4,
    }  # fmt: skip


async def test_twice_sends_once(world: TelegramWorld, connected: Installation, command: Command) -> None:
    (person,) = await followers(world, connected, "ur")
    await command("announce", UPDATE, "--yes")
    again = await command("announce", UPDATE, "--yes")
    assert again.status == 0
    assert "nobody gets it twice" in again.out
    assert await messages_of(world, person) == 1


async def test_a_dry_run_sends_nothing(world: TelegramWorld, connected: Installation, command: Command) -> None:
    await followers(world, connected, "en ar")
    result = await command("announce", UPDATE, "--dry-run", "--json")
    assert result.status == 0
    assert json.loads(result.out)["total"] == 2
    assert await broadcasts(command) == []


async def test_with_nobody_to_ask_nothing_is_sent(world: TelegramWorld, connected: Installation, command: Command) -> None:
    await followers(world, connected, "en")
    result = await command("announce", UPDATE)
    assert (result.status, result.err) == (2, "Send it to 1 person? There is nobody here to ask: say so with --yes.\n")
    assert await broadcasts(command) == []


async def test_an_update_that_is_not_there_is_one_sentence(command: Command) -> None:
    result = await command("announce", "no-such-update", "--yes")
    assert result.status == 1
    assert result.err == "There is no update no-such-update; `nida content apply` brings in those of your files.\n"


async def test_a_broadcast_that_is_not_there_is_one_sentence(command: Command) -> None:
    result = await command("deliveries", "show", "no-such-update")
    assert result.status == 1
    assert result.err == "Nothing was sent about 'no-such-update'; `nida deliveries list` shows what was.\n"


async def test_what_nobody_would_get_can_be_announced_later(
    world: TelegramWorld, connected: Installation, command: Command
) -> None:
    result = await command("announce", UPDATE, "--yes")
    assert (result.status, result.out) == (1, "")
    assert "announce it once somebody follows the case" in result.err
    await followers(world, connected, "en")
    assert (await command("announce", UPDATE, "--yes")).status == 0


async def test_what_is_not_translated_can_be_held(world: TelegramWorld, connected: Installation, command: Command) -> None:
    await followers(world, connected, "en ar ur")
    half = connected.folder / "half.toml"
    half.write_text(
        f'[[update]]\ncase = "{CASE}"\nslug = "half"\nkind = "news"\nat = 2026-11-03T10:30:00Z\ncertainty = "reported"\n'
        'headline = { en = "Half", ar = "نصف" }\nbody = { en = "Body", ar = "نص" }\n'
    )
    assert (await command("content", "apply", half)).status == 0
    assert "the source text, and are told so: the translation is missing" in (await command("announce", "half", "--dry-run")).out
    held = await command("announce", "half", "--yes", "--hold-untranslated")
    assert held.status == 0, held.err
    for shown in ("nothing: the translation is missing", "Held: 1.", "2 of 2"):
        assert shown in held.out


async def test_a_draft_is_not_sent(world: TelegramWorld, connected: Installation, command: Command) -> None:
    await followers(world, connected, "ur")
    drafted = connected.folder / "drafted.toml"
    drafted.write_text(
        f'[[update]]\ncase = "{CASE}"\nslug = "drafted"\nkind = "news"\nat = 2026-11-03T10:30:00Z\ncertainty = "reported"\n'
        'headline = { en = "Half", ur = { draft = "آدھا" } }\nbody = { en = "Body", ur = "متن" }\n',
        encoding="utf-8",
    )
    assert (await command("content", "apply", drafted)).status == 0
    shown = (await command("announce", "drafted", "--dry-run", "--hold-untranslated")).out
    assert "nothing: the translation is a draft" in shown
    held = await command("announce", "drafted", "--yes", "--hold-untranslated")
    assert held.out == ""
    assert held.err == "Nobody would get it now, so nothing was sent: it is not translated yet for the 1 person it is for.\n"


async def test_those_who_blocked_us_are_in_the_account(world: TelegramWorld, connected: Installation, command: Command) -> None:
    people = await followers(world, connected, "en ar")
    await world.control.post(f"/control/people/{people[0]}/block")
    result = await command("announce", UPDATE, "--yes", "--json")
    account = json.loads(result.out)["account"]
    assert (result.status, account["sent"], account["unreachable"]) == (0, 1, 1)


async def test_a_refused_token_is_said_and_nothing_is_lost(
    world: TelegramWorld, connected: Installation, command: Command
) -> None:
    await followers(world, connected, "en")
    await world.fault("revoked", times=1000)
    refused = await command("announce", UPDATE, "--yes")
    assert refused.status == 1
    assert "Held: " in refused.out
    watched = await command("deliveries", "watch", UPDATE)
    assert watched.status == 1
    assert "Held: Telegram refuses the bot's token" in watched.out
    await world.no_more_faults()
    again = await command("announce", UPDATE, "--yes")
    assert again.status == 0, again.err


async def test_what_nobody_follows_yet_can_be_scheduled_and_that_is_said(connected: Installation, command: Command) -> None:
    result = await command("announce", UPDATE, "--yes", "--at", "2036-12-01 18:00 Asia/Karachi")
    assert result.status == 0, result.err
    assert "Nobody would get it now; whoever follows the case when it begins will." in result.out + result.err
    assert [each["state"] for each in await broadcasts(command)] == ["scheduled"]


@pytest.mark.slow
async def test_what_is_scheduled_is_kept_and_nothing_is_sent(
    world: TelegramWorld, connected: Installation, command: Command
) -> None:
    (person,) = await followers(world, connected, "en")
    at = ("--at", "2036-12-01 18:00 Asia/Karachi", "--at-local", "2036-12-01 10:00", "--window", "9:00-21:00")
    result = await command("announce", UPDATE, "--yes", *at, "--urgent", "the hearing is the next morning")
    assert result.status == 0, result.err
    for said in (
        "It begins at 2036-12-01 13:00 (UTC), and goes on as it gets that late in other zones.",
        "outside 09:00-21:00 of their own clock",
        "Urgent, so also in quiet hours",
    ):
        assert said in result.out
    assert [each["state"] for each in await broadcasts(command)] == ["scheduled"]
    shown = (await command("deliveries", "show", UPDATE)).out
    assert "It begins at 2036-12-01 13:00 UTC." in shown
    assert "Each reader gets it at 2036-12-01 10:00 of their own clock, or later." in shown
    assert "Nobody gets it outside 09:00-21:00 of their own clock." in shown
    assert "Urgent: the hearing is the next morning" in shown
    cancelling = await command("deliveries", "cancel", UPDATE)
    assert (cancelling.status, "It has not begun, and nobody will get it." in cancelling.err) == (2, True)
    again = await command("announce", UPDATE, "--yes")
    assert (again.status, again.out, again.err) == (
        1,
        "",
        "It is scheduled for 2036-12-01 13:00 UTC; `nida deliveries cancel` it to plan it anew.\n",
    )
    assert await messages_of(world, person) == 0


async def test_the_next_news_of_a_case_waits_and_why_is_said(
    world: TelegramWorld, connected: Installation, command: Command
) -> None:
    (person,) = await followers(world, connected, "en")
    assert "comes together" not in (await command("announce", UPDATE, "--yes")).out
    waiting = await command("announce", f"{CASE}-gallery", "--yes")
    assert waiting.status == 0, waiting.err
    assert "Of those still to be sent, 1 wait until" in waiting.out
    assert "What is said of its case within minutes comes together." in waiting.out
    assert await messages_of(world, person) == 1


@pytest.mark.parametrize(
    ("asked", "status", "sentence"),
    [
        (("--at", "2020-01-01 10:00"), 1, "2020-01-01 10:00 UTC is over; give a time that is still to come."),
        (("--at-local", "2020-01-01 10:00"), 1, "In UTC it is past 2020-01-01 10:00 already; give a later time."),
        (("--at", "2036-12-01 18:00 Mars/Olympus"), 2, "--at: there is no time zone 'Mars/Olympus'; write one of the IANA list"),
        (("--window", "09:00-09:00"), 2, "--window: 09:00-09:00 is empty, so it would never go"),
        (("--urgent", ""), 2, "--urgent: say in at most 200 letters why it cannot wait"),
    ],
)
async def test_what_cannot_be_planned_is_one_sentence_and_nothing_is_kept(
    world: TelegramWorld, connected: Installation, command: Command, asked: tuple[str, str], status: int, sentence: str
) -> None:
    await followers(world, connected, "en")
    for more in (("--yes",), ("--yes", "--json"), ("--dry-run",)):
        result = await command("announce", UPDATE, *more, *asked)
        assert (result.status, result.out) == (status, "")
        assert result.err.startswith(sentence)
        assert result.err.count("\n") == 1
    assert await broadcasts(command) == []


async def test_what_was_announced_cannot_be_planned_anew_and_that_is_all_that_is_said(
    world: TelegramWorld, connected: Installation, command: Command
) -> None:
    (person,) = await followers(world, connected, "en")
    assert (await command("announce", UPDATE, "--yes")).status == 0
    sentence = f"update:{UPDATE} was announced before: how it goes cannot be changed any more.\n"
    for at in ("2036-12-01 18:00", "2020-01-01 10:00"):
        again = await command("announce", UPDATE, "--yes", "--at", at)
        assert (again.status, again.out, again.err) == (1, "", sentence)
    assert await messages_of(world, person) == 1


class TestAsProcesses:
    """What only shows with processes of their own: the bot running meanwhile, signals, a terminal."""

    async def test_a_running_bot_is_asked(self, world: TelegramWorld, connected: Installation, command: Command) -> None:
        people = await followers(world, connected, "en ar")
        async with bot_process(connected):
            announced = await command("announce", UPDATE, "--yes")
            assert announced.status == 0, announced.err
            assert (await command("deliveries", "watch", UPDATE)).status == 0
            (listed,) = await broadcasts(command)
            assert (listed["subject"], listed["account"]["sent"]) == (f"update:{UPDATE}", len(people))
            checked = await command("doctor")
            assert "The bot answers at" in checked.out
            assert checked.status == 0, checked.out

    async def test_interrupted_it_goes_on_where_it_was(
        self, world: TelegramWorld, connected: Installation, command: Command
    ) -> None:
        people = await followers(world, connected, " ".join(["en"] * 8))
        await world.fault("slow", method="sendMessage", seconds=1.0, times=8)
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "bot", "--config", str(connected.config), "announce", UPDATE, "--yes",
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
        again = await command("announce", UPDATE, "--yes")
        assert again.status == 0, again.err
        assert [await messages_of(world, person) for person in people] == [1] * len(people)

    async def test_on_a_terminal_there_is_a_question_and_a_bar(
        self, world: TelegramWorld, connected: Installation, command: Command
    ) -> None:
        await followers(world, connected, "en")
        status, shown = await asyncio.to_thread(on_a_terminal, connected, "\n")
        assert (status, "Nothing was done." in shown) == (1, True)
        assert await broadcasts(command) == []
        status, shown = await asyncio.to_thread(on_a_terminal, connected, "y\n")
        assert status == 0, shown
        assert "Send it to 1 person? [y/N]" in shown
        assert "1/1" in shown


def on_a_terminal(connected: Installation, answer: str) -> tuple[int, str]:
    ours, theirs = pty.openpty()
    command = [sys.executable, "-m", "bot", "--config", str(connected.config), "announce", UPDATE]
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
        return process.wait(timeout=300), shown.decode()
