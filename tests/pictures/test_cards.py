"""Cards: what can be seen in them, in each language and size, and what cannot be done to them."""

from dataclasses import replace
from io import BytesIO

import pytest
import segno
from PIL import Image

from bot import fonts
from bot.fonts import NoFonts
from bot.pictures import lettering
from bot.pictures.cards import GROUND, SIGNAL, TRACK, Card, Size, picture
from bot.pictures.lettering import TooLong
from tests.pictures.hostile import HOSTILE

LINK = "https://t.me/open_door_bot?start=petition-open-justice__card"
CARDS = {
    "en": Card("Open the doors of the North Gate court", "6,214 of 10,000 have signed", "Open Door Watch", "en", LINK, 0.25),
    "ar": Card("افتحوا أبواب محكمة البوابة الشمالية", "وقّع 6,214 من أصل 10,000", "مرصد الباب المفتوح", "ar", LINK, 0.25),
    "ur": Card("نارتھ گیٹ عدالت کے دروازے کھول دیجیے", "10,000 میں سے 6,214 نے دستخط کیے", "اوپن ڈور واچ", "ur", LINK, 0.25),
}
LINE_LIMIT, HEADLINE_LIMIT = 90, 200


def image(card: Card, size: Size) -> Image.Image:
    with Image.open(BytesIO(picture(card, size))) as opened:
        assert opened.format == "PNG"
        return opened.convert("RGB")


def near(one: object, colour: str) -> bool:
    """Letters and edges are smoothed, and colours are few."""
    assert isinstance(one, tuple)
    wanted = tuple(bytes.fromhex(colour[1:]))
    return all(abs(a - b) < 24 for a, b in zip(one, wanted, strict=True))


def columns(drawn: Image.Image, colour: str, rows: range) -> list[int]:
    """Those that hold the colour in one of the rows."""
    return [x for x in range(drawn.width) if any(near(drawn.getpixel((x, y)), colour) for y in rows)]


@pytest.mark.parametrize("size", Size)
@pytest.mark.parametrize("locale", CARDS)
def test_a_card_has_its_size_and_leaves_its_margins_free(locale: str, size: Size) -> None:
    drawn, layout = image(CARDS[locale], size), size.value
    assert drawn.size == (layout.width, layout.height)
    edge = layout.margin - 12  # letters lean out a little
    for box in ((0, 0, layout.width, edge), (0, 0, edge, layout.height), (layout.width - edge, 0, layout.width, layout.height)):
        found = drawn.crop(box).getcolors(1000)
        assert found
        assert all(near(colour, GROUND) for _, colour in found)


@pytest.mark.parametrize("size", Size)
@pytest.mark.parametrize("locale", CARDS)
def test_the_bar_fills_from_where_one_begins_to_read(locale: str, size: Size) -> None:
    drawn, layout = image(CARDS[locale], size), size.value
    bar = layout.height - layout.margin - layout.footer - layout.gap - 12
    done, to_do = columns(drawn, SIGNAL, range(bar, bar + 1)), columns(drawn, TRACK, range(bar, bar + 1))
    assert len(done) * 2.5 < len(to_do)
    assert (max(done) < min(to_do)) if locale == "en" else (min(done) > max(to_do))


@pytest.mark.parametrize("progress", [-1.0, 0.0, 0.0001, 1.0, 17.3])
def test_any_progress_stays_within_the_bar(progress: float) -> None:
    assert picture(replace(CARDS["ur"], progress=progress), Size.WIDE)


@pytest.mark.parametrize("size", Size)
@pytest.mark.parametrize("locale", ["en", "ur"])
def test_the_code_can_be_scanned_and_leads_to_the_link(locale: str, size: Size) -> None:
    drawn, layout = image(CARDS[locale], size), size.value
    wanted = [list(map(bool, row)) for row in segno.make(LINK, error="m", micro=False).matrix_iter(border=4)]
    left = layout.margin if locale == "ur" else layout.width - layout.margin - layout.code
    top = layout.height - layout.margin - layout.code
    scale = layout.code // len(wanted)
    first = (layout.code - scale * len(wanted)) // 2 + scale // 2
    assert scale >= 5, "a phone reads it from another phone's screen"
    found = [
        [near(drawn.getpixel((left + first + x * scale, top + first + y * scale)), "#000000") for x in range(len(wanted))]
        for y in range(len(wanted))
    ]
    assert found == wanted


@pytest.mark.parametrize("size", Size)
@pytest.mark.parametrize(("locale", "word"), [("en", "injustice "), ("ar", "المحكمة "), ("ur", "عدالتوں "), ("en", "W")])
def test_the_longest_titles_that_content_may_have_fit(locale: str, word: str, size: Size) -> None:
    title = (word * HEADLINE_LIMIT)[:HEADLINE_LIMIT]
    assert picture(replace(CARDS[locale], title=title, organisation=title[:60], line=title[:LINE_LIMIT]), size)


def test_a_title_that_is_too_long_is_one_sentence() -> None:
    with pytest.raises(TooLong, match="too long for a picture: shorten it"):
        picture(replace(CARDS["en"], title="W" * 900), Size.WIDE)


@pytest.mark.parametrize("text", [text for text in HOSTILE if len(text) < 200])
def test_hostile_titles_are_only_drawn(text: str) -> None:
    card = replace(CARDS["ur"], title=text, line=text, organisation=text)
    assert picture(card, Size.WIDE) == picture(replace(card, title=lettering._clean(text)), Size.WIDE)


def test_what_turns_text_round_does_not() -> None:
    plain = replace(CARDS["en"], title="gnp.exe")
    assert picture(replace(plain, title="\u202egnp.exe\u202c"), Size.WIDE) == picture(plain, Size.WIDE)


def test_without_fonts_one_sentence_says_what_to_install(monkeypatch: pytest.MonkeyPatch, tmp_path: object) -> None:
    monkeypatch.setenv(fonts.SETTING, str(tmp_path))
    lettering._font.cache_clear()
    lettering._coverage.cache_clear()
    with pytest.raises(NoFonts, match=r"NotoSans-Regular.ttf.*apt-get install fonts-noto-core") as refusal:
        picture(CARDS["en"], Size.WIDE)
    assert "\n" not in str(refusal.value)
