"""The sender: drains the ledger. Claims a little ahead of the pace, and settles what is done together with the next claim."""

import asyncio
import math
from collections import Counter
from typing import Final

import structlog
from sqlalchemy.exc import SQLAlchemyError

from bot.clock import Clock
from bot.delivery.claimed import Claimed
from bot.delivery.figures import SenderFigures
from bot.delivery.flight import Flight, refused
from bot.delivery.holding import Holding
from bot.delivery.jobs import Open
from bot.delivery.leases import Leases
from bot.delivery.ledger import Ledger
from bot.delivery.models import DeliveryState
from bot.delivery.pace import Pace
from bot.delivery.payloads import Composer, Payloads
from bot.delivery.settling import Settlement
from bot.delivery.tally import Tally
from bot.delivery.timing import QuietHours
from bot.delivery.transport import Transport
from bot.delivery.trouble import Brakes
from bot.delivery.turns import Turns
from bot.delivery.waking import Waking
from bot.meters import Times
from bot.storage.database import Database
from bot.storage.outage import is_passing, lasting
from bot.storage.vault import Vault

log = structlog.get_logger()

AHEAD: Final = 0.5
"""Seconds of sending claimed ahead: enough to fill the rate, little to be in doubt after a crash."""
POLL: Final = 2.0
"""Seconds between looks for broadcasts that somebody else launched or resumed."""
SETTLE_WITHIN: Final = 1.0
STOP_WITHIN: Final = 20.0
DATABASE_PAUSES: Final = (0.5, 1.0, 2.0, 5.0, 10.0)


def window(rate: float) -> int:
    """How many rows may be claimed at once, and so in doubt after a crash: a second's worth, at a paid rate 100 to 250. With
    Telegram's 80 to 250 ms until it answers, 165 are on their way at 1,000/s; the rest is what is claimed ahead."""
    return max(1, math.ceil(rate)) if rate <= 30 else min(250, max(100, math.ceil(rate / 4)))


class _LateFlights(Exception):
    """Ends the flights that did not come back in time."""


