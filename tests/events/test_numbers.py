"""How many come, without pointing to anybody."""

import pytest

from bot.errors import NidaError
from bot.events.numbers import numbers
from bot.storage.database import Database
from bot.supporters.answers import Answer
from tests.announcements.people import add_case, add_followers, change
from tests.clocks import FrozenClock
from tests.events.world import SLUG, add_event, answer


async def test_those_who_come_are_counted_by_language_and_place(database: Database, clock: FrozenClock) -> None:
    case = await add_case(database)
    await add_followers(database, clock, case, 8)
    await add_followers(database, clock, case, 7, "ur", first=9)
    for person in range(1, 7):
        await change(database, person, place="bradford", timezone="Europe/London")
    await change(database, 9, place="karachi", timezone="Asia/Karachi")
    event = await add_event(database, clock, case)
    await answer(database, clock, event.id, range(1, 14), Answer.COMING)
    await answer(database, clock, event.id, [14], Answer.ONLINE)
    await answer(database, clock, event.id, [15], Answer.DECLINED)
    seen = await numbers(database, SLUG)
    assert seen.answers == {Answer.COMING: 13, Answer.ONLINE: 1, Answer.DECLINED: 1, Answer.WAITING: 0, Answer.FOLLOWING: 0}
    assert seen.languages == (("en", 8), ("ur", 5))
    assert seen.places == (("bradford", 6), (None, 7)), "one who comes from Karachi may be known to somebody"
    with pytest.raises(NidaError, match="There is no event"):
        await numbers(database, "another")
