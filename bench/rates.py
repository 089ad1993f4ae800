"""How much of the allowed rate is used, how fast one process sends at most, and what a message costs."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from tempfile import TemporaryDirectory

from bench import databases, house
from bench.api import DELAYS, Api, answering
from bench.children import Figures
from bench.results import Result, Size, at_least, at_most, console, in_child, middle, middle_ratio

FREE, PAID = 30, 1000
AT_ONCE = 50
FEWER_FOR_PTB = 5
"""It is some ten times slower: a fifth of the messages shows that as well."""


async def filling(size: Size) -> list[Result]:
    # One after the other: both at once are four processes on two cores, and a turn that came late is measured, not the pace.
    free, paid = await _filled(FREE, size.seconds), await _filled(PAID, size.seconds)
    over = paid.refused / max(1, paid.messages)
    return [
        at_least(f"Share used of {FREE}/s, answers after 80 to 250 ms", _share(free, size), 0.99, "{:.1%}"),
        Result("… refused with 429", f"{free.refused}", "0", free.refused == 0),
        at_least(f"Share used of {PAID:,}/s, likewise", _share(paid, size), 0.97, "{:.1%}"),
        at_most("… refused with 429", over, 0.001, "{:.2%}"),
    ]


async def sending(size: Size) -> list[Result]:
    ours: list[Figures] = []
    aiogram: list[Figures] = []
    ptb: list[Figures] = []
    shared: list[Figures] = []
    for number in range(size.rounds):
        async with answering() as api:
            aiogram.append(await _bare("bare_aiogram", api, size.messages))
            ptb.append(await _bare("bare_ptb", api, size.messages // FEWER_FOR_PTB))
        ours.append(await _announced(size.messages, databases.sqlite))
        shared.append(await _announced(size.messages, databases.postgresql))
        shown = " against ".join(f"{each[-1]['cpu_us']:.0f} µs" for each in (ours, aiogram, ptb))
        console.print(f"sending, round {number + 1}: {shown}; {ours[-1]['per_second']:.0f}/s")
    rates = [[each["per_second"] for each in figures] for figures in (ours, aiogram)]
    costs = [[each["cpu_us"] for each in figures] for figures in (ours, aiogram, ptb)]
    return [
        at_least("Highest rate of one process, ledger included", middle(rates[0]), 1_500, "{:,.0f}/s"),
        at_least(
            "… on PostgreSQL, where others may write too", middle(each["per_second"] for each in shared), 1_000, "{:,.0f}/s"
        ),
        at_least(f"… against a bare aiogram loop, {AT_ONCE} at once", middle_ratio(*rates), 0.75),
        at_most("CPU of a delivered message, ledger included, against the bare aiogram loop", middle_ratio(*costs[:2]), 0.6),
        at_most("… against a bare loop of python-telegram-bot", middle_ratio(costs[0], costs[2]), 0.1),
        Result("… µs: Nida, aiogram, python-telegram-bot", ", ".join(f"{middle(each):.0f}" for each in costs)),
        Result("… µs of Nida's process on PostgreSQL", f"{middle(each['cpu_us'] for each in shared):.0f}"),
    ]


async def _filled(rate: int, seconds: float) -> Api:
    async with answering(rate, DELAYS) as api:
        with TemporaryDirectory() as name:
            people = int(rate * (seconds + 5))
            await house.build(Path(name), house.Plan(people, api.url, rate=rate))
            await in_child("bench.sending:announce_for", folder=name, seconds=seconds + 2)
    console.print(f"filling: {api.messages:,} sent at {rate:,}/s, {api.refused} refused")
    return api


def _share(api: Api, size: Size) -> float:
    """Of what may be sent within the time from the first message on."""
    rate = api.rate or 1
    return sum(moment < api.arrived[0] + size.seconds for moment in api.arrived) / (rate * size.seconds)


async def _announced(count: int, opened: Callable[[Path], AbstractContextManager[str]]) -> Figures:
    with TemporaryDirectory() as name, opened(Path(name)) as url:
        async with answering() as api:
            await house.build(Path(name), house.Plan(count, api.url, database=url))
            return await _measured(api, "bench.sending:announce", folder=name)


async def _bare(loop: str, api: Api, count: int) -> Figures:
    with TemporaryDirectory() as name:
        await house.build(Path(name), house.Plan(1, api.url))
        await in_child("bench.sending:write_payloads", folder=name)
        return await _measured(api, f"bench.sending:{loop}", folder=name, api_url=api.url, count=count, at_once=AT_ONCE)


async def _measured(api: Api, function: str, **arguments: object) -> Figures:
    """With the rate at which the server got them: the same for all, whatever else who sends them has to do."""
    before = len(api.arrived)
    figures = await in_child(function, **arguments)
    arrived = api.arrived[before:]
    return {**figures, "per_second": (len(arrived) - 1) / (arrived[-1] - arrived[0])}
