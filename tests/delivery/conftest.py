"""Scenes whose time is virtual. On SQLite alone: the answers of a server take real time, which nothing here waits for."""

from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from tests.databases import SqliteTemplate
from tests.delivery.ledger_world import LedgerWorld, ledger_world
from tests.delivery.virtual import VirtualClock, in_virtual_time

Play = Callable[[Callable[[LedgerWorld], Awaitable[None]]], None]


@pytest.fixture
def play(sqlite_template: SqliteTemplate, tmp_path: Path) -> Play:
    """Runs a scene in a world whose time is virtual."""

    def run(scene: Callable[[LedgerWorld], Awaitable[None]]) -> None:
        async def scene_in_world(url: str) -> None:
            async with ledger_world(url, VirtualClock()) as world:
                await scene(world)

        with sqlite_template.clone(tmp_path) as url:
            in_virtual_time(scene_in_world(url))

    return run
