"""Which words name what: in any script, by beginnings and parts, misspelt, and nothing for nothing."""

import pytest

from bot.search.matching import likeness, wanted_in, words_of

GATE = words_of(["The North Gate Five", "خمسة نورث غيت", "نارتھ گیٹ کے پانچ افراد", "north-gate-five", "England and Wales"])
LAKE = words_of(["The Lake Station Two", "مذيعا إذاعة البحيرة", "جھیل ریڈیو کے دو میزبان", "lake-station-two"])


@pytest.mark.parametrize(
    "typed",
    [
        "north gate", "NORTH", "gate nor", "fiv", "نورث", "نورت", "نارتھ گیٹ", "نارته گیٹ", "گیٹ پانچ", "gaet north", "noth gate",
        "خَمسة", "wales",
    ],
)  # fmt: skip
def test_words_that_name_it(typed: str) -> None:
    assert likeness(wanted_in(typed), GATE) > 0
    assert likeness(wanted_in(typed), GATE) > likeness(wanted_in(typed), LAKE)


@pytest.mark.parametrize("typed", ["", "  ", "🕊", "xyz", "zz zzz gate", "no ga te zq"])
def test_words_that_do_not(typed: str) -> None:
    assert likeness(wanted_in(typed), GATE) == 0


def test_what_has_more_of_the_words_comes_first_and_short_words_hide_nothing() -> None:
    for typed in ("the gate of north", "a gate", "north gate appeal"):
        assert likeness(wanted_in(typed), GATE) > likeness(wanted_in(typed), LAKE)
    assert likeness(wanted_in("north gate"), GATE) > likeness(wanted_in("north gate appeal"), GATE) > 0
    assert likeness(wanted_in("north gate appeal"), GATE, misspelt=False) == 0


@pytest.mark.parametrize("typed", ["mezban", "maizbaan", "mizbaan"])
def test_urdu_in_latin_letters(typed: str) -> None:
    assert likeness(wanted_in(typed), LAKE) > 0 == likeness(wanted_in(typed), GATE)


def test_the_article_is_not_needed_and_a_whole_word_is_better_than_a_part() -> None:
    assert likeness(wanted_in("بحيرة"), LAKE) > 0
    whole, beginning, part, near = (likeness(wanted_in(word), LAKE) for word in ("station", "stat", "tation", "stateon"))
    assert whole > beginning > part > near > 0
