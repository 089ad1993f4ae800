"""Folding: one word, however it is typed."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.language import fold


@pytest.mark.parametrize(
    "spellings",
    [
        ("کراچی", "كراچي", "كراچى"),
        ("قضية", "قضيه", "قَضِيَّة", "قضـــية", "\u200fقضية\u200f"),
        ("إلغاء", "الغاء", "الغا"),
        ("ہے", "هے", "هي"),
        ("تمھارا", "تمهارا", "تمہارا"),
        ("میں", "مين"),
        ("STOP!", " stop ", "/stop", "Stop.", "ＳＴＯＰ"),
        ("Zürich", "zurich", "ZÜRICH"),
        ("٢٠٢٦", "۲۰۲۶", "2026"),
        ("ﻻ", "لا"),
        ("مسئلہ", "مسيله"),
    ],
)
def test_spellings_of_one_word_fold_to_one(spellings: tuple[str, ...]) -> None:
    assert len({fold(spelling) for spelling in spellings}) == 1, [fold(spelling) for spelling in spellings]


def test_different_words_stay_different() -> None:
    words = ("stop", "stop this bill", "قف", "توقف", "بند", "بند کریں", "mar7aba", "marhaba")
    assert len({fold(word) for word in words}) == len(words)


@given(st.text(max_size=80))
@settings(max_examples=500, deadline=None)
def test_folding_twice_changes_nothing(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(st.text(st.characters(min_codepoint=0x600, max_codepoint=0x6FF), max_size=40))
@settings(max_examples=500, deadline=None)
def test_folding_arabic_script_twice_changes_nothing(text: str) -> None:
    assert fold(fold(text)) == fold(text)
