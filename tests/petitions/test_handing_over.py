"""What goes to those a petition is addressed to: only what each signer agreed to, and sums that tell nobody apart."""

import pytest
from sqlalchemy import update

from bot.errors import NidaError
from bot.petitions.handing_over import Handing, Handover, Sum
from bot.petitions.models import CommentState, SignatureRow, Standing
from bot.petitions.service import Petitions
from bot.petitions.views import Answers
from bot.staff.audit import Audit
from bot.storage.database import Database
from bot.storage.vault import Vault
from tests.clocks import START, FrozenClock
from tests.petitions.making import AMAL, BILAL, CHAND, EVERYTHING, SAID, add_petition, someone

AGREED = {"show_name": False, "pass_on": True}
NOT_AGREED = {"show_name": True, "pass_on": False}


@pytest.fixture
def handing(database: Database, vault: Vault, clock: FrozenClock) -> Handing:
    return Handing(database, vault, clock)


async def over(handing: Handing, *, only_sums: bool = False) -> Handover:
    return await handing.over("open-justice", "basit", "csv", only_sums=only_sums)


async def test_only_those_who_agreed_are_named_and_in_alphabetical_order(
    database: Database, petitions: Petitions, handing: Handing
) -> None:
    petition = await add_petition(database, asks=EVERYTHING)
    zahra = Answers(name="Zahra", country="PK")
    await petitions.sign(AMAL, petition, zahra, **AGREED)
    await petitions.sign(BILAL, petition, SAID, **NOT_AGREED)
    await petitions.sign(CHAND, petition, Answers(name="chand", city="Lahore"), **AGREED)
    await petitions.sign(someone(1), petition, Answers(), **AGREED)
    handed = await over(handing)
    assert handed.people == (Answers(name="chand", city="Lahore"), zahra)
    assert (handed.agreed, handed.counted, handed.petition.counted, handed.at) == (2, 4, 4, START)
    sums = await over(handing, only_sums=True)
    assert (sums.people, sums.agreed) == (None, 2)


async def test_who_changed_their_mind_withdrew_or_is_set_aside_is_not_named(
    database: Database, petitions: Petitions, handing: Handing
) -> None:
    petition = await add_petition(database, asks=EVERYTHING)
    for signer in (AMAL, BILAL, CHAND):
        await petitions.sign(signer, petition, SAID, **AGREED)
    await petitions.change(AMAL, petition, SAID, **NOT_AGREED)
    await petitions.withdraw(BILAL, petition)
    async with database.write() as session:
        await session.execute(update(SignatureRow).where(~SignatureRow.pass_on.is_(False)).values(standing=Standing.SET_ASIDE))
    handed = await over(handing)
    assert (handed.people, handed.agreed) == ((), 0)


@pytest.mark.parametrize("state", CommentState)
async def test_a_comment_goes_out_once_staff_have_shown_it(
    database: Database, petitions: Petitions, handing: Handing, state: CommentState
) -> None:
    petition = await add_petition(database, asks=EVERYTHING)
    await petitions.sign(AMAL, petition, SAID, **AGREED)
    async with database.write() as session:
        await session.execute(update(SignatureRow).values(comment=state))
    (person,) = (await over(handing)).people or ()
    assert person.comment == (SAID.comment if state is CommentState.SHOWN else None)
    assert person.name == SAID.name


async def test_places_are_summed_over_all_however_they_spell_them(
    database: Database, petitions: Petitions, handing: Handing
) -> None:
    petition = await add_petition(database, asks=EVERYTHING)
    for number in range(12):
        city = ("Bradford", "bradford", "BRADFORD")[number % 3] if number < 7 else f"Village {number}"
        country = "GB" if number < 6 else "PK"
        await petitions.sign(someone(number), petition, Answers(city=city, country=country), show_name=False, pass_on=False)
    handed = await over(handing)
    assert handed.countries == (Sum("GB", 6), Sum("PK", 6))
    assert handed.cities == (Sum("Bradford", 7), Sum(None, 5))


async def test_a_place_where_all_but_a_few_are_named_is_not_told_apart(
    database: Database, petitions: Petitions, handing: Handing
) -> None:
    petition = await add_petition(database, asks=EVERYTHING)
    for number in range(17):
        city = "Otley" if number < 5 else "Leeds" if number < 10 else "York"
        said = Answers(name=f"Person {number}", city=city)
        await petitions.sign(someone(number), petition, said, show_name=False, pass_on=number < 4 or 5 <= number < 10)
    assert (await over(handing)).cities == (Sum(None, 17),)
    assert (await over(handing, only_sums=True)).cities == (Sum("York", 7), Sum("Leeds", 5), Sum("Otley", 5))


async def test_what_was_not_asked_is_not_summed(database: Database, petitions: Petitions, handing: Handing) -> None:
    petition = await add_petition(database)
    await petitions.sign(AMAL, petition, Answers(), **AGREED)
    handed = await over(handing)
    assert (handed.countries, handed.cities, handed.people) == ((), (), ())


async def test_what_no_workbook_holds_is_refused_before_anything_is_given_out_or_recorded(
    database: Database, petitions: Petitions, handing: Handing, clock: FrozenClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    petition = await add_petition(database, asks=EVERYTHING)
    for number in range(3):
        await petitions.sign(someone(number), petition, SAID, **AGREED)
    monkeypatch.setattr("bot.petitions.handing_over._MOST_ROWS", 2)
    with pytest.raises(NidaError, match="A workbook holds 2 rows, and there are 3; take `--format csv`"):
        await handing.over("open-justice", "basit", "xlsx", only_sums=False)
    assert await Audit(database, clock).list() == []
    assert (await handing.over("open-justice", "basit", "xlsx", only_sums=True)).people is None


async def test_every_export_is_recorded_and_says_nothing_about_anybody(
    database: Database, petitions: Petitions, handing: Handing, clock: FrozenClock
) -> None:
    petition = await add_petition(database, asks=EVERYTHING)
    await petitions.sign(AMAL, petition, SAID, **AGREED)
    await over(handing)
    (entry,) = await Audit(database, clock).list()
    assert (entry.who, entry.what, entry.object) == ("basit", "petition.export", "petition:open-justice")
    assert entry.details == {"format": "csv", "people": 1, "counted": 1, "sums": False}
    with pytest.raises(NidaError, match="There is no petition unknown"):
        await handing.over("unknown", "basit", "csv", only_sums=False)
    assert len(await Audit(database, clock).list()) == 1
