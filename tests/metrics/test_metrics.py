"""What /metrics says after real conversations and a real broadcast, and to whom it says anything."""

import asyncio

import pytest
from sqlalchemy import text

from bot.delivery.figures import FRESH, LedgerGauge
from bot.meters import Times
from bot.storage.database import Database
from tests.clocks import START, FrozenClock
from tests.delivery.ledger_world import LedgerWorld
from tests.metrics.scrape import Samples, samples, scraped, served, value
from tests.nida import Nida
from tests.person import Person
from tests.telegram_world import TelegramWorld

TOKEN = "a-token-for-prometheus"
PERSON = 987_654_321


async def follower(world: TelegramWorld, **more: object) -> Person:
    sam = await world.person("Samira", language_code="en", **more)
    await sam.starts("case-north-gate-five")
    await sam.sees("The case you came for")
    await sam.taps("Subscribe")
    await sam.sees("Status: Open")
    await sam.taps("Follow")
    await sam.sees("You follow this case.")
    return sam


async def seen(nida: Nida) -> tuple[Samples, str]:
    async with served(nida.app.metrics) as http:
        status, page = await scraped(http)
    assert status == 200
    return samples(page), page


async def _unblocked(database: Database) -> int:
    """How many were noted as having blocked the bot; from now on, as if nobody had told."""
    async with database.write() as session:
        noted = await session.execute(text("UPDATE supporters SET blocked_at = NULL WHERE blocked_at IS NOT NULL RETURNING id"))
        return len(noted.all())


async def test_it_counts_what_was_sent_and_answered_and_names_nobody(world: TelegramWorld, nida: Nida) -> None:
    await follower(world, id=PERSON, username="samira_private")
    blocker = await follower(world)
    await blocker.blocks()
    while not await _unblocked(nida.app.services.database):
        await asyncio.sleep(0.02)
    await nida.announces("north-gate-five-bail")
    found, page = await seen(nida)
    assert value(found, "nida_deliveries_total", outcome="sent") == 1
    assert value(found, "nida_deliveries_total", outcome="unreachable") == 1
    assert value(found, "nida_sends_total", verdict="sent") == 1
    assert value(found, "nida_sends_total", verdict="unreachable") == 1
    assert value(found, "nida_send_seconds_count") == 2
    assert value(found, "nida_sender_active") == 1
    assert value(found, "nida_database_up") == 1
    assert value(found, "nida_deliveries_leased") == 0
    assert value(found, "nida_rate_configured") == value(found, "nida_rate_present") == 1000
    exchanges = [value(found, "nida_exchange_seconds_count", work=work) for work in ("claim", "settle", "both")]
    assert sum(exchanges) >= 2
    assert value(found, "nida_updates_total", event="handled") == value(found, "nida_updates_total", event="accepted") >= 7
    assert value(found, "nida_update_seconds_count") == value(found, "nida_updates_total", event="handled")
    assert value(found, "nida_intake_commit_seconds_count") > 0
    assert value(found, "nida_intake_backlog") == 0
    assert value(found, "nida_replies_total", outcome="answered") == value(found, "nida_reply_seconds_count") >= 4
    assert value(found, "process_resident_memory_bytes") > 0
    for private in (str(PERSON), "Samira", "samira_private", "north-gate", world.token):
        assert private not in page


async def test_it_tells_what_is_still_owed_and_of_which_age(world: TelegramWorld, nida: Nida) -> None:
    await follower(world)
    await world.fault("slow", method="sendMessage", seconds=30)
    await nida.staff.launch("north-gate-five-bail", False)
    while value((await seen(nida))[0], "nida_deliveries_in_flight") != 1:
        await nida.app.services.clock.sleep(0.02)
    nida.app.metrics._ledger._again_at = 0.0
    found, _ = await seen(nida)
    assert value(found, "nida_broadcasts", state="sending") == 1
    assert value(found, "nida_deliveries_open", broadcast="sending") == 1
    assert value(found, "nida_deliveries_leased") == 1
    assert value(found, "nida_broadcast_oldest_seconds") > 0
    assert value(found, "nida_drained_in_seconds") == pytest.approx(1 / 1000)
    await world.no_more_faults()


async def test_a_hold_is_seen_and_counted(world: TelegramWorld, nida: Nida) -> None:
    sam = await follower(world)
    await world.fault("too_many", method="sendMessage", retry_after=1, times=1)
    await sam.types("/help")
    await sam.sees("/cases")
    found, _ = await seen(nida)
    assert value(found, "nida_holds_total") == 1
    assert value(found, "nida_holds_seconds_total") == pytest.approx(1)
    assert value(found, "nida_rate_present") < value(found, "nida_rate_configured")


async def test_with_the_database_away_it_still_answers(nida: Nida) -> None:
    async with asyncio.timeout(60):  # what it begins with reads the table that is taken away here
        while not nida.app.sender.has_lane:
            await asyncio.sleep(0.01)
        await nida.app.sender.stop()
        while nida.app.sender.has_lane:
            await asyncio.sleep(0.01)
    async with nida.app.services.database.write() as session:
        await session.execute(text("ALTER TABLE broadcasts RENAME TO elsewhere"))
    found, _ = await seen(nida)
    assert value(found, "nida_database_up") == 0
    assert ("nida_broadcasts", frozenset({("state", "sending")})) not in found
    assert value(found, "nida_intake_backlog") == 0


async def test_without_a_token_it_answers_this_machine_only(nida: Nida) -> None:
    async with served(nida.app.metrics) as http:
        port = http._base_url.port  # type: ignore[union-attr]
        assert (await scraped(http))[0] == 200
        assert (await scraped(http, {"Host": f"localhost:{port}"}))[0] == 200
        for through_a_proxy in ("X-Forwarded-For", "Forwarded", "X-Real-IP", "Via"):
            assert (await scraped(http, {through_a_proxy: "10.1.2.3"}))[0] == 404
        assert (await scraped(http, {"Host": "rebound.example"}))[0] == 404, "a name that a web page made lead here"


async def test_with_a_token_it_answers_whoever_shows_it_and_nobody_else(nida: Nida) -> None:
    async with served(nida.app.metrics, TOKEN) as http:
        assert (await scraped(http, {"Authorization": f"Bearer {TOKEN}", "X-Forwarded-For": "10.1.2.3"}))[0] == 200
        for shown in ("Bearer another-one-of-16", TOKEN, "Bearer ", "Bearer \udcff", f"Basic {TOKEN}"):
            assert (await scraped(http, {"Authorization": shown}))[0] == 404
        assert (await scraped(http))[0] == 404


async def test_the_ledger_is_counted_again_only_after_a_while(database: Database, clock: FrozenClock) -> None:
    world = LedgerWorld(database, clock)
    gauge = LedgerGauge(database, clock)
    await world.install()
    assert (await gauge.read()).open["sending"] == 0
    await world.launch(await world.subscribe(3))
    assert (await gauge.read()).open["sending"] == 0
    await clock.advance(seconds=FRESH)
    counted = await gauge.read()
    assert (counted.open["sending"], counted.broadcasts["sending"]) == (3, 1)
    assert counted.oldest == START


def test_times_are_sorted_into_buckets_their_bound_included() -> None:
    times = Times((0.1, 1.0))
    for seconds in (0.05, 0.1, 0.5, 7.0):
        times.took(seconds)
    assert times.counts == [2, 1, 1]
    assert times.seconds == pytest.approx(7.65)
