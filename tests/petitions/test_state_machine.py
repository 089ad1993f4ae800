"""Whatever people and staff do to petitions, in any order: the numbers, the log and what each person sees equal a model."""

from pathlib import Path

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule
from sqlalchemy import select

from bot.errors import NidaError
from bot.petitions.comments import Comments
from bot.petitions.deciding import Bursts
from bot.petitions.entries import EntryKind
from bot.petitions.handing_over import Handing
from bot.petitions.models import BurstRow, CommentState, Standing
from bot.petitions.retention import delete_answers
from bot.petitions.views import Answers
from tests.clocks import FrozenClock
from tests.databases import PostgresqlTemplate, SqliteTemplate, with_postgresql
from tests.machines import PROVE, play
from tests.petitions.making import LONDON
from tests.petitions.petitioning import PEOPLE, Petitioning, petitions
from tests.petitions.signing_model import Model

pytestmark = pytest.mark.timeout(600)


class Staffed(Petitioning):
    """And what staff decide, hand over and delete."""

    def _start(self) -> None:
        super()._start()
        self.comments = Comments(self.database, self.vault, self.clock)
        self.bursts = Bursts(self.database, self.vault, self.clock, "en")
        self.handing = Handing(self.database, self.vault, self.clock)

    @rule(slug=petitions, show=st.booleans())
    def decide_comments(self, slug: str, show: bool) -> None:
        waiting = self.run(self.comments.list(slug, "Amina"))
        marks = [each.mark for each in waiting]
        read = self.models[slug].decide_comments(CommentState.SHOWN if show else CommentState.HIDDEN)
        assert [(each.name, each.comment) for each in waiting] == read
        self.run(self.comments.decide(slug, marks if show else [], [] if show else marks, "Amina"))

    @precondition(lambda self: any(model.bursts for model in self.models.values()))
    @rule(slug=petitions)
    def release(self, slug: str) -> None:
        for number, burst_id in enumerate(self.run(self._burst_ids(slug))):
            self.run(self.bursts.release(burst_id, "Amina"))
            self.models[slug].release(number)

    @precondition(lambda self: any(model.bursts for model in self.models.values()))
    @rule(slug=petitions)
    def exclude(self, slug: str) -> None:
        for number, burst_id in enumerate(self.run(self._burst_ids(slug))):
            if self.models[slug].exclude(number):
                self.run(self.bursts.exclude(burst_id, "Amina"))
            else:
                with pytest.raises(NidaError, match="its signatures stay counted"):
                    self.run(self.bursts.exclude(burst_id, "Amina"))

    async def _burst_ids(self, slug: str) -> list[int]:
        found = select(BurstRow.id).where(BurstRow.petition_id == self.ids[slug]).order_by(BurstRow.id)
        async with self.database.read() as session:
            return list((await session.scalars(found)).all())

    @rule(slug=petitions)
    def hand_over(self, slug: str) -> None:
        model, handed = self.models[slug], self.run(self.handing.over(slug, "Amina", "csv", only_sums=False))
        assert handed.people is not None
        assert (handed.counted, handed.agreed) == (model.counted, len(handed.people))
        assert sorted(map(str, handed.people)) == sorted(map(str, model.handed_over()))
        assert sum(each.people for each in handed.cities) == (model.counted if "city" in model.asks else 0)

    @rule()
    def delete_what_was_said(self) -> None:
        self.run(delete_answers(self.database, self.clock.now(), LONDON))
        for model in self.models.values():
            model.delete_answers(self.clock.now())


@pytest.mark.parametrize("examples", [15, pytest.param(1_500, marks=PROVE)])
def test_whatever_happens_the_numbers_and_the_log_are_right(
    sqlite_template: SqliteTemplate, tmp_path: Path, examples: int
) -> None:
    play(Staffed, examples, 25, template=sqlite_template, folder=tmp_path)


@with_postgresql
@pytest.mark.parametrize("examples", [2, pytest.param(100, marks=PROVE)])
def test_on_postgresql_too(postgresql_template: PostgresqlTemplate, tmp_path: Path, examples: int) -> None:
    play(Staffed, examples, 15, template=postgresql_template, folder=tmp_path)


def test_the_model_sees_bursts() -> None:
    """Otherwise nothing above would be about them."""
    model, clock = Model("open-doors", (), ()), FrozenClock()
    for signer in PEOPLE:
        model.sign(signer, Answers(), show_name=False, pass_on=False, now=clock.now())
    assert {each.standing for each in model.signatures.values()} == {*Standing}
    assert EntryKind.SET_ASIDE in dict(model.log)
