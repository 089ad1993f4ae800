"""Comments: read by staff before anybody else sees them, and only what was read is shown."""

import asyncio
from collections.abc import Awaitable
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import func, select, text, update

from bot.errors import NidaError
from bot.petitions.account import PetitionAccounts
from bot.petitions.comments import Comments
from bot.petitions.deciding import Bursts
from bot.petitions.models import CommentState, PetitionRow, SignatureRow
from bot.petitions.sealing import Sealing
from bot.petitions.service import Petitions
from bot.petitions.signing import House, Signing
from bot.petitions.views import Answers, PetitionCard
from bot.staff.audit import Audit
from bot.storage.database import Database
from bot.storage.vault import Vault
from tests.clocks import FrozenClock
from tests.databases import PostgresqlTemplate, with_postgresql
from tests.petitions.making import AMAL, BILAL, CHAND, EVERYTHING, LONDON, SAID, add_petition, petitions_of, someone

SLUG = "open-justice"


@pytest.fixture
def comments(database: Database, vault: Vault, clock: FrozenClock) -> Comments:
    return Comments(database, vault, clock)


async def signed(database: Database, petitions: Petitions) -> int:
    """Amal with her name shown, Bilal without a comment, Chand without a name."""
    petition_id = await add_petition(database, asks=EVERYTHING)
    await petitions.sign(AMAL, petition_id, SAID, show_name=True, pass_on=True)
    await petitions.sign(BILAL, petition_id, Answers(name="Bilal"), show_name=True, pass_on=False)
    await petitions.sign(CHAND, petition_id, Answers(name="Chand", comment="=cmd|calc"), show_name=False, pass_on=False)
    return petition_id


async def card(petitions: Petitions, petition_id: int) -> PetitionCard:
    found = await petitions.get_card(petition_id, None)
    assert found is not None
    return found


async def test_what_waits_is_listed_with_the_names_that_may_be_shown(
    comments: Comments, petitions: Petitions, database: Database
) -> None:
    await signed(database, petitions)
    read = await comments.list(SLUG, "Amina")
    assert [(each.name, each.comment, each.locale, each.state) for each in read] == [
        (SAID.name, SAID.comment, "ar", CommentState.WAITING),
        (None, "=cmd|calc", "en", CommentState.WAITING),
    ]


async def test_what_is_shown_is_seen_and_what_is_hidden_is_not(
    comments: Comments, petitions: Petitions, database: Database
) -> None:
    petition_id = await signed(database, petitions)
    assert (await card(petitions, petition_id)).comments == ()
    first, second = await comments.list(SLUG, "Amina")
    await comments.decide(SLUG, [first.mark], [second.mark], "Amina")
    assert (await card(petitions, petition_id)).comments == (Answers(name=SAID.name, comment=SAID.comment),)
    assert await comments.list(SLUG, "Amina") == []
    states = [each.state for each in await comments.list(SLUG, "Amina", everything=True)]
    assert states == [CommentState.HIDDEN, CommentState.SHOWN]
    await comments.decide(SLUG, [second.mark], [first.mark], "Amina")
    assert [each.comment for each in (await card(petitions, petition_id)).comments] == ["=cmd|calc"]


async def test_what_has_changed_since_it_was_read_is_not_shown_by_the_old_mark(
    comments: Comments, petitions: Petitions, database: Database
) -> None:
    petition_id = await signed(database, petitions)
    first, second = await comments.list(SLUG, "Amina")
    await petitions.change(CHAND, petition_id, Answers(comment="Something else"), show_name=False, pass_on=False)
    with pytest.raises(NidaError, match=f"has no comment {second.mark} as it reads now; `nida petitions comments"):
        await comments.decide(SLUG, [first.mark, second.mark], [], "Amina")
    assert (await card(petitions, petition_id)).comments == (), "and nothing is half done"
    await petitions.withdraw(AMAL, petition_id)
    with pytest.raises(NidaError, match="has no comment"):
        await comments.decide(SLUG, [first.mark], [], "Amina")


