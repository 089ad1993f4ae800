"""Two programs ask for the updates of one token: said clearly, and no update is lost."""

from pathlib import Path

from structlog.testing import capture_logs

from tests.databases import SqliteTemplate
from tests.nida import running_nida, settings_for
from tests.telegram_world import TelegramWorld


async def test_fault_08_two_pollers_raise_an_alarm_and_lose_nothing(
    world: TelegramWorld, sqlite_template: SqliteTemplate, tmp_path: Path
) -> None:
    folders = [tmp_path / name for name in ("one", "other")]
    for folder in folders:
        folder.mkdir()
    with sqlite_template.clone(folders[0]) as one, sqlite_template.clone(folders[1]) as other, capture_logs() as logged:
        async with running_nida(settings_for(world, one, folders[0])), running_nida(settings_for(world, other, folders[1])):
            people = [await world.person(f"Sam {number}") for number in range(10)]
            for sam in people:
                await sam.types("/start")
            for sam in people:
                await sam.sees("Welcome", timeout=100)
    alarms = [line for line in logged if line["event"] == "polling.conflict"]
    assert alarms
    assert {line["log_level"] for line in alarms} == {"error"}
    assert "stop the other one" in alarms[0]["hint"]
