"""People whose messages wait: for the end of their quiet hours, or to be gathered into one a day, and how that reads here.

The virtual clock starts on Tuesday, 2026-11-03, at 10:30 UTC.
"""

from typing import Any

from bot.delivery.transport import Payload
from bot.language import Reader
from tests.delivery.ledger_world import LedgerWorld, compose

WAKES, DIGEST = 600.0, 1800.0
"""Seconds after which quiet hours end here, and after which it is 18:00 in Bangkok."""


async def asleep(world: LedgerWorld, *people: int) -> None:
    """Until 10:40 UTC."""
    for person in people:
        await world.change(person, quiet_from=22 * 60, quiet_until=10 * 60 + 40)


def gathering(content: dict[str, Any], reader: Reader) -> Payload:
    if "gathered" not in content:
        return compose(content, reader)
    return Payload(reader.locale, f'{{"text":"{"+".join(each["text"] for each in content["gathered"])}"}}'.encode())


async def with_digests(world: LedgerWorld, count: int) -> list[int]:
    """They live in Bangkok."""
    world.compose = gathering
    people = await world.subscribe(count)
    await world.sql("UPDATE supporters SET digest_days = 1, timezone = 'Asia/Bangkok'")
    return people
