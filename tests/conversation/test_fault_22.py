"""One person taps the same button five hundred times at once."""

import asyncio

from tests.conversation.people import CASE, supporter
from tests.nida import Nida
from tests.telegram_world import TelegramWorld

TAPS = 500


async def test_fault_22_five_hundred_taps_on_follow_by_one_person_are_one_following(world: TelegramWorld, nida: Nida) -> None:
    sam = await supporter(world)
    await sam.types(f"/case {CASE}")
    page = await sam.sees("Status: Open")
    follow = page.button("Follow")
    assert follow is not None
    messages = len((await sam.chat()).from_bot)
    await asyncio.gather(*[sam.forges(follow.data or "", on=page) for _ in range(TAPS)])
    await sam.sees("You follow this case.", timeout=100)
    while nida.app.intake.backlog:
        await asyncio.sleep(0.02)
    kept = await nida.app.services.supporters.recognise(sam.id, "en")
    assert len(await nida.app.services.following.followed_case_ids(kept.id or 0)) == 1
    assert len((await sam.chat()).from_bot) <= messages + 1, "at most that it was too fast, once"
