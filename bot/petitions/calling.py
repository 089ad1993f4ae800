"""Calling people to sign."""

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.announcements.calls import Call
from bot.clock import Clock
from bot.errors import NidaError
from bot.petitions.reading import one, view_of
from bot.petitions.tables import campaign_cases
from bot.petitions.telling import Notice, call_subject, content
from bot.petitions.views import PetitionView
from bot.storage.database import Database
from bot.supporters.ask_audience import AskAudience


class PetitionCalls:
    """Nobody is asked more often than every `ask_every_days`. Who has signed already is asked like everybody: nothing that is
    kept tells it."""

    def __init__(self, database: Database, clock: Clock, source_locale: str, ask_every_days: int) -> None:
        self._database = database
        self._clock = clock
        self._source = source_locale
        self._days = ask_every_days

    async def call_for(self, slug: str, *, everybody: bool) -> Call:
        """A call to followers of the cases it is about, its own or its campaign's; to everybody who wants calls where there are
        none, or where that is asked for. Raises NidaError when there is no such petition, or it cannot be signed."""
        async with self._database.read() as session:
            petition = view_of(*await one(session, slug, hold=False))
            if not petition.is_open(self._clock.now()):
                raise NidaError(
                    f"The petition {slug} cannot be signed now, so nobody is called to; `nida petitions show {slug}`."
                )
            cases = () if everybody else await _cases(session, petition)
        texts = (petition.title, petition.target, petition.text)
        told = content(petition, Notice.CALL, self._source)
        return Call(call_subject(slug), told, AskAudience(self._days, cases), texts, self._source)


async def _cases(session: AsyncSession, petition: PetitionView) -> tuple[int, ...]:
    if petition.case_id is not None:
        return (petition.case_id,)
    gathered = select(campaign_cases.c.case_id).where(campaign_cases.c.campaign_id == petition.campaign_id)
    return tuple((await session.execute(gathered.order_by(campaign_cases.c.case_id))).scalars())
