"""The way to PostgreSQL breaks while a broadcast is sent: the sender goes on by itself, and nobody gets a copy."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.clock import SystemClock
from bot.delivery import sender as sending
from bot.delivery.account import Account
from tests.databases import PostgresqlTemplate, with_postgresql
from tests.delivery.ledger_world import LedgerWorld, ledger_world, running
from tests.delivery.transports import ScriptedTransport
from tests.fault_proxy import FaultProxy, before_postgresql

pytestmark = [with_postgresql, pytest.mark.timeout(300)]  # SQLite has no connections
PEOPLE = 200


@pytest.fixture
async def worlds(
    postgresql_template: PostgresqlTemplate, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[tuple[LedgerWorld, LedgerWorld, FaultProxy]]:
    """The same database twice: as it is, and through a proxy."""
    monkeypatch.setattr(sending, "DATABASE_PAUSES", (0.05,))
    with postgresql_template.clone(tmp_path) as url:
        async with (
            before_postgresql(url) as (proxy, through),
            ledger_world(url, SystemClock()) as world,
            ledger_world(through, world.clock, install=False) as broken,
        ):
            yield world, broken, proxy


async def sends_to_everybody_once(world: LedgerWorld, transport: ScriptedTransport) -> None:
    async with asyncio.timeout(200):
        assert (await world.until_done()).account == Account(sent=PEOPLE)
    assert transport.arrived.total() == len(transport.arrived) == PEOPLE


async def test_fault_09_connections_reset_again_and_again(worlds: tuple[LedgerWorld, LedgerWorld, FaultProxy]) -> None:
    world, broken, proxy = worlds
    await world.launch(await world.subscribe(PEOPLE))
    transport = world.transport()
    async with running(broken.sender(transport, rate=100)):
        for _ in range(10):
            await world.until(lambda broadcast: broadcast.account.settled >= len(transport.asked) // 2)
            proxy.reset()
            await asyncio.sleep(0.1)
        await sends_to_everybody_once(world, transport)
    assert proxy.connections > 5


async def test_fault_09_a_server_that_refuses_for_a_while(worlds: tuple[LedgerWorld, LedgerWorld, FaultProxy]) -> None:
    world, broken, proxy = worlds
    await world.launch(await world.subscribe(PEOPLE))
    transport = world.transport()
    async with running(broken.sender(transport, rate=100)):
        await world.until(lambda broadcast: broadcast.account.settled > 10)
        proxy.refusing = True
        proxy.reset()
        asked = len(transport.asked)
        while proxy.connections < 20:
            await asyncio.sleep(0.01)
        assert len(transport.asked) - asked <= sending.window(100)
        proxy.heal()
        await sends_to_everybody_once(world, transport)


async def test_fault_09_a_connection_that_no_longer_answers_is_given_up(
    worlds: tuple[LedgerWorld, LedgerWorld, FaultProxy], impatient: None
) -> None:
    world, broken, proxy = worlds
    await world.launch(await world.subscribe(PEOPLE))
    transport = world.transport()
    async with running(broken.sender(transport, rate=100)):
        await world.until(lambda broadcast: broadcast.account.settled > 10)
        proxy.go_deaf()
        proxy.heal()
        await sends_to_everybody_once(world, transport)


@pytest.mark.parametrize("claims_before", [0, 2])
async def test_fault_09_a_claim_cut_off_in_the_middle_of_its_sentence_keeps_no_locks(
    worlds: tuple[LedgerWorld, LedgerWorld, FaultProxy], impatient: None, claims_before: int
) -> None:
    """A claim locks its broadcast, and the rows that were settled together with it."""
    world, broken, proxy = worlds
    await world.launch(await world.subscribe(PEOPLE))
    transport = world.transport()
    proxy.go_deaf_at(b"SET state = 'leased'", after=claims_before)
    async with running(broken.sender(transport, rate=100)):
        await proxy.deaf.wait()
        proxy.heal()
        await sends_to_everybody_once(world, transport)


@pytest.mark.parametrize("arrives", [False, True])
async def test_fault_10_the_connection_is_cut_at_the_commit(
    worlds: tuple[LedgerWorld, LedgerWorld, FaultProxy], arrives: bool
) -> None:
    world, broken, proxy = worlds
    await world.launch(await world.subscribe(PEOPLE))
    transport = world.transport()
    async with running(broken.sender(transport, rate=100)):
        for cuts in range(1, 6):
            proxy.cut_at(b"COMMIT", arrives=arrives)
            while proxy.cuts_made < cuts:
                await asyncio.sleep(0.01)
        await sends_to_everybody_once(world, transport)
