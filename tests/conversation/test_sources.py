"""What came of a link, as people take one step after another."""

from sqlalchemy import select

from bot.sources.models import Step, StepRow
from tests.conversation.people import CASE
from tests.conversation.sources import steps
from tests.conversation.speaking import has
from tests.nida import Nida
from tests.telegram_world import TelegramWorld


async def test_each_step_after_a_link_is_counted_under_it_once(world: TelegramWorld, nida: Nida) -> None:
    sam, case = await world.person("Sam"), ("poster", f"case:{CASE}")
    await sam.starts(f"case-{CASE}__poster")
    await sam.sees("Welcome")
    assert await steps(nida) == {case: {Step.OPENED: 1}}
    for label in ("Subscribe", "Follow", "Stop following", "Follow"):
        await sam.answers_to(await sam.taps(label))
    page = await sam.sees(has("en", "Stop following"))
    assert await steps(nida) == {
        ("", f"case:{CASE}"): {Step.FOLLOWED: 1},  # the page that one comes back to has forgotten the link
        case: {Step.OPENED: 1, Step.SUBSCRIBED: 1, Step.FOLLOWED: 1},
    }
    assert page.edited


async def test_a_link_to_nothing_and_a_plain_start_are_counted_and_a_hello_is_not(world: TelegramWorld, nida: Nida) -> None:
    sam = await world.person("Sam")
    await sam.starts("case-nowhere__poster")
    await sam.sees("a case that is not here")
    await sam.sees("Welcome")
    greeting = await sam.sees("Welcome", after=await sam.starts())
    await sam.taps("Subscribe", greeting)
    await sam.sees("Which case do you want to follow?")
    await sam.types("hello")
    await sam.sees("You can look at cases")
    assert await steps(nida) == {("poster", ""): {Step.OPENED: 1}, ("", ""): {Step.OPENED: 1, Step.SUBSCRIBED: 1}}


async def test_the_language_is_changed_and_the_link_is_not_forgotten(world: TelegramWorld, nida: Nida) -> None:
    zara = await world.person("Zara")
    await zara.starts(f"case-{CASE}__poster")
    await zara.answers_to(await zara.taps("اردو", await zara.sees("Welcome")))
    await zara.sees(lambda message: message.edited)
    await zara.answers_to(await zara.taps("سبسکرائب"))
    async with nida.app.services.database.read() as session:
        found = {(row.source, row.locale, row.step): row.people for row in await session.scalars(select(StepRow))}
    assert found == {("poster", "en", Step.OPENED): 1, ("poster", "ur", Step.SUBSCRIBED): 1}
    (shown,) = await nida.staff.sources()
    assert shown.source is None, "staff are not shown what so few came by"
