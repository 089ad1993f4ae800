"""Delivery with one thing wrong: each fault that was planted here must be found by the rule that is there for it.

A rule that lets its mutant live has stopped looking. Most mutants are played against the simulated worlds of
tests/simulation until a rule is broken, and that must be the right one.
"""

import asyncio
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from bot.announcements import service
from bot.announcements.service import Announcements
from bot.delivery import flight as flying
from bot.delivery import statements, whom
from bot.delivery.claimed import Claimed
from bot.delivery.flight import Flight
from bot.delivery.ledger import Exchanged, Ledger
from bot.delivery.models import DeliveryState
from bot.delivery.outcome import Outcome, Seen, Verdict, judge
from bot.delivery.pace import Pace
from bot.delivery.sender import Sender
from bot.delivery.settling import Settlement
from bot.delivery.statements import Leasing
from bot.storage.database import Database
from tests.announcements import test_launching
from tests.announcements.people import add_case
from tests.clocks import FrozenClock
from tests.delivery import test_fences, test_pace
from tests.delivery.conftest import Play
from tests.simulation import storage
from tests.simulation.play import playing
from tests.simulation.rules import Broken

Patch = pytest.MonkeyPatch
MOST_SEEDS = 3_000


def claims(patch: Patch, before: str, after: str) -> None:
    """Change the claim, in both kinds of world."""

    def changed(leasing: Leasing) -> Leasing:
        assert before in leasing.claim.text
        return replace(leasing, claim=text(leasing.claim.text.replace(before, after)))

    patch.setattr(statements, "for_sqlite", changed(statements.for_sqlite))
    patch.setattr(storage, "shared", changed(storage.shared))


def statement(patch: Patch, name: str, before: str, after: str) -> None:
    original = getattr(statements, name)
    assert before in original.text
    patch.setattr(statements, name, original._clone())
    getattr(statements, name).text = original.text.replace(before, after)


def ask_before_a_send_without(patch: Patch, *conditions: str) -> None:
    """Leave those out of what is asked of the ledger right before each send."""
    asked = whom.STILL_OURS._clone()
    kept = [each for each in asked._where_criteria if not any(condition in str(each) for condition in conditions)]
    assert len(kept) == len(asked._where_criteria) - len(conditions)
    asked._where_criteria = tuple(kept)
    patch.setattr(whom, "STILL_OURS", asked)


def settling_is_not_fenced(patch: Patch) -> None:
    fence = "owner = :owner AND attempts = :attempts AND state = 'leased'"
    statement(patch, "SETTLE", fence, ":owner = :owner AND :attempts = :attempts")


def settling_is_not_fenced_by_attempt(patch: Patch) -> None:
    statement(patch, "SETTLE", "attempts = :attempts AND", ":attempts = :attempts AND")


def the_lease_is_not_asked_for_before_a_send(patch: Patch) -> None:
    ask_before_a_send_without(patch, "deliveries.owner", "deliveries.attempts", "deliveries.state", "installation.epoch")


def a_hold_is_not_asked_for_before_a_send(patch: Patch) -> None:
    ask_before_a_send_without(patch, "broadcasts.state")


def what_is_paused_is_claimed(patch: Patch) -> None:
    claims(patch, "state = 'sending' AND", "")


def the_audience_is_drawn_again(patch: Patch) -> None:
    launch = Announcements.launch

    async def drawing(self: Announcements, *asked: Any, **how: Any) -> tuple[str, bool]:
        subject, before = await launch(self, *asked, **how)
        anew = "UPDATE broadcasts SET state = 'preparing', fanned_out_to = NULL WHERE subject = :subject AND state = 'sending'"
        async with self._database.write() as session:
            await session.execute(text(anew), {"subject": subject if before else ""})
        await self.finish_fan_outs()
        return subject, before

    patch.setattr(Announcements, "launch", drawing)


def leases_that_never_end(patch: Patch) -> None:
    claims(patch, "owner <> :owner", "FALSE")


def cursor_at_fetch(patch: Patch) -> None:
    claims(patch, "SET state = 'leased'", "SET state = 'sent'")


def a_429_is_a_failure(patch: Patch) -> None:
    def failing(seen: Seen) -> Outcome:
        outcome = judge(seen)
        return replace(outcome, verdict=Verdict.REJECTED) if outcome.verdict is Verdict.TOO_MANY else outcome

    patch.setattr(flying, "judge", failing)


def settling_outside_the_transaction(patch: Patch) -> None:
    exchange = Ledger.exchange

    async def apart(self: Ledger, owner: int, settled: Sequence[Settlement], broadcast: int | None, want: int) -> Exchanged:
        with suppress(SQLAlchemyError):
            await exchange(self, owner, settled, None, 0)
        return await exchange(self, owner, [], broadcast, want)

    patch.setattr(Ledger, "exchange", apart)


def consent_is_not_asked_again(patch: Patch) -> None:
    async def nothing_against_it(self: Ledger, row: Claimed) -> None:
        return None

    patch.setattr(Ledger, "refusal", nothing_against_it)


def the_uncertain_are_sent_for_ever(patch: Patch) -> None:
    settled = Flight._settled

    def again(self: Flight, row: Claimed, payload: Any, outcome: Outcome) -> Settlement:
        found = settled(self, row, payload, outcome)
        return replace(found, state=DeliveryState.PENDING, counts=False) if outcome.verdict is Verdict.UNCERTAIN else found

    patch.setattr(Flight, "_settled", again)


