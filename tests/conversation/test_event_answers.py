"""What somebody answers to a hearing or event, the reminders they choose, and that all of it is theirs to see and erase."""

from sqlalchemy import update

from bot.events.offsets import bit_of
from bot.language import without_marks
from bot.supporters.answers import Answer
from bot.supporters.kinds import Kind
from bot.supporters.models import AttendanceRow, FollowingRow, SupporterRow
from tests.conversation.hearings import SLUG, answers, crowd, kept, opened, text
from tests.nida import Nida
from tests.telegram_world import TelegramWorld


async def test_who_muted_hearings_is_not_shown_that_they_hear_of_one(nida: Nida) -> None:
    event = await kept(nida)
    events, (somebody,) = nida.app.services.events, await crowd(nida, 1)
    assert event.case_id is not None
    async with nida.app.services.database.write() as session:
        session.add(FollowingRow(supporter_id=somebody, case_id=event.case_id, since=event.created_at))
    for muted, hears in ((Kind.ACTION, True), (Kind.HEARING, False)):
        async with nida.app.services.database.write() as session:
            await session.execute(update(SupporterRow).values(muted_kinds=muted.bit))
        card = await events.get_card(event.id, somebody)
        assert card is not None
        assert (card.follows_case, card.is_concerned) == (hears, hears)


async def test_what_has_no_date_can_be_followed_and_declined(world: TelegramWorld, nida: Nida) -> None:
    await kept(nida, ahead=None, expected=text("in December", "في ديسمبر", "دسمبر میں"))
    sam, card = await opened(world)
    assert "in December" in without_marks(card.text)
    assert not {"I will come", "Remind me", "Add to calendar", "Share"} & set(card.labels)
    await sam.taps("Keep me informed", on=card)
    await sam.sees("You will hear of every change.")
    await sam.taps("Not this time")
    await sam.sees("You said: not this time.")
    assert await answers(nida) == [Answer.DECLINED]


async def test_choosing_a_reminder_is_wanting_to_hear(nida: Nida) -> None:
    event = await kept(nida)
    events, (somebody,) = nida.app.services.events, await crowd(nida, 1)
    await events.answer(somebody, event.id, Answer.DECLINED)
    card = await events.choose_reminder(somebody, event.id, 24 * 60, wanted=True)
    assert card is not None
    assert card.attendance is not None
    assert (card.attendance.answer, card.reminders) == (Answer.FOLLOWING, bit_of(24 * 60))


async def test_choosing_a_reminder_is_no_answer_of_who_follows_the_case(nida: Nida) -> None:
    event = await kept(nida)
    events, (somebody,) = nida.app.services.events, await crowd(nida, 1)
    assert event.case_id is not None
    following = nida.app.services.following
    await following.follow(somebody, event.case_id)
    for wanted in (True, False):
        card = await events.choose_reminder(somebody, event.id, 30, wanted=wanted)
        assert card is not None
        assert (card.answer, bool(card.reminders & bit_of(30)), card.is_concerned) == (None, wanted, True)
    await following.unfollow(somebody, event.case_id)
    card = await events.get_card(event.id, somebody)
    assert card is not None
    assert (card.is_concerned, card.reminders) == (False, 0)
    assert (await events.list_mine(somebody, 0, 5)).total == 0


async def test_answers_are_handed_out_and_erased(world: TelegramWorld, nida: Nida) -> None:
    await kept(nida)
    sam, card = await opened(world)
    await sam.taps("I will come", on=card)
    await sam.sees("You said that you will come.")
    told = await sam.sees("You answered to 1 hearing or event:", after=await sam.types("/mydata"))
    assert f"{SLUG}: I will come" in without_marks(told.text)
    async with nida.app.services.database.write() as session:
        await session.execute(update(AttendanceRow).values(answer=None, reminders=bit_of(30)))
    told = await sam.sees("You answered to 1 hearing or event:", after=await sam.types("/mydata"))
    assert f"{SLUG}: Remind me" in without_marks(told.text)
    await sam.sees("will be erased at once", after=await sam.types("/forget"))
    await sam.taps("Erase everything")
    await sam.sees("Nothing is kept about you any more")
    assert await answers(nida) == []
