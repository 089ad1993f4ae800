"""What people type as an answer, and what is kept of it."""

import pytest

from bot.petitions.cleaning import LONGEST, NotAnAnswer, Why, clean_answer
from bot.petitions.models import Ask


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("  Amal \n  Hassan ", "Amal Hassan"),
        ("\u202eevil\u202c name\u200b\ufeff", "evil name"),
        ("آمال\u2067 الحسن\u2069", "آمال الحسن"),
        ("=cmd|' /C calc'!A0", "=cmd|' /C calc'!A0"),
        ("<script>x</script>", "<script>x</script>"),
        ("A\u0301" + "\u0301" * 40 + "b", "Á" + "\u0301" * 4 + "b"),
        ("زہرا 👩\u200d⚖️", "زہرا 👩⚖️"),
        ("\u3164Anna\u3164", "Anna"),
    ],
)
def test_a_name_is_one_line_without_anything_hidden(typed: str, kept: str) -> None:
    assert clean_answer(Ask.NAME, typed) == kept
    assert clean_answer(Ask.NAME, kept) == kept


@pytest.mark.parametrize("ask", [Ask.NAME, Ask.CITY])
def test_what_keeps_letters_apart_becomes_a_space(ask: Ask) -> None:
    assert clean_answer(ask, "میاں\u200c\u200cوالی\u200c") == "میاں والی"


def test_a_comment_keeps_what_joins_letters() -> None:
    assert clean_answer(Ask.COMMENT, "می\u200cخواہم\u202e") == "می\u200cخواہم"


@pytest.mark.parametrize(
    ("ask", "typed", "why"),
    [
        (Ask.NAME, " \n\u200b\u2066 ", Why.EMPTY),
        (Ask.NAME, "\u3164\u2800", Why.EMPTY),
        (Ask.NAME, "42", Why.NO_LETTERS),
        (Ask.CITY, "😀😀", Why.NO_LETTERS),
        (Ask.NAME, "n" * 81, Why.TOO_LONG),
        (Ask.NAME, "عبد " * 100, Why.TOO_LONG),
        (Ask.CITY, "c" * 61, Why.TOO_LONG),
        (Ask.COMMENT, "c" * 501, Why.TOO_LONG),
        (Ask.COUNTRY, "Atlantis", Why.NO_COUNTRY),
        (Ask.COUNTRY, "no", Why.NO_COUNTRY),
        (Ask.COUNTRY, "NO", Why.NO_COUNTRY),
        (Ask.COUNTRY, "in", Why.NO_COUNTRY),
        (Ask.COUNTRY, "To", Why.NO_COUNTRY),
        (Ask.COUNTRY, "Slovania", Why.NO_COUNTRY),
        (Ask.COUNTRY, "c" * 61, Why.TOO_LONG),
    ],
)
def test_what_is_no_answer_says_why(ask: Ask, typed: str, why: Why) -> None:
    with pytest.raises(NotAnAnswer) as refused:
        clean_answer(ask, typed)
    assert (refused.value.ask, refused.value.why, refused.value.limit) == (ask, why, LONGEST[ask])


def test_as_long_as_may_be_is_kept_whole() -> None:
    for ask in (Ask.NAME, Ask.CITY, Ask.COMMENT):
        assert clean_answer(ask, "س" * LONGEST[ask]) == "س" * LONGEST[ask]


@pytest.mark.parametrize(
    ("code", "names"),
    [
        ("GB", "GB, uk, England, United Kingdom, برطانیہ, بريطانيا, المملكة المتحدة, Bartania, 🇬🇧"),
        ("PK", "pakistan, Pakstan, پاکستان, باكستان, pk"),
        ("JO", "Jordan, الأردن, اردن, Urdun, اردن‎"),
        ("PS", "Palestine, فلسطين, فلسطین, Filistin"),
        ("EG", "Egypt, مصر, Misr"),
        ("SA", "سعودی\u200cعرب, Saudi Arabia, السعودية, سعودی عرب, KSA"),
        ("NE", "Niger"),
        ("NG", "Nigeria, Nigera"),
        ("AU", "Australia, Austrlia"),
        ("AT", "Austria, AT"),
        ("NO", "Norway, 🇳🇴, النرويج"),
        ("LY", "Libya, Lybia, ليبيا"),
        ("CD", "Congo, DR Congo, DRC, الكونغو, کانگو"),
        ("CG", "Congo Brazzaville"),
        ("KR", "Korea, South Korea, كوريا, کوریا"),
        ("KP", "North Korea, كوريا الشمالية"),
        ("CI", "Ivory Coast, Cote d'Ivoire, ساحل العاج"),
        ("MM", "Burma, Myanmar, بورما, برما"),
        ("SZ", "Swaziland, Eswatini"),
        ("MK", "Macedonia, مقدونيا, مقدونیہ"),
        ("HK", "Hong Kong, هونغ كونغ, ہانگ کانگ"),
        ("NL", "Holland, ہالینڈ, the Netherlands, هولندا, نیدر لینڈز"),
        ("US", "us, US, USA, United States, America, امریکہ, الولايات المتحدة"),
    ],
)
def test_a_country_is_found_in_every_language(code: str, names: str) -> None:
    assert {name: clean_answer(Ask.COUNTRY, name) for name in names.split(", ")} == dict.fromkeys(names.split(", "), code)
