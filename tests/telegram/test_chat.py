"""Talking to one person, against the stand-in."""

from bot.clock import SystemClock
from bot.delivery.pace import Pace
from bot.language import Catalogues, Reader, free
from bot.language.text import CAPTION_LIMIT
from bot.telegram.chat import Chat, Postman
from bot.telegram.transport import AiohttpTransport
from tests.telegram_world import TelegramWorld


async def test_a_caption_over_the_limit_goes_on_as_a_message(world: TelegramWorld) -> None:
    sam = await world.person(started=True)
    sentences = [f"Sentence {n} is about what is kept." for n in range(40)]
    caption = Catalogues.load(("en",)).words(Reader("en")).show(free("\n".join(sentences)))
    clock = SystemClock()
    async with AiohttpTransport(world.token, world.url) as transport:
        chat = Chat(Postman(transport, Pace(1000, 0, clock), clock), sam.id, None, None)
        await chat.send_file("kept.json", b"{}", caption)
    file, more = (await sam.chat()).from_bot
    assert (file.file is not None, more.file) == (True, None)
    assert len(file.text) <= CAPTION_LIMIT
    assert [sentence in file.text + more.text for sentence in sentences] == [True] * 40
