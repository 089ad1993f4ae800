"""Steps are counted by link and subject, and few are never told apart."""

import asyncio

import pytest
from sqlalchemy import select

from bot.sources import service
from bot.sources.models import Step, StepRow
from bot.sources.service import Sources, Total, count_in
from bot.storage.database import Database


@pytest.fixture
def sources(database: Database) -> Sources:
    return Sources(database)


async def test_steps_are_summed_by_link_subject_and_language(sources: Sources) -> None:
    for locale in ("ur", "ur", "en", "ur", "ur", "ur"):
        await sources.count(Step.OPENED, "petition:open-justice", "poster", locale)
        await sources.count(Step.SIGNED, "petition:open-justice", "poster", "ur")
        await sources.count(Step.OPENED, "", None, "ar")
    assert await sources.totals() == [
        Total("", "", {Step.OPENED: 6}, (("ar", {Step.OPENED: 6}),)),
        Total(
            "poster",
            "petition:open-justice",
            {Step.OPENED: 6, Step.SIGNED: 6},
            ((None, {Step.OPENED: 6}), ("ur", {Step.SIGNED: 6})),
        ),
    ]


async def counts(database: Database) -> dict[str, int]:
    """As they are kept."""
    async with database.read() as session:
        return {row.source: row.people for row in await session.scalars(select(StepRow))}


async def test_few_who_came_by_a_link_are_not_told_apart(sources: Sources) -> None:
    signed = {"poster": 9, "union-hall": 5, "": 2, "for-maryam": 1}
    for source, people in signed.items():
        for _ in range(people):
            await sources.count(Step.SIGNED, "petition:open-justice", source, "ur")
            await sources.count(Step.OPENED, "petition:open-justice", "for-maryam", "en")
    shown = [(total.source, total.steps) for total in await sources.totals()]
    assert shown == [("for-maryam", {Step.OPENED: 17}), ("poster", {Step.SIGNED: 9}), (None, {Step.SIGNED: 8})]


async def test_fifty_first_steps_at_once_are_all_counted(sources: Sources) -> None:
    async with asyncio.TaskGroup() as group:
        for _ in range(50):
            group.create_task(sources.count(Step.OPENED, "case:well-keepers", "poster", "en"))
    assert [total.steps for total in await sources.totals()] == [{Step.OPENED: 50}]


async def test_a_step_is_kept_with_what_it_belongs_to_or_not_at_all(sources: Sources, database: Database) -> None:
    async def sign_and_fail() -> None:
        async with database.write() as session:
            await count_in(session, Step.SIGNED, "petition:open-justice", None, "en")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await sign_and_fail()
    assert await sources.totals() == []


async def test_what_is_taken_back_is_not_counted_and_never_less_than_nothing(sources: Sources, database: Database) -> None:
    await sources.count(Step.ACTED, "action:write-to-mp", "poster", "en")
    for source in ("poster", "poster", "another"):
        async with database.write() as session:
            await count_in(session, Step.ACTED, "action:write-to-mp", source, "en", people=-1)
    assert await sources.totals() == []
    await sources.count(Step.ACTED, "action:write-to-mp", "poster", "en")
    assert await counts(database) == {"poster": 1}


async def test_made_up_sources_do_not_fill_the_database(
    sources: Sources, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service, "MOST", 3)
    for number in range(6):
        await sources.count(Step.OPENED, "case:well-keepers", f"made-up-{number}", "en")
    await sources.count(Step.OPENED, "case:well-keepers", "made-up-1", "en")
    assert await counts(database) == {
        "": 3,
        "made-up-0": 1,
        "made-up-1": 2,
        "made-up-2": 1,
    }
