"""Events for tests, with every field there is to fill."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from bot.daytime import instant
from bot.events.calendar import Calendars, Publisher
from bot.events.models import EventKind, EventStatus
from bot.events.views import EventView
from bot.language import Catalogues, Translated

WRITTEN = datetime(2026, 11, 1, 9, tzinfo=UTC)
PUBLISHER = Publisher("Open Door Watch", "en", "0badcafe", contact="hello@open-door.example")


def text(en: str, ar: str | None = None, ur: str | None = None) -> Translated:
    return Translated().revised({"en": en, "ar": ar, "ur": ur}, by="an editor", at=WRITTEN, source="en")


def at(starts: datetime, timezone: str, **others: Any) -> EventView:
    """The hearing, at another time or place."""
    starts_at = instant(starts, ZoneInfo(timezone))
    changed = {"starts": starts, "timezone": timezone, "starts_at": starts_at, "ends": starts + timedelta(hours=2), **others}
    return replace(HEARING, **changed)


def calendars(publisher: Publisher = PUBLISHER) -> Calendars:
    return Calendars(Catalogues.load(("en", "ar", "ur"), strict=False), publisher)


HEARING = EventView(
    id=1,
    slug="north-gate-five-appeal",
    kind=EventKind.HEARING,
    status=EventStatus.LISTED,
    title=text("The appeal of the North Gate Five", "استئناف خماسي البوابة الشمالية", "نارتھ گیٹ کے پانچ کی اپیل"),
    starts=datetime(2026, 12, 3, 10),
    ends=datetime(2026, 12, 3, 12, 30),
    timezone="Europe/London",
    starts_at=datetime(2026, 12, 3, 10, tzinfo=UTC),
    expected=None,
    about=text(
        "Three judges decide whether the <b>verdict</b> stands; if not, the five are free.",
        "يقرر ثلاثة قضاة ما إذا كان <b>الحكم</b> سيبقى؛ وإلا فالخمسة أحرار، وتُعاد إليهم أموالهم التي صودرت قبل عامين.",
        "تین جج فیصلہ کریں گے کہ <b>سزا</b> برقرار رہے گی یا نہیں؛ اگر نہیں، تو پانچوں آزاد ہیں اور ضبط شدہ رقم واپس ہو گی۔",
    ),
    venue=text("Court 4, Royal Courts; The Strand,\nLondon", "القاعة 4، محاكم العدل،\nلندن", "عدالت نمبر 4، رائل کورٹس،\nلندن"),
    map="https://maps.example/?q=51.5,-0.1;z=3",
    url="https://live.example/appeal",
    asked=text("Everybody", "الجميع", "سب"),
    bring=text("A document with a photo", "وثيقة عليها صورة", "تصویر والی شناخت"),
    arrive=text("At 9:15, at the main gate", "الساعة 9:15 عند البوابة الرئيسية", "9:15 بجے، مرکزی دروازے پر"),
    access=text("There is a lift", "يوجد مصعد", "لفٹ موجود ہے"),
    phones=text("Phones must be off", "يجب إطفاء الهواتف", "فون بند رکھنا لازم ہے"),
    source="https://courts.example/list",
    capacity=None,
    remind=0,
    uid=None,
    sequence=0,
    changed_at=WRITTEN,
    outcome=None,
    case_id=1,
    case_slug="north-gate-five",
    case_title=text("The North Gate Five", "خماسي البوابة الشمالية", "نارتھ گیٹ کے پانچ"),
)
