"""Moments are kept with their zone, translated texts whole."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from sqlalchemy import select
from sqlalchemy.exc import StatementError

from bot.cases.models import CaseRow, CaseStatus
from bot.storage.database import Database
from bot.telegram.models import ConversationRow
from tests.clocks import START
from tests.storage.rows import TEXT


async def test_a_moment_without_a_zone_is_refused(database: Database) -> None:
    naive = datetime(2026, 11, 3, 10, 30)
    with pytest.raises(StatementError, match="a moment needs a time zone"):
        async with database.write() as session:
            session.add(ConversationRow(tag=b"x", touched_at=naive))


async def test_a_moment_of_any_zone_comes_back_in_utc(database: Database) -> None:
    karachi = datetime(2026, 11, 3, 15, 30, tzinfo=timezone(timedelta(hours=5)))
    async with database.write() as session:
        session.add(ConversationRow(tag=b"x", touched_at=karachi))
    async with database.read() as session:
        kept = (await session.execute(select(ConversationRow.touched_at))).scalar_one()
    assert kept == karachi
    assert kept.tzinfo is UTC


async def test_moments_compare_in_the_database(database: Database) -> None:
    async with database.write() as session:
        session.add(ConversationRow(tag=b"x", touched_at=START))
    karachi = START.astimezone(timezone(timedelta(hours=5)))
    async with database.read() as session:
        for later, found in ((karachi - timedelta(seconds=1), 1), (karachi, 0)):
            rows = (await session.execute(select(ConversationRow.tag).where(ConversationRow.touched_at > later))).all()
            assert len(rows) == found


async def test_a_translated_text_comes_back_whole(database: Database) -> None:
    async with database.write() as session:
        session.add(CaseRow(slug="x", status=CaseStatus.OPEN, title=TEXT, summary=TEXT))
    async with database.read() as session:
        assert (await session.execute(select(CaseRow.title))).scalar_one() == TEXT
