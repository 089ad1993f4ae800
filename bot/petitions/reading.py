"""From the rows to what is handed out."""

from dataclasses import fields
from typing import Any, Final

from sqlalchemy import Row, Select, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.errors import NidaError
from bot.language import Translated
from bot.petitions.models import Ask, PetitionRow
from bot.petitions.tables import cases
from bot.petitions.views import PetitionView

PETITIONS: Final[Select[PetitionRow, str | None, Translated | None]] = select(PetitionRow, cases.c.slug, cases.c.title).outerjoin(
    cases, cases.c.id == PetitionRow.case_id
)
"""Each petition with its case's slug and title, for `view_of`."""


def view_of(
    row: PetitionRow | Row[*tuple[Any, ...]], case_slug: str | None = None, case_title: Translated | None = None
) -> PetitionView:
    """Without its case's slug and title where nobody looks at them."""
    apart = {
        "thresholds": thresholds_of(row),
        "asks": tuple(map(Ask, row.asks)),
        "needs": frozenset(map(Ask, row.needs)),
        "case_slug": case_slug,
        "case_title": case_title,
    }
    values: dict[str, Any] = {each.name: apart.get(each.name, getattr(row, each.name, None)) for each in fields(PetitionView)}
    return PetitionView(**values)


def thresholds_of(row: PetitionRow | Row[*tuple[Any, ...]]) -> tuple[int, ...]:
    """The counts that are milestones, the lowest first: its own, else each quarter of the goal."""
    own = row.thresholds or [-(-row.goal * quarter // 4) for quarter in (1, 2, 3, 4)]
    return tuple(sorted({count for count in own if count > 0}))


async def one(session: AsyncSession, slug: str, *, hold: bool) -> tuple[PetitionRow, str | None, Translated | None]:
    """The petition; held, so that of two who change it at once one comes after the other. Raises NidaError when there is
    none."""
    wanted = PETITIONS.where(PetitionRow.slug == slug)
    found = await session.execute(wanted.with_for_update(of=PetitionRow, key_share=True) if hold else wanted)
    if (row := found.one_or_none()) is None:
        raise unknown(slug)
    return row[0], row[1], row[2]


def unknown(slug: str) -> NidaError:
    return NidaError(f"There is no petition {slug}; `nida petitions list` shows those there are.")
