"""What the servers make of a text: tags, marks, and the entities they find by themselves."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.standin.markup import read
from bot.standin.refusals import Refusal
from bot.standin.text import clean, units

RLM, LRM, ZWNJ, FSI, LRI, PDI = "\u200f", "\u200e", "\u200c", "\u2068", "\u2066", "\u2069"


def entities(source: str, parse_mode: str = "HTML") -> list[dict[str, Any]]:
    return read(source, parse_mode).json


def pieces(source: str) -> list[tuple[str, str]]:
    markup = read(source)
    return [(str(entity.type), _cut(markup.text, entity.offset, entity.length)) for entity in markup.entities]


def _cut(text: str, offset: int, length: int) -> str:
    return text.encode("utf-16-le")[offset * 2 : (offset + length) * 2].decode("utf-16-le")


@pytest.mark.parametrize(
    ("source", "kept"),
    [
        (f"{RLM}مرحبا", f"{RLM}مرحبا"),
        ("a\u202eb\u202cc\u2028d", "abcd"),
        (f"a{LRI}12-A/7{PDI} {FSI}Amal{PDI}\u061c", f"a{LRI}12-A/7{PDI} {FSI}Amal{PDI}\u061c"),
        (f"a{RLM}{LRM}{RLM}b", f"a{ZWNJ}{ZWNJ}{RLM}b"),
        (f"a{RLM}{RLM}b", f"a{ZWNJ}{RLM}b"),
        ("  \n two\tlines \r\n here  \n", "two lines \n here"),
        ("a\u0333b\u030ac", "abc"),
        (f"{RLM}  ", ""),
    ],
)
def test_the_servers_strip_marks_and_trim(source: str, kept: str) -> None:
    assert read(source).text == kept


def test_entities_move_with_what_is_stripped_before_and_inside_them() -> None:
    (bold,) = entities("\u202e  a <b>b\u202ec </b>\u202a")
    assert (bold["offset"], bold["length"]) == (2, 2)
    assert read("\u202e  a <b>b\u202ec </b>\u202a", "HTML").text == "a bc"


def test_offsets_are_counted_in_utf_16_units() -> None:
    (bold,) = entities("🕊🕊 <b>حرية 🕊</b>")
    assert (bold["offset"], bold["length"]) == (5, 7)


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("<b>a</b>", {"type": "bold", "offset": 0, "length": 1}),
        ("<EM>a</EM>", {"type": "italic", "offset": 0, "length": 1}),
        ("<ins>a</ins>", {"type": "underline", "offset": 0, "length": 1}),
        ("<del>a</del>", {"type": "strikethrough", "offset": 0, "length": 1}),
        ("<tg-spoiler>a</tg-spoiler>", {"type": "spoiler", "offset": 0, "length": 1}),
        ('<span class="tg-spoiler">a</span>', {"type": "spoiler", "offset": 0, "length": 1}),
        ("<code>a</code>", {"type": "code", "offset": 0, "length": 1}),
        ("<pre>a</pre>", {"type": "pre", "offset": 0, "length": 1}),
        ('<pre><code class="language-python">a</code></pre>', {"type": "pre", "offset": 0, "length": 1, "language": "python"}),
        ("<blockquote>a</blockquote>", {"type": "blockquote", "offset": 0, "length": 1}),
        ("<blockquote expandable>a</blockquote>", {"type": "expandable_blockquote", "offset": 0, "length": 1}),
        ('<a href="https://example.org/?a=1&amp;b=2">a</a>', {"type": "text_link", "offset": 0, "length": 1, "url": "https://example.org/?a=1&b=2"}),
        ("<a href='example.org/x'>a</a>", {"type": "text_link", "offset": 0, "length": 1, "url": "http://example.org/x"}),
        ('<tg-time unix="1795000000">a</tg-time>', {"type": "date_time", "offset": 0, "length": 1, "unix_time": 1795000000}),
        ('<tg-time unix="1795000000" format="wDT">a</tg-time>',
            {"type": "date_time", "offset": 0, "length": 1, "unix_time": 1795000000, "date_time_format": "wDT"}),
    ],
)  # fmt: skip
def test_each_tag_becomes_its_entity(source: str, expected: dict[str, Any]) -> None:
    assert entities(source) == [expected]


def test_a_link_that_leads_nowhere_stays_as_text() -> None:
    assert entities('<a href="javascript:alert(1)">a</a>') == []


def test_only_telegrams_own_references_are_read() -> None:
    assert read("&lt;b&gt; &amp;amp; &#1606; &#x646; &nbsp; &quot;", "HTML").text == '<b> &amp; ن ن &nbsp; "'


def test_nothing_lives_inside_code_and_bold_is_broken_around_it() -> None:
    assert [(e["type"], e["offset"], e["length"]) for e in entities("<b>a <code>/b</code> c</b>")] == [
        ("bold", 0, 2),
        ("code", 2, 2),
        ("bold", 4, 2),
    ]


def test_outer_entities_come_before_inner_ones() -> None:
    source = "<blockquote><b>a <i>b</i></b> c</blockquote>"
    assert [entity["type"] for entity in entities(source)] == ["blockquote", "bold", "italic"]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("/start case-x", [("bot_command", "/start")]),
        (f"{RLM}اكتب {LRI}/stop{PDI}.", [("bot_command", "/stop")]),
        ("/بدء", []),
        ("and/or 1/2 //x", []),
        ("/help@NidaDemoBot now", [("bot_command", "/help@NidaDemoBot")]),
        ("ask @NidaDemoBot", [("mention", "@NidaDemoBot")]),
        ("write to desk@example.org", [("email", "desk@example.org")]),
        ("see https://example.org/a?b=1.", [("url", "https://example.org/a?b=1")]),
        (f"{LRI}https://example.org/a{PDI}،", [("url", "https://example.org/a")]),
        ("see example.org", [("url", "example.org")]),
        ("call +92 300 1234567 now", [("phone_number", "+92 300 1234567")]),
        ("#حرية #5 #open_justice", [("hashtag", "#حرية"), ("hashtag", "#open_justice")]),
        ("nothing here. Not even this", []),
    ],
)
def test_what_telegram_detects_in_a_text(text: str, found: list[tuple[str, str]]) -> None:
    assert pieces(text) == found


def test_a_link_is_not_found_again_inside_a_tag_that_holds_it() -> None:
    assert [e["type"] for e in entities('<a href="https://example.org">example.org</a> <code>a@example.org</code>')] == [
        "text_link",
        "code",
    ]


TAGS = ("b", "i", "code", "pre", "blockquote")
PIECES = st.one_of(
    st.sampled_from([f"<{tag}>" for tag in TAGS]),
    st.sampled_from([f"</{tag}>" for tag in TAGS]),
    st.sampled_from(['<a href="https://example.org">', "</a>", "</", "<", ">", "&lt;", "&"]),
    st.sampled_from(["\n", " ", "نداء", "🕊", "/stop", "\u202e", RLM]),
)


@given(st.lists(PIECES, max_size=14).map("".join))
def test_whatever_is_sent_is_refused_or_shown_with_entities_that_lie_within_it(source: str) -> None:
    try:
        markup = read(source, "HTML")
    except Refusal:
        return
    for entity in markup.entities:
        assert entity.length > 0
        assert 0 <= entity.offset <= entity.offset + entity.length <= units(markup.text)
    assert clean(markup.text).text == markup.text, "What was cleaned once stays as it is."


def test_two_links_at_one_place_are_told_apart_by_where_they_lead() -> None:
    one, other = (read(f'<a href="https://example.org/{n}">here</a>', "HTML") for n in (1, 2))
    assert not one.same_as(other)
    assert one.same_as(read('<a href="https://example.org/1">here</a>', "html"))


def test_a_raw_text_over_32768_bytes_is_refused_before_it_is_read() -> None:
    with pytest.raises(Refusal, match="too long"):
        read("<b>" + "ن" * 16_400, "HTML")


def test_the_shown_html_gives_the_same_message_when_it_is_sent_again() -> None:
    source = (
        '<b>a &lt; <i>b</i></b> <a href="https://example.org/">c</a>\n'
        '<blockquote expandable>d</blockquote><tg-time unix="1795000000">e</tg-time>'
    )
    shown = read(source, "HTML")
    assert read(shown.html, "HTML").same_as(shown)
