"""Plural rules of catalogues, and whether one is right: Babel 2.18 writes a wrong one for Arabic."""

import gettext
import re
from functools import cache

from babel import Locale

RULES = {
    "en": (2, "(n != 1)"),
    "ar": (6, "(n==0 ? 0 : n==1 ? 1 : n==2 ? 2 : n%100>=3 && n%100<=10 ? 3 : n%100>=11 ? 4 : 5)"),
    "ur": (2, "(n != 1)"),
}
"""The number of forms and the rule for each language, as its catalogue's header has them."""

_CATEGORIES = ("zero", "one", "two", "few", "many", "other")
_HEADER = re.compile(r"nplurals\s*=\s*(\d+)\s*;\s*plural\s*=\s*([^;]+);?")
_PROVEN = range(1001)


def header(locale: str) -> str:
    """The Plural-Forms header a catalogue of this language must have."""
    forms, rule = RULES[locale]
    return f"nplurals={forms}; plural={rule};"


def categories(locale: str) -> tuple[str, ...]:
    """The names of the plural forms in the order of the catalogue: msgstr[0] is the first."""
    tags = Locale.parse(locale).plural_form.tags
    return tuple(category for category in _CATEGORIES if category in tags or category == "other")


@cache
def rule_fault(locale: str, plural_forms: str) -> str | None:
    """What is wrong with a Plural-Forms header, compared with CLDR for every number from 0 to 1000; None if nothing."""
    parsed = _HEADER.search(plural_forms)
    if parsed is None:
        return "the Plural-Forms header is missing or cannot be read"
    names = categories(locale)
    if int(parsed[1]) != len(names):
        return f"the Plural-Forms header promises {parsed[1]} forms, the language has {len(names)}"
    try:
        form_of = gettext.c2py(parsed[2])
    except ValueError:
        return "the rule of the Plural-Forms header cannot be read"
    form = Locale.parse(locale).plural_form
    for number in _PROVEN:
        if names[form_of(number) : form_of(number) + 1] != (form(number),):
            return f"the Plural-Forms header has the wrong form for {number}"
    return None
