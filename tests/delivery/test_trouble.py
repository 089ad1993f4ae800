"""Waiting, outages and orderly ends, in virtual time on SQLite."""

import asyncio
from datetime import datetime, timedelta
from itertools import pairwise

import pytest
from sqlalchemy.exc import IntegrityError, OperationalError
from structlog.testing import capture_logs

from bot.clock import SystemClock
from bot.delivery import payloads
from bot.delivery.account import Account
from bot.delivery.ledger import Ledger
from bot.delivery.models import DeliveryState
from bot.delivery.outcome import Seen
from bot.delivery.transport import Payload
from bot.delivery.trouble import REFUSALS_BEFORE_HOLD, Refusals
from bot.storage.outage import Unusable
from bot.supervisor import Supervisor
from tests.delivery.conftest import Play
from tests.delivery.ledger_world import LedgerWorld, chat_of, ledger_world, running
from tests.delivery.transports import Asked, Reply, ScriptedTransport, accepted, not_sent, refused, unclear
from tests.delivery.virtual import VirtualClock


def test_fault_13_a_429_silences_the_bot_for_as_long_as_it_says_and_costs_nobody_an_attempt(play: Play) -> None:
    def once_too_many(asked: Asked) -> Reply:
        return refused(429, "Too Many Requests", retry_after=35) if asked.number == 20 else accepted(asked)

    async def scene(world: LedgerWorld) -> None:
        await world.launch(await world.subscribe(100))
        transport = world.transport(once_too_many)
        async with running(world.sender(transport, rate=30)):
            assert (await world.until_done()).account == Account(sent=100)
        told = transport.times[19] + 0.05
        assert not [at for at in transport.times if told < at < told + 35]
        assert {row.attempts for row in await world.rows()} == {1}
        assert max(transport.times) - told < 35 + 80 / 27 + 1

    play(scene)


def test_fault_13_a_storm_of_429_loses_nobody(play: Play) -> None:
    def storm(asked: Asked) -> Reply:
        return refused(429, retry_after=3) if asked.number % 10 < 4 and asked.number < 200 else accepted(asked)

    async def scene(world: LedgerWorld) -> None:
        await world.launch(await world.subscribe(150))
        transport = world.transport(storm)
        async with running(world.sender(transport, rate=30)):
            assert (await world.until_done()).account == Account(sent=150)
        assert max(transport.arrived.values()) == 1

    play(scene)


def test_fault_15_without_a_connection_it_probes_with_one_message_ever_more_rarely(play: Play) -> None:
    def down_for_long(asked: Asked) -> Reply:
        return not_sent() if asked.at < 400 else accepted(asked)

    async def scene(world: LedgerWorld) -> None:
        await world.launch(await world.subscribe(60))
        transport = world.transport(down_for_long)
        async with running(world.sender(transport, rate=30)):
            assert (await world.until_done()).account == Account(sent=60)
        tries = [at for at in transport.times if at < 400]
        assert len(tries) < 50
        assert max(later - earlier for earlier, later in pairwise(tries)) < 65
        assert {row.attempts for row in await world.rows()} == {1}

    play(scene)


def test_fault_14_an_outage_that_swallows_answers_does_not_use_up_everybodys_repeat(play: Play) -> None:
    def swallowed_for_a_while(asked: Asked) -> Reply:
        return Reply(unclear(arrived=False).seen, arrived=False, seconds=30) if asked.at < 300 else accepted(asked)

    async def scene(world: LedgerWorld) -> None:
        await world.launch(await world.subscribe(300))
        transport = world.transport(swallowed_for_a_while)
        async with running(world.sender(transport, rate=30)):
            account = (await world.until_done()).account
        assert account.accepted == 300
        assert account.uncertain <= 5
        assert account.sent + account.uncertain == 300

    play(scene)


def test_stopping_in_order_waits_for_what_is_on_its_way_and_copies_nothing(play: Play) -> None:
    async def scene(world: LedgerWorld) -> None:
        await world.launch(await world.subscribe(100))
        transport = world.transport(lambda asked: Reply(accepted(asked).seen, arrived=True, seconds=8))
        async with running(world.sender(transport, rate=30)):
            await asyncio.sleep(1.5)
        assert transport.in_flight == 0
        assert DeliveryState.LEASED not in {row.state for row in await world.rows()}
        assert (await world.account()).sent == len(transport.asked) > 0
        async with running(world.sender(transport, rate=30)):
            assert (await world.until_done()).account == Account(sent=100)
        assert set(transport.arrived.values()) == {1}

    play(scene)


