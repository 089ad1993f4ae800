"""What a broken rule says."""

from concurrent.futures import ProcessPoolExecutor

import pytest

from tests.simulation.rules import Broken


def break_a_rule() -> None:
    broken = Broken("nobody is lost", "one is")
    broken.add_note("how to play it again")
    raise broken


def test_it_comes_back_from_the_process_that_played_the_seed() -> None:
    with ProcessPoolExecutor(1) as pool, pytest.raises(Broken) as raised:
        pool.submit(break_a_rule).result()
    assert (raised.value.rule, str(raised.value)) == ("nobody is lost", "nobody is lost: one is")
    assert raised.value.__notes__ == ["how to play it again"]
