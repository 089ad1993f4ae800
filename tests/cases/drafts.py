"""Cases and updates as an editor writes them."""

from dataclasses import replace
from datetime import datetime
from typing import Any

from bot.cases.models import CaseStatus, Certainty
from bot.cases.service import CaseDraft, UpdateDraft
from bot.supporters.kinds import Kind
from tests.clocks import START

CASE = CaseDraft(
    slug="north-gate-five",
    status=CaseStatus.OPEN,
    jurisdiction="England and Wales",
    title={"en": "The North Gate Five", "ar": "خمسة البوابة الشمالية", "ur": "نارتھ گیٹ کے پانچ"},
    summary={"en": "Five people await a hearing.", "ur": "پانچ افراد سماعت کے منتظر ہیں۔"},
)
UPDATE = UpdateDraft(
    case=CASE.slug,
    slug="north-gate-five-bail",
    kind=Kind.RULING,
    at=START,
    certainty=Certainty.CONFIRMED,
    source="https://example.org/bail",
    headline={"en": "Bail granted", "ur": "ضمانت منظور"},
    body={"en": "The court granted <b>bail</b>."},
)


def case(slug: str, **values: Any) -> CaseDraft:
    return replace(CASE, slug=slug, **values)


def update(slug: str, of: str, at: datetime = START, **values: Any) -> UpdateDraft:
    return replace(UPDATE, slug=slug, case=of, at=at, **values)