def test_stopping_does_not_wait_for_ever(play: Play) -> None:
    async def scene(world: LedgerWorld) -> None:
        await world.launch(await world.subscribe(10))
        transport = world.transport(lambda asked: Reply(accepted(asked).seen, arrived=True, seconds=29))
        began = world.clock.monotonic()
        async with running(world.sender(transport, rate=30)):
            await asyncio.sleep(1)
        assert world.clock.monotonic() - began == pytest.approx(21, abs=0.5)
        async with running(world.sender(world.transport(), rate=30)):
            assert (await world.until_done()).account == Account(sent=10, repeated=10)

    play(scene)


def test_stopping_during_a_hold_is_quick(play: Play) -> None:
    async def scene(world: LedgerWorld) -> None:
        await world.launch(await world.subscribe(10))
        async with running(world.sender(world.transport(lambda _: refused(429, retry_after=7200)))):
            await asyncio.sleep(60)
            stopped = world.clock.monotonic()
        assert world.clock.monotonic() - stopped < 1
        assert (await world.account()) == Account(pending=10)
        assert {row.attempts for row in await world.rows()} == {0}

    play(scene)


def test_a_stop_during_a_hold_wins(play: Play) -> None:
    async def scene(world: LedgerWorld) -> None:
        await world.launch(await world.subscribe(10))
        transport = world.transport(lambda asked: refused(429, retry_after=60) if asked.number == 1 else accepted(asked))
        async with running(world.sender(transport, rate=30)):
            await asyncio.sleep(10)
            await world.change(1, stopped_at=world.clock.now())
            assert (await world.until_done()).account == Account(sent=9, cancelled=1)
        assert chat_of(1) not in transport.arrived

    play(scene)


def test_a_slow_server_keeps_its_leases(play: Play) -> None:
    async def scene(world: LedgerWorld) -> None:
        await world.launch(await world.subscribe(5))
        transport = world.transport(lambda asked: Reply(accepted(asked).seen, arrived=True, seconds=80))
        async with running(world.sender(transport, rate=30)):
            await asyncio.sleep(1)
            before = {row.leased_until for row in await world.rows()}
            await world.sql("UPDATE deliveries SET leased_until = '2020-01-01 00:00:00.000000'")
            await asyncio.sleep(35)
            assert min(row.leased_until for row in await world.rows() if row.leased_until) >= min(filter(None, before))
            assert (await world.until_done()).account == Account(sent=5)

    play(scene)


def test_fault_06_clocks_that_jump_lose_nobody_and_copy_nothing(play: Play) -> None:
    class Jumping(VirtualClock):
        ahead = timedelta()

        def now(self) -> datetime:
            return super().now() + self.ahead

    async def scene(world: LedgerWorld) -> None:
        world.clock = clock = Jumping()
        await world.launch(await world.subscribe(60))
        transport = world.transport()
        async with running(world.sender(transport, rate=10)):
            for hours in (2, -3, 24 * 366, 0):
                await asyncio.sleep(1)
                clock.ahead = timedelta(hours=hours)
            assert (await world.until_done()).account == Account(sent=60)
        assert set(transport.arrived.values()) == {1}

    play(scene)


def test_a_database_that_goes_away_is_waited_for(play: Play, monkeypatch: pytest.MonkeyPatch) -> None:
    exchange = Ledger.exchange
    away = [False]

    async def failing(self: Ledger, *arguments: object) -> object:
        if away[0]:
            raise OperationalError("", {}, OSError("connection lost"))
        return await exchange(self, *arguments)  # type: ignore[arg-type]

    async def scene(world: LedgerWorld) -> None:
        await world.launch(await world.subscribe(90))
        transport = world.transport()
        async with running(world.sender(transport, rate=30)):
            await asyncio.sleep(1)
            away[0] = True
            asked = len(transport.asked)
            await asyncio.sleep(600)
            assert len(transport.asked) - asked <= 30
            away[0] = False
            assert (await world.until_done()).account == Account(sent=90)
        assert set(transport.arrived.values()) == {1}

    monkeypatch.setattr(Ledger, "exchange", failing)
    play(scene)


