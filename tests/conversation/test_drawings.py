"""What is drawn once is not drawn again, two never at once, and not all is kept for ever."""

import asyncio
import threading
from functools import partial

import pytest

from bot.telegram.links import passing_on
from handlers.sharing.drawings import MOST, Drawings


async def test_the_same_picture_is_made_once_however_many_ask_at_once_and_another_after_it() -> None:
    drawings, made, at_once = Drawings(), list[str](), threading.Lock()

    def draw(name: str) -> bytes:
        assert at_once.acquire(blocking=False), "one at a time"
        made.append(name)
        at_once.release()
        return name.encode()

    pictures = await asyncio.gather(*(drawings.get(name, partial(draw, name)) for name in ("a", "b", "a", "b", "a")))
    assert pictures == [b"a", b"b", b"a", b"b", b"a"]
    assert sorted(made) == ["a", "b"]
    for number in range(MOST):
        await drawings.get(number, partial(draw, str(number)))
    await drawings.get("a", partial(draw, "a"))
    assert made.count("a") == 2


async def test_what_could_not_be_made_is_tried_again() -> None:
    drawings = Drawings()

    def fail() -> bytes:
        raise OSError("no fonts")

    with pytest.raises(OSError, match="no fonts"):
        await drawings.get("a", fail)
    assert await drawings.get("a", lambda: b"a") == b"a"


def test_no_app_shows_plus_signs_for_spaces() -> None:
    assert "+" not in passing_on("https://t.me/NidaDemoBot?start=case-a", "A civilian court")
