"""Signing, changing and withdrawing, one step after the other."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from bot.delivery.models import BroadcastRow
from bot.petitions.entries import EntryKind
from bot.petitions.models import Ask, CommentState, PetitionStatus, Standing
from bot.petitions.service import Petitions
from bot.petitions.views import Answers, Reply
from bot.storage.asking import LARGEST_ID
from bot.storage.database import Database
from tests.clocks import START, FrozenClock
from tests.petitions.making import AMAL, BILAL, CHAND, EVERYTHING, SAID, add_petition
from tests.petitions.signing import NO, NOTHING, YES, card, entries, mine_of, show_comments


async def test_who_signs_is_counted_once_and_can_take_it_back(petitions: Petitions, database: Database) -> None:
    id_ = await add_petition(database)
    signed = await petitions.sign(AMAL, id_, NOTHING, **NO)
    assert signed.reply is Reply.DONE
    assert signed.card is not None
    assert signed.card.mine is not None
    assert (signed.card.petition.counted, signed.card.mine.number, signed.card.mine.standing) == (1, 1, Standing.COUNTED)
    assert signed.card.mine.signed_at == START.replace(minute=0, second=0)
    again = await petitions.sign(AMAL, id_, NOTHING, **NO)
    assert (again.reply, again.card) == (Reply.ALREADY, signed.card)
    await petitions.sign(BILAL, id_, NOTHING, **NO)
    withdrawn = await petitions.withdraw(AMAL, id_)
    assert withdrawn.card is not None
    assert (withdrawn.reply, withdrawn.card.mine, withdrawn.card.petition.counted) == (Reply.DONE, None, 1)
    assert (await petitions.withdraw(AMAL, id_)).reply is Reply.NOT_SIGNED
    await petitions.sign(AMAL, id_, NOTHING, **NO)
    assert (await card(petitions, id_)).petition.counted == 2
    assert (await mine_of(petitions, id_)).number == 3, "a number is nobody else's"
    kinds = [(EntryKind.SIGNED, None), (EntryKind.SIGNED, None), (EntryKind.WITHDRAWN, 0), (EntryKind.SIGNED, None)]
    assert await entries(database, id_) == kinds


async def test_what_was_said_is_given_back_to_the_signer_alone(petitions: Petitions, database: Database) -> None:
    id_ = await add_petition(database, asks=EVERYTHING, needs=[Ask.NAME])
    await petitions.sign(AMAL, id_, SAID, **YES)
    mine = await mine_of(petitions, id_)
    assert (mine.answers, mine.show_name, mine.pass_on, mine.comment) == (SAID, True, True, CommentState.WAITING)
    others = await card(petitions, "open-justice", BILAL.telegram_id)
    assert (others.mine, others.comments) == (None, ())


async def test_what_was_not_asked_is_not_kept_and_what_is_needed_is_wanted(petitions: Petitions, database: Database) -> None:
    id_ = await add_petition(database, asks=[Ask.NAME], needs=[Ask.NAME])
    assert (await petitions.sign(AMAL, id_, replace(SAID, name=None), **YES)).reply is Reply.INCOMPLETE
    assert (await petitions.sign(AMAL, id_, replace(SAID, name=""), **YES)).reply is Reply.INCOMPLETE
    await petitions.sign(AMAL, id_, SAID, **YES)
    mine = await mine_of(petitions, id_)
    assert (mine.answers, mine.comment) == (Answers(name=SAID.name), CommentState.NONE)
    assert (await petitions.change(AMAL, id_, NOTHING, **NO)).reply is Reply.INCOMPLETE


async def test_no_consent_to_what_is_not_there(petitions: Petitions, database: Database) -> None:
    id_ = await add_petition(database, asks=EVERYTHING)
    await petitions.sign(AMAL, id_, NOTHING, **YES)
    await petitions.sign(BILAL, id_, Answers(city="Leeds"), **YES)
    mine, theirs = await mine_of(petitions, id_), await mine_of(petitions, id_, BILAL.telegram_id)
    assert (mine.show_name, mine.pass_on) == (False, False)
    assert (theirs.show_name, theirs.pass_on) == (False, True)


@pytest.mark.parametrize(
    ("changed", "show_name", "waits"),
    [
        (SAID, True, False),
        (SAID, False, True),
        (replace(SAID, city="Leeds"), True, False),
        (replace(SAID, name="Somebody Else"), True, True),
        (replace(SAID, comment="Another word."), True, True),
    ],
    ids=["nothing", "the name is not shown", "the city", "the name above it", "the comment"],
)
async def test_a_comment_others_see_waits_again_when_it_changes(
    petitions: Petitions, database: Database, changed: Answers, show_name: bool, waits: bool
) -> None:
    id_ = await add_petition(database, asks=EVERYTHING)
    await petitions.sign(AMAL, id_, SAID, **YES)
    await show_comments(database)
    assert (await card(petitions, id_)).comments == (Answers(name=SAID.name, comment=SAID.comment),)
    await petitions.change(AMAL, id_, changed, show_name=show_name, pass_on=True)
    mine = await mine_of(petitions, id_)
    assert (mine.answers, mine.comment is CommentState.WAITING) == (changed, waits)
    assert ((await card(petitions, id_)).comments == ()) is waits


async def test_a_closed_petition_takes_no_signature_but_lets_go_of_one(
    petitions: Petitions, database: Database, clock: FrozenClock
) -> None:
    id_ = await add_petition(database, asks=EVERYTHING, needs=[Ask.COMMENT], closes_at=START + timedelta(hours=1))
    for signer in (AMAL, BILAL):
        await petitions.sign(signer, id_, SAID, **YES)
    await clock.advance(hours=1)
    assert (await petitions.sign(CHAND, id_, SAID, **NO)).reply is Reply.CLOSED, "also before anybody closed it"
    assert await petitions.close_due() == 1
    assert await petitions.close_due() == 0
    found = await card(petitions, id_)
    assert (found.petition.status, found.petition.closed_at) == (PetitionStatus.CLOSED, START + timedelta(hours=1))
    assert (await petitions.sign(AMAL, id_, SAID, **NO)).reply is Reply.ALREADY
    assert (await petitions.change(AMAL, id_, replace(SAID, name="Other"), **YES)).reply is Reply.CLOSED
    assert (await petitions.change(AMAL, id_, SAID, **NO)).reply is Reply.DONE, "a consent can always be taken back"
    assert (await petitions.change(AMAL, id_, SAID, **YES)).reply is Reply.CLOSED, "and not given any more"
    assert (await petitions.change(AMAL, id_, replace(SAID, comment=None), **NO)).reply is Reply.DONE, "and an answer, too"
    assert (await petitions.change(AMAL, id_, SAID, **NO)).reply is Reply.CLOSED
    assert (await mine_of(petitions, id_)).answers == replace(SAID, comment=None)
    assert (await petitions.withdraw(AMAL, id_)).reply is Reply.DONE
    assert (await petitions.change(AMAL, id_, SAID, **NO)).reply is Reply.NOT_SIGNED
    assert (await card(petitions, id_)).petition.counted == 1


@pytest.mark.parametrize("number", [0, -1, 77, LARGEST_ID, LARGEST_ID + 1, 2**80])
async def test_a_petition_that_is_not_there_is_gone(petitions: Petitions, number: int) -> None:
    assert (await petitions.sign(AMAL, number, NOTHING, **NO)).reply is Reply.GONE
    assert (await petitions.change(AMAL, number, NOTHING, **NO)).reply is Reply.GONE
    assert (await petitions.withdraw(AMAL, number)).reply is Reply.GONE
    assert await petitions.get_card(number, AMAL.telegram_id) is None
    await petitions.set_news(1, number, wanted=True)


async def test_whoever_makes_a_milestone_full_has_it_told(petitions: Petitions, database: Database) -> None:
    id_ = await add_petition(database, thresholds=[2])
    await petitions.sign(AMAL, id_, NOTHING, **NO)
    async with database.read() as session:
        assert (await session.scalars(select(BroadcastRow.subject))).all() == []
    await petitions.sign(BILAL, id_, NOTHING, **NO)
    async with database.read() as session:
        assert (await session.scalars(select(BroadcastRow.subject))).all() == ["petition:open-justice:milestone:2"]


async def test_a_draft_is_nobodys_business(petitions: Petitions, database: Database) -> None:
    id_ = await add_petition(database, status=PetitionStatus.DRAFT)
    assert (await petitions.sign(AMAL, id_, NOTHING, **NO)).reply is Reply.GONE
    assert await petitions.get_card("open-justice", None) is None
    assert await petitions.get_card("Not a slug", None) is None
    assert (await petitions.list_open(None, 0, 5)).total == 0


async def test_lists_are_in_the_order_people_look_for(petitions: Petitions, database: Database, clock: FrozenClock) -> None:
    await add_petition(database, "no-date")
    await add_petition(database, "later", closes_at=START + timedelta(days=9))
    await add_petition(database, "soon", closes_at=START + timedelta(days=2))
    await add_petition(database, "over", closes_at=START)
    closed = await add_petition(database, "closed", status=PetitionStatus.CLOSED)
    listed = await petitions.list_open(AMAL.telegram_id, 0, 2)
    assert ([each.petition.slug for each in listed.items], listed.total) == (["soon", "later"], 3)
    assert [each.petition.slug for each in (await petitions.list_open(None, 99, 2)).items] == ["no-date"]
    for slug in ("no-date", "soon"):
        await petitions.sign(AMAL, (await card(petitions, slug)).petition.id, NOTHING, **NO)
        await clock.advance(hours=1)
    listed = await petitions.list_open(AMAL.telegram_id, 0, 5)
    assert [each.mine is not None for each in listed.items] == [True, False, True]
    mine = await petitions.list_mine(AMAL.telegram_id, 0, 5)
    assert [each.petition.slug for each in mine.items] == ["soon", "no-date"]
    assert [each.petition.slug for each in (await petitions.list_mine(AMAL.telegram_id, 1, 1)).items] == ["no-date"]
    assert (await petitions.list_mine(BILAL.telegram_id, 0, 5)).items == ()
    assert (await petitions.list_of_case(closed, None, 0, 5)).total == 0
