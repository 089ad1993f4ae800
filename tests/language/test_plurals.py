"""Plural forms: the rule of each catalogue against CLDR, and the counts a reader sees."""

from pathlib import Path

import pytest
from babel import Locale
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po

from bot.language.plurals import RULES, categories, header, rule_fault
from tests.language.conftest import LOCALES, ROOT, Speaking

GOLDEN = Path(__file__).with_name("counts.golden")
COUNTS = (0, 1, 2, 3, 11, 100, 103, 111)
MESSAGES = (
    ("{n} day ago", "{n} days ago"),
    ("in {n} month", "in {n} months"),
    ("in {n} year", "in {n} years"),
)


@pytest.mark.parametrize("locale", LOCALES)
def test_the_header_of_a_catalogue_picks_the_form_of_cldr(locale: str) -> None:
    with (ROOT / "locales" / locale / "LC_MESSAGES" / "nida.po").open("rb") as file:
        plural_forms = read_po(file, locale=locale).plural_forms
    assert rule_fault(locale, plural_forms) is None
    assert plural_forms == header(locale)


def test_babels_own_rule_for_arabic_is_seen_to_be_wrong() -> None:
    fault = rule_fault("ar", Catalog(locale="ar").plural_forms)
    assert fault is not None
    assert "wrong form" in fault


@pytest.mark.parametrize("locale", LOCALES)
def test_a_rule_names_as_many_forms_as_the_language_has(locale: str) -> None:
    assert RULES[locale][0] == len(categories(locale)) == len(set(Locale.parse(locale).plural_form.tags) | {"other"})


@pytest.mark.parametrize(
    ("plural_forms", "fault"),
    [
        ("", "missing"),
        ("nplurals=2; plural=(n != 1);", "promises 2 forms, the language has 6"),
        ("nplurals=6; plural=(n ===);", "cannot be read"),
        ("nplurals=6; plural=0;", "wrong form for 1"),
        ("nplurals=6; plural=n;", "wrong form for 4"),
        ("nplurals=6; plural=(n < 3 ? n : 9);", "wrong form for 3"),
    ],
)
def test_a_bad_header_is_described(plural_forms: str, fault: str) -> None:
    assert fault in (rule_fault("ar", plural_forms) or "")


def test_counts_read_as_they_were_read_over(speaking: Speaking) -> None:
    """Delete counts.golden and run this to write it anew; then read it as a reader of each language would."""
    told = "".join(
        f"{locale} {n}: {speaking(locale).count(one, many, n).plain}\n"
        for locale in LOCALES
        for one, many in MESSAGES
        for n in COUNTS
    )
    if not GOLDEN.exists():
        GOLDEN.write_text(told, encoding="utf-8")
    assert told == GOLDEN.read_text(encoding="utf-8")