def doubts_are_not_counted(patch: Patch) -> None:
    settled = Flight._settled

    def uncounted(self: Flight, row: Claimed, payload: Any, outcome: Outcome) -> Settlement:
        found = settled(self, row, payload, outcome)
        return replace(found, counts=False) if found.state is DeliveryState.PENDING else found

    patch.setattr(Flight, "_settled", uncounted)


def a_lost_answer_is_a_failure(patch: Patch) -> None:
    settled = Flight._settled

    def failed(self: Flight, row: Claimed, payload: Any, outcome: Outcome) -> Settlement:
        found = settled(self, row, payload, outcome)
        return replace(found, state=DeliveryState.REJECTED) if outcome.verdict is Verdict.UNCERTAIN else found

    patch.setattr(Flight, "_settled", failed)


def a_later_429_shortens_the_hold(patch: Patch) -> None:
    hold = Pace.hold

    def shortening(self: Pace, seconds: float) -> None:
        hold(self, seconds)
        self._held_until = self._clock.monotonic() + seconds

    patch.setattr(Pace, "hold", shortening)


def finished_while_rows_are_leased(patch: Patch) -> None:
    statement(patch, "FINISH", "state IN ('pending', 'leased')", "state = 'pending'")


def claims_whose_answer_was_lost_are_forgotten(patch: Patch) -> None:
    async def nothing(self: Ledger, owner: int, known: object) -> int:
        return 0

    patch.setattr(Ledger, "disown", nothing)


def settlements_are_dropped_when_the_database_fails(patch: Patch) -> None:
    book = Sender._exchange

    async def dropping(self: Sender, flights: asyncio.TaskGroup) -> None:
        kept = list(self._settlements)
        try:
            await book(self, flights)
        except SQLAlchemyError:
            self._settlements[:] = [each for each in self._settlements if each not in kept]
            raise

    patch.setattr(Sender, "_exchange", dropping)


FROZEN = "the audience is frozen at the launch"
ENDS, HOLDS = "everything comes to an end", "send only while holding the lease"
SILENCE, LOST, COUNTED = "silence after a 429", "nobody is lost", "every send is counted"
DECIDED = {f"no send starts after a committed {what}" for what in ("stop", "erase", "pause")}

SIMULATED: dict[Callable[[Patch], None], tuple[set[str], int]] = {
    leases_that_never_end: ({ENDS}, 0),
    cursor_at_fetch: ({HOLDS, ENDS}, 0),
    a_429_is_a_failure: ({LOST, SILENCE}, 0),
    settling_outside_the_transaction: ({ENDS, COUNTED}, 138),
    consent_is_not_asked_again: (DECIDED | {HOLDS, "send only while holding the lane"}, 0),
    the_uncertain_are_sent_for_ever: ({"at most two sends by itself", COUNTED}, 0),
    doubts_are_not_counted: ({COUNTED}, 0),
    a_lost_answer_is_a_failure: ({LOST}, 0),
    finished_while_rows_are_leased: ({ENDS}, 0),
    claims_whose_answer_was_lost_are_forgotten: ({ENDS}, 0),
    settlements_are_dropped_when_the_database_fails: ({ENDS}, 108),
    the_audience_is_drawn_again: ({FROZEN}, 0),
}
"""The rules that may find it, and a seed near which one does, to spare the way there."""


@pytest.mark.parametrize("mutant", SIMULATED, ids=lambda mutant: mutant.__name__)
def test_a_fault_is_found_by_the_rule_that_is_there_for_it(mutant: Callable[[Patch], None], monkeypatch: Patch) -> None:
    mutant(monkeypatch)
    rules, near = SIMULATED[mutant]
    seed, broken = first_broken(near)
    assert broken.rule in rules, f"seed {seed}: {broken}"


def first_broken(near: int) -> tuple[int, Broken]:
    with playing() as play:
        for seed in range(near, near + MOST_SEEDS):
            try:
                play(seed)
            except Broken as broken:
                return seed, broken
    pytest.fail(f"it lived through {MOST_SEEDS} worlds")


SCENES: dict[Callable[[Patch], None], Callable[[Play], None]] = {
    settling_is_not_fenced: test_fences.test_the_word_of_one_who_lost_the_row_does_not_count,
    settling_is_not_fenced_by_attempt: test_fences.test_a_word_about_an_earlier_attempt_does_not_count,
    the_lease_is_not_asked_for_before_a_send: test_fences.test_a_row_that_another_has_taken_is_not_sent,
    a_hold_is_not_asked_for_before_a_send: test_fences.test_what_is_paused_is_looked_at_before_each_send,
    what_is_paused_is_claimed: test_fences.test_nothing_is_claimed_of_what_is_paused,
}


@pytest.mark.parametrize("mutant", SCENES, ids=lambda mutant: mutant.__name__)
def test_a_fault_is_found_by_its_scene(mutant: Callable[[Patch], None], play: Play, monkeypatch: Patch) -> None:
    mutant(monkeypatch)
    with pytest.raises(AssertionError):
        SCENES[mutant](play)


def test_a_hold_that_a_later_429_shortens_is_found(monkeypatch: Patch) -> None:
    a_later_429_shortens_the_hold(monkeypatch)
    with pytest.raises(AssertionError):
        test_pace.test_a_shorter_hold_does_not_release_a_longer_one()


async def test_an_order_that_is_not_random_is_found(database: Database, clock: FrozenClock, monkeypatch: Patch) -> None:
    monkeypatch.setattr(service, "PLACES", 1)
    await add_case(database)
    announcements = Announcements(database, clock, ("en",), rate=30)
    with pytest.raises(AssertionError):
        await test_launching.test_the_order_is_random(announcements, database, clock)
