"""nida event where no bot runs: what goes at once is in the chats when the command ends."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from tests.acceptance.processes import Installation
from tests.cli.followers import CASE, Command, command, connected, followers, texts_of
from tests.telegram_world import TelegramWorld

__all__ = ["command", "connected"]


async def test_a_change_within_the_day_is_told_at_once_in_everybodys_language(
    world: TelegramWorld, connected: Installation, command: Command
) -> None:
    people = await followers(world, connected, "en ar ur")
    starts = datetime.now(ZoneInfo("Europe/London")).replace(tzinfo=None, microsecond=0) + timedelta(hours=20)
    file = connected.folder / "tomorrow.toml"
    file.write_text(
        f'[[event]]\nslug = "tomorrow"\nkind = "hearing"\ncase = "{CASE}"\nstatus = "listed"\nstarts = {starts.isoformat()}\n'
        'timezone = "Europe/London"\ntitle = { en = "The hearing", ar = "الجلسة", ur = "سماعت" }\n',
        encoding="utf-8",
    )
    assert (await command("content", "apply", file)).status == 0
    reasons = ("--reason", "Ill", "--reason-in", "ar=مرض القاضي", "--reason-in", "ur=جج بیمار ہیں")
    made = await command("event", "cancel", "tomorrow", *reasons, "--yes")
    assert made.status == 0, made.err
    assert "3 people, about 1 s, at once, also in quiet hours." in made.out
    assert "change:tomorrow:1: done" in made.out
    for person, reason in zip(people, ("Ill", "مرض القاضي", "جج بیمار ہیں"), strict=True):
        (message,) = await texts_of(world, person)
        assert reason in message
