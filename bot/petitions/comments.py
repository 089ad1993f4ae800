"""What signers added in their own words: nobody else sees it before staff have read it, nor while it does not count."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.clock import Clock
from bot.errors import NidaError
from bot.petitions.models import COMMENTED, COUNTED, WAITING, CommentState, SignatureRow
from bot.petitions.reading import one
from bot.petitions.sealing import Sealing
from bot.staff.audit import record
from bot.storage.database import Database
from bot.storage.vault import Vault

AT_ONCE: Final = 50
"""Comments listed at a time."""


@dataclass(frozen=True, slots=True)
class Comment:
    """`mark` names this comment as it reads now: another text has another mark. `name` is empty unless the signer wants it
    shown."""

    mark: str
    name: str | None
    comment: str
    locale: str | None
    state: CommentState


class Comments:
    def __init__(self, database: Database, vault: Vault, clock: Clock) -> None:
        self._database = database
        self._vault = vault
        self._sealing = Sealing(vault)
        self._clock = clock

    async def list(self, slug: str, by: str, *, everything: bool = False) -> list[Comment]:
        """Those that wait, the first ones first, or with `everything` all, the latest first. That somebody read them is
        recorded: they are what people said."""
        async with self._database.write() as session:
            row, *_ = await one(session, slug, hold=False)
            found = select(SignatureRow).where(SignatureRow.petition_id == row.id, COUNTED).limit(AT_ONCE)
            kept = found.where(COMMENTED).order_by(SignatureRow.number.desc())
            waiting = found.where(WAITING).order_by(SignatureRow.number)
            rows = (await session.scalars(kept if everything else waiting)).all()
            read = [self._comment(each) for each in rows]
            await record(session, self._clock.now(), by, "comments.read", f"petition:{slug}", comments=len(read))
        return read

    async def decide(self, slug: str, show: Sequence[str], hide: Sequence[str], by: str) -> None:
        """By their marks. Raises NidaError, with nothing decided, for one that is none or reads otherwise now."""
        if both := set(show) & set(hide):
            raise NidaError(f"{', '.join(sorted(both))} cannot be both shown and hidden.")
        async with self._database.write() as session:
            # Held, as by whoever changes theirs: what was read cannot become another text before it is shown.
            row, *_ = await one(session, slug, hold=True)
            for marks, state in ((show, CommentState.SHOWN), (hide, CommentState.HIDDEN)):
                for mark in dict.fromkeys(marks):
                    (await self._marked(session, row.id, slug, mark)).comment = state
            now = self._clock.now()
            await record(session, now, by, "comments.decide", f"petition:{slug}", shown=len(set(show)), hidden=len(set(hide)))

    async def _marked(self, session: AsyncSession, petition_id: int, slug: str, mark: str) -> SignatureRow:
        number = mark.partition("-")[0]
        unknown = NidaError(f"{slug} has no comment {mark} as it reads now; `nida petitions comments {slug}` lists them.")
        if not number.isdecimal() or len(number) > 9:
            raise unknown
        this = select(SignatureRow).where(SignatureRow.petition_id == petition_id, SignatureRow.number == int(number))
        row = await session.scalar(this)
        if row is None or row.comment is CommentState.NONE or self._comment(row).mark != mark:
            raise unknown
        return row

    def _comment(self, row: SignatureRow) -> Comment:
        said = self._sealing.open(row)
        name = said.answers.name if row.show_name else None
        comment = said.answers.comment or ""
        return Comment(f"{row.number}-{self._seen(row, name, comment)}", name, comment, said.locale, row.comment)

    def _seen(self, row: SignatureRow, name: str | None, comment: str) -> str:
        """Made with the key: nobody can write a second text to which the mark of the first one fits."""
        read = f"{row.petition_id}\n{row.number}\n{name or ''}\n{comment}"
        return self._vault.tag("comments as staff read them", read.encode())[:4].hex()
