"""Which numbers are refused as a person's: of each country named, a mobile one and no landline."""

import pytest

from bot.campaigns.mobiles import MOBILES, is_mobile

NUMBERS = (
    ("United Kingdom", "+441212345678", "+447400123456"),
    ("Ireland", "+35361234567", "+353850123456"),
    ("France", "+33123456789", "+33612345678"),
    ("Germany", "+4930123456", "+4915123456789"),
    ("Pakistan", "+922123456789", "+923012345678"),
    ("Afghanistan", "+93234567890", "+93701234567"),
    ("Bangladesh", "+88027111234", "+8801812345678"),
    ("Turkey", "+902123456789", "+905012345678"),
    ("Egypt", "+20132345678", "+201001234567"),
    ("Morocco", "+212520123456", "+212650123456"),
    ("Algeria", "+21312345678", "+213551234567"),
    ("Tunisia", "+21630010123", "+21620123456"),
    ("Sudan", "+249153123456", "+249911231234"),
    ("Lebanon", "+9611123456", "+96171123456"),
    ("Jordan", "+96262001234", "+962790123456"),
    ("Syria", "+963112345678", "+963944567890"),
    ("Iraq", "+96412345678", "+9647912345678"),
    ("Kuwait", "+96522345678", "+96550012345"),
    ("Saudi Arabia", "+966112345678", "+966512345678"),
    ("Yemen", "+9671234567", "+967712345678"),
    ("Oman", "+96823123456", "+96892123456"),
    ("Palestine", "+97022234567", "+970599123456"),
    ("United Arab Emirates", "+97122345678", "+971501234567"),
    ("Bahrain", "+97317001234", "+97336001234"),
    ("Qatar", "+97444123456", "+97433123456"),
)


@pytest.mark.parametrize(("country", "landline", "mobile"), NUMBERS)
def test_a_mobile_number_is_told_from_a_landline(country: str, landline: str, mobile: str) -> None:
    assert is_mobile(mobile)
    assert not is_mobile(landline)


def test_each_country_is_tried() -> None:
    assert {next(code for code in MOBILES if mobile.startswith(f"+{code}")) for _, _, mobile in NUMBERS} == set(MOBILES)


@pytest.mark.parametrize(
    "office", ["+35366712000", "+9617123456", "+9671234567", "+999425550117", "+442079460000", "+12025550123"]
)
def test_offices_that_were_or_would_be_mistaken(office: str) -> None:
    assert not is_mobile(office)
