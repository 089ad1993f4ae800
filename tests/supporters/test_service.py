"""What a supporter can decide, and what is kept of it, and how."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select, update

from bot.config import Organisation
from bot.daytime import Hours
from bot.delivery.models import DeliveryRow, DeliveryState
from bot.language import Digits
from bot.sources.models import SOURCE_LENGTH
from bot.sources.sealing import of_supporter, open_source
from bot.storage.database import Database
from bot.storage.vault import Cell, Vault
from bot.supporters.kinds import Kind
from bot.supporters.models import SupporterRow
from bot.supporters.service import CONSENT_VERSION, Supporters
from tests.clocks import START, FrozenClock
from tests.supporters.ledger import delivery, owe

AMAL = 5_550_001_234
HOUR = datetime(2026, 11, 3, 10, tzinfo=UTC)


async def rows(database: Database) -> list[SupporterRow]:
    async with database.read() as session:
        return list((await session.execute(select(SupporterRow))).scalars())


async def test_a_stranger_is_greeted_in_the_apps_language_and_not_kept(supporters: Supporters, database: Database) -> None:
    stranger = await supporters.recognise(AMAL, "ar-EG")
    assert (stranger.id, stranger.reader.locale, stranger.reader.region) == (None, "ar", "EG")
    assert await rows(database) == []


def came_by(row: SupporterRow, vault: Vault) -> str | None:
    return open_source(vault, row.source, of_supporter(row.tag))


async def test_consent_is_kept_with_its_version_and_its_hour(supporters: Supporters, database: Database, vault: Vault) -> None:
    subscribed = await supporters.subscribe(await supporters.recognise(AMAL, "ur"), "leaflet")
    assert subscribed.subscribed
    (row,) = await rows(database)
    assert (row.consent_version, row.consented_at, row.created_at) == (CONSENT_VERSION, HOUR, HOUR)
    assert came_by(row, vault) == "leaflet"
    assert await supporters.recognise(AMAL, "en") == subscribed


async def test_the_telegram_id_is_nowhere_in_clear(supporters: Supporters, database: Database, vault: Vault) -> None:
    await supporters.subscribe(await supporters.recognise(AMAL, "ur"))
    (row,) = await rows(database)
    kept = b"|".join([row.tag, row.telegram_id, str(row.id).encode(), repr(row).encode()])
    assert str(AMAL).encode() not in kept
    assert AMAL.to_bytes(8, "little") not in kept
    assert vault.open(row.telegram_id, Cell("supporters", "telegram_id", row.id)) == str(AMAL).encode()


async def test_ids_are_random_and_fit_a_signed_column(supporters: Supporters, database: Database) -> None:
    for person in range(20):
        await supporters.subscribe(await supporters.recognise(AMAL + person, "ur"))
    ids = [row.id for row in await rows(database)]
    assert all(0 <= id_ < 2**62 for id_ in ids)
    assert ids != sorted(ids) or len({id_ >> 32 for id_ in ids}) == 20


async def test_what_is_chosen_before_subscribing_makes_a_row_without_consent(supporters: Supporters) -> None:
    supporter = await supporters.choose_language(await supporters.recognise(AMAL, None), "ur")
    assert supporter.id is not None
    assert (supporter.reader.locale, supporter.subscribed) == ("ur", False)
    assert (await supporters.recognise(AMAL, "en")).reader.locale == "ur"


async def test_choosing_one_thing_leaves_the_others(supporters: Supporters) -> None:
    supporter = await supporters.subscribe(await supporters.recognise(AMAL, "ar-EG"))
    supporter = await supporters.choose_digits(supporter, Digits.arabic)
    supporter = await supporters.choose_region(supporter, "JO")
    supporter = await supporters.choose_place(supporter, "amman", "Asia/Amman")
    supporter = await supporters.set_silent(supporter, True)
    supporter = await supporters.mute(supporter, Kind.NEWS)
    supporter = await supporters.mute(supporter, Kind.ACTION)
    supporter = await supporters.unmute(supporter, Kind.NEWS)
    reader = supporter.reader
    assert (reader.locale, reader.region, reader.digits, reader.timezone) == ("ar", "JO", Digits.arabic, "Asia/Amman")
    assert (supporter.place, supporter.silent, supporter.muted) == ("amman", True, frozenset({Kind.ACTION}))
    assert supporter.subscribed
    assert await supporters.recognise(AMAL, None) == supporter


@pytest.mark.parametrize("first", [Kind.RULING, Kind.NEWS])
async def test_muting_may_be_the_first_thing_somebody_does(supporters: Supporters, first: Kind) -> None:
    assert (await supporters.mute(await supporters.recognise(AMAL, "ur"), first)).muted == frozenset({first})
    assert (await supporters.unmute(await supporters.recognise(AMAL + 1, "ur"), first)).muted == frozenset()


async def test_leaving_the_place_goes_back_to_the_organisations_clock(supporters: Supporters) -> None:
    supporter = await supporters.choose_place(await supporters.recognise(AMAL, "ur"), "karachi", "Asia/Karachi")
    supporter = await supporters.choose_place(supporter, None, None)
    assert (supporter.place, supporter.reader.timezone) == (None, "Europe/London")


async def test_a_language_that_is_not_offered_is_refused(supporters: Supporters) -> None:
    with pytest.raises(ValueError, match="not among the languages"):
        await supporters.choose_language(await supporters.recognise(AMAL, "ur"), "fr")


async def test_who_chose_a_language_no_longer_offered_reads_the_organisations(
    supporters: Supporters, database: Database, vault: Vault, clock: FrozenClock
) -> None:
    await supporters.subscribe(await supporters.recognise(AMAL, "ur"))
    fewer = Supporters(database, vault, clock, Organisation(locales=("en", "ar")))
    assert (await fewer.recognise(AMAL, "ur")).reader.locale == "en"


async def test_stop_ends_the_subscription_and_keeps_its_first_hour(
    supporters: Supporters, database: Database, clock: FrozenClock
) -> None:
    supporter = await supporters.subscribe(await supporters.recognise(AMAL, "ur"))
    stopped = await supporters.stop(supporter)
    assert (stopped.subscribed, stopped.stopped) == (False, True)
    await clock.advance(hours=5)
    await supporters.stop(stopped)
    assert (await rows(database))[0].stopped_at == HOUR


async def test_subscribing_again_undoes_stop_pause_and_block(supporters: Supporters, database: Database, vault: Vault) -> None:
    supporter = await supporters.subscribe(await supporters.recognise(AMAL, "ur"), "leaflet")
    await supporters.pause(supporter, START + timedelta(days=7))
    await supporters.blocked(AMAL)
    await supporters.stop(supporter)
    again = await supporters.subscribe(await supporters.recognise(AMAL, "ur"), "vigil")
    assert (again.subscribed, again.stopped, again.paused_until) == (True, False, None)
    (row,) = await rows(database)
    assert (row.blocked_at, came_by(row, vault)) == (None, "leaflet")


async def test_a_pause_lasts_at_least_as_long_as_was_asked(supporters: Supporters, clock: FrozenClock) -> None:
    supporter = await supporters.subscribe(await supporters.recognise(AMAL, "ur"))
    paused = await supporters.pause(supporter, START + timedelta(days=1))
    assert paused.paused_until == HOUR + timedelta(days=1, hours=1)
    await clock.advance(days=1, minutes=22)
    assert (await supporters.recognise(AMAL, None)).paused_until is not None
    await clock.advance(hours=1)
    assert (await supporters.recognise(AMAL, None)).paused_until is None


async def test_a_pause_that_ends_on_the_hour_is_not_lengthened(supporters: Supporters) -> None:
    supporter = await supporters.subscribe(await supporters.recognise(AMAL, "ur"))
    assert (await supporters.pause(supporter, HOUR + timedelta(days=1))).paused_until == HOUR + timedelta(days=1)
    assert (await supporters.resume(supporter)).paused_until is None


async def test_stop_pause_and_block_keep_nothing_about_a_stranger(supporters: Supporters, database: Database) -> None:
    stranger = await supporters.recognise(AMAL, "ur")
    for answer in (
        await supporters.stop(stranger),
        await supporters.pause(stranger, START + timedelta(days=1)),
        await supporters.resume(stranger),
    ):
        assert answer == stranger
    await supporters.blocked(AMAL)
    await supporters.unblocked(AMAL)
    assert await rows(database) == []


async def test_a_block_is_noted_by_the_hour_and_taken_back(supporters: Supporters, database: Database) -> None:
    await supporters.subscribe(await supporters.recognise(AMAL, "ur"))
    await supporters.blocked(AMAL)
    assert (await rows(database))[0].blocked_at == HOUR
    assert (await supporters.recognise(AMAL, "ur")).blocked
    await supporters.unblocked(AMAL)
    assert (await rows(database))[0].blocked_at is None
    assert not (await supporters.recognise(AMAL, "ur")).blocked


async def test_twenty_taps_at_once_make_one_row(supporters: Supporters, database: Database) -> None:
    stranger = await supporters.recognise(AMAL, "ur")
    async with asyncio.TaskGroup() as taps:
        for number in range(20):
            taps.create_task(supporters.subscribe(stranger) if number % 2 else supporters.mute(stranger, Kind.NEWS))
    async with database.read() as session:
        assert (await session.execute(select(func.count()).select_from(SupporterRow))).scalar_one() == 1
    supporter = await supporters.recognise(AMAL, None)
    assert supporter.subscribed
    assert supporter.muted == frozenset({Kind.NEWS})


async def test_who_never_consented_is_forgotten_after_thirty_days(
    supporters: Supporters, database: Database, clock: FrozenClock
) -> None:
    await supporters.choose_language(await supporters.recognise(AMAL, "ur"), "ar")
    await supporters.stop(await supporters.subscribe(await supporters.recognise(AMAL + 1, "ur")))
    await clock.advance(days=29)
    later = await supporters.choose_language(await supporters.recognise(AMAL + 2, "ur"), "ar")
    assert await supporters.purge_unconsented() == 0
    await clock.advance(days=1, hours=1)
    assert await supporters.purge_unconsented() == 1
    assert (await supporters.recognise(AMAL, "ur")).id is None
    assert (await supporters.recognise(AMAL + 1, "ur")).stopped, "what they decided after consenting is theirs to erase"
    assert (await supporters.recognise(AMAL + 2, "ur")).id == later.id


async def test_a_very_long_source_is_cut_to_what_is_kept(supporters: Supporters, database: Database, vault: Vault) -> None:
    await supporters.subscribe(await supporters.recognise(AMAL, "ur"), "s" * 500)
    assert came_by((await rows(database))[0], vault) == "s" * SOURCE_LENGTH


async def test_a_choice_can_be_made_again_and_again(supporters: Supporters) -> None:
    supporter = await supporters.recognise(AMAL, "en")
    for locale in ("ur", "ar", "en", "ur"):
        assert (await supporters.choose_language(supporter, locale)).reader.locale == locale
        assert (await supporters.recognise(AMAL, None)).reader.locale == locale
    for silent in (True, False, True):
        assert (await supporters.set_silent(supporter, silent)).silent is silent


async def test_new_hours_and_digests_are_looked_at_for_what_already_waits(supporters: Supporters, database: Database) -> None:
    supporter = await supporters.subscribe(await supporters.recognise(AMAL, "ur"))
    assert supporter.id is not None
    owed = await owe(database, "update:a", supporter.id, DeliveryState.DEFERRED)
    later = START + timedelta(days=3)

    async def waits() -> None:
        async with database.write() as session:
            await session.execute(update(DeliveryRow).values(state=DeliveryState.DEFERRED, due_at=later))

    await waits()
    supporter = await supporters.set_quiet_hours(supporter, Hours(22 * 60, 7 * 60))
    assert (supporter.quiet, supporter.digest_days) == (Hours(22 * 60, 7 * 60), 0)
    row = await delivery(database, owed)
    assert (row.state, row.due_at) == (DeliveryState.PENDING, None)
    await waits()
    supporter = await supporters.set_digest(supporter, 7)
    assert (await delivery(database, owed)).state is DeliveryState.PENDING
    await waits()
    supporter = await supporters.set_digest(supporter, 0)
    row = await delivery(database, owed)
    assert (row.state, row.due_at) == (DeliveryState.DEFERRED, START)
    assert await supporters.recognise(AMAL, None) == supporter
    with pytest.raises(ValueError, match="3 is none of"):
        await supporters.set_digest(supporter, 3)
    kept = (await supporters.export(supporter))["kept"]
    assert (kept["quiet_hours"], kept["days_gathered_into_one_message"]) == ("22:00-07:00", 0)
    assert (await supporters.set_quiet_hours(supporter, None)).quiet is None


async def test_what_waits_for_somebody_is_cancelled_when_they_are_erased(supporters: Supporters, database: Database) -> None:
    supporter = await supporters.subscribe(await supporters.recognise(AMAL, "ur"))
    assert supporter.id is not None
    owed = await owe(database, "update:a", supporter.id, DeliveryState.DEFERRED)
    assert await supporters.forget(supporter)
    row = await delivery(database, owed)
    assert (row.state, row.reason) == (DeliveryState.CANCELLED, "erased")
    assert row.supporter_id < 0