class Sender:
    """Run by one supervised task. `notify` when there may be something new; `stop` before the program ends."""

    def __init__(
        self,
        database: Database,
        vault: Vault,
        transport: Transport,
        pace: Pace,
        composer: Composer,
        clock: Clock,
        default_timezone: str = "UTC",
        quiet: QuietHours | None = None,
    ) -> None:
        self._clock = clock
        self._pace = pace
        self._ledger = Ledger(database, clock, default_timezone, quiet)
        self._waking = Waking(database, clock)
        self._leases = Leases(self._ledger, clock)
        self._payloads = Payloads(composer, default_timezone)
        self._brakes = Brakes(clock)
        self._holding = Holding(self._ledger, self._brakes, clock)
        self._flight = Flight(self._ledger, vault, transport, pace, self._payloads, self._brakes, clock, self._stir)
        self._most = window(pace.rate)
        self._out = 0
        self._settlements: list[Settlement] = []
        self._settle_by = math.inf
        self._open = Turns()
        self._versions: dict[int, int] = {}
        self._drained: set[int] = set()
        self._look_at = -math.inf
        self._failures = 0
        self._wake = asyncio.Event()
        self._ended = asyncio.Event()
        self._ended.set()
        self._tally = Tally(pace, clock)
        self._exchanges = {work: Times() for work in ("claim", "settle", "both")}

    def notify(self) -> None:
        """There may be something new to send."""
        self._look_at = -math.inf
        self._wake.set()

    async def stop(self) -> None:
        """Claim nothing more, wait up to STOP_WITHIN seconds for what is on its way, settle it, and let `run` return."""
        self._brakes.stopping = True
        self._wake.set()
        await self._ended.wait()

    async def run(self) -> None:
        """Send until `stop`, or until another has begun. A database that is away is tried again; everything else that fails is
        raised."""
        self._ended.clear()
        try:
            async with asyncio.TaskGroup() as flights:
                while not self._brakes.stopping:
                    await self._guarded_step(flights)
                await self._land(flights)
        except* _LateFlights:
            log.warning("delivery.stopped_with_flights_out", count=self._out)
        finally:
            self._tally.report()
            self._ended.set()

    async def _guarded_step(self, flights: asyncio.TaskGroup) -> None:
        try:
            await self._step(flights)
        except (SQLAlchemyError, OSError) as error:
            await self._outlast(error)
        else:
            if self._failures:
                log.info("delivery.database_back", failures=self._failures)
            self._failures = 0

    async def _outlast(self, error: SQLAlchemyError | OSError) -> None:
        if unusable := lasting(error):
            raise unusable from None
        if not (is_passing(error) or isinstance(error, OSError)):
            raise error
        if not self._failures:
            log.error("delivery.database_failed", error=type(error).__name__)
        pause = DATABASE_PAUSES[min(self._failures, len(DATABASE_PAUSES) - 1)]
        self._failures += 1
        self._leases.lost_touch = True
        self._look_at = -math.inf
        await self._clock.sleep(pause)

    async def _step(self, flights: asyncio.TaskGroup) -> None:
        await self._leases.take_up()
        await self._holding.hold()
        await self._leases.renew()
        if self._clock.monotonic() >= self._look_at or (self._brakes.revoked and self._brakes.sending):
            await self._look()
        seconds = self._seconds_to_next()  # read first: a hold that ended in between would be in neither
        if self._is_due():
            await self._exchange(flights)
        else:
            await self._nap(seconds)

    async def _look(self) -> None:
        self._look_at = self._clock.monotonic() + POLL
        if await self._ledger.is_superseded(self._leases.owner):
            log.warning(
                "delivery.superseded", hint="another sender has begun; this one ends, and whoever has the lane begins anew"
            )
            self._brakes.stopping = True
            return
        found = await self._what_to_send()
        self._brakes.go_on({each.id for each in found})
        self._versions = {each.id: each.version for each in found}
        self._open.replace([(each.id, each.lane) for each in found])
        await self._ledger.close_cancelled()
        await self._holding.look_who_leaves()

    async def _what_to_send(self) -> list[Open]:
        if self._brakes.revoked:
            await self._holding.hold_everything()
            return []
        if await self._waking.wake():
            self._look_at = -math.inf
        return [each for each in await self._ledger.sending() if each.id not in self._brakes.to_hold]

    def _is_due(self) -> bool:
        """Whether enough has gathered for one transaction: few of them at a high rate, none late at a low one."""
        want = self._want()
        if want >= max(1, self._ahead() // 4) or (want > 0 and not self._out):
            return True
        done = len(self._settlements)
        return done > 0 and (not self._out or done >= max(1, self._most // 3) or self._clock.monotonic() >= self._settle_by)

    def _want(self) -> int:
        if not self._open or self._brakes.stopping or self._brakes.revoked or self._pace.held_for or self._leases.lost_touch:
            return 0
        circuit = self._brakes.circuit
        if circuit.is_open:
            return 1 if not self._out and not circuit.seconds_left else 0
        # What waits in later lanes is overtaken, so it does not keep a more urgent claim from being made.
        waiting = sum(count for lane, count in self._flight.waiting.items() if lane <= self._open.lane)
        return max(0, min(self._most - self._out, self._ahead() - waiting))

    def _ahead(self) -> int:
        return min(self._most, max(1, math.ceil(self._pace.rate * AHEAD)))

    async def _exchange(self, flights: asyncio.TaskGroup) -> None:
        settled, self._settlements, self._settle_by = self._settlements, [], math.inf
        want = self._want()
        broadcast = self._open.first if want else None
        try:
            if broadcast is not None:
                self._payloads.prepare(await self._ledger.job(broadcast, self._versions[broadcast]))
            began = self._clock.monotonic()
            exchanged = await self._ledger.exchange(self._leases.owner, settled, broadcast, want)
            work = "settle" if broadcast is None else "both" if settled else "claim"
            self._exchanges[work].took(self._clock.monotonic() - began)
        except BaseException:
            self._settlements[:0] = settled
            raise
        self._leases.drop(settled)
        self._leases.add(exchanged.claimed)
        states = Counter([settlement.state for settlement in settled])
        self._tally.count(states, exchanged.fenced)
        if states[DeliveryState.PENDING]:
            self._look_at = -math.inf
        if broadcast is not None:
            lane, exhausted = self._open.lane, len(exchanged.claimed) < want
            self._open.take(exhausted=exhausted)
            if exhausted:
                self._drained.add(broadcast)
            for row in exchanged.claimed:
                row.lane = lane
                self._start(row, flights)
        await self._finish_drained()

    def _start(self, row: Claimed, flights: asyncio.TaskGroup) -> None:
        if row.refusal is not None:
            self._came_back(refused(row, row.refusal))
            return
        if row.due_at is not None:
            self._came_back(Settlement(row, DeliveryState.DEFERRED, counts=False))
            return
        self._out += 1
        self._flight.waiting[row.lane] += 1
        flights.create_task(self._fly(row))

    async def _fly(self, row: Claimed) -> None:
        settlement = await self._flight.send(row)
        self._out -= 1
        self._came_back(settlement)
        self._stir()

    def _came_back(self, settlement: Settlement) -> None:
        if not self._settlements:
            self._settle_by = self._clock.monotonic() + SETTLE_WITHIN
        self._settlements.append(settlement)

    def _stir(self) -> None:
        if not self._wake.is_set() and self._is_due():
            self._wake.set()

    async def _finish_drained(self) -> None:
        if not self._drained:
            return
        for broadcast in self._drained - self._leases.broadcasts:
            self._drained.discard(broadcast)
            if await self._ledger.finish(broadcast):
                self._payloads.forget(broadcast)
                self._tally.report()
                log.info("broadcast.done", broadcast=broadcast)
            else:
                await self._leases.disown()

    def _seconds_to_next(self) -> float:
        now = self._clock.monotonic()
        waits = [self._look_at - now, self._settle_by - now]
        if self._open:
            waits += [wait for wait in (self._pace.held_for, self._brakes.circuit.seconds_left) if wait > 0]
        return max(0.001, min(waits))

    async def _nap(self, seconds: float) -> None:
        """Until woken; not at all where that was meanwhile, as by `stop` while the ledger was asked."""
        alarm = asyncio.get_running_loop().call_later(seconds, self._wake.set)
        try:
            await self._wake.wait()
        finally:
            alarm.cancel()
            self._wake.clear()

    async def _land(self, flights: asyncio.TaskGroup) -> None:
        late_at = self._clock.monotonic() + STOP_WITHIN
        while (self._out or self._settlements) and self._clock.monotonic() < late_at:
            if self._is_due():
                await self._guarded_step(flights)
            else:
                await self._nap(min(SETTLE_WITHIN, late_at - self._clock.monotonic()))
        if self._out:
            raise _LateFlights

    def figures(self) -> SenderFigures:
        waiting = self._flight.waiting.total()
        outcomes = self._tally.outcomes
        outcomes[DeliveryState.UNCERTAIN] += self._ledger.parked
        return SenderFigures(
            active=not self._ended.is_set(),
            outcomes=outcomes,
            verdicts=self._flight.verdicts,
            fenced=self._tally.fenced,
            leased=len(self._leases),
            waiting=waiting,
            in_flight=self._out - waiting,
            circuit_open=self._brakes.circuit.is_open,
            token_refused=self._brakes.revoked,
            sends=self._flight.sends,
            exchanges=self._exchanges,
        )
