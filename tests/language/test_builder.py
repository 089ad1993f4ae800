"""The builder: what it refuses, what it escapes, and what it keeps within Telegram's limits."""

import subprocess
import sys
from typing import Any, cast

import pytest

from bot.language import (
    Chosen,
    Digits,
    Label,
    Notice,
    Text,
    bar,
    bulleted,
    command,
    free,
    identifier,
    lines,
    link,
    markup,
    name,
    number,
    paragraphs,
    phone,
    restored,
    title,
    url,
    word,
)
from bot.language.marks import FSI, LRI, LRM, PDI, RLI, RLM
from tests.language.conftest import Speaking
from tests.language.screen import order_seen

GREETING = "{day}, {time}"


def test_text_cannot_be_made_from_a_plain_string() -> None:
    for kind in (Label, Notice):
        with pytest.raises(TypeError, match="never from a plain string"):
            kind("Hello", cast("Any", object()))
    with pytest.raises(TypeError, match="never from a plain string"):
        Text("Hello", False, cast("Any", None))


@pytest.mark.parametrize("wrong", ["plain", 5, None])
def test_a_value_must_say_what_it_is(speaking: Speaking, wrong: object) -> None:
    with pytest.raises(TypeError, match=r"\{day\} needs a value"):
        speaking("en").say(GREETING, day=cast("Any", wrong), time=number(1))


def test_a_placeholder_without_a_value_is_refused(speaking: Speaking) -> None:
    with pytest.raises(TypeError, match=r"\{time\} needs a value"):
        speaking("en").say(GREETING, day=name("Monday"))


def test_values_are_escaped_and_isolated_by_kind(speaking: Speaking) -> None:
    words = speaking("en")
    assert words.show(name("<b>Ali</b> & sons")).html == f"{FSI}&lt;b&gt;Ali&lt;/b&gt; &amp; sons{PDI}"
    assert words.show(identifier("12-A/7")).html == f"{LRI}<code>12-A/7</code>{PDI}"
    assert words.show(phone("+92 300 1234567")).html == f"{LRI}+92 300 1234567{PDI}"
    assert words.show(command("/cases")).html == words.show(command("cases")).html == f"{LRI}/cases{PDI}"
    address = words.show(url('https://example.org/?a=1&b="2"')).html
    assert address.startswith(f'{LRI}<a href="https://example.org/?a=1&amp;b=&quot;2&quot;">https://')


def test_a_link_leads_only_to_an_address(speaking: Speaking) -> None:
    words = speaking("ar")
    shown = words.show(link("https://example.org", words.say("today"))).html
    assert shown == f'{RLM}{LRI}<a href="https://example.org">{RLI}اليوم{PDI}</a>{PDI}'
    with pytest.raises(ValueError, match="not an address"):
        link("javascript:alert(1)", words.say("today"))


def test_every_right_to_left_line_begins_with_its_mark(speaking: Speaking) -> None:
    words = speaking("ur")
    text = paragraphs(words.say("today"), lines(words.show(name("Ali")), words.say("tomorrow").bold()).quote())
    assert text.html == f"{RLM}آج\n\n<blockquote>{RLM}{FSI}Ali{PDI}\n<b>{RLM}آئندہ کل</b></blockquote>"


def test_an_english_line_that_begins_with_an_arabic_name_stays_left_to_right(speaking: Speaking) -> None:
    shown = speaking("en").say(GREETING, day=name("علي"), time=number(1))
    assert shown.html == f"{LRM}{FSI}علي{PDI}, 1"


def test_an_english_text_shown_to_an_arabic_reader_keeps_its_direction(speaking: Speaking) -> None:
    words = speaking("ar")
    text = paragraphs(words.say("today"), markup(Chosen("The court sat.", "en", fallback=True)))
    assert text.html == f"{RLM}اليوم\n\nThe court sat."


def test_a_text_inside_a_sentence_is_isolated_without_its_mark(speaking: Speaking) -> None:
    words = speaking("ar")
    shown = words.say(GREETING, day=words.say("today"), time=word(words.say("tomorrow")))
    assert shown.html == f"{RLM}{RLI}اليوم{PDI}، الساعة {RLI}غدًا{PDI}"


