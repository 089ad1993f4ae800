"""Pace, in virtual time: the rate is filled and never exceeded, replies go first, holds are kept."""

import asyncio
import itertools
from collections.abc import Awaitable, Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.delivery.pace import LONGEST_DEBT, REPLY_BURST, Lane, Pace
from tests.delivery.virtual import VirtualClock, in_virtual_time

CLOCK = VirtualClock()


def most_within_a_second(times: list[float]) -> int:
    times = sorted(times)
    return max((sum(start <= time < start + 1 for time in times) for start in times), default=0)


async def starts(pace: Pace, chats: list[int], lane: Lane = Lane.BULK) -> list[float]:
    """When each got its turn; 0 for one that was sent away."""

    async def one(chat: int) -> float:
        return CLOCK.monotonic() if await pace.turn(chat, lane) else 0.0

    return list(await asyncio.gather(*(one(chat) for chat in chats)))


def within(work: Callable[[], Awaitable[None]]) -> None:
    async def run() -> None:
        await asyncio.sleep(1)
        await work()

    in_virtual_time(run())


@settings(max_examples=60, deadline=None)
@given(
    rate=st.sampled_from([0.5, 1, 3, 7.5, 30, 200]),
    arrivals=st.lists(
        st.tuples(st.floats(0, 3), st.integers(1, 12), st.sampled_from(list(Lane)), st.integers(1, 40)), min_size=1, max_size=12
    ),
    holds=st.lists(st.tuples(st.floats(0, 4), st.floats(0.1, 5)), max_size=3),
)
def test_no_window_of_one_second_holds_more_than_the_rate(
    rate: float, arrivals: list[tuple[float, int, Lane, int]], holds: list[tuple[float, float]]
) -> None:
    began: list[tuple[float, int, Lane]] = []
    held: list[tuple[float, float]] = []

    async def arrive(pace: Pace, after: float, chat: int, lane: Lane, count: int) -> None:
        await asyncio.sleep(after)
        for _ in range(count):
            if await pace.turn(chat, lane):
                began.append((CLOCK.monotonic(), chat, lane))  # noqa: PERF401 - one turn after the other

    async def hold(pace: Pace, after: float, seconds: float) -> None:
        await asyncio.sleep(after)
        held.append((CLOCK.monotonic(), CLOCK.monotonic() + seconds))
        pace.hold(seconds)

    async def work() -> None:
        pace = Pace(rate, 1.0, CLOCK)
        await asyncio.gather(*(arrive(pace, *arrival) for arrival in arrivals), *(hold(pace, *each) for each in holds))

    within(work)
    assert most_within_a_second([time for time, _, _ in began]) <= max(1, rate)
    assert not [time for time, _, _ in began for start, end in held if start < time < end]
    for chat in {chat for _, chat, _ in began}:
        assert most_within_a_second([time for time, its, _ in began if its == chat]) <= 1 + REPLY_BURST


@pytest.mark.parametrize("rate", [1, 30, 1000])
def test_the_rate_is_filled(rate: int) -> None:
    async def work() -> None:
        times = await starts(Pace(rate, 1.0, CLOCK), list(range(rate * 20)))
        assert max(times) - min(times) < 20 / 0.99

    within(work)


def test_a_message_that_comes_alone_goes_at_once() -> None:
    async def work() -> None:
        assert await starts(Pace(30, 1.0, CLOCK), [1]) == [CLOCK.monotonic()]

    within(work)


def test_replies_go_first_then_alerts_then_the_rest() -> None:
    async def work() -> None:
        pace = Pace(10, 1.0, CLOCK)
        order: list[Lane] = []

        async def one(chat: int, lane: Lane) -> None:
            await pace.turn(chat, lane)
            order.append(lane)

        await starts(pace, [1])
        lanes = [Lane.EDIT] * 10 + [Lane.BULK] * 10 + [Lane.URGENT] * 10 + [Lane.REPLY] * 10
        await asyncio.gather(*(one(chat + 10, lane) for chat, lane in enumerate(lanes)))
        assert order == sorted(order)

    within(work)


def test_a_reply_waits_for_one_gap_while_a_broadcast_fills_the_rate() -> None:
    async def work() -> None:
        pace = Pace(30, 1.0, CLOCK)

        async def replies() -> None:
            for number in range(20):
                await asyncio.sleep(0.21)
                asked = CLOCK.monotonic()
                await pace.turn(1_000_000 + number, Lane.REPLY)
                assert CLOCK.monotonic() - asked <= 1 / 30 + 0.01

        await asyncio.gather(starts(pace, list(range(300))), replies())

    within(work)


