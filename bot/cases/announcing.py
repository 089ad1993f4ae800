"""An update of a case, as it is announced."""

from bot.announcements.announcement import Announcement
from bot.cases.service import Cases
from bot.errors import NidaError


async def announcement_for(cases: Cases, update_slug: str) -> Announcement:
    """Raises NidaError when there is no such update."""
    update = await cases.find_update(update_slug)
    if update is None:
        raise NidaError(f"There is no update {update_slug!r}; bring it in with `nida content apply`, or mend the name.")
    return Announcement(
        subject=f"update:{update.slug}",
        case_id=update.case_id,
        case_slug=update.case_slug,
        case_title=update.case_title,
        kind=update.kind,
        certainty=update.certainty.value,
        at=update.at,
        source=update.source,
        headline=update.headline,
        body=update.body,
        source_locale=cases.source_locale,
    )
