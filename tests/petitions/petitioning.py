"""People who sign, change and take back, time that passes, a log that is published: run against a model of it."""

from dataclasses import replace
from datetime import date
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, rule
from sqlalchemy import select

from bot.config import Organisation
from bot.petitions.entries import leaf_data
from bot.petitions.heads import Heads
from bot.petitions.holdings import Signatures
from bot.petitions.log import commitment, root
from bot.petitions.models import Ask, EntryRow, PetitionRow, PetitionStatus, SignatureRow
from bot.petitions.rules import closing_moment
from bot.petitions.sealing import Sealing
from bot.petitions.views import Answers, Reply, Signer
from bot.storage.database import Database
from bot.storage.vault import Vault
from bot.supporters.service import Supporters
from tests.clocks import FrozenClock
from tests.machines import Machine
from tests.petitions.making import LONDON, SAID, add_petition, petitions_of
from tests.petitions.signing_model import LIMIT, Model, counted_from, root_of

PEOPLE = [Signer(700_000 + number, "ur", "leaflet" if number % 4 else None) for number in range(5)]
ASKED = {"open-doors": ((), ()), "fair-trial": ((Ask.NAME, Ask.CITY, Ask.COMMENT), (Ask.NAME,))}
LAST_DAY = {"open-doors": date(2027, 6, 30), "fair-trial": date(2026, 11, 4)}

people = st.sampled_from(PEOPLE)
petitions = st.sampled_from(sorted(ASKED))
answers = st.sampled_from([SAID, Answers(), Answers(name="Bilal"), Answers(comment="No name"), replace(SAID, name="Bilal")])


