"""What signers said goes when its day is over, and what signed stays signed."""

from datetime import date

import pytest
from sqlalchemy import func, select

from bot.petitions import retention
from bot.petitions.models import Ask, CommentState, PetitionRow, SignatureRow
from bot.petitions.retention import delete_answers
from bot.petitions.service import Petitions
from bot.petitions.views import Answers, Reply
from bot.storage.database import Database
from tests.clocks import FrozenClock
from tests.petitions.making import AMAL, BILAL, EVERYTHING, LONDON, SAID, add_petition, someone
from tests.petitions.signing import NO, YES, card, mine_of, show_comments


async def kept(database: Database, petition_id: int) -> int:
    answered = select(func.count()).where(SignatureRow.petition_id == petition_id, SignatureRow.answers.is_not(None))
    async with database.read() as session:
        return await session.scalar(answered) or 0


async def test_answers_are_deleted_after_their_day_and_signatures_stay(
    petitions: Petitions, database: Database, clock: FrozenClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(retention, "SLICE", 2)
    over = await add_petition(database, keep_until=date(2026, 11, 3), asks=EVERYTHING, needs=[Ask.NAME])
    later = await add_petition(database, "later", keep_until=date(2026, 11, 4), asks=EVERYTHING)
    for id_ in (over, later):
        for number in range(5):
            await petitions.sign(someone(number), id_, SAID, **YES)
        await petitions.sign(AMAL, id_, SAID, **YES)
    await show_comments(database)
    await petitions.withdraw(someone(2), over)
    assert await delete_answers(database, clock.now(), LONDON) == 0, "until the day is over where the organisation is"
    await clock.advance(hours=14)
    assert await delete_answers(database, clock.now(), LONDON) == 1
    assert await delete_answers(database, clock.now(), LONDON) == 0
    assert (await kept(database, over), await kept(database, later)) == (0, 6)
    mine = await mine_of(petitions, over)
    assert (mine.number, mine.answers, mine.comment) == (6, Answers(), CommentState.NONE)
    assert (mine.show_name, mine.pass_on) == (False, False)
    found = await card(petitions, over)
    assert (found.petition.counted, found.comments) == (5, ())
    assert (await petitions.sign(AMAL, over, SAID, **NO)).reply is Reply.ALREADY


async def test_what_is_said_later_is_not_kept_at_all(petitions: Petitions, database: Database, clock: FrozenClock) -> None:
    id_ = await add_petition(database, keep_until=date(2026, 11, 2), asks=EVERYTHING, needs=[Ask.NAME])
    await petitions.sign(BILAL, id_, SAID, **YES)
    assert await kept(database, id_) == 0
    assert (await card(petitions, id_)).petition.counted == 1


async def test_a_day_that_is_put_off_comes_again(petitions: Petitions, database: Database, clock: FrozenClock) -> None:
    id_ = await add_petition(database, keep_until=date(2026, 11, 2), asks=EVERYTHING)
    assert await delete_answers(database, clock.now(), LONDON) == 1
    await clock.advance(hours=1)
    async with database.write() as session:
        row = await session.get_one(PetitionRow, id_)
        row.keep_until, row.changed_at = date(2026, 11, 5), clock.now()
    await petitions.sign(AMAL, id_, SAID, **YES)
    assert await kept(database, id_) == 1
    await clock.advance(days=3)
    assert await delete_answers(database, clock.now(), LONDON) == 1
    assert await kept(database, id_) == 0
