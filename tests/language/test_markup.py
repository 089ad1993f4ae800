"""What editors may write in content, what they are told otherwise, and how it goes out."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.language import Chosen, check_markup, markup, plain_text
from bot.language.marks import LRI, PDI, RLM
from bot.language.markup import unbalanced

GOOD = (
    "Plain, with A & B and 5 > 4.",
    '<b>Bold <i>and slanted</i></b> <u>u</u> <s>s</s> <tg-spoiler>x</tg-spoiler> <a href="https://example.org/?a=1&amp;b">go</a>',
    "<blockquote expandable>Long\nstory</blockquote>\n<pre>code</pre> <code>12-A/7</code>",
    '<tg-time unix="1764756000" format="">3 December</tg-time>',
    "5 &lt; 6",
)

BAD = (
    ("<b>open", "line 1: <b> is never closed; write </b>"),
    ("shut</b>", "line 1: </b> closes nothing"),
    ("<b><i>x</b></i>", "line 1: </b> comes before </i>"),
    ("one\n<strong>x</strong>", "line 2: <strong> is not allowed; write <b>"),
    ("x<br>y", "line 1: <br> is not allowed; begin a new line instead"),
    ("<script>x</script>", "line 1: <script> is not allowed; the tags are"),
    ('<a href="http://example.org">x</a>', "line 1: a link needs an address that starts with https://"),
    ('<a href="javascript:x">x</a>', "line 1: a link needs an address"),
    ('<b class="x">x</b>', "line 1: <b> takes no class"),
    ("<code><b>x</b></code>", "line 1: <b> stands inside <code>"),
    ("<blockquote>a<blockquote>b</blockquote></blockquote>", "line 1: <blockquote> stands inside another"),
    ('<tg-time unix="soon" format="">x</tg-time>', "line 1: <tg-time> needs its moment in seconds"),
    ("5 < 6", "line 1: a < that begins no tag; write &lt;"),
    ("<3 you>", "line 1: <3 you> is not a tag"),
    ("one\n\u202etwo", "line 2: it holds invisible direction marks that are not balanced"),
    ("\u2067x", "line 1: it holds invisible direction marks"),
)


@pytest.mark.parametrize("text", GOOD)
def test_the_small_set_of_tags_is_accepted(text: str) -> None:
    assert check_markup(text) == []
    assert unbalanced(markup(Chosen(text, "ar")).html) is None


@pytest.mark.parametrize(("text", "sentence"), BAD)
def test_anything_else_is_refused_with_its_place_and_its_mend(text: str, sentence: str) -> None:
    faults = check_markup(text)
    assert any(fault.startswith(sentence) for fault in faults), faults
    with pytest.raises(ValueError, match=r"^line \d"):
        markup(Chosen(text, "en"))


def test_text_between_the_tags_is_escaped() -> None:
    assert markup(Chosen("A & B <b>5 > 4</b> &lt;x&gt; &amp;", "en")).html == ("A &amp; B <b>5 &gt; 4</b> &lt;x&gt; &amp;")


def test_each_right_to_left_line_starts_right_and_code_blocks_stay_as_they_are() -> None:
    text = markup(Chosen("<b>سطر</b>\r\n\nآخر <blockquote>قول\nثان</blockquote>بعد\n<pre>a\nb</pre>", "ar"))
    assert text.html == (f"{RLM}<b>سطر</b>\n\n{RLM}آخر <blockquote>{RLM}قول\n{RLM}ثان</blockquote>{RLM}بعد\n<pre>a\nb</pre>")


@pytest.mark.parametrize(
    "run",
    [
        "12-A/7", "2026-01-05", "+92 300 1234567", "/start", "@bot", "15:00–16:30",
        "https://example.org/a?b=1", "family@example.org", "CR/2026/14", "14 Castle Street, Aldermere", "2b St. Mary's Road",
    ],
)  # fmt: skip
def test_what_would_be_drawn_backwards_is_isolated_in_right_to_left_content(run: str) -> None:
    assert f"رقم {LRI}{run}{PDI}، ثم" in markup(Chosen(f"هنا رقم {run}، ثم كلمة", "ar")).html
    assert run in markup(Chosen(f"Here {run}, then", "en")).html


def test_code_is_isolated_outside_so_that_a_copy_is_clean() -> None:
    assert f"{LRI}<code>12-A/7</code>{PDI}" in markup(Chosen("رقم <code>12-A/7</code>", "ar")).html


def test_marks_in_content_are_taken_out() -> None:
    assert markup(Chosen("a\u200fb \u2066c\u2069", "en")).html == "ab c"


def test_plain_text_drops_the_tags_only() -> None:
    assert plain_text(Chosen("<b>A</b> &amp; B", "en")).text == "A & B"


@given(st.text(st.sampled_from("ab <>/&;\"'=bicodeahref\n\u2066\u2069ا"), max_size=60))
@settings(max_examples=300, deadline=None)
def test_what_is_accepted_always_goes_out_whole(text: str) -> None:
    if not check_markup(text):
        out = markup(Chosen(text, "ar"))
        assert unbalanced(out.html) is None
        assert check_markup(out.html) == []