class Petitioning(Machine):
    def __init__(self) -> None:
        super().__init__()
        self.clock = FrozenClock()
        self.vault = Vault(b"a secret of the tests, 32 bytes.")
        self.sealing = Sealing(self.vault)
        over_at = {slug: closing_moment(None, day, LONDON) for slug, day in LAST_DAY.items()}
        self.models = {slug: Model(slug, asks, needs, over_at[slug]) for slug, (asks, needs) in ASKED.items()}
        self.ids: dict[str, int] = {}
        self.heads: dict[tuple[str, int], bytes] = {}

    @initialize()
    def begin(self) -> None:
        self.url = self.clone_database()
        self.database = Database(self.url)
        self._start()
        for slug, model in self.models.items():
            asked = {"asks": list(model.asks), "needs": list(model.needs)}
            days = {"keep_until": LAST_DAY[slug], "closes_at": model.over_at}
            self.ids[slug] = self.run(add_petition(self.database, slug, goal=4, **asked, **days))

    def _start(self) -> None:
        database, clock = self.database, self.clock
        self.petitions = petitions_of(database, self.vault, clock, burst=LIMIT)
        self.supporters = Supporters(database, self.vault, clock, Organisation(), [Signatures(self.sealing)])
        self.publisher = Heads(database, self.vault, clock)

    # What people do

    @rule(who=people, slug=petitions, said=answers, show_name=st.booleans(), pass_on=st.booleans())
    def sign(self, who: Signer, slug: str, said: Answers, show_name: bool, pass_on: bool) -> None:
        signed = self.run(self.petitions.sign(who, self.ids[slug], said, show_name=show_name, pass_on=pass_on))
        assert signed.reply is self.models[slug].sign(who, said, show_name, pass_on, self.clock.now())
        assert signed.card is not None
        assert (signed.card.mine is not None) is (who.telegram_id in self.models[slug].signatures)

    @rule(who=people, slug=petitions, said=answers, show_name=st.booleans(), pass_on=st.booleans())
    def change(self, who: Signer, slug: str, said: Answers, show_name: bool, pass_on: bool) -> None:
        signed = self.run(self.petitions.change(who, self.ids[slug], said, show_name=show_name, pass_on=pass_on))
        assert signed.reply is self.models[slug].change(who, said, show_name, pass_on, self.clock.now())

    @rule(who=people, slug=petitions)
    def withdraw(self, who: Signer, slug: str) -> None:
        assert self.run(self.petitions.withdraw(who, self.ids[slug])).reply is self.models[slug].withdraw(who)

    @rule(who=people)
    def forget(self, who: Signer) -> None:
        had = [model.withdraw(who) is Reply.DONE for model in self.models.values()]
        person = self.run(self.supporters.recognise(who.telegram_id, "en"))
        assert self.run(self.supporters.forget(person)) is any(had)

    @rule(who=people)
    def export(self, who: Signer) -> None:
        person = self.run(self.supporters.recognise(who.telegram_id, "en"))
        handed_out = {each["petition"]: each for each in self.run(self.supporters.export(person))["signatures"]}
        theirs = {slug: model.signatures.get(who.telegram_id) for slug, model in self.models.items()}
        assert set(handed_out) == {slug for slug, mine in theirs.items() if mine is not None}
        for slug, each in handed_out.items():
            mine = theirs[slug]
            assert mine is not None
            assert (each["number"], each["answers"]["name"]) == (mine.number, mine.answers.name)

    # What time does, and the house

    @rule(slug=petitions, again=st.integers(0, 5))
    def close_or_open(self, slug: str, again: int) -> None:
        """One time in six it closes."""
        self.models[slug].open = again > 0
        self.run(self._set_status(slug, PetitionStatus.OPEN if again else PetitionStatus.CLOSED))

    async def _set_status(self, slug: str, status: PetitionStatus) -> None:
        async with self.database.write() as session:
            (await session.get_one(PetitionRow, self.ids[slug])).status = status

    @rule(slug=petitions, anew=st.booleans())
    def everybody_signs(self, slug: str, anew: bool) -> None:
        for who in PEOPLE:
            if anew:
                self.withdraw(who, slug)
            self.sign(who, slug, SAID, show_name=True, pass_on=False)

    @rule(minutes=st.sampled_from([3, 10, 60, 24 * 60]))
    def time_passes(self, minutes: int) -> None:
        self.run(self.clock.advance(minutes=minutes))

    @rule()
    def publish(self) -> None:
        self.run(self.publisher.publish())
        for slug in self.models:
            head = self.run(self.publisher.latest(slug))
            if head is not None:
                assert self.heads.setdefault((slug, head.size), head.root) == head.root

    @rule()
    def start_anew(self) -> None:
        self.run(self.database.close())
        self.database = Database(self.url)
        self._start()

    # What must be so

    @invariant()
    def everything_equals_the_model(self) -> None:
        for slug, id_ in self.ids.items():
            self.run(self._compare(self.models[slug], id_))

    async def _compare(self, model: Model, id_: int) -> None:
        async with self.database.read() as session:
            petition = await session.get_one(PetitionRow, id_)
            entries = (await session.scalars(_entries(id_))).all()
            rows = (await session.scalars(select(SignatureRow).where(SignatureRow.petition_id == id_))).all()
            whole = await root(session, id_, len(entries))
        assert (petition.size, petition.made, petition.counted) == (len(entries), model.made, model.counted)
        assert petition.set_aside == len(model.signatures) - model.counted
        assert [(entry.kind, entry.about) for entry in entries] == model.log
        assert counted_from(model.log) == model.counted
        assert whole == root_of([leaf_data(entry.kind, entry.commitment, entry.about) for entry in entries])
        tags = {self.sealing.tag(id_, model.slug, who): mine for who, mine in model.signatures.items()}
        assert {row.tag for row in rows} == set(tags)
        for row in rows:
            mine, entry = tags[row.tag], entries[row.entry]
            assert entry.commitment == commitment(row.salt, model.slug, row.tag, row.signed_at)
            assert (row.entry, row.number, row.signed_at) == (mine.entry, mine.number, mine.signed_at)
            assert (row.standing, row.comment, row.show_name, row.pass_on) == (
                mine.standing,
                mine.comment,
                mine.show_name,
                mine.pass_on,
            )
            assert self.sealing.open(row).answers == mine.answers

    def teardown(self) -> None:
        if self.ids:
            self.run(self.database.close())
        super().teardown()


def _entries(petition_id: int) -> Any:
    return select(EntryRow).where(EntryRow.petition_id == petition_id).order_by(EntryRow.number)