def test_one_chat_is_written_to_once_an_interval() -> None:
    async def work() -> None:
        times = sorted(await starts(Pace(30, 1.0, CLOCK), [7] * 5))
        assert [round(later - earlier, 3) for earlier, later in itertools.pairwise(times)] == [1, 1, 1, 1]

    within(work)


def test_one_chat_that_waits_holds_up_no_other() -> None:
    async def work() -> None:
        times = await starts(Pace(30, 1.0, CLOCK), [7] * 5 + [8, 9, 10])
        assert max(times[5:]) - min(times) < 0.5

    within(work)


def test_an_answer_of_several_messages_goes_out_together() -> None:
    async def work() -> None:
        times = await starts(Pace(30, 1.0, CLOCK), [7] * (REPLY_BURST + 1), Lane.REPLY)
        assert times[REPLY_BURST - 1] - times[0] < 0.5
        assert times[REPLY_BURST] - times[0] >= 0.99

    within(work)


def test_a_shorter_hold_does_not_release_a_longer_one() -> None:
    async def work() -> None:
        pace = Pace(30, 1.0, CLOCK)
        began = CLOCK.monotonic()
        pace.hold(35)
        pace.hold(2)
        assert await pace.turn(1, Lane.REPLY)
        assert CLOCK.monotonic() - began == pytest.approx(35)
        assert (pace.holds.count, pace.holds.seconds) == (1, 35)

    within(work)


def test_what_goes_to_many_is_told_to_come_again_after_a_hold() -> None:
    async def work() -> None:
        pace = Pace(1, 1.0, CLOCK)
        asked = [asyncio.create_task(pace.turn(chat, Lane.URGENT)) for chat in (1, 2, 3, 3)]  # noqa: TID251
        await asyncio.sleep(0.1)
        pace.hold(10)
        assert [await task for task in asked] == [True, False, False, False]
        assert not await pace.turn(4, Lane.BULK)
        assert pace.held_for == pytest.approx(10)
        await asyncio.sleep(10.01)
        assert await pace.turn(4, Lane.BULK)

    within(work)


def test_after_a_hold_it_is_a_tenth_slower_and_recovers_within_a_minute() -> None:
    async def work() -> None:
        pace = Pace(30, 0, CLOCK)
        pace.hold(5)
        await asyncio.sleep(5)
        assert pace.rate == pytest.approx(27)
        times = await starts(pace, list(range(100)))
        assert most_within_a_second(times) <= 28
        await asyncio.sleep(60)
        assert pace.rate == 30

    within(work)


def test_a_hold_of_another_process_is_kept_and_slows_but_is_not_counted_as_ours() -> None:
    async def work() -> None:
        pace = Pace(30, 0, CLOCK)
        asked = asyncio.create_task(pace.turn(1, Lane.REPLY))  # noqa: TID251
        pace.hold_too(5)
        began = CLOCK.monotonic()
        assert not await pace.turn(2, Lane.BULK)
        assert await asked
        assert CLOCK.monotonic() - began == pytest.approx(5)
        assert (pace.holds.count, pace.holds.seconds) == (0, 0)
        assert pace.rate == pytest.approx(27)

    within(work)


@pytest.mark.parametrize(("turns", "later"), [(0, 0), (15, 0.5), (3000, LONGEST_DEBT)])
def test_what_another_process_used_is_made_up_for_as_far_as_it_still_matters(turns: int, later: float) -> None:
    async def work() -> None:
        pace = Pace(30, 0, CLOCK)
        began = CLOCK.monotonic()
        pace.spent(turns)
        assert pace.free_in == pytest.approx(later)
        assert await starts(pace, [1]) == [pytest.approx(began + later)]

    within(work)


def test_many_refusals_at_once_slow_down_only_once() -> None:
    async def work() -> None:
        pace = Pace(30, 0, CLOCK)
        for _ in range(20):
            pace.hold(3)
        await asyncio.sleep(3)
        assert pace.rate == pytest.approx(27)

    within(work)


def test_who_gives_up_waiting_takes_no_turn() -> None:
    async def work() -> None:
        pace = Pace(1, 0, CLOCK)
        await starts(pace, [1])
        gives_up = asyncio.create_task(pace.turn(2, Lane.URGENT))  # noqa: TID251
        await asyncio.sleep(0.1)
        gives_up.cancel()
        began = CLOCK.monotonic()
        times = await starts(pace, [3])
        assert times[0] - began < 1

    within(work)


def test_memory_does_not_grow_with_the_chats_written_to() -> None:
    async def work() -> None:
        pace = Pace(1000, 1.0, CLOCK)
        for first in range(0, 30_000, 1000):
            await starts(pace, list(range(first, first + 1000)))
        kept = pace._chats
        assert len(kept._recent) + len(kept._older) < 15_000

    within(work)
