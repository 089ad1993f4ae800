"""What a supporter can decide. Each method is one short transaction; a repeated call changes nothing more."""

import secrets
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Any, Final

from sqlalchemy import Row, bindparam, delete, func, literal, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from bot.clock import Clock, to_the_hour
from bot.config import Organisation
from bot.daytime import Hours
from bot.language import Digits, Reader
from bot.sources.models import SOURCE_LENGTH, Step
from bot.sources.sealing import of_supporter, seal_source
from bot.sources.service import count_in
from bot.storage.database import Database
from bot.storage.types import Moment
from bot.storage.vault import Cell, Vault
from bot.supporters import erasing, exporting
from bot.supporters.holdings import Holding
from bot.supporters.kinds import Kind, kinds_of
from bot.supporters.models import SupporterRow
from bot.supporters.supporter import Supporter, newcomer
from bot.supporters.tables import broadcasts, deliveries

__all__ = ["CONSENT_VERSION", "Supporter", "Supporters"]

CONSENT_VERSION: Final = 3
"""Counted up whenever the sentence people consent to changes its meaning."""
DIGESTS: Final = (0, 1, 7)
_LOOK_AGAIN: Final[Mapping[str, Any]] = MappingProxyType({"state": "pending", "due_at": None})
"""When what waits may go is worked out anew, from the new settings."""
KEPT_WITHOUT_CONSENT: Final = timedelta(days=30)
"""How long the choices of somebody who has not subscribed are remembered."""

_COLUMNS = (
    SupporterRow.id,
    SupporterRow.locale,
    SupporterRow.region,
    SupporterRow.digits,
    SupporterRow.timezone,
    SupporterRow.place,
    SupporterRow.hijri,
    SupporterRow.muted_kinds,
    SupporterRow.silent,
    SupporterRow.quiet_from,
    SupporterRow.quiet_until,
    SupporterRow.digest_days,
    SupporterRow.consented_at,
    SupporterRow.stopped_at,
    SupporterRow.paused_until,
    SupporterRow.blocked_at,
)
_BY_TAG = select(*_COLUMNS).where(SupporterRow.tag == bindparam("tag"))


