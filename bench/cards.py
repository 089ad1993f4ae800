"""How long a card to pass on takes to draw: each with words that were not drawn before, after the fonts were opened once."""

import time
from itertools import product
from statistics import median

from bench.children import Figures
from bench.results import Result, Size, at_most, console, in_child

MOST_MS = 150
ROUNDS = 15
LINK = "https://t.me/open_door_bot?start=petition-open-justice__card"
TITLES = {
    "en": ("Open", "the doors of the North Gate court to the public and the press in case"),
    "ar": ("افتحوا", "أبواب محكمة البوابة الشمالية أمام الجمهور والصحافة في القضية رقم"),
    "ur": ("کھولیے", "نارتھ گیٹ عدالت کے دروازے عوام اور صحافیوں کے لیے مقدمہ نمبر"),
}


async def figures(_: Size) -> list[Result]:
    taken = await in_child("bench.cards:drawn")
    cards = {name: ms for name, ms in taken.items() if name.startswith(tuple(TITLES))}
    console.print("cards: " + ", ".join(f"{name} {ms:.0f} ms" for name, ms in cards.items()))
    slowest = max(cards, key=cards.__getitem__)
    return [
        at_most(
            f"Drawing a card, the slowest of three languages and two sizes ({slowest})", taken[slowest], MOST_MS, "{:.0f} ms"
        ),
        Result("… the first after a start", f"{taken['first']:.0f} ms"),
    ]


async def drawn() -> Figures:
    """Milliseconds, the middle of several rounds."""
    began = time.perf_counter()
    from bot.pictures.cards import Card, Size, picture  # noqa: PLC0415 - what the first one waits for

    def one(locale: str, number: int, size: Size) -> float:
        first, rest = TITLES[locale]
        card = Card(
            f"{first} {number} {rest} {number}", f"{number:,} / 10,000", f"Nida {number}", locale, LINK + str(number), 0.4
        )
        start = time.perf_counter()
        picture(card, size)
        return (time.perf_counter() - start) * 1e3

    one("ur", 0, Size.SQUARE)
    taken = {"first": (time.perf_counter() - began) * 1e3}
    for locale, size in product(TITLES, Size):
        taken[f"{locale} {size.name.lower()}"] = median(one(locale, number, size) for number in range(1, ROUNDS + 1))
    return taken
