"""A text too long for one message: cut at paragraphs, nothing lost, every piece whole in itself."""

import re

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.language import Chosen, check_markup, free, lines, markup, name, paragraphs, restored, title
from bot.language.marks import without_marks
from bot.language.markup import unbalanced
from bot.language.reader import Digits, Reader
from bot.language.text import Text
from bot.language.values import Value
from tests.language.conftest import Speaking

WORDS = st.text(st.sampled_from("abc ابج یے \n\n<&>\"'👩‍🚀é\u0301\u202e\u2066\u2069\u200f\u2028"), max_size=400)
PARAGRAPH = "قضت المحكمة في القضية 12-A/7 بتاريخ 2026-01-05 بتأجيل الجلسة. "


def letters(text: str) -> str:
    """What a reader reads: no marks, no white space, which a cut may drop."""
    return re.sub(r"\s+", "", without_marks(text))


def built(*values: Value, rtl: bool = True) -> Text:
    from bot.language.builder import Words
    from bot.language.catalogue import Catalogue
    from tests.language.conftest import NOW

    words = Words(Reader("ar" if rtl else "en", digits=Digits.latin), Catalogue(), lambda: NOW)
    return paragraphs(*[words.show(value) for value in values])


@given(WORDS, st.integers(40, 300), st.booleans())
@settings(max_examples=150, deadline=None)
def test_splitting_loses_no_letter_and_keeps_every_piece_whole(text: str, limit: int, rtl: bool) -> None:
    whole = lines(built(free(text), rtl=rtl).bold(), built(name(text), rtl=rtl).quote())
    pieces = whole.split(limit)
    assert letters("".join(piece.plain for piece in pieces)) == letters(whole.plain)
    for piece in pieces:
        assert piece.length <= limit
        assert unbalanced(piece.html) is None
        assert letters(piece.plain) or len(pieces) <= 1


@given(WORDS)
@settings(max_examples=150, deadline=None)
def test_any_text_in_gives_a_balanced_and_safe_text_out(text: str) -> None:
    for value in (free(text), name(text), title(text)):
        out = built(value)
        assert restored(out.html, rtl=True) == out
        assert "\u202e" not in out.html
        assert "<" not in re.sub(r"</?b>", "", out.html)


def test_a_text_within_the_limit_stays_as_it_is(speaking: Speaking) -> None:
    text = speaking("en").say("today")
    assert text.split() == [text]


def test_cuts_come_where_a_paragraph_ends() -> None:
    body = markup(Chosen("\n\n".join([PARAGRAPH * 20] * 12), "ar"))
    pieces = body.split()
    assert len(pieces) > 2
    assert all(piece.plain.rstrip().endswith(".") and piece.length <= 4096 for piece in pieces)
    assert all(piece.html.startswith("\u200f") for piece in pieces)


def test_an_entity_is_not_cut_in_two() -> None:
    link = '<a href="https://example.org">a link of some words</a>'
    body = markup(Chosen(f"{'word ' * 8}{link} {'more ' * 20}", "en"))
    pieces = body.split(60)
    assert sum("<a href" in piece.html for piece in pieces) == 1


def test_a_tag_that_spans_a_cut_is_closed_and_opened_again() -> None:
    body = markup(Chosen("<blockquote expandable>" + "One line of it.\n" * 20 + "</blockquote>", "en"))
    pieces = body.split(100)
    assert len(pieces) > 2
    for piece in pieces:
        assert piece.html.startswith("<blockquote expandable>")
        assert piece.html.endswith("</blockquote>")
        assert check_markup(piece.html) == []


def test_a_right_to_left_line_cut_in_the_middle_begins_right_again() -> None:
    pieces = markup(Chosen(PARAGRAPH * 5, "ar")).split(70)
    assert len(pieces) > 3
    assert all(piece.plain.startswith("\u200f") for piece in pieces)
