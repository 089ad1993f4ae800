"""Petitions as an editor writes them."""

from dataclasses import replace
from datetime import date
from typing import Any

from bot.petitions.models import Ask, PetitionStatus
from bot.petitions.views import PetitionDraft

PETITION = PetitionDraft(
    slug="open-justice",
    status=PetitionStatus.OPEN,
    target={"en": "The Court Service", "ur": "عدالتی انتظامیہ"},
    title={"en": "Open the doors", "ar": "افتحوا الأبواب", "ur": "دروازے کھولیے"},
    text={"en": "We ask for <b>room</b> for everybody."},
    goal=1000,
    asks=(Ask.NAME, Ask.CITY),
    needs=(Ask.NAME,),
    closes=date(2027, 1, 31),
    keep_until=date(2027, 6, 30),
)


def petition(slug: str, **values: Any) -> PetitionDraft:
    return replace(PETITION, slug=slug, **values)