class Supporters:
    """`holdings` is what other features keep about people."""

    def __init__(
        self, database: Database, vault: Vault, clock: Clock, organisation: Organisation, holdings: Sequence[Holding] = ()
    ) -> None:
        self._holdings = tuple(holdings)
        self._database = database
        self._vault = vault
        self._clock = clock
        self._organisation = organisation

    async def recognise(self, telegram_id: int, app_language: str | None) -> Supporter:
        """Who is talking. `app_language` decides only for those about whom nothing is kept yet."""
        tag = self._tag(telegram_id)
        row = await self._database.look_up(lambda connection: connection.execute(_BY_TAG, {"tag": tag}).one_or_none())
        if row is None:
            return newcomer(telegram_id, app_language, self._organisation)
        return self._supporter(telegram_id, row)

    async def subscribe(self, supporter: Supporter, source: str | None = None, came_for: str = "") -> Supporter:
        """Keep the consent just given; whatever stopped messages before (a stop, a pause, a block) is over. `source` is the
        link they came by, `came_for` what it was about, like case:north-gate-five: both are counted, for who is new."""
        cell = of_supporter(self._tag(supporter.telegram_id))
        came_by = seal_source(self._vault, (source or "")[:SOURCE_LENGTH], cell)
        consent = {
            "consented_at": self._this_hour(),
            "consent_version": CONSENT_VERSION,
            "stopped_at": None,
            "paused_until": None,
            "blocked_at": None,
        }
        changed = {**consent, "source": func.coalesce(SupporterRow.source, came_by)}

        async def count(session: AsyncSession) -> None:
            await count_in(session, Step.SUBSCRIBED, came_for, source, supporter.reader.locale)

        new = {**consent, "source": came_by}
        return await self._keep(supporter, new, changed, also=None if supporter.subscribed else count)

    async def choose_language(self, supporter: Supporter, locale: str) -> Supporter:
        """Raises ValueError for a language that is not offered."""
        if locale not in self._organisation.locales:
            raise ValueError(f"{locale!r} is not among the languages offered")
        return await self._keep(supporter, {"locale": locale})

    async def choose_region(self, supporter: Supporter, region: str | None) -> Supporter:
        """`region` is an ISO 3166 code, like JO; None leaves it to the language."""
        return await self._keep(supporter, {"region": region})

    async def choose_digits(self, supporter: Supporter, digits: Digits) -> Supporter:
        return await self._keep(supporter, {"digits": digits})

    async def choose_place(self, supporter: Supporter, place_key: str | None, timezone: str | None) -> Supporter:
        """The place whose time this person lives by; None for both goes back to the organisation's time zone."""
        return await self._keep(supporter, {"place": place_key, "timezone": timezone}, anew=_LOOK_AGAIN)

    async def set_hijri(self, supporter: Supporter, hijri: bool) -> Supporter:
        """Whether dates are shown in the Hijri calendar too; nothing is scheduled by it."""
        return await self._keep(supporter, {"hijri": hijri})

    async def mute(self, supporter: Supporter, kind: Kind) -> Supporter:
        muted = {"muted_kinds": SupporterRow.muted_kinds.bitwise_or(kind.bit)}
        return await self._keep(supporter, {"muted_kinds": kind.bit}, muted)

    async def unmute(self, supporter: Supporter, kind: Kind) -> Supporter:
        muted = {"muted_kinds": SupporterRow.muted_kinds.bitwise_and(~kind.bit)}
        return await self._keep(supporter, {"muted_kinds": 0}, muted)

    async def set_silent(self, supporter: Supporter, silent: bool) -> Supporter:
        """Whether what is sent to this person arrives without a sound."""
        return await self._keep(supporter, {"silent": silent})

    async def set_quiet_hours(self, supporter: Supporter, hours: Hours | None) -> Supporter:
        """When no update is to come, on their own clock; empty for never, None for what is usual where they live."""
        kept = {"quiet_from": hours.start, "quiet_until": hours.end} if hours else {"quiet_from": None, "quiet_until": None}
        return await self._keep(supporter, kept, anew=_LOOK_AGAIN)

    async def set_digest(self, supporter: Supporter, days: int) -> Supporter:
        """0 for each update at once, 1 or 7 for those of a day or a week in one message. Raises ValueError for others."""
        if days not in DIGESTS:
            raise ValueError(f"{days} is none of {DIGESTS}")
        return await self._keep(supporter, {"digest_days": days}, anew=_LOOK_AGAIN if days else self._due_now())

    async def pause(self, supporter: Supporter, until: datetime) -> Supporter:
        """No messages until that moment, rounded up to the hour. Somebody about whom nothing is kept gets none anyway."""
        return await self._change(supporter, paused_until=_up_to_the_hour(until))

    async def resume(self, supporter: Supporter) -> Supporter:
        return await self._change(supporter, paused_until=None)

    async def stop(self, supporter: Supporter) -> Supporter:
        """No messages any more, from this moment on. What is kept stays until `forget`."""
        return await self._change(
            supporter, stopped_at=func.coalesce(SupporterRow.stopped_at, literal(self._this_hour(), Moment))
        )

    async def blocked(self, telegram_id: int) -> None:
        """This person blocked the bot: nothing is sent until they come back."""
        await self._mark_blocked(telegram_id, self._this_hour())

    async def unblocked(self, telegram_id: int) -> None:
        await self._mark_blocked(telegram_id, None)

    async def export(self, supporter: Supporter) -> dict[str, Any]:
        """Everything kept about this person and what is not kept, as JSON can hold it, under plain English keys."""
        async with self._database.read() as session:
            kept = await exporting.export(session, self._vault, supporter.telegram_id, self._tag(supporter.telegram_id))
            return kept | {held.name: await held.export(session, supporter.telegram_id) for held in self._holdings}

    async def forget(self, supporter: Supporter) -> bool:
        """Erase this person and cancel what is still to be sent to them. False when nothing was kept."""
        async with self._database.write() as session:
            held = [await each.erase(session, supporter.telegram_id) for each in self._holdings]
            return await erasing.erase(session, self._tag(supporter.telegram_id)) or any(held)

    async def purge_unconsented(self) -> int:
        """Erase those who chose something 30 days ago or longer and have never subscribed; how many they were."""
        # Nothing is owed to them and they follow nothing: both need a consent.
        gone = delete(SupporterRow).where(
            SupporterRow.consented_at.is_(None), SupporterRow.created_at < self._clock.now() - KEPT_WITHOUT_CONSENT
        )
        async with self._database.write() as session:
            return len((await session.execute(gone.returning(SupporterRow.id), execution_options={"long": True})).all())

    async def _keep(
        self,
        supporter: Supporter,
        new: dict[str, Any],
        changed: dict[str, Any] | None = None,
        anew: Mapping[str, Any] | None = None,
        also: Callable[[AsyncSession], Awaitable[None]] | None = None,
    ) -> Supporter:
        """Write the values; the first thing to remember about a person makes their row. `changed` is for an existing row,
        where that is not the same, `anew` for the deliveries that wait for this person's time, `also` is done with it."""
        # PostgreSQL's INSERT … ON CONFLICT is written the same for SQLite; two taps at once agree on one row.
        statement = insert(SupporterRow).values({**self._new_row(supporter), **new})
        kept = statement.on_conflict_do_update(index_elements=["tag"], set_=changed or new).returning(*_COLUMNS)
        async with self._database.write() as session:
            row = (await session.execute(kept)).one()
            if anew:
                unfinished = deliveries.c.broadcast_id.in_(select(broadcasts.c.id).where(broadcasts.c.finished_at.is_(None)))
                waits = deliveries.c.state == "deferred", deliveries.c.due_at.is_not(None)
                theirs = (unfinished, deliveries.c.supporter_id == row.id, *waits)
                await session.execute(update(deliveries).where(*theirs).values(**anew))
            if also is not None:
                await also(session)
            return self._supporter(supporter.telegram_id, row)

    async def _change(self, supporter: Supporter, **values: Any) -> Supporter:
        """Write the values if there is a row; there is nothing to stop or pause for somebody about whom nothing is kept."""
        changed = update(SupporterRow).where(SupporterRow.tag == self._tag(supporter.telegram_id)).values(**values)
        async with self._database.write() as session:
            row = (await session.execute(changed.returning(*_COLUMNS))).one_or_none()
        return supporter if row is None else self._supporter(supporter.telegram_id, row)

    async def _mark_blocked(self, telegram_id: int, at: datetime | None) -> None:
        async with self._database.write() as session:
            marked = update(SupporterRow).where(SupporterRow.tag == self._tag(telegram_id)).values(blocked_at=at)
            await session.execute(marked)

    def _due_now(self) -> dict[str, Any]:
        """What waits comes in one message, as soon as it may."""
        return {"due_at": self._clock.now()}

    def _new_row(self, supporter: Supporter) -> dict[str, Any]:
        id_ = secrets.randbits(62)
        telegram_id = str(supporter.telegram_id).encode()
        return {
            "id": id_,
            "tag": self._tag(supporter.telegram_id),
            "telegram_id": self._vault.seal(telegram_id, Cell("supporters", "telegram_id", id_)),
            "locale": supporter.reader.locale,
            "region": supporter.reader.region,
            "digits": supporter.reader.digits,
            "hijri": False,
            "muted_kinds": 0,
            "silent": False,
            "created_at": self._this_hour(),
        }

    def _supporter(self, telegram_id: int, row: Row[*tuple[Any, ...]]) -> Supporter:
        id_, locale, region, digits, timezone, place, hijri, muted, silent, start, end, digest_days, *dates = row
        consented_at, stopped_at, paused_until, blocked_at = dates
        offered = locale in self._organisation.locales
        return Supporter(
            telegram_id=telegram_id,
            reader=Reader(
                locale if offered else self._organisation.default_locale,
                region,
                digits,
                timezone or self._organisation.timezone,
                hijri,
            ),
            id=id_,
            subscribed=consented_at is not None and stopped_at is None,
            stopped=stopped_at is not None,
            blocked=blocked_at is not None,
            paused_until=paused_until if paused_until is not None and paused_until > self._clock.now() else None,
            muted=kinds_of(muted),
            silent=silent,
            quiet=Hours(start, end) if start is not None and end is not None else None,
            digest_days=digest_days,
            place=place,
        )

    def _tag(self, telegram_id: int) -> bytes:
        return self._vault.tag("supporters.telegram_id", str(telegram_id).encode())

    def _this_hour(self) -> datetime:
        return to_the_hour(self._clock.now())


def _up_to_the_hour(moment: datetime) -> datetime:
    whole = to_the_hour(moment)
    return whole if whole == moment else whole + timedelta(hours=1)
