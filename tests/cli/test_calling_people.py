"""nida announce action:SLUG and petition:SLUG, and nida campaigns."""

import json
from pathlib import Path

from tests.acceptance.processes import Installation
from tests.cli.followers import Command, command, connected, followers, messages_of
from tests.telegram_world import TelegramWorld

__all__ = ["command", "connected"]
ACTION = "action:be-there-on-the-first-day"


async def test_a_call_goes_to_followers_and_nobody_is_asked_twice(
    world: TelegramWorld, connected: Installation, command: Command, tmp_path: Path
) -> None:
    people = await followers(world, connected, "en ar ur")
    forecast = json.loads((await command("announce", ACTION, "--dry-run", "--json")).out)
    assert (forecast["subject"], forecast["total"], forecast["rested"]) == (ACTION, 3, 0)
    result = await command("announce", ACTION, "--yes")
    assert result.status == 0, result.err
    assert "3 of 3" in result.out
    assert [await messages_of(world, person) for person in people] == [1, 1, 1]

    result = await command("announce", "petition:open-court-three", "--dry-run")
    assert "Left out, as they were asked something in the days before: 3 people." in result.out
    result = await command("announce", "petition:open-court-three", "--yes")
    assert (result.status, "were asked something in the days before" in result.err) == (1, True)
    again = await command("announce", ACTION, "--yes")
    assert (again.status, "nobody gets it twice" in again.out) == (0, True)
    assert [await messages_of(world, person) for person in people] == [1, 1, 1]


async def test_what_cannot_be_called_to_is_said(world: TelegramWorld, connected: Installation, command: Command) -> None:
    for slug, said in (
        ("action:nowhere", "There is no action nowhere"),
        ("petition:nowhere", "There is no petition nowhere"),
        ("petition:interpreter-from-day-one", "cannot be signed now"),
    ):
        result = await command("announce", slug, "--yes")
        assert (result.status, said in result.err) == (1, True), result.err
    result = await command("announce", "north-gate-five-bail", "--everybody", "--yes")
    assert (result.status, "--everybody is for action:SLUG" in result.err) == (1, True)


async def test_campaigns_are_shown_with_numbers(connected: Installation, command: Command) -> None:
    listed = json.loads((await command("campaigns", "list", "--json")).out)
    assert [each["campaign"] and each["campaign"]["slug"] for each in listed] == ["open-justice-now", None]
    assert {action["action"]["kind"] for each in listed for action in each["actions"]} == {
        "email", "call", "share", "donate", "attend", "visit",
    }  # fmt: skip
    assert "read-the-rules-for-observers" in (await command("campaigns", "list")).out
    shown = (await command("campaigns", "show", "open-justice-now")).out
    assert "north-gate-five, reading-room-order" in shown
    result = await command("campaigns", "show", "nowhere")
    assert (result.status, "There is no campaign nowhere" in result.err) == (1, True)
