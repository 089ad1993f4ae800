"""What a message orders, what a link asks for, and how much of it is heard."""

import pytest

from bot.language import Catalogues
from bot.telegram.commands import Vocabulary
from bot.telegram.flood import BURST, REFILL_SECONDS, Flood, Verdict
from bot.telegram.order import Order, read_order
from handlers.supporters.start import Link, read_link
from tests.clocks import FrozenClock


@pytest.fixture(scope="module")
def vocabulary() -> Vocabulary:
    return Vocabulary(Catalogues.load(("en", "ar", "ur")))


@pytest.mark.parametrize(
    ("text", "order"),
    [
        ("/cases", Order("cases")),
        ("/CASES", Order("cases")),
        ("/case@NidaDemoBot north-gate-five", Order("case", "north-gate-five")),
        ("\u200f/start case-north", Order("start", "case-north")),
        ("\ufeff\u2067/stop\u2069", Order("stop")),
        ("/nonsense", Order(None)),
        ("Stop.", Order("stop", by_word=True)),
        ("what happened to the five?", None),
        ("", None),
        (None, None),
    ],
)
def test_what_a_message_orders(vocabulary: Vocabulary, text: str | None, order: Order | None) -> None:
    assert read_order(text, vocabulary) == order


@pytest.mark.parametrize(
    ("payload", "link"),
    [
        ("", Link()),
        ("case-north-gate-five", Link("case", "north-gate-five")),
        ("case-north-gate-five__leaflet", Link("case", "north-gate-five", "leaflet")),
        ("lang-ur__poster", Link("lang", "ur", "poster")),
        ("__radio", Link(source="radio")),
        ("case-", Link()),
        ("whatever", Link()),
        ("case-x__" + "s" * 60, Link("case", "x", "s" * 32)),
    ],
)
def test_what_a_deep_link_asks_for(payload: str, link: Link) -> None:
    assert read_link(payload) == link


async def test_a_flood_gets_one_notice_then_silence_and_then_answers_again() -> None:
    clock = FrozenClock()
    flood = Flood(clock)
    verdicts = [flood.judge(1) for _ in range(BURST + 5)]
    assert verdicts == [Verdict.PASS] * BURST + [Verdict.NOTICE] + [Verdict.SILENCE] * 4
    assert flood.judge(2) is Verdict.PASS
    await clock.advance(seconds=REFILL_SECONDS * BURST)
    assert [flood.judge(1) for _ in range(BURST + 1)] == [Verdict.PASS] * BURST + [Verdict.NOTICE]
