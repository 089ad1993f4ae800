"""Values that break lines of text, each with the letters the reader must see and the direction they are read in."""

from dataclasses import dataclass

from bot.language import Value, command, free, handle, identifier, name, number, phone, title, url
from bot.language.translated import Chosen


@dataclass(frozen=True)
class Hostile:
    value: Value
    seen: str
    base: str = "L"


HOSTILE = (
    Hostile(name("Ali Hassan"), "Ali Hassan"),
    Hostile(name("علي حسن"), "علي حسن", "R"),
    Hostile(name("Layla (لیلیٰ)"), "Layla (لیلیٰ)"),
    Hostile(name("<b>& \"'"), "<b>& \"'"),
    Hostile(title(Chosen("قضیہ نمبر 12 اور Smith", "ur")), "قضیہ نمبر 12 اور Smith", "R"),
    Hostile(name("\u202egnp.exe\u202c"), "gnp.exe"),
    Hostile(name("\u2066\u2066lone \u2067"), "lone"),
    Hostile(name("\u2069\u200f\u200f two\nlines\u2028here"), "two lines here"),
    Hostile(free("fine 👩‍👩‍👧 🇵🇸!"), "fine 👩‍👩‍👧 🇵🇸!"),
    Hostile(identifier("12-A/7"), "12-A/7"),
    Hostile(identifier("2026-01-05"), "2026-01-05"),
    Hostile(identifier("123/ج/2026"), "123/ج/2026", "R"),
    Hostile(phone("+92 300 1234567"), "+92 300 1234567"),
    Hostile(command("start"), "/start"),
    Hostile(handle("bot"), "@bot"),
    Hostile(url("https://example.org/a?b=1&c=(2)"), "https://example.org/a?b=1&c=(2)"),
    Hostile(number(1234567), "1,234,567"),
    Hostile(number(-5), "-5"),
    Hostile(number(7), "7"),
)
