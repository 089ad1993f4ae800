"""Reaching readers who were left out because their language was not ready: the same broadcast, extended to them.

What others got stays as it was. Only the texts of the languages that have become ready are taken in, and only where they
translate what was sent: after a change of the source text, `nida deliveries correct` comes first.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from bot.announcements.announcement import Announcement
from bot.delivery.models import BroadcastRow, BroadcastState
from bot.language import State, Translated
from bot.supporters.audience import Audience


@dataclass(frozen=True, slots=True)
class Extension:
    """`left_out` are the languages that were; `ready` those of them whose readers can get it now, in this content."""

    left_out: frozenset[str]
    ready: frozenset[str]
    content: Announcement


def extension(stored: dict[str, Any], audience: Audience, announcement: Announcement, locales: Iterable[str]) -> Extension:
    """What has become ready since a broadcast was launched with that content for that audience."""
    sent = Announcement.from_json(stored)
    left_out = frozenset(locales) - audience.locales if audience.locales is not None else frozenset[str]()
    translated = {locale for locale in left_out if announcement.state(locale) is State.ready}
    content = replace(
        sent,
        case_title=_with(sent.case_title, announcement.case_title, translated),
        headline=_with(sent.headline, announcement.headline, translated),
        body=_with(sent.body, announcement.body, translated),
    )
    ready = frozenset(locale for locale in translated if content.state(locale) is State.ready)
    return Extension(left_out, ready, content)


async def extend(session: AsyncSession, broadcast_id: int, announcement: Announcement, locales: Iterable[str]) -> bool:
    """Prepare a broadcast for those whose language has become ready; False when there is none of these."""
    row = await session.get_one(BroadcastRow, broadcast_id, with_for_update=True)
    if row.state not in {BroadcastState.SENDING, BroadcastState.DONE}:
        return False
    audience = Audience.from_json(row.audience)
    more = extension(row.content, audience, announcement, locales)
    if not more.ready or audience.locales is None:
        return False
    row.audience = replace(audience, locales=audience.locales | more.ready, adding=more.ready).to_json()
    row.content = more.content.to_json()
    row.version += 1  # what is sent from now on is told from what was
    row.state, row.finished_at, row.fanned_out_to = BroadcastState.PREPARING, None, None
    return True


def _with(sent: Translated, now: Translated, locales: Iterable[str]) -> Translated:
    return Translated({**sent.texts, **{locale: now.texts[locale] for locale in locales if locale in now.texts}})
