"""How an alert reads, in each language."""

import html
import json
import re
from typing import Any

import pytest

from bot.announcements.announcement import Announcement
from bot.announcements.composing import Composing
from bot.delivery.transport import Payload
from bot.language import Catalogues, Chosen, Digits, Reader, State, Unreviewed, untranslated
from tests.announcements.people import announcement, translated


class Actions:
    def open_case(self, case_id: int) -> str:
        return f"open:{case_id}"

    def open_petition(self, petition_id: int) -> str:
        return f"petition:{petition_id}"

    def stop_following(self, case_id: int) -> str:
        return f"stop:{case_id}"


@pytest.fixture(scope="module")
def composing() -> Composing:
    return Composing(Catalogues.load(("en", "ar", "ur")), Actions())


def composed(composing: Composing, told: Announcement, reader: Reader) -> tuple[str, dict[str, Any]]:
    payload = composing(told.to_json(), reader)
    return payload.locale, json.loads(payload.body)


def test_what_is_about_something_else_is_composed_by_whoever_knows_it_in_a_language_that_is_offered() -> None:
    def about_events(content: dict[str, Any], reader: Reader) -> Payload:
        return Payload(reader.locale, json.dumps(content["event"]).encode())

    composing = Composing(Catalogues.load(("en", "ar", "ur")), Actions(), {"event": about_events})
    for locale, shown_in in (("ur", "ur"), ("de", "ar")):
        payload = composing({"event": {"slug": "appeal"}, "locale": "ar"}, Reader(locale))
        assert payload == Payload(shown_in, b'{"slug": "appeal"}')
    assert composed(composing, announcement(), Reader("en"))[0] == "en"


def test_an_alert_says_what_happened_when_how_sure_from_where_and_why_you(composing: Composing) -> None:
    locale, message = composed(composing, announcement(), Reader("en", timezone="Europe/London"))
    assert locale == "en"
    assert message["parse_mode"] == "HTML"
    text = message["text"]
    for part in ("The Mill Lane Three", "<b>\u2068Bail granted", "<b>bail</b>", "Ruling", "Confirmed", "10:30", "courts.example"):
        assert part in text
    assert "because you follow" in text.splitlines()[-1]
    assert {"chat_id", "disable_notification"}.isdisjoint(message)


@pytest.mark.parametrize(("locale", "word"), [("ar", "الكفالة"), ("ur", "ضمانت")])
def test_every_line_of_an_alert_for_right_to_left_readers_begins_as_one(composing: Composing, locale: str, word: str) -> None:
    shown_in, message = composed(composing, announcement(), Reader(locale, timezone="Asia/Karachi"))
    assert shown_in == locale
    assert word in message["text"]
    assert all("\u200f" in line for line in message["text"].splitlines() if line)


@pytest.mark.parametrize("locale", ["ar", "ur"])
def test_who_falls_back_is_told_in_their_own_language(composing: Composing, locale: str) -> None:
    told = announcement(headline=translated(en="Bail granted"), body=translated(en="The court granted bail."))
    shown_in, message = composed(composing, told, Reader(locale))
    note = {"ar": "لم", "ur": "ابھی"}[locale]
    assert shown_in == "en"
    assert "The court granted bail." in message["text"]
    assert note in message["text"]


def test_nobody_reads_a_draft(composing: Composing) -> None:
    told = announcement(headline=translated(en="Bail granted", ur=Unreviewed("مسودہ")))
    shown_in, message = composed(composing, told, Reader("ur"))
    assert shown_in == "en"
    assert "Bail granted" in message["text"]
    assert "مسودہ" not in message["text"]


def test_the_buttons_carry_what_the_conversation_handles(composing: Composing) -> None:
    _, message = composed(composing, announcement(case_id=42), Reader("en"))
    rows = message["reply_markup"]["inline_keyboard"]
    assert [[button["callback_data"] for button in row] for row in rows] == [["open:42"], ["stop:42"]]


def test_an_alert_without_a_source_has_no_link(composing: Composing) -> None:
    _, message = composed(composing, announcement(source=None), Reader("en"))
    assert "href" not in message["text"]


def test_digits_are_the_readers_own(composing: Composing) -> None:
    _, message = composed(composing, announcement(), Reader("ur", digits=Digits.urdu, timezone="Asia/Karachi"))
    assert "۱۵:۳۰" in message["text"]


def test_a_language_no_longer_offered_gets_the_source(composing: Composing) -> None:
    locale, message = composed(composing, announcement(), Reader("fr"))
    assert locale == "en"
    assert "Bail granted" in message["text"]


def test_an_announcement_survives_the_database() -> None:
    assert Announcement.from_json(json.loads(json.dumps(announcement().to_json()))) == announcement()


def test_a_case_title_that_is_not_translated_is_no_silent_fallback(composing: Composing) -> None:
    untitled = announcement(case_title=translated(en="The Mill Lane Three"))
    assert untitled.state("ur") is State.missing
    told = Catalogues.load(("ur",)).words(Reader("ur"))
    _, message = composed(composing, untitled, Reader("ur"))
    note = untranslated(told, Chosen("The Mill Lane Three", "en", fallback=True))
    assert note is not None
    assert note.html in message["text"]


def several(count: int, cases: int, **changed: Any) -> dict[str, Any]:
    told = [
        announcement(
            case_id=at % cases + 1,
            subject=f"update:{at}",
            case_title=translated(en=f"Case {at % cases + 1}", ar=f"القضية {at % cases + 1}", ur=f"مقدمہ {at % cases + 1}"),
            **changed,
        )
        for at in range(count)
    ]
    return {"gathered": [each.to_json() for each in told]}


@pytest.mark.parametrize(("locale", "headline"), [("en", "Bail granted"), ("ar", "الإفراج بكفالة"), ("ur", "ضمانت منظور")])
def test_what_is_gathered_stands_case_by_case_with_a_button_each(composing: Composing, locale: str, headline: str) -> None:
    payload = composing(several(5, cases=2), Reader(locale))
    message = json.loads(payload.body)
    assert payload.locale == locale
    assert message["text"].count(headline) == 5
    assert message["text"].count("<u>") == 2
    buttons = [button for row in message["reply_markup"]["inline_keyboard"] for button in row]
    assert [button["callback_data"] for button in buttons] == ["open:1", "open:2"]


@pytest.mark.parametrize("locale", ["en", "ar", "ur"])
def test_what_does_not_fit_into_one_message_is_counted(composing: Composing, locale: str) -> None:
    long = translated(en="Bail " * 40, ar="كفالة " * 33, ur="ضمانت " * 33)
    message = json.loads(composing(several(60, cases=20, headline=long), Reader(locale)).body)
    shown = message["text"].count("<b>") - 1
    assert len(message["reply_markup"]["inline_keyboard"]) <= 8
    assert 0 < shown < 60
    assert str(60 - shown) in message["text"]
    assert "/news" in message["text"]
    assert len(html.unescape(re.sub("<[^>]*>", "", message["text"])).encode("utf-16-le")) // 2 <= 4096


def test_who_falls_back_in_a_gathered_message_is_told(composing: Composing) -> None:
    payload = composing(several(2, cases=1, headline=translated(en="Bail granted")), Reader("ur"))
    assert "ابھی" in json.loads(payload.body)["text"]
