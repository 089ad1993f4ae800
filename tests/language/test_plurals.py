"""Plural forms: the rule of each catalogue against CLDR, and the counts a reader sees."""

from pathlib import Path

import pytest
from babel import Locale
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po

from bot.language import Words, name, without_marks
from bot.language.builder import PLACEHOLDER
from bot.language.plurals import RULES, categories, header, rule_fault
from tests.language.conftest import LOCALES, ROOT, Speaking

GOLDEN = Path(__file__).with_name("counts.golden")
COUNTS = (0, 1, 2, 3, 11, 100, 103, 111)


def counted() -> list[tuple[str, str]]:
    """Every message about a number of things, as it stands in the code."""
    with (ROOT / "locales" / "nida.pot").open("rb") as template:
        return [(message.id[0], message.id[1]) for message in read_po(template) if isinstance(message.id, tuple | list)]


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


def told(words: Words, one: str, many: str, n: int) -> str:
    """As a reader sees it, other values as their names; the invisible marks are left to other tests."""
    others = {other: name(other.upper()) for other in PLACEHOLDER.findall(one + many) if other != "n"}
    return without_marks(words.count(one, many, n, **others).plain)


def test_counts_read_as_they_were_read_over(speaking: Speaking) -> None:
    """Every message with a count. Delete counts.golden and run this to write it anew; then read what is new in it as a reader
    of each language would."""
    lines = [
        f"{locale} {n}: {told(speaking(locale), one, many, n)}"
        for one, many in counted()
        for locale in LOCALES
        for n in COUNTS
    ]  # fmt: skip
    if not GOLDEN.exists():
        GOLDEN.write_text("\n".join(lines) + "\n", encoding="utf-8")
    assert lines == GOLDEN.read_text(encoding="utf-8").splitlines()
