"""Half of the ten thousand worlds of each run: the other half is beside it, for the second worker."""

import pytest

from tests.simulation.__main__ import AT_A_TIME, play_all


@pytest.mark.parametrize("first", range(0, 5_000, AT_A_TIME))
def test_no_rule_is_broken_whatever_happens(first: int) -> None:
    assert play_all(first, first + AT_A_TIME).seeds == AT_A_TIME