@pytest.mark.parametrize("mark", ["1", "1-", "1-00000000", "2-00000000", "x", "", "99999999999999-1", "1-1-1"])
async def test_a_mark_that_is_none_is_refused(comments: Comments, petitions: Petitions, database: Database, mark: str) -> None:
    await signed(database, petitions)
    with pytest.raises(NidaError, match="has no comment"):
        await comments.decide(SLUG, [mark], [], "Amina")


async def test_shown_and_hidden_at_once_is_refused_and_every_reading_is_recorded(
    comments: Comments, petitions: Petitions, database: Database, clock: FrozenClock
) -> None:
    await signed(database, petitions)
    first, second = await comments.list(SLUG, "Amina")
    with pytest.raises(NidaError, match="cannot be both shown and hidden"):
        await comments.decide(SLUG, [first.mark], [first.mark], "Amina")
    await comments.decide(SLUG, [first.mark, first.mark], [second.mark], "Bilal")
    entries = [(each.who, each.what, dict(each.details)) for each in await Audit(database, clock).list()]
    assert entries == [
        ("Bilal", "comments.decide", {"shown": 1, "hidden": 1}),
        ("Amina", "comments.read", {"comments": 2}),
    ]


async def test_what_does_not_count_is_neither_listed_nor_shown(
    comments: Comments, database: Database, vault: Vault, clock: FrozenClock
) -> None:
    petitions = petitions_of(database, vault, clock, burst=1)
    petition_id = await add_petition(database, asks=EVERYTHING)
    for number in range(2):
        await petitions.sign(someone(number), petition_id, Answers(comment=f"Number {number}"), show_name=False, pass_on=False)
    accounts, bursts = PetitionAccounts(database), Bursts(database, vault, clock, "en")
    assert [each.comment for each in await comments.list(SLUG, "Amina")] == ["Number 0"]
    assert [each.comment for each in await comments.list(SLUG, "Amina", everything=True)] == ["Number 0"]
    assert (await accounts.show(SLUG)).comments == 1
    async with database.write() as session:
        await session.execute(update(SignatureRow).values(comment=CommentState.SHOWN))
    assert (await card(petitions, petition_id)).comments == (Answers(comment="Number 0"),)
    (burst,) = await bursts.list(SLUG)
    await bursts.release(burst.id, "Amina")
    assert len((await card(petitions, petition_id)).comments) == 2


@with_postgresql
async def test_what_is_being_changed_while_staff_decide_is_not_shown_unread(
    postgresql_template: PostgresqlTemplate, tmp_path: Path, vault: Vault, clock: FrozenClock
) -> None:
    with postgresql_template.clone(tmp_path) as url:
        database = Database(url)
        comments, petitions = Comments(database, vault, clock), petitions_of(database, vault, clock)
        petition_id = await signed(database, petitions)
        mark = (await comments.list(SLUG, "Amina"))[0].mark
        async with asyncio.TaskGroup() as both, database.write() as session:
            petition = (await session.scalars(select(PetitionRow).with_for_update(key_share=True))).one()
            read = (await session.scalars(select(SignatureRow))).all()  # and kept: the change does not look again
            deciding = both.create_task(refused(comments.decide(SLUG, [mark], [], "Amina")))
            while not (deciding.done() or await waiting(database)):
                await asyncio.sleep(0.01)
            changing = Signing(session, House(Sealing(vault), "en", LONDON, 60), petition, clock.now())
            await changing.change(AMAL, replace(SAID, comment="Nobody has read this."), show_name=True, pass_on=True)
            assert len(read) == 3
        assert deciding.result()
        assert (await card(petitions, petition_id)).comments == ()
        await database.close()


async def waiting(database: Database) -> int:
    """How many wait for somebody else's transaction."""
    async with database.read() as session:
        return await session.scalar(select(func.count()).select_from(text("pg_locks")).where(text("not granted"))) or 0


async def refused(deciding: Awaitable[None]) -> bool:
    try:
        await deciding
    except NidaError:
        return True
    return False