def test_fault_10_a_commit_whose_answer_was_lost_is_looked_up_not_assumed(play: Play, monkeypatch: pytest.MonkeyPatch) -> None:
    exchange = Ledger.exchange
    calls = [0]

    async def answer_lost(self: Ledger, *arguments: object) -> object:
        done = await exchange(self, *arguments)  # type: ignore[arg-type]
        calls[0] += 1
        if calls[0] % 3 == 0:
            raise OperationalError("", {}, OSError("connection lost at COMMIT"))
        return done

    async def scene(world: LedgerWorld) -> None:
        await world.launch(await world.subscribe(90))
        transport = world.transport()
        async with running(world.sender(transport, rate=30)):
            assert (await world.until_done()).account == Account(sent=90)
        assert set(transport.arrived.values()) == {1}

    monkeypatch.setattr(Ledger, "exchange", answer_lost)
    play(scene)


def test_a_failure_at_every_look_is_said_once_and_asked_about_ever_more_seldom(
    play: Play, monkeypatch: pytest.MonkeyPatch
) -> None:
    sending = Ledger.sending
    looks: list[float] = []

    async def scene(world: LedgerWorld) -> None:
        async def failing(self: Ledger) -> object:
            if not looks or world.clock.monotonic() - looks[0] < 600:
                looks.append(world.clock.monotonic())
                raise OperationalError("", {}, OSError("connection lost"))
            return await sending(self)

        monkeypatch.setattr(Ledger, "sending", failing)
        await world.launch(await world.subscribe(3))
        with capture_logs() as logged:
            async with running(world.sender(world.transport(), rate=30)):
                assert (await world.until_done()).account == Account(sent=3)
        assert len(looks) < 70, "ten seconds apart at last, not half a second"
        said = [line["event"] for line in logged if line["event"].startswith("delivery.database")]
        assert said == ["delivery.database_failed", "delivery.database_back"]

    play(scene)


async def test_a_database_of_another_shape_ends_the_sender_with_one_sentence(database_url: str) -> None:
    async with ledger_world(database_url, SystemClock()) as world:
        await world.launch(await world.subscribe(3))
        await world.sql("ALTER TABLE broadcasts RENAME COLUMN hold_reason TO why")
        failed = asyncio.Event()

        async def supervised() -> None:
            async with Supervisor(on_failure=failed.set) as supervisor:
                supervisor.start("sender", world.sender(world.transport()).run())
                await failed.wait()

        with pytest.raises(Unusable, match="The database has not the shape this version expects"):
            await supervised()


async def test_an_error_that_no_waiting_mends_ends_the_sender(database_url: str) -> None:
    async with ledger_world(database_url, SystemClock()) as world:
        await world.launch(await world.subscribe(2))
        await world.sql("CREATE UNIQUE INDEX one_row_for_each_sender ON deliveries (owner)")
        with pytest.RaisesGroup(IntegrityError):
            async with asyncio.timeout(60):
                await world.sender(world.transport()).run()


def test_what_somebody_held_before_the_sender_would_keeps_their_reason(play: Play) -> None:
    async def scene(world: LedgerWorld) -> None:
        class HeldMeanwhile(ScriptedTransport):
            async def send(self, telegram_id: int, payload: Payload, silent: bool) -> Seen:
                seen = await super().send(telegram_id, payload, silent)
                await world.sql("UPDATE broadcasts SET state = 'held', hold_reason = 'by Amina'")
                return seen

        await world.launch(await world.subscribe(REFUSALS_BEFORE_HOLD))
        with capture_logs() as logged:
            async with running(world.sender(HeldMeanwhile(world.clock, lambda _: refused(400, "Bad Request")))):
                held = await world.until(lambda each: each.account == Account(rejected=REFUSALS_BEFORE_HOLD))
        assert held.hold_reason == "by Amina"
        assert "broadcast.held" not in {line["event"] for line in logged}

    play(scene)


def test_a_text_that_was_taken_once_for_good_is_not_at_fault_any_more() -> None:
    refusals = Refusals()
    refusals.accepted(1, "en", for_good=True)
    assert not any(refusals.refused(1, "en") for _ in range(2 * REFUSALS_BEFORE_HOLD))
    assert [refusals.refused(1, "ar") for _ in range(REFUSALS_BEFORE_HOLD)][-1]
    refusals.forget(1)
    assert [refusals.refused(1, "en") for _ in range(REFUSALS_BEFORE_HOLD)][-1]


def test_no_more_payloads_are_kept_than_memory_should_hold(play: Play, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(payloads, "MOST_KEPT", 1)

    async def scene(world: LedgerWorld) -> None:
        broadcast = await world.launch(await world.subscribe(6))
        sender = world.sender(world.transport(), rate=1.0)
        async with running(sender):
            await world.until(lambda each: each.account.sent >= 4)
            assert len(sender._payloads._made[broadcast]) == 1
            assert (await world.until_done()).account == Account(sent=6)

    play(scene)
