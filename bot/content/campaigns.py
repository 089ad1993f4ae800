"""Campaigns and their actions in content files, both ways."""

from collections.abc import Iterator
from typing import Any

from bot.campaigns.applying import ACTION_TEXTS, CAMPAIGN_TEXTS
from bot.campaigns.rules import WRITTEN_AS
from bot.campaigns.views import ActionDraft, CampaignDraft
from bot.content.schema import ActionTable, CampaignTable, Table
from bot.content.texts import stripped

CAMPAIGN_FIELDS = ("slug", "starts", "ends", "cases", "events")
ACTION_FIELDS = (
    *("slug", "kind", "status", "campaign", "minutes", "ends", "email", "letter_locale", "phone", "hours", "timezone", "url"),
    *("event", "petition", "case"),
)


def campaign_draft(table: CampaignTable) -> CampaignDraft:
    return CampaignDraft(**_values(table, CAMPAIGN_FIELDS, CAMPAIGN_TEXTS))


def action_draft(table: ActionTable) -> ActionDraft:
    return ActionDraft(**_values(table, ACTION_FIELDS, ACTION_TEXTS))


def as_written(draft: CampaignDraft | ActionDraft, names: tuple[str, ...]) -> Iterator[tuple[str, Any]]:
    """What a file says of these fields, under the names it has for them."""
    for name in names:
        value = getattr(draft, name)
        if value is not None and value != ():
            yield WRITTEN_AS.get(name, name), value


def _values(table: Table, plain: tuple[str, ...], texts: tuple[str, ...]) -> dict[str, Any]:
    values = {name: getattr(table, WRITTEN_AS.get(name, name)) for name in (*plain, *texts)}
    return {name: stripped(value) if name in texts and value is not None else value for name, value in values.items()}
