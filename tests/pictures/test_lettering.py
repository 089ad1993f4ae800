"""Lines of letters: in the order UAX 9 gives, each letter in a font that has it, and inert whatever is written."""

import pytest
from bidi.algorithm import get_display
from PIL import Image, ImageDraw

from bot.language.marks import FSI, PDI
from bot.pictures import lettering
from bot.pictures.lettering import BOLD, REGULAR, TooLong, fit, letters_of, width_of
from tests.pictures.hostile import HOSTILE

MIXED = [
    "Open the doors",
    "افتحوا أبواب المحكمة",
    "أطلقوا سراح John O'Neill و«خمسة البوابة»، الآن!",
    "Free خمسة البوابة 5 now",
    "10,000 میں سے 6,214 نے دستخط کیے",
    "call 020 7946 0018 اليوم",
    "a ب c د 12% ه",
]


def seen(text: str, locale: str) -> str:
    """What stands where, from left to right."""
    runs = lettering.in_sight_order(letters_of(text, locale))
    return "".join(text[::-1] if level % 2 else text for text, level, _ in runs)


@pytest.mark.parametrize("text", MIXED)
def test_letters_stand_where_another_implementation_puts_them(text: str) -> None:
    alike = str.maketrans(dict.fromkeys("()[]«»", "|"))  # turned round only when they are drawn
    assert seen(text, "ur").translate(alike) == get_display(text).translate(alike)


@pytest.mark.parametrize(
    ("text", "stands"),
    [
        ("Free خمسة (5) now", "Free (5) ةسمخ now"),
        ("أطلقوا Amal (2026) الآن", "نآلا Amal (2026) اوقلطأ"),
        ("خمسة (five) هنا", "انه (five) ةسمخ"),
    ],
)
def test_brackets_stay_around_what_they_hold(text: str, stands: str) -> None:
    """By rule N0 of UAX 9, which the other implementation leaves out. They are turned round when they are drawn."""
    alike = str.maketrans("()", "||")
    assert seen(text, "ur").translate(alike) == stands.translate(alike)


def test_an_isolated_value_keeps_its_order_and_is_not_seen() -> None:
    assert seen(f"دستخط {FSI}6,214 / 10,000{PDI} ہیں", "ur").find("6,214 / 10,000") > 0
    assert not set(seen(f"{FSI}x{PDI}", "ur")) & {FSI, PDI}


def test_a_sentence_begins_where_its_reader_begins_whoever_is_named_first() -> None:
    assert seen(f"\u200f{FSI}Nida{PDI} کی جانب سے", "ur").endswith("Nida")
    assert seen(f"\u200e{FSI}نداء{PDI} asks", "en").startswith("ءادن")
    assert seen("Nida کی جانب سے", "ur").startswith("Nida")


def test_letters_are_joined() -> None:
    joined, apart = (width_of(letters_of(text, "ur"), 50, REGULAR, "ur") for text in ("عدالت", "ع\u200cد\u200cا\u200cل\u200cت"))
    assert joined < 0.8 * apart


def test_what_is_no_word_does_not_climb_into_the_line_above() -> None:
    heights = []
    for text in ("ع" * 19, "ع" * 80):
        picture = Image.new("L", (3000, 400))
        lettering.draw(ImageDraw.Draw(picture), fit(text, "ur", REGULAR, (3000, 200), (40, 40)), (0, 100), "white")
        box = picture.getbbox()
        assert box
        heights.append(box[3] - box[1])
    assert heights[1] < 1.3 * heights[0]


def test_urdu_is_written_in_nastaliq_and_arabic_in_naskh() -> None:
    for locale, font in (("ur", "NotoNastaliqUrdu"), ("ar", "NotoNaskhArabic")):
        faces = {letter.text: letter.face.files[BOLD] for letter in letters_of("نداء Nida 5", locale)}
        assert faces["ن"] == f"{font}-Bold.ttf"
        assert faces["N"] == faces["5"] == "NotoSans-Bold.ttf"


@pytest.mark.parametrize("text", HOSTILE)
def test_nothing_that_is_written_turns_the_line_round_or_has_no_letter(text: str) -> None:
    for locale in ("en", "ur"):
        letters = letters_of(text, locale)
        drawn = "".join(letter.text for letter in letters)
        assert not set(drawn) & set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\n\r\t\x00")
        assert all(lettering._has(letter.face, letter.text) for letter in letters if letter.text.strip("\u200c\u200d"))


def test_what_no_font_has_is_a_sign_that_it_is_missing_and_pictographs_are_left_out() -> None:
    assert "".join(letter.text for letter in letters_of("李 🕊️ Amal", "en")).split() == ["\ufffd", "Amal"]


@pytest.mark.parametrize("text", ["word " * 60, "w" * 300, "عدالت " * 50, "ع" * 300])
def test_lines_are_never_wider_than_the_room(text: str) -> None:
    setting = fit(text, "ur", BOLD, (500, 2000), (60, 20))
    assert all(width_of(line, setting.size, BOLD, "ur") <= 500 for line in setting.lines)
    assert setting.height <= 2000
    drawn = "".join(letter.text for line in setting.lines for letter in line)
    assert drawn.replace(" ", "").replace("\u200c", "") == text.replace(" ", "")


def test_what_does_not_fit_in_a_readable_size_is_one_sentence() -> None:
    with pytest.raises(TooLong, match="A text of 1999 letters is too long for a picture: shorten it"):
        fit("word " * 400, "en", BOLD, (500, 300), (60, 30))
