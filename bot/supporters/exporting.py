"""Everything kept about a person, in a form they can keep and read."""

from datetime import datetime
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.daytime import Hours
from bot.sources.sealing import of_action_done, of_supporter, open_source
from bot.storage.vault import Vault
from bot.supporters.kinds import kinds_of
from bot.supporters.models import AttendanceRow, FollowingRow, PetitionNewsRow, SupporterRow
from bot.supporters.tables import (
    actions,
    actions_done,
    actions_later,
    broadcasts,
    calendars,
    cases,
    deliveries,
    events,
    petitions,
)

NOT_KEPT: Final = ("name_on_telegram", "user_name", "phone_number", "pictures", "texts_written_to_the_bot", "location")


async def export(session: AsyncSession, vault: Vault, telegram_id: int, tag: bytes) -> dict[str, Any]:
    """`kept` is None when there is no row about this person."""
    row = (await session.execute(select(SupporterRow).where(SupporterRow.tag == tag))).scalar_one_or_none()
    if row is None:
        return {"kept": None, "not_kept": list(NOT_KEPT)}
    kept = _settings(row, telegram_id) | {
        "came_by_link": open_source(vault, row.source, of_supporter(tag)),
        "follows": await _follows(session, row.id),
        "events": await _events(session, row.id),
        "hears_of_petitions": await _petition_news(session, row.id),
        "actions_done": await _actions_done(session, vault, row.id),
        "actions_to_be_asked_again": await _asked_again(session, row.id),
        "has_a_calendar": await session.scalar(select(calendars.c.supporter_id).where(calendars.c.supporter_id == row.id))
        is not None,
        "messages": await _messages(session, row.id),
    }
    return {"kept": kept, "not_kept": list(NOT_KEPT)}


def _settings(row: SupporterRow, telegram_id: int) -> dict[str, Any]:
    return {
        "telegram_id": telegram_id,
        "number_used_here": row.id,
        "language": row.locale,
        "region": row.region,
        "digits": row.digits.value,
        "time_zone": row.timezone,
        "place": row.place,
        "hijri_dates": row.hijri,
        "muted_kinds": sorted(kind.value for kind in kinds_of(row.muted_kinds)),
        "silent": row.silent,
        "quiet_hours": _quiet_hours(row),
        "days_gathered_into_one_message": row.digest_days,
        "consent": {"version": row.consent_version, "given_at": _written(row.consented_at)} if row.consented_at else None,
        "stopped_at": _written(row.stopped_at),
        "paused_until": _written(row.paused_until),
        "blocked_at": _written(row.blocked_at),
        "asked_to_act_at": _written(row.asked_at),
        "kept_since": _written(row.created_at),
    }


def _quiet_hours(row: SupporterRow) -> str | None:
    if row.quiet_from is None or row.quiet_until is None:
        return None
    return "none" if row.quiet_from == row.quiet_until else str(Hours(row.quiet_from, row.quiet_until))


async def _follows(session: AsyncSession, supporter_id: int) -> list[dict[str, Any]]:
    followed = (
        select(cases.c.slug, FollowingRow.since)
        .join_from(FollowingRow, cases, cases.c.id == FollowingRow.case_id)
        .where(FollowingRow.supporter_id == supporter_id)
        .order_by(cases.c.slug)
    )
    return [{"case": slug, "since": _written(since)} for slug, since in (await session.execute(followed)).all()]


async def _events(session: AsyncSession, supporter_id: int) -> list[dict[str, Any]]:
    row = AttendanceRow
    answered = (
        select(events.c.slug, row.answer, row.reminders, row.place, row.declined_date, row.since)
        .join_from(AttendanceRow, events, events.c.id == AttendanceRow.event_id)
        .where(AttendanceRow.supporter_id == supporter_id)
        .order_by(events.c.slug)
    )
    return [
        {
            "event": slug,
            "answer": answer and answer.value,
            "reminders": reminders,
            "place_in_waiting_list": place,
            "declined_date": _written(declined_date),
            "since": _written(since),
        }
        for slug, answer, reminders, place, declined_date, since in (await session.execute(answered)).all()
    ]


async def _petition_news(session: AsyncSession, supporter_id: int) -> list[dict[str, Any]]:
    wanted = (
        select(petitions.c.slug, PetitionNewsRow.since)
        .join_from(PetitionNewsRow, petitions, petitions.c.id == PetitionNewsRow.petition_id)
        .where(PetitionNewsRow.supporter_id == supporter_id)
        .order_by(petitions.c.slug)
    )
    return [{"petition": slug, "since": _written(since)} for slug, since in (await session.execute(wanted)).all()]


async def _actions_done(session: AsyncSession, vault: Vault, supporter_id: int) -> list[dict[str, Any]]:
    done = (
        select(
            actions.c.slug,
            actions_done.c.action_id,
            actions_done.c.done_at,
            actions_done.c.outcome,
            actions_done.c.source,
            actions_done.c.locale,
        )
        .join_from(actions_done, actions, actions.c.id == actions_done.c.action_id)
        .where(actions_done.c.supporter_id == supporter_id)
        .order_by(actions.c.slug)
    )
    return [
        {
            "action": slug,
            "done_at": _written(done_at),
            "how_a_call_went": outcome,
            "language": locale,
            "came_by_link": open_source(vault, source, of_action_done(supporter_id, id_)),
        }
        for slug, id_, done_at, outcome, source, locale in (await session.execute(done)).all()
    ]


async def _asked_again(session: AsyncSession, supporter_id: int) -> list[dict[str, Any]]:
    later = (
        select(actions.c.slug, actions_later.c.due_at)
        .join_from(actions_later, actions, actions.c.id == actions_later.c.action_id)
        .where(actions_later.c.supporter_id == supporter_id)
        .order_by(actions.c.slug)
    )
    return [{"action": slug, "from": _written(due_at)} for slug, due_at in (await session.execute(later)).all()]


async def _messages(session: AsyncSession, supporter_id: int) -> list[dict[str, Any]]:
    owed = (
        select(broadcasts.c.subject, deliveries.c.state, deliveries.c.locale, deliveries.c.reason, deliveries.c.message_id)
        .join_from(deliveries, broadcasts, broadcasts.c.id == deliveries.c.broadcast_id)
        .where(deliveries.c.supporter_id == supporter_id)
        .order_by(broadcasts.c.id)
    )
    return [
        {"about": subject, "outcome": state, "language": locale, "reason": reason, "message_id": message_id}
        for subject, state, locale, reason, message_id in (await session.execute(owed)).all()
    ]


def _written(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None
