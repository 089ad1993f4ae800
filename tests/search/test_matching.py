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


@pytest.mark.parametrize("typed", ["", "  ", "🕊", "xyz", "north lake", "zz gate", "no ga te zq"])
def test_words_that_do_not(typed: str) -> None:
    assert likeness(wanted_in(typed), GATE) == 0


def test_the_article_is_not_needed_and_a_whole_word_is_better_than_a_part() -> None:
    assert likeness(wanted_in("بحيرة"), LAKE) > 0
    whole, beginning, part, near = (likeness(wanted_in(word), LAKE) for word in ("station", "stat", "tation", "stateon"))
    assert whole > beginning > part > near > 0
