"""Every message of every catalogue, filled with values that break lines, as an app would draw it."""

from collections.abc import Iterator

import pytest
from babel.messages.catalog import Message
from babel.messages.pofile import read_po

from bot.language import Catalogues, Reader, Words, restored
from bot.language.builder import PLACEHOLDER
from bot.language.gate_text import place_of
from tests.language.conftest import LOCALES, ROOT
from tests.language.hostile import HOSTILE, Hostile
from tests.language.screen import after_server, direction, direction_on_desktop, isolates_are_balanced, order_seen

COUNTS = (0, 1, 2, 3, 11, 100, 103, 111)


def messages() -> list[Message]:
    with (ROOT / "locales" / "nida.pot").open("rb") as template:
        return [message for message in read_po(template) if message.id and not message.context]


def rendered(words: Words, message: Message, hostile: Hostile) -> Iterator[str]:
    """The message as the letters a reader sees, once for each count it may be about."""
    if isinstance(message.id, tuple | list):
        values = dict.fromkeys(PLACEHOLDER.findall(" ".join(message.id)), hostile.value)
        values.pop("n", None)
        for n in COUNTS:
            yield checked_text(words.count(message.id[0], message.id[1], n, **values).html, rtl=words.reader.rtl)
        return
    values = dict.fromkeys(PLACEHOLDER.findall(message.id), hostile.value)
    place, limit = place_of(message.auto_comments)
    if place == "text":
        yield checked_text(words.say(message.id, **values).html, rtl=words.reader.rtl, seen=hostile.seen if values else "")
    elif place == "button":
        yield checked_length(words.label(message.id, **values).text, 64)
    elif place == "notice":
        yield checked_length(words.notice(message.id, **values).text, 200)
    else:
        yield checked_length(words.describe(message.id, limit, **values).text, limit)


def checked_text(html: str, *, rtl: bool, seen: str = "") -> str:
    text = restored(html, rtl=rtl)  # raises when tags or isolates are not balanced
    assert 0 < text.length <= 4096
    assert seen in text.plain
    return text.plain


def checked_length(text: str, limit: int) -> str:
    assert 0 < len(text.encode("utf-16-le")) // 2 <= limit
    return text


def assert_reads_right(shown: str, locale: str, hostile: Hostile) -> None:
    assert after_server(shown) == shown
    wanted = "ltr" if locale == "en" else "rtl"
    for line in filter(str.strip, shown.split("\n")):
        assert isolates_are_balanced(line)
        assert direction(line) == wanted
        assert direction_on_desktop(line) == wanted
        if hostile.seen in line:
            inside = order_seen(hostile.seen, hostile.base)
            assert inside in order_seen(line, "L" if locale == "en" else "R"), ascii(line)


@pytest.mark.parametrize("locale", LOCALES)
def test_every_message_reads_right_whatever_is_put_into_it(catalogues: Catalogues, locale: str) -> None:
    words = catalogues.words(Reader(locale))
    for message in messages():
        if not is_translated(catalogues, locale, message):
            continue  # the gate stops these; here they would only repeat it
        for hostile in HOSTILE if PLACEHOLDER.search(str(message.id)) else HOSTILE[:1]:
            for shown in rendered(words, message, hostile):
                assert_reads_right(shown, locale, hostile)


def is_translated(catalogues: Catalogues, locale: str, message: Message) -> bool:
    first = message.id[0] if isinstance(message.id, tuple | list) else message.id
    return locale == "en" or not PLACEHOLDER.sub("", first).strip(": ") or catalogues.translate(locale, first) != first
