"""Asking the database once for many flights: each gets an answer, and none an older one than its asking."""

import asyncio
from collections.abc import Sequence

import pytest

from bot.delivery.questions import Answer, Questions


class Oracle:
    """Answers when told to; knows what it was asked."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, list[int]]] = []
        self.may_answer = asyncio.Event()
        self.fails = False

    async def __call__(self, alike: str, ids: Sequence[int]) -> Answer:
        self.asked.append((alike, list(ids)))
        await self.may_answer.wait()
        if self.fails:
            raise OSError("away")
        return dict.fromkeys(ids, alike)


async def turns() -> None:
    for _ in range(5):
        await asyncio.sleep(0)


async def test_those_who_come_while_a_question_is_out_share_the_next() -> None:
    oracle = Oracle()
    questions = Questions(oracle)
    async with asyncio.TaskGroup() as group:
        first = group.create_task(questions.ask("a", 1))
        await turns()
        later = [group.create_task(questions.ask("a", id_)) for id_ in (2, 3)]
        other = group.create_task(questions.ask("b", 4))
        await turns()
        assert oracle.asked == [("a", [1])]
        oracle.may_answer.set()
    assert oracle.asked == [("a", [1]), ("a", [2, 3]), ("b", [4])]
    assert first.result() == {1: "a"}
    assert [each.result() for each in later] == [{2: "a", 3: "a"}] * 2
    assert other.result() == {4: "b"}


async def test_what_a_question_raises_all_who_asked_it_get_and_the_next_is_asked() -> None:
    oracle = Oracle()
    questions, oracle.fails = Questions(oracle), True
    first = asyncio.ensure_future(questions.ask("a", 1))  # noqa: TID251 - awaited below
    await turns()
    together = asyncio.gather(questions.ask("a", 2), questions.ask("a", 3), return_exceptions=True)
    await turns()
    oracle.may_answer.set()
    with pytest.raises(OSError, match="away"):
        await first
    assert [type(each) for each in await together] == [OSError, OSError]
    oracle.fails = False
    assert await questions.ask("a", 2) == {2: "a"}


@pytest.mark.parametrize("waits_for_its_turn", [False, True])
async def test_after_one_who_asked_for_others_was_cancelled_everybody_can_ask_again(waits_for_its_turn: bool) -> None:
    oracle = Oracle()
    questions = Questions(oracle)
    tasks = [asyncio.ensure_future(questions.ask("a", 1))]  # noqa: TID251 - awaited below
    await turns()
    if waits_for_its_turn:
        tasks += [asyncio.ensure_future(questions.ask("a", id_)) for id_ in (2, 3)]  # noqa: TID251 - awaited below
        await turns()
    tasks[-2 if waits_for_its_turn else 0].cancel()
    await turns()
    oracle.may_answer.set()
    found = await asyncio.gather(*tasks, return_exceptions=True)
    assert [isinstance(each, asyncio.CancelledError) for each in found] == ([False, True, True] if waits_for_its_turn else [True])
    assert await questions.ask("a", 4) == {4: "a"}


async def test_one_who_no_longer_waits_for_the_answer_keeps_nobody_else_from_it() -> None:
    oracle = Oracle()
    questions = Questions(oracle)
    first = asyncio.ensure_future(questions.ask("a", 1))  # noqa: TID251 - awaited below
    await turns()
    second, gone = (asyncio.ensure_future(questions.ask("a", id_)) for id_ in (2, 3))  # noqa: TID251 - awaited below
    await turns()
    gone.cancel()
    oracle.may_answer.set()
    assert await first == {1: "a"}
    assert (await second)[2] == "a"
