"""Counting who came by which link and what they did then, as totals alone: nobody is in them, and nothing joins two of them."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Final, cast

from sqlalchemy import BindParameter, ColumnElement, Integer, Table, bindparam, case, func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from bot.few import merged
from bot.sources.models import SOURCE_LENGTH, Step, StepRow
from bot.storage.database import Database

MOST: Final = 20_000
"""Totals that are kept apart. Anybody can type a link's source: beyond so many, a new one is counted as none."""
_STEPS: Final = StepRow.__table__.c


@dataclass(frozen=True, slots=True)
class Total:
    """How many took each step of one subject by one link. `source` is empty for those whose link named none, and None for all
    those together by whose links too few took the step; `subject` is empty for the start page."""

    source: str | None
    subject: str
    steps: Mapping[Step, int]
    locales: tuple[tuple[str | None, Mapping[Step, int]], ...]
    """The same by language, None for all those together that too few read."""


class Sources:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def count(self, step: Step, subject: str, source: str | None, locale: str) -> None:
        """Somebody took a step that is written down nowhere else. Done again, it is counted again."""
        async with self._database.write(quiet=True) as session:
            await count_in(session, step, subject, source, locale)

    async def totals(self) -> list[Total]:
        async with self._database.read() as session:
            return await totals_in(session, *Step)


async def totals_in(session: AsyncSession, *steps: Step) -> list[Total]:
    """By source, then by what it is about; those together, last, by whose links only few came: whoever gave a link to one person
    would see what they did."""
    listed = select(StepRow).where(StepRow.people > 0, StepRow.step.in_(steps))
    rows = (await session.scalars(listed.order_by(StepRow.source, StepRow.subject, StepRow.locale))).all()
    found: dict[tuple[bool, str, str], dict[str | None, dict[Step, int]]] = {}
    for (subject, step), links in _by_step(rows).items():
        for source, languages in _few_links_together(links).items():
            counted = found.setdefault((source is None, source or "", subject), {})
            for locale, people in merged(languages):
                counted.setdefault(locale, {})[step] = people
    return [
        Total(None if few else source, subject, _summed(locales.values()), tuple(locales.items()))
        for (few, source, subject), locales in sorted(found.items(), key=lambda each: each[0])
    ]


async def count_in(session: AsyncSession, step: Step, subject: str, source: str | None, locale: str, *, people: int = 1) -> None:
    """Count a step in the transaction that makes it: both are kept or neither is. `people` is -1 for one taken back.

    `subject` is like petition:open-justice, empty for the start page.
    """
    this = ((source or "")[:SOURCE_LENGTH], step, subject, locale)
    if await _added(session, this, people) or people < 0:
        return
    if this[0] and await session.scalar(select(func.count()).select_from(StepRow)) >= MOST:  # type: ignore[operator]
        this = ("", step, subject, locale)
    new = insert(StepRow).values(source=this[0], step=step, subject=subject, locale=locale, people=people)
    # Two that take a step first, at once: both count.
    again = new.on_conflict_do_update(index_elements=["source", "step", "subject", "locale"], set_={"people": _plus(people)})
    await session.execute(again)


async def _added(session: AsyncSession, this: tuple[str, Step, str, str], people: int) -> bool:
    """To a total that is there: nearly every step."""
    asked = dict(zip(("of_source", "of_step", "of_subject", "of_locale"), this, strict=True))
    return (await session.execute(_ADD, {**asked, "more": people})).first() is not None


def _plus(people: int | BindParameter[int]) -> ColumnElement[int]:
    """Never below nothing: a step may be taken back whose total was kept under another source."""
    return case((_STEPS.people + people < 0, 0), else_=_STEPS.people + people)


# Written once, and past the mapper: every signature adds to a total.
_ADD: Final = (
    update(cast(Table, StepRow.__table__))
    .where(
        _STEPS.source == bindparam("of_source"),
        _STEPS.step == bindparam("of_step"),
        _STEPS.subject == bindparam("of_subject"),
        _STEPS.locale == bindparam("of_locale"),
    )
    .values(people=_plus(bindparam("more", type_=Integer)))
    .returning(_STEPS.step)
)


def _by_step(rows: Iterable[StepRow]) -> dict[tuple[str, Step], dict[str, Counter[str]]]:
    """Of each subject and step how many took it, by link and language."""
    counts: dict[tuple[str, Step], dict[str, Counter[str]]] = {}
    for row in rows:
        counts.setdefault((row.subject, row.step), {}).setdefault(row.source, Counter())[row.locale] = row.people
    return counts


def _few_links_together(links: Mapping[str, Counter[str]]) -> dict[str | None, Counter[str]]:
    apart = dict(merged({source: languages.total() for source, languages in links.items()}))
    together: dict[str | None, Counter[str]] = {}
    for source, languages in links.items():
        together.setdefault(source if source in apart else None, Counter()).update(languages)
    return together


def _summed(counted: Collection[Mapping[Step, int]]) -> dict[Step, int]:
    steps = {step: sum(each.get(step, 0) for each in counted) for step in Step}
    return {step: people for step, people in steps.items() if people}
