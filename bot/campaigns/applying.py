"""Making the kept campaigns and actions what editors' drafts say, and saying what that changes. Nobody is told."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from sqlalchemy import delete, insert, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.campaigns.models import ActionRow, CampaignCaseRow, CampaignEventRow, CampaignRow
from bot.campaigns.rules import OWN, USUAL_MINUTES
from bot.campaigns.tables import ABOUT, cases, events
from bot.campaigns.views import ActionDraft, CampaignDraft
from bot.errors import NidaError
from bot.language import Translated, Written
from bot.language.edited import Revision, set_values

CAMPAIGN_TEXTS: Final = ("title", "summary", "goal")
CARD_TEXTS: Final = ("title", "text")
ACTION_TEXTS: Final = (*CARD_TEXTS, "target", "subject", "letter", "script")
"""The translated fields, as people read them."""
PLAIN: Final = ("kind", "status", "ends", "email", "letter_locale", "phone", "hours", "timezone", "url")

Ids = Mapping[str, int]


async def apply_campaigns(session: AsyncSession, revision: Revision, drafts: Sequence[CampaignDraft]) -> None:
    """Inside a transaction of the caller's, once cases and events are there. Raises NidaError for one that is not."""
    kept = await _kept(session, CampaignRow, [draft.slug for draft in drafts])
    gathered: dict[str, tuple[Any, Any, Ids]] = {
        "cases": (CampaignCaseRow, CampaignCaseRow.case_id, await _ids(session, cases)),
        "events": (CampaignEventRow, CampaignEventRow.event_id, await _ids(session, events)),
    }
    for draft in drafts:
        row = await _apply_campaign(session, revision, draft, kept.get(draft.slug))
        for name, (link, column, ids) in gathered.items():
            wanted = {_id(ids, name.removesuffix("s"), slug, f"The campaign {draft.slug}") for slug in getattr(draft, name)}
            await _link(session, link, column, row.id, wanted)


async def apply_actions(session: AsyncSession, revision: Revision, drafts: Sequence[ActionDraft]) -> None:
    """Inside a transaction of the caller's, once all that actions are about is there. Raises NidaError for what is not."""
    kept = await _kept(session, ActionRow, [draft.slug for draft in drafts])
    ids = {name: await _ids(session, table) for name, table in {**ABOUT, "campaign": CampaignRow.__table__}.items()}
    for draft in drafts:
        row = kept.get(draft.slug)
        values: dict[str, Any] = {name: getattr(draft, name) for name in PLAIN}
        values["minutes"] = draft.minutes or USUAL_MINUTES[draft.kind]
        for name, known in ids.items():
            slug = getattr(draft, name)
            values[f"{name}_id"] = None if slug is None else _id(known, name, slug, f"The action {draft.slug}")
        own = (*CARD_TEXTS, *OWN[draft.kind])  # a text of the kind it was before goes with that
        texts = {name: getattr(row, name, None) if name in own else None for name in ACTION_TEXTS}
        values |= {name: _revised(revision, kept_text, getattr(draft, name)) for name, kept_text in texts.items()}
        revision.note("action", draft.slug, row, values)
        if row is None:
            session.add(ActionRow(slug=draft.slug, created_at=revision.at, changed_at=revision.at, **values))
        elif any(getattr(row, name) != value for name, value in values.items()):
            set_values(row, {**values, "changed_at": revision.at})
    await session.flush()


async def _apply_campaign(
    session: AsyncSession, revision: Revision, draft: CampaignDraft, row: CampaignRow | None
) -> CampaignRow:
    values: dict[str, Any] = {"starts": draft.starts, "ends": draft.ends}
    values |= {name: _revised(revision, getattr(row, name, None), getattr(draft, name)) for name in CAMPAIGN_TEXTS}
    revision.note("campaign", draft.slug, row, values)
    if row is None:
        row = CampaignRow(slug=draft.slug, created_at=revision.at, changed_at=revision.at, **values)
        session.add(row)
    elif any(getattr(row, name) != value for name, value in values.items()):
        set_values(row, {**values, "changed_at": revision.at})
    await session.flush()
    return row


async def _link(session: AsyncSession, link: Any, column: Any, campaign_id: int, wanted: set[int]) -> None:
    of_campaign = link.campaign_id == campaign_id
    held = set((await session.execute(select(column).where(of_campaign))).scalars())
    if gone := held - wanted:
        await session.execute(delete(link).where(of_campaign, column.in_(gone)))
    if new := wanted - held:
        await session.execute(insert(link), [{"campaign_id": campaign_id, column.key: each} for each in sorted(new)])


async def _kept(session: AsyncSession, table: Any, slugs: Sequence[str]) -> dict[str, Any]:
    rows = await session.execute(select(table).where(table.slug.in_(slugs)).order_by(table.id).with_for_update())
    return {row.slug: row for row in rows.scalars()}


async def _ids(session: AsyncSession, table: Any) -> dict[str, int]:
    return {slug: id_ for id_, slug in (await session.execute(select(table.c.id, table.c.slug))).all()}


def _id(ids: Ids, what: str, slug: str, who: str) -> int:
    if slug not in ids:
        raise NidaError(f"{who} is about the {what} {slug}, which does not exist; add the {what} first.")
    return ids[slug]


def _revised(revision: Revision, kept: Translated | None, texts: Mapping[str, Written] | None) -> Translated | None:
    """A text that is not named stays; one whose source is emptied goes, in all languages."""
    if texts is None:
        return kept
    after = revision.revised(kept, texts)
    return after if revision.source in after.texts else None
