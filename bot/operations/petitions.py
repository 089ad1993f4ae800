"""What staff do with petitions: opening and ending them, reading comments, deciding on bursts."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Protocol

from bot.delivery.account import Broadcast, Broadcasts
from bot.delivery.control import Control
from bot.operations.services import Services
from bot.petitions.account import PetitionAccount, PetitionAccounts
from bot.petitions.changing import ChangeForecast, ChangeRequest, PetitionChanges
from bot.petitions.comments import Comment, Comments
from bot.petitions.deciding import Burst, Bursts
from bot.petitions.handing_over import Handing, Handover
from bot.petitions.views import PetitionView


class PetitionVerbs(Protocol):
    """Each raises NidaError with one sentence when it cannot be done."""

    async def petitions(self) -> list[PetitionView]: ...

    async def petition(self, slug: str) -> PetitionAccount: ...

    async def forecast_petition(self, slug: str, request: ChangeRequest) -> ChangeForecast: ...

    async def change_petition(self, slug: str, request: ChangeRequest, by: str, expected: datetime) -> Broadcast | None: ...

    async def comments(self, slug: str, by: str, everything: bool) -> list[Comment]: ...

    async def decide_comments(self, slug: str, show: Sequence[str], hide: Sequence[str], by: str) -> None: ...

    async def bursts(self, slug: str | None, everything: bool) -> list[Burst]: ...

    async def decide_burst(self, burst_id: int, release: bool, by: str) -> Burst: ...

    async def hand_over(self, slug: str, by: str, form: str, only_sums: bool) -> Handover: ...


class LocalPetitions:
    """Does them here. `launched` wakes the sender."""

    def __init__(self, services: Services, launched: Callable[[], None]) -> None:
        database, clock, settings = services.database, services.clock, services.settings
        organisation = settings.organisation
        self._wake = launched
        self._announcements = services.announcements
        self._controlled = Control(database, clock)
        self._told = Broadcasts(database)
        self._accounts = PetitionAccounts(database)
        self._petition_changes = PetitionChanges(
            database, clock, organisation.default_locale, organisation.locales, settings.delivery.rate
        )
        self._comments = Comments(database, services.vault, clock)
        self._handing = Handing(database, services.vault, clock)
        self._bursts = Bursts(database, services.vault, clock, organisation.default_locale)

    async def petitions(self) -> list[PetitionView]:
        return await self._accounts.list()

    async def petition(self, slug: str) -> PetitionAccount:
        return await self._accounts.show(slug)

    async def hand_over(self, slug: str, by: str, form: str, only_sums: bool) -> Handover:
        return await self._handing.over(slug, by, form, only_sums=only_sums)

    async def forecast_petition(self, slug: str, request: ChangeRequest) -> ChangeForecast:
        return await self._petition_changes.forecast(slug, request)

    async def change_petition(self, slug: str, request: ChangeRequest, by: str, expected: datetime) -> Broadcast | None:
        """What tells people of it, if anything does."""
        subject = await self._petition_changes.make(slug, request, by, expected)
        await self._go_out()
        return await self._told.show(subject) if subject else None

    async def comments(self, slug: str, by: str, everything: bool) -> list[Comment]:
        return await self._comments.list(slug, by, everything=everything)

    async def decide_comments(self, slug: str, show: Sequence[str], hide: Sequence[str], by: str) -> None:
        await self._comments.decide(slug, show, hide, by)

    async def bursts(self, slug: str | None, everything: bool) -> list[Burst]:
        return await self._bursts.list(slug, everything=everything)

    async def decide_burst(self, burst_id: int, release: bool, by: str) -> Burst:
        burst = await (self._bursts.release(burst_id, by) if release else self._bursts.exclude(burst_id, by))
        await self._go_out()
        return burst

    async def _go_out(self) -> None:
        await self._controlled.close_all()
        await self._announcements.finish_fan_outs()
        self._wake()
