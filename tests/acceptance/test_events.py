"""Processes killed around a change of an event, and around its reminders: told once, and nobody of a date that was given up."""

import asyncio
import random
from collections import Counter
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from bot.cases.models import CaseRow
from bot.events.changing import Action, ChangeRequest
from bot.events.models import EventStatus
from bot.supporters.answers import Answer
from tests.acceptance.crowd import CASE, Crowd, expire_leases, gather_crowd, services_of, staff_of
from tests.acceptance.nursery import Nursery
from tests.acceptance.processes import Installation, install
from tests.announcements.people import translated
from tests.events.world import add_event, answer, event_now
from tests.telegram_world import TelegramWorld

PEOPLE = 20
SLOWLY = 10
"""Messages a second, so that a process can be killed while they go out. So many are on their way at once at most."""
pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]


@pytest.fixture
async def crowd(world: TelegramWorld, installation: Installation, database_url: str) -> Crowd:
    return await gather_crowd(world, install(installation.folder, world, database_url, rate=SLOWLY), PEOPLE)


async def list_hearing(crowd: Crowd, slug: str, begins_in: timedelta) -> None:
    """Of the case they follow; all of them say that they come."""
    async with services_of(crowd.installation) as services:
        async with services.database.read() as session:
            case_id = await session.scalar(select(CaseRow.id).where(CaseRow.slug == CASE))
        starts = (services.clock.now() + begins_in).replace(tzinfo=None)
        hearing = {"slug": slug, "title": translated(en=slug), "starts": starts, "timezone": "UTC"}
        event = await add_event(services.database, services.clock, case_id, **hearing)
        await answer(services.database, services.clock, event.id, range(1, crowd.people + 1), Answer.COMING)


def told_of(crowd: Crowd, slug: str) -> Crowd:
    """As those who are told of the first change of that hearing."""
    return replace(crowd, subject=f"change:{slug}:1", saying=slug)


async def change(crowd: Crowd, slug: str, request: ChangeRequest) -> None:
    async with staff_of(crowd.installation) as staff:
        await staff.change_event(slug, request, "tests", 0)


async def is_cancelled(crowd: Crowd, slug: str) -> bool:
    async with services_of(crowd.installation) as services:
        return (await event_now(services.database, slug)).status is EventStatus.CANCELLED


@pytest.mark.parametrize("seed", [1, *(pytest.param(seed, marks=pytest.mark.prove) for seed in range(2, 12))])
async def test_killed_around_a_change_it_is_made_and_told_or_neither(nursery: Nursery, crowd: Crowd, seed: int) -> None:
    """In the middle of the command, between the change and its notice, and while that goes out."""
    cancelled, adjourned, moved = (told_of(crowd, slug) for slug in ("the-cancelled", "the-adjourned", "the-moved"))
    for each in (cancelled, adjourned, moved):
        await list_hearing(crowd, each.saying, timedelta(hours=5))

    bot = await nursery.bot(crowd.installation)
    deciding = asyncio.gather(nursery.nida(crowd.installation, "event", "cancel", cancelled.saying, "--yes"))
    await asyncio.sleep(random.Random(seed).uniform(0.1, 0.8))  # noqa: S311 - somewhere in its middle
    await bot.killed()
    await deciding
    await expire_leases(crowd.installation)
    was_cancelled = await is_cancelled(crowd, cancelled.saying)
    assert was_cancelled or not cancelled.got()

    bot = await nursery.bot(crowd.installation)
    if not was_cancelled:
        await change(crowd, cancelled.saying, ChangeRequest(Action.CANCEL))
    await change(crowd, adjourned.saying, ChangeRequest(Action.ADJOURN))
    await bot.killed()
    await expire_leases(crowd.installation)

    bot = await nursery.bot(crowd.installation)
    await change(crowd, moved.saying, ChangeRequest(Action.MOVE, venue={"en": "Court 7"}))
    await moved.until_got(1)
    await bot.killed()
    await expire_leases(crowd.installation)

    await nursery.bot(crowd.installation)
    for each in (cancelled, adjourned, moved):
        await each.until_over()
    await nursery.end()
    for each, kills in ((cancelled, 3), (adjourned, 2), (moved, 1)):
        (await each.tally()).check(kills * SLOWLY, f"{SLOWLY} in flight × {kills} kills")


async def test_killed_while_people_are_reminded_nobody_is_reminded_of_what_is_called_off_before_it_runs_again(
    nursery: Nursery, crowd: Crowd
) -> None:
    for slug in ("the-cancelled", "the-hearing"):
        await list_hearing(crowd, slug, timedelta(hours=2, seconds=1))
    bot = await nursery.bot(crowd.installation)
    cancelled = told_of(crowd, "the-cancelled")
    await cancelled.until_got(1)
    await bot.killed()
    async with services_of(crowd.installation) as services:  # where nothing sends
        await services.changes.make(cancelled.saying, ChangeRequest(Action.CANCEL), "tests")
    reminded = cancelled.got()
    assert len(reminded) < PEOPLE, "it was killed too late to show anything"
    await expire_leases(crowd.installation)

    await nursery.bot(crowd.installation)
    held = replace(crowd, subject="remind:the-hearing:0:120", saying="the-hearing")
    for each in (cancelled, held):
        await each.until_over()
    await nursery.end()
    assert cancelled.got() == Counter({number: reminded[number] + 1 for number in range(1, PEOPLE + 1)})
    (await held.tally()).check(SLOWLY, f"{SLOWLY} in flight when it was killed")
