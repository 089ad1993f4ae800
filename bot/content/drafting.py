"""From the tables of content files to what editors drafted: cases, updates, events and petitions."""

from collections.abc import Iterable
from typing import Any

from bot.cases.views import CaseDraft, UpdateDraft
from bot.content.schema import CaseTable, EventTable, PetitionTable, Table, UpdateTable
from bot.content.texts import stripped
from bot.events.applying import TEXTS as EVENT_TEXTS
from bot.events.views import EventDraft
from bot.petitions.applying import TEXTS as PETITION_TEXTS
from bot.petitions.views import PetitionDraft


def case_draft(table: CaseTable) -> CaseDraft:
    return CaseDraft(**_values(table, ("title", "summary")))


def update_draft(table: UpdateTable) -> UpdateDraft:
    return UpdateDraft(**_values(table, ("headline", "body")))


def event_draft(table: EventTable, *, exported: bool) -> EventDraft:
    return EventDraft(**_values(table, EVENT_TEXTS), exported=exported)


def petition_draft(table: PetitionTable, *, exported: bool) -> PetitionDraft:
    return PetitionDraft(**_values(table, PETITION_TEXTS), exported=exported)


def _values(table: Table, texts: Iterable[str]) -> dict[str, Any]:
    values = {name: getattr(table, name) for name in type(table).model_fields}
    return {name: stripped(value) if name in texts and value is not None else value for name, value in values.items()}
