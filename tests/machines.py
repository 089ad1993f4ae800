"""What the state machines share. Hypothesis chooses the order of what happens and, when something is wrong, gives the shortest
one."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any, TypeVar

import pytest
from hypothesis import HealthCheck, settings
from hypothesis.stateful import RuleBasedStateMachine, run_state_machine_as_test

from tests.databases import Template

PROVE = (pytest.mark.prove, pytest.mark.timeout(3600))
T = TypeVar("T")


class Machine(RuleBasedStateMachine):
    """Its steps run in a loop of their own, on a database of their own."""

    template: Template
    folder: Path
    loop_factory: Callable[[], asyncio.AbstractEventLoop] | None = None

    def __init__(self) -> None:
        super().__init__()
        self.runner = asyncio.Runner(loop_factory=type(self).loop_factory)

    def run(self, work: Awaitable[T]) -> T:
        async def waited() -> T:
            return await work

        return self.runner.run(waited())

    def clone_database(self) -> str:
        """Its address."""
        self.clone = self.template.clone(self.folder)
        return self.clone.__enter__()

    def teardown(self) -> None:
        self.runner.close()
        if hasattr(self, "clone"):
            self.clone.__exit__(None, None, None)


def play(machine: type[Machine], examples: int, steps: int, **given: Any) -> None:
    chosen = settings(
        max_examples=examples, stateful_step_count=steps, deadline=None, suppress_health_check=list(HealthCheck), database=None
    )
    run_state_machine_as_test(type(machine.__name__, (machine,), given), settings=chosen)