def test_each_line_of_free_text_is_isolated_by_itself(speaking: Speaking) -> None:
    shown = speaking("ar").show(free("first\n\u202esecond\u2066"))
    assert shown.html == f"{RLM}{FSI}first{PDI}\n{RLM}{FSI}second{PDI}"


def test_bullets_stand_on_the_reading_side(speaking: Speaking) -> None:
    words = speaking("ar")
    assert bulleted(words.say("today"), words.show(name("Ali"))).html == f"{RLM}• اليوم\n{RLM}• {FSI}Ali{PDI}"


@pytest.mark.parametrize(
    ("locale", "base", "seen"),
    [("en", "L", "███░░░░░░░░░ 25%"), ("ar", "R", "25% ░░░░░░░░░███"), ("ur", "R", "25% ░░░░░░░░░███")],
)
def test_a_bar_fills_from_where_one_begins_to_read(speaking: Speaking, locale: str, base: str, seen: str) -> None:
    shown = speaking(locale).say("{bar} {percent}%", bar=bar(25, 100), percent=number(25))
    assert order_seen(shown.plain, base) == seen


@pytest.mark.parametrize(("done", "cells"), [(0, 0), (1, 1), (999, 11), (1000, 12), (5000, 12)])
def test_a_bar_shows_a_beginning_and_is_full_only_at_its_goal(speaking: Speaking, done: int, cells: int) -> None:
    assert speaking("en").show(bar(done, 1000)).plain.count("█") == cells


def test_digits_follow_the_reader_except_in_what_is_copied(speaking: Speaking) -> None:
    words = speaking("ar", "EG", Digits.arabic)
    assert words.count("{n} day ago", "{n} days ago", 12).plain == f"{RLM}قبل ١٢ يومًا"
    assert words.show(number(1234567)).plain == f"{RLM}{LRI}١٬٢٣٤٬٥٦٧{PDI}"
    assert words.show(identifier("12-A/7")).plain == f"{RLM}{LRI}12-A/7{PDI}"
    assert words.show(phone("+92 300")).plain == f"{RLM}{LRI}+92 300{PDI}"
    assert speaking("ur", digits=Digits.urdu).show(number(45)).plain == f"{RLM}۴۵"
    assert speaking("ur").show(number(45)).plain == f"{RLM}45"


def test_a_button_holds_64_units_and_shortens_its_value_first(speaking: Speaking) -> None:
    for locale in ("en", "ar", "ur"):
        label = speaking(locale).label(GREETING, day=title("قضية 👩‍👩‍👧 " * 40), time=number(7))
        assert len(label.text.encode("utf-16-le")) // 2 <= 64
        assert "7" in label.text
        assert f"…{PDI}" in label.text


def test_a_button_shows_no_markup(speaking: Speaking) -> None:
    assert speaking("en").label_of(identifier("<12>")).text == f"{LRI}<12>{PDI}"


def test_a_notice_holds_200_units(speaking: Speaking) -> None:
    notice = speaking("ar").notice(GREETING, day=free("كلمة " * 90), time=number(1))
    assert len(notice.text.encode("utf-16-le")) // 2 <= 200


def test_length_counts_what_telegram_counts(speaking: Speaking) -> None:
    assert speaking("en").show(title("A & B 👍")).bold().length == len("A & B ") + 2 + 2


def test_a_stored_text_comes_back_only_as_it_was_built(speaking: Speaking) -> None:
    built = speaking("ar").say(GREETING, day=name("Ali"), time=number(1)).bold()
    assert restored(built.html, rtl=True) == built
    for broken in ("<b>open", "<script>x</script>", f"{FSI}open", f"{PDI}{FSI}"):
        with pytest.raises(ValueError, match=r"never closed|not allowed|not balanced"):
            restored(broken, rtl=False)


def test_the_package_loads_without_the_heavy_libraries() -> None:
    heavy = "{'aiogram', 'aiohttp', 'sqlalchemy', 'telegram', 'pydantic', 'babel.messages'}"
    code = f"import sys, bot.language; sys.exit(str({heavy} & set(sys.modules)) if {heavy} & set(sys.modules) else 0)"
    subprocess.run([sys.executable, "-c", code], check=True)
