"""nida sources: what came of each link."""

import asyncio
import json
from pathlib import Path

from bot.sources.models import Step
from bot.sources.service import Total
from tests.cli.conftest import Nida
from tests.cli.listening import through_the_socket


def test_without_any_link_it_says_how_they_are_made(installation: Path, nida: Nida) -> None:
    shown = nida("sources")
    assert (shown.status, shown.out) == (
        0,
        "Nobody has come by a link yet; docs/publishing.md says how to make links that are counted apart.\n",
    )
    assert json.loads(nida("sources", "--json").out) == []


def test_each_link_and_what_came_of_it(installation: Path, nida: Nida) -> None:
    asyncio.run(_count())
    shown = nida("sources").out
    assert [line.split() for line in shown.splitlines() if "well" in line or "start" in line] == [
        ["poster", "case:well-keepers", "6", "0", "0", "0", "0", "0"],
        ["(few)", "(start)", "0", "1", "0", "0", "0", "0"],
        ["(few)", "case:well-keepers", "0", "0", "1", "0", "0", "0"],
    ]
    assert json.loads(nida("sources", "--json").out)[::2] == [
        {
            "source": "poster",
            "subject": "case:well-keepers",
            "steps": {"opened": 6},
            "locales": {"few": {"opened": 6}},
        },
        {
            "source": None,
            "subject": "case:well-keepers",
            "steps": {"followed": 1},
            "locales": {"few": {"followed": 1}},
        },
    ]


async def _count() -> list[Total]:
    """What the running bot answers."""
    async with through_the_socket(Path.cwd() / "s") as (services, operations):
        case = "case:well-keepers"
        for step, subject, source, locale in (
            *[(Step.OPENED, case, "poster", "ur")] * 5,
            (Step.OPENED, case, "poster", "en"),
            (Step.FOLLOWED, case, "poster", "ur"),
            (Step.SUBSCRIBED, "", None, "ar"),
        ):
            await services.sources.count(step, subject, source, locale)
        told = await operations.sources()
        assert told == await services.sources.totals()
        return told
