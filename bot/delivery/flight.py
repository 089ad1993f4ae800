"""One row's way out: its turn, the last checks, the send, and what the reply makes of the row."""

from collections import Counter
from collections.abc import Callable
from typing import Final

import structlog
from sqlalchemy.exc import SQLAlchemyError

from bot.clock import Clock
from bot.delivery.claimed import TOO_LATE, Claimed
from bot.delivery.ledger import Ledger
from bot.delivery.models import DeliveryState, Task
from bot.delivery.outcome import REFUSED, Outcome, Verdict, judge, judge_edit
from bot.delivery.pace import Lane, Pace
from bot.delivery.payloads import Payloads, Unwritable
from bot.delivery.settling import Settlement
from bot.delivery.statements import LEASE
from bot.delivery.transport import SEND_TIMEOUT, Payload, Transport
from bot.delivery.trouble import REFUSALS_BEFORE_HOLD, Brakes
from bot.errors import NidaError
from bot.meters import Times
from bot.storage.vault import Cell, Vault

log = structlog.get_logger()

FIRST_CORRECTION: Final = 2
STALE: Final = 1.0
"""Seconds after which what was read with the claim, consent above all, is read again before the send even if nothing was
written here. Where other processes write too, it always is."""


class Flight:
    """Sends claimed rows. `waiting` counts, by lane, those that have not yet had their turn; `moved` is called when one has."""

    def __init__(
        self,
        ledger: Ledger,
        vault: Vault,
        transport: Transport,
        pace: Pace,
        payloads: Payloads,
        brakes: Brakes,
        clock: Clock,
        moved: Callable[[], None],
    ) -> None:
        self.waiting: Counter[Lane] = Counter()
        self.verdicts: Counter[str] = Counter()
        self.sends = Times()
        self._ledger = ledger
        self._vault = vault
        self._transport = transport
        self._pace = pace
        self._payloads = payloads
        self._brakes = brakes
        self._clock = clock
        self._moved = moved

    async def send(self, row: Claimed) -> Settlement:
        """Send a row whose arrival was counted among those `waiting`, and say what became of it. Never raises."""
        try:
            chat_id, payload = self._address(row), self._payloads.payload_for(row)
            if self._needs_no_edit(row, payload):
                return Settlement(row, DeliveryState.SENT, row.message_id, payload.locale, "the same for them", counts=False)
            may_go = await self._pace.turn(chat_id, row.lane)
        except Unwritable as error:
            self._brakes.withhold(row.broadcast_id, str(error))
            return not_begun(row)
        except NidaError:
            return Settlement(row, DeliveryState.REJECTED, reason="the address does not open with this key")
        finally:
            self.waiting[row.lane] -= 1
        self._moved()
        if not may_go:
            return not_begun(row)
        return await self._last_checks(row) or self._settled(row, payload, await self._do(row, chat_id, payload))

    def _needs_no_edit(self, row: Claimed, payload: Payload) -> bool:
        """Where an edit of a gathered message for the sake of another part brought this one up to date, nothing is asked of
        Telegram; nor where it says the same, which is known for sure of what readers have before the first correction."""
        if row.copy is None:
            return False
        if row.copy.version >= row.version:
            return True
        is_first = row.task is Task.CORRECT and row.version == FIRST_CORRECTION
        return is_first and row.copy.others_are_current and self._payloads.has_already(row, payload)

    def _address(self, row: Claimed) -> int:
        return int(self._vault.open(row.sealed_id or b"", Cell("supporters", "telegram_id", row.supporter_id)))

    async def _last_checks(self, row: Claimed) -> Settlement | None:
        if self._ledger.is_shared or self._age(row) > STALE or row.writes_before != self._ledger.writes:
            try:
                if refusal := await self._ledger.refusal(row):
                    return refused(row, refusal)
            except (SQLAlchemyError, LookupError):
                return not_begun(row)
        if row.until is not None and self._clock.now() >= row.until:
            return refused(row, TOO_LATE)
        if self._brakes.forbid(row.broadcast_id) or self._pace.held_for:  # it may have come while the ledger was asked
            return not_begun(row)
        # Somebody else may take the row when the lease is over: then our message must be out, answered or given up.
        return not_begun(row) if self._age(row) > LEASE - SEND_TIMEOUT else None

    def _age(self, row: Claimed) -> float:
        """Of the lease, in seconds, by whichever clock went faster: the steady one stands still while a machine sleeps."""
        monotonic, wall = row.leased_at
        return max(self._clock.monotonic() - monotonic, self._clock.now().timestamp() - wall)

    async def _do(self, row: Claimed, chat_id: int, payload: Payload) -> Outcome:
        began = self._clock.monotonic()
        outcome = await self._call(row, chat_id, payload)
        self.sends.took(self._clock.monotonic() - began)
        self.verdicts[outcome.verdict] += 1
        return outcome

    async def _call(self, row: Claimed, chat_id: int, payload: Payload) -> Outcome:
        if row.copy is None:
            return await self._send(chat_id, payload, row.silent)
        if row.task is Task.RECALL and row.gathered is not None:
            return await self._take_out(row, chat_id, row.copy.message_id, payload)
        if row.task is Task.RECALL:
            return await self._take_back(row, chat_id, row.copy.message_id, payload)
        seen = await self._transport.edit(chat_id, row.copy.message_id, payload)
        same = self._payloads.has_already(row, payload) or not row.copy.others_are_current
        return judge_edit(seen, may_be_so_already=same or row.attempts > 1)

    async def _take_back(self, row: Claimed, chat_id: int, message_id: int, empty: Payload) -> Outcome:
        """Delete it; what Telegram does not delete is emptied, and what cannot be emptied either is gone."""
        if self._payloads.may_be_deleted(row, self._clock.now()):
            outcome = judge_edit(await self._transport.delete(chat_id, message_id), may_be_so_already=False)
            if outcome.verdict not in REFUSED:
                return outcome
            if not await self._pace.turn(chat_id, row.lane):  # the emptying is a request of its own
                return Outcome(Verdict.TOO_MANY, retry_after=self._pace.held_for, reason=outcome.reason)
        return judge_edit(await self._transport.edit(chat_id, message_id, empty), may_be_so_already=True)

    async def _take_out(self, row: Claimed, chat_id: int, message_id: int, rest: Payload) -> Outcome:
        """Leave the rest of a gathered message; where that is refused, rather nothing of it than what must be taken back."""
        seen = await self._transport.edit(chat_id, message_id, rest)
        outcome = judge_edit(seen, may_be_so_already=row.attempts > 1)
        if outcome.verdict in REFUSED:
            seen = await self._transport.edit(chat_id, message_id, self._payloads.emptied(row))
            outcome = judge_edit(seen, may_be_so_already=True)
        return outcome

    async def _send(self, chat_id: int, payload: Payload, silent: bool) -> Outcome:
        outcome = judge(await self._transport.send(chat_id, payload, silent))
        if outcome.verdict is Verdict.MOVED and outcome.moved_to is not None:
            return judge(await self._transport.send(outcome.moved_to, payload, silent))
        return outcome

    def _settled(self, row: Claimed, payload: Payload, outcome: Outcome) -> Settlement:
        match outcome.verdict:
            case Verdict.SENT:
                self._brakes.circuit.worked()
                self._brakes.refusals.accepted(row.broadcast_id, payload.locale, for_good=row.copy is not None)
                self._watch_leaving(row, left=False)
                return Settlement(row, DeliveryState.SENT, row.message_id or outcome.message_id, payload.locale, outcome.reason)
            case Verdict.UNREACHABLE:
                self._brakes.circuit.worked()
                self._watch_leaving(row, left=True)
                return Settlement(row, DeliveryState.UNREACHABLE, reason=outcome.reason)
            case Verdict.REJECTED | Verdict.MOVED:
                return self._rejected(row, payload, outcome)
            case Verdict.UNCERTAIN:
                self._brakes.circuit.doubted()
                state = DeliveryState.PENDING if row.attempts < row.most_attempts else DeliveryState.UNCERTAIN
                return Settlement(row, state, reason=outcome.reason)
            case Verdict.NOT_SENT | Verdict.TOO_MANY | Verdict.REVOKED:  # pragma: no branch - there is nothing else
                self._brake(outcome)
                return not_begun(row)

    def _rejected(self, row: Claimed, payload: Payload, outcome: Outcome) -> Settlement:
        self._brakes.circuit.worked()
        if self._brakes.refusals.refused(row.broadcast_id, payload.locale):
            reason = f"Telegram refused {REFUSALS_BEFORE_HOLD} in a row, so the text is at fault: {outcome.reason}"
            self._brakes.withhold(row.broadcast_id, reason)
        return Settlement(row, DeliveryState.REJECTED, reason=outcome.reason)

    def _watch_leaving(self, row: Claimed, *, left: bool) -> None:
        if row.copy is None and (reason := self._brakes.leaving.reached(row.broadcast_id, row.supporter_id, left=left)):
            self._brakes.withhold(row.broadcast_id, reason)

    def _brake(self, outcome: Outcome) -> None:
        if outcome.verdict is Verdict.NOT_SENT:
            self._brakes.circuit.failed()
            log.warning("delivery.not_sent", reason=outcome.reason, pause=round(self._brakes.circuit.seconds_left, 1))
        elif outcome.verdict is Verdict.TOO_MANY:
            self._pace.hold(outcome.retry_after)
            log.warning("delivery.told_to_wait", seconds=outcome.retry_after, holds=self._pace.holds.count)
        elif not self._brakes.revoked:
            self._brakes.revoked = True
            log.error("delivery.token_refused", reason=outcome.reason)


def refused(row: Claimed, reason: str) -> Settlement:
    """It must not be sent after all. What was begun before and not answered may have come in time."""
    in_doubt = reason == TOO_LATE and row.attempts > 1
    return Settlement(row, DeliveryState.UNCERTAIN if in_doubt else DeliveryState.CANCELLED, reason=reason, counts=False)


def not_begun(row: Claimed) -> Settlement:
    """The row goes back as it was before the claim: nothing of it left this machine, or it was turned away at the door."""
    return Settlement(row, DeliveryState.PENDING, counts=False)
