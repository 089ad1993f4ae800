"""The screens in pseudo-languages: no text that is not in a catalogue, and nothing cut when it is two fifths longer."""

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import chain

import pytest
from babel import Locale

from bot.announcements.composing import Composing
from bot.cases.models import CaseStatus, Certainty
from bot.cases.views import CaseSummary, CaseView, Page, UpdateView
from bot.config import Organisation
from bot.language import PLACES, Catalogues, Digits, Reader, Text, Words, lines, restored, without_marks
from bot.language.keyboard import Keyboard
from bot.language.pseudo import ACCENTED, MIRRORED, pseudo, pseudo_catalogues
from bot.supporters.kinds import Kind
from bot.supporters.supporter import Supporter
from handlers.below import AlertActions
from handlers.cases.pages import CasePages
from handlers.help import command_list, contact, home
from handlers.supporters import privacy_pages, settings_pages
from handlers.supporters.language import languages
from handlers.supporters.pausing import not_subscribed, pauses
from tests.announcements.people import AT, announcement, translated
from tests.language.conftest import NOW
from tests.language.screen import direction

# Content and names are in Greek: whatever Latin letter is seen came from the program itself.
NAME, PROSE = "Ανοιχτή Πόρτα", translated(en="Τρεις γείτονες")
ORGANISATION = Organisation(name=NAME)
ENGLISH = Locale("en")
NAMED_BY_BABEL = {
    word
    for text in chain(
        ENGLISH.months["format"]["wide"].values(), ENGLISH.days["format"]["wide"].values(), ENGLISH.territories.values()
    )
    for word in re.findall(r"[A-Za-z]+", text)
}
ON_PURPOSE = re.compile(r"https?://\S+|/[a-z]+|English")

Screens = dict[str, tuple[Text, Keyboard | None]]


@pytest.fixture(scope="module")
def pseudo_languages() -> Catalogues:
    return pseudo_catalogues(lambda: NOW)


def supporter(reader: Reader) -> Supporter:
    return Supporter(1, reader, id=1, subscribed=True, place="karachi", muted=frozenset({Kind.ACTION}), silent=True)


def screens(words: Words, catalogues: Catalogues) -> Screens:
    pages = CasePages("en")
    case = CaseView(1, "a", CaseStatus.OPEN, NAME, PROSE, PROSE, 12, True)
    summary = CaseSummary(1, "a", CaseStatus.CLOSED, PROSE, AT)
    updates = tuple(
        UpdateView(1, "b", kind, AT, certainty, "https://courts.example/", PROSE, PROSE, 1, "a", PROSE)
        for kind, certainty in zip(Kind, [*Certainty] * len(Kind), strict=False)
    )
    shown: Screens = {
        "home": home(words),
        "help": (lines(command_list(words), contact(words, ORGANISATION)), None),
        "languages": languages(words, catalogues),
        "case": pages.case(words, case),
        "timeline": pages.timeline(words, case, Page(updates, 3, 3, 12)),
        "list": pages.list_all(words, Page((summary,) * 6, 6, 6, 20)),
        "followed": pages.list_followed(words, Page((summary,), 0, 6, 1)),
        "news": pages.news(words, Page(updates, 0, 6, 6)),
        "privacy": privacy_pages.privacy(words, ORGANISATION),
        "forget": privacy_pages.whether_to_forget(words),
        "pauses": pauses(words),
        "not subscribed": not_subscribed(words),
        "settings": settings_pages.overview(words, supporter(words.reader)),
        "regions": settings_pages.regions(words),
        "digits": settings_pages.digits(words),
        "places": settings_pages.places(words, PLACES[:8]),
        "kinds": settings_pages.kinds(words, supporter(words.reader)),
    }
    return shown


def alert(catalogues: Catalogues, reader: Reader) -> tuple[Text, list[str]]:
    told = announcement(case_title=PROSE, headline=PROSE, body=PROSE)
    body = json.loads(Composing(catalogues, AlertActions())(told.to_json(), reader).body)
    labels = [button["text"] for row in body["reply_markup"]["inline_keyboard"] for button in row]
    return restored(body["text"], rtl=reader.rtl), labels


def every_screen(catalogues: Catalogues, reader: Reader) -> Iterator[tuple[str, Text, list[str]]]:
    for where, (text, keys) in screens(catalogues.words(reader), catalogues).items():
        yield where, text, [button.label.text for row in keys.rows for button in row] if keys else []
    yield "alert", *alert(catalogues, reader)


def unlocalised(shown: str) -> set[str]:
    return set(re.findall(r"[A-Za-z]+", ON_PURPOSE.sub("", without_marks(shown)))) - NAMED_BY_BABEL


@pytest.mark.parametrize("locale", ["en", "ar", "ur"])
@pytest.mark.parametrize("hijri", [False, True])
def test_every_word_on_every_screen_is_from_a_catalogue_and_fits(pseudo_languages: Catalogues, locale: str, hijri: bool) -> None:
    reader = replace(Reader(locale, timezone="Asia/Karachi"), hijri=hijri, digits=Digits.arabic if hijri else Digits.latin)
    for where, text, labels in every_screen(pseudo_languages, reader):
        for shown in (text.plain, *labels):
            assert unlocalised(shown) == set(), where
        assert text.length <= 4096, where
        assert [label for label in labels if "…" in label or len(label.encode("utf-16-le")) > 128] == [], where


def test_every_line_of_the_mirrored_language_is_read_from_the_right(pseudo_languages: Catalogues) -> None:
    for where, text, labels in every_screen(pseudo_languages, Reader("ar")):
        if where == "languages":
            continue  # each language is written there as its own readers write it
        for line in filter(str.strip, [*text.plain.split("\n"), *labels]):
            if without_marks(line) == PROSE.texts["en"].text:
                continue  # content keeps the direction of the language it is written in
            assert direction(line) == "rtl", (where, line)


def test_a_pseudo_message_is_two_fifths_longer_and_keeps_what_is_not_text() -> None:
    message = "Stop following {case} & <b>all</b> &amp; the rest"
    for letters in (ACCENTED, MIRRORED):
        shown = pseudo(message, letters)
        assert [part in shown for part in ("{case}", "<b>", "</b>", "&amp;")] == [True] * 4
        assert not re.search(r"[A-Za-z]", re.sub(r"\{\w+\}|<[^>]*>|&\w+;", "", shown))
    said = "Your language and your settings."
    assert 1.35 <= len(pseudo(said)) / len(said) <= 1.45


def test_unlocalised_text_is_found() -> None:
    assert unlocalised("Ṁóŕé https://courts.example/ Details /help") == {"Details"}
