"""The words people type instead of commands, in three languages and in Latin letters."""

import unicodedata
from collections import defaultdict
from collections.abc import Iterator

import pytest

from bot.language import PLACES, Catalogues, fold
from bot.telegram.commands import COMMANDS, ROMANISED, WORDS, Vocabulary

LOCALES = ("en", "ar", "ur")
ROMAN = "in Latin letters"


@pytest.fixture(scope="module")
def catalogues() -> Catalogues:
    return Catalogues.load(LOCALES)


@pytest.fixture(scope="module")
def vocabulary(catalogues: Catalogues) -> Vocabulary:
    return Vocabulary(catalogues)


def words_of(catalogues: Catalogues, locale: str, name: str) -> list[str]:
    if locale == ROMAN:
        listed = ROMANISED.get(name, "")
    else:
        listed = catalogues.translate(locale, next(each.words for each in COMMANDS if each.name == name), WORDS)
    return [word.strip() for word in listed.replace("،", ",").split(",")]


def every_word(catalogues: Catalogues) -> Iterator[tuple[str, str, str]]:
    """Each command, where a word for it comes from, and the word."""
    for command in COMMANDS:
        for locale in (*LOCALES, ROMAN):
            for word in words_of(catalogues, locale, command.name):
                yield command.name, locale, word


@pytest.mark.parametrize("locale", [*LOCALES, ROMAN])
@pytest.mark.parametrize("name", [command.name for command in COMMANDS])
def test_every_command_has_words_in_every_language_and_in_latin_letters(
    catalogues: Catalogues, vocabulary: Vocabulary, name: str, locale: str
) -> None:
    words = words_of(catalogues, locale, name)
    assert [word for word in words if vocabulary.meant(word) != name] == []
    assert all(words)


def test_no_word_is_claimed_by_two_commands(catalogues: Catalogues) -> None:
    claims: dict[str, set[str]] = defaultdict(set)
    for name, _, word in every_word(catalogues):
        claims[fold(word)].add(name)
    assert {word: names for word, names in claims.items() if len(names) > 1} == {}


def test_romanised_words_are_for_commands_there_are() -> None:
    assert ROMANISED.keys() <= {command.name for command in COMMANDS}


def test_words_are_written_in_their_own_script(catalogues: Catalogues) -> None:
    for _, locale, word in every_word(catalogues):
        arabic = [letter for letter in word if letter.isalpha() and "ARABIC" in unicodedata.name(letter)]
        assert bool(arabic) == (locale in {"ar", "ur"}), word


def test_no_city_is_taken_for_a_command(catalogues: Catalogues, vocabulary: Vocabulary) -> None:
    for place in PLACES:
        for spelling in (place.name, *place.aliases, *(catalogues.translate(locale, place.name) for locale in LOCALES)):
            assert vocabulary.meant(spelling) is None, spelling


@pytest.mark.parametrize(
    "text",
    [
        "STOP",
        "stop",
        "Stop!!!",
        "  «stop».  ",
        "stop 🛑",
        "\u200fSTOP\u200e",
        "unsubscribe",
        "توقف",
        "توقّفوا!",
        "تَوَقَّفْ",
        "تـوقـف",
        "\u2067أوقفوا\u2069",
        "إيقاف",
        "ايقاف",
        "إلغاء الاشتراك",
        "الغاء الإشتراك",
        "كفى.",
        "خلاص",
        "بند کرو",
        "بند كرو",
        "بند کریں۔",
        "بس!",
        "رکیں",
        "ختم",
        "پیغامات بند کریں",
        "band karo",
        "Band Karo!",
        "bas",
        "wa2ef",
        "5alas",
        "khalas...",
    ],
)
def test_stopping_is_understood_however_it_is_typed(vocabulary: Vocabulary, text: str) -> None:
    assert vocabulary.meant(text) == "stop"


@pytest.mark.parametrize(
    "text",
    [
        "STOP this bill!",
        "stop the trial",
        "Stop stop stop them",
        "أوقفوا هذا القانون",
        "أوقفوا المحاكمة!",
        "كفى ظلمًا",
        "یہ قانون بند کرو",
        "ظلم بند کرو!",
        "ye qanoon band karo",
        "zulm band karo",
        "khalas ya jama3a",
        "wa2fo el mu7akama",
    ],
)
def test_a_stop_inside_a_sentence_is_support_and_no_order(vocabulary: Vocabulary, text: str) -> None:
    assert vocabulary.meant(text) is None


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("cancel", "cancel"),
        ("إلغاء", "cancel"),
        ("منسوخ", "cancel"),
        ("el8a2", "cancel"),
        ("el8a2 el eshterak", "stop"),
        ("إيقاف مؤقت", "pause"),
        ("کچھ دیر روکیں", "pause"),
        ("kuch der roko", "pause"),
        ("احذف بياناتي", "forget"),
        ("میرا ڈیٹا مٹا دیں", "forget"),
        ("delete my data", "forget"),
        ("بياناتي", "mydata"),
        ("السلام عليكم", "start"),
        ("السلام علیکم", "start"),
        ("Assalam-o-Alaikum!", "start"),
    ],
)
def test_words_close_to_stopping_keep_their_own_meaning(vocabulary: Vocabulary, text: str, name: str) -> None:
    assert vocabulary.meant(text) == name


@pytest.mark.parametrize("text", ["", "   ", "!!!", "🛑", "\u200f", "insani", "stop " * 20])
def test_what_is_no_word_of_command_means_nothing(vocabulary: Vocabulary, text: str) -> None:
    assert vocabulary.meant(text) is None


def test_marks_and_punctuation_around_a_word_do_not_matter(catalogues: Catalogues, vocabulary: Vocabulary) -> None:
    for name, _, word in every_word(catalogues):
        for typed in (f"{word}.", f"«{word}»!", f"\u200f{word}", f"\u2067{word}\u2069؟", word.upper(), f" {word}۔ "):
            if len(typed) <= 40:
                assert vocabulary.meant(typed) == name, ascii(typed)
