"""Following a case, and no longer following it."""

from sqlalchemy import bindparam, delete, literal, select
from sqlalchemy.dialects.postgresql import insert

from bot.clock import Clock, to_the_hour
from bot.sources.models import Step
from bot.sources.service import count_in
from bot.storage.database import Database
from bot.storage.types import Moment
from bot.supporters.models import FollowingRow, SupporterRow
from bot.supporters.tables import cases

_FOLLOWED = select(FollowingRow.case_id).where(FollowingRow.supporter_id == bindparam("supporter"))


class Following:
    """Each method is one short transaction and may be repeated."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def follow(self, supporter_id: int, case_id: int, source: str | None = None) -> bool:
        """True when this is new; False when it was so before, or the person or the case is gone. `source` is the link that
        led to the case."""
        since = literal(to_the_hour(self._clock.now()), Moment)
        # Selected rather than given: somebody erased a moment ago is then nobody, not an error.
        both = (
            select(SupporterRow.id, cases.c.id, since).join(cases, cases.c.id == case_id).where(SupporterRow.id == supporter_id)
        )
        statement = insert(FollowingRow).from_select(["supporter_id", "case_id", "since"], both).on_conflict_do_nothing()
        async with self._database.write() as session:
            is_new = (await session.execute(statement.returning(FollowingRow.case_id))).first() is not None
            if is_new:
                theirs = SupporterRow.id == supporter_id
                names = select(cases.c.slug, SupporterRow.locale).join(SupporterRow, theirs).where(cases.c.id == case_id)
                slug, locale = (await session.execute(names)).one()
                await count_in(session, Step.FOLLOWED, f"case:{slug}", source, locale)
            return is_new

    async def unfollow(self, supporter_id: int, case_id: int) -> bool:
        """True when it was followed until now."""
        gone = delete(FollowingRow).where(FollowingRow.supporter_id == supporter_id, FollowingRow.case_id == case_id)
        async with self._database.write() as session:
            return (await session.execute(gone.returning(FollowingRow.case_id))).first() is not None

    async def followed_case_ids(self, supporter_id: int) -> frozenset[int]:
        async with self._database.read() as session:
            return frozenset((await session.execute(_FOLLOWED, {"supporter": supporter_id})).scalars())
