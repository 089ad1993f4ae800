"""nida deliveries pause, resume, cancel, retry, correct, recall, where no bot runs: what the chats show in the end."""

import json

import pytest

from tests.acceptance.processes import Installation
from tests.cli.followers import CASE, UPDATE, Command, command, connected, followers, messages_of, texts_of
from tests.telegram_world import TelegramWorld

__all__ = ["command", "connected"]


async def write(connected: Installation, command: Command, **texts: str) -> None:
    """Apply an update called half, with these texts."""
    file = connected.folder / "half.toml"
    written = ", ".join(f'{locale} = "{text}"' for locale, text in texts.items())
    file.write_text(
        f'[[update]]\ncase = "{CASE}"\nslug = "half"\nkind = "news"\nat = 2026-11-03T10:30:00Z\ncertainty = "reported"\n'
        f"headline = {{ {written} }}\nbody = {{ {written} }}\n",
        encoding="utf-8",
    )
    assert (await command("content", "apply", file)).status == 0


async def account(command: Command, subject: str) -> dict[str, int]:
    found: dict[str, int] = json.loads((await command("deliveries", "show", subject, "--json")).out)["account"]
    return found


async def test_what_was_sent_is_corrected_in_the_chat_and_then_taken_back(
    world: TelegramWorld, connected: Installation, command: Command
) -> None:
    english, arabic = await followers(world, connected, "en ar")
    await write(connected, command, en="Hearing on Monday", ar="الجلسة يوم الاثنين")
    assert (await command("announce", "half", "--yes")).status == 0
    nothing = await command("deliveries", "correct", "half", "--yes")
    assert nothing.status == 1
    assert nothing.err.startswith("Nothing has changed since update:half was announced; ")
    await write(connected, command, en="Hearing on Friday", ar="الجلسة يوم الجمعة")
    asked = await command("deliveries", "correct", "half")
    assert (asked.status, "2 people have it" in asked.err) == (2, True)
    corrected = await command("deliveries", "correct", "half", "--yes")
    assert corrected.status == 0, corrected.err
    assert "correct:update:half:2: done" in corrected.out
    for person, new, old in ((english, "on Friday", "on Monday"), (arabic, "الجمعة", "الاثنين")):
        (message,) = await texts_of(world, person)
        assert new in message
        assert old not in message
    shown = (await command("deliveries", "show", "half")).out
    assert "They have: version 2: 2." in shown
    recalled = await command("deliveries", "recall", "half", "--yes")
    assert recalled.status == 0, recalled.err
    assert [await messages_of(world, person) for person in (english, arabic)] == [0, 0]
    twice = await command("deliveries", "recall", "half", "--yes")
    assert (twice.status, twice.err.count("\n")) == (1, 1)
    again = await command("announce", "half", "--yes")
    assert again.err == "update:half was taken back; publish it anew, with a slug of its own.\n"


async def test_after_two_days_a_recall_leaves_a_neutral_line(
    world: TelegramWorld, connected: Installation, command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    (person,) = await followers(world, connected, "ur")
    await command("announce", UPDATE, "--yes")
    now = world.standin.now()
    monkeypatch.setattr(world.standin, "now", lambda: now + 49 * 3600)
    recalled = await command("deliveries", "recall", UPDATE, "--yes")
    assert recalled.status == 0, recalled.err
    (left,) = await texts_of(world, person)
    assert "یہ پیغام واپس لے لیا گیا ہے۔" in left


async def test_paused_it_says_so_and_goes_on_when_told_to(
    world: TelegramWorld, connected: Installation, command: Command
) -> None:
    people = await followers(world, connected, "en ar ur")
    await world.fault("revoked", times=1000)
    assert (await command("announce", UPDATE, "--yes")).status == 1
    await world.no_more_faults()
    held = await command("deliveries", "pause", UPDATE)
    assert held.err.startswith(f"update:{UPDATE} is held already: Telegram refuses the bot's token")
    resumed = await command("deliveries", "resume", UPDATE)
    assert resumed.status == 0, resumed.err
    assert [await messages_of(world, person) for person in people] == [1, 1, 1]
    for verb, sentence in (
        ("pause", f"update:{UPDATE} is over: it is done."),
        ("resume", f"update:{UPDATE} is not held: it is done."),
        ("retry", f"Nothing of update:{UPDATE} is uncertain, so there is nothing to send once more."),
        ("cancel", f"update:{UPDATE} is over already: it is done."),
    ):
        result = await command("deliveries", verb, UPDATE, *(["--yes"] if verb in {"retry", "cancel"} else []))
        assert (result.status, result.err) == (1, sentence + "\n")


async def test_cancelled_nobody_else_gets_it(world: TelegramWorld, connected: Installation, command: Command) -> None:
    people = await followers(world, connected, "en ar")
    await world.fault("revoked", times=1000)
    await command("announce", UPDATE, "--yes")
    await world.no_more_faults()
    cancelled = await command("deliveries", "cancel", UPDATE, "--yes", "--by", "Amina")
    assert (cancelled.status, "Cancelled by Amina." in cancelled.out) == (0, True)
    assert (await account(command, UPDATE))["cancelled"] == 2
    assert (await command("announce", UPDATE, "--yes")).status == 1
    assert [await messages_of(world, person) for person in people] == [0, 0]


async def test_who_was_left_out_gets_it_once_the_language_is_ready(
    world: TelegramWorld, connected: Installation, command: Command
) -> None:
    english, urdu = await followers(world, connected, "en ur")
    await write(connected, command, en="Half")
    assert (await command("announce", "half", "--yes", "--hold-untranslated")).status == 0
    assert [await messages_of(world, person) for person in (english, urdu)] == [1, 0]
    await write(connected, command, en="Half", ur="آدھا")
    asked = await command("announce", "half")
    assert asked.err.startswith("Send it to 1 person more, whose language was not ready then?")
    assert (await command("announce", "half", "--yes")).status == 0
    assert [await messages_of(world, person) for person in (english, urdu)] == [1, 1]


async def test_refused_for_everybody_is_no_success(world: TelegramWorld, connected: Installation, command: Command) -> None:
    await followers(world, connected, "en")
    await world.fault("bad_request", method="sendMessage", times=1)
    result = await command("announce", UPDATE, "--yes")
    assert (result.status, (await account(command, UPDATE))["rejected"]) == (1, 1)
