"""That nobody is told apart by what few have in common."""

from collections import Counter
from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.few import FEWEST, merged


@pytest.mark.parametrize(
    ("groups", "shown"),
    [
        ({}, {}),
        ({"leeds": 5, "york": 7}, {"york": 7, "leeds": 5}),
        ({"leeds": 5, "york": 7, "hull": 1}, {"york": 7, None: 6}),
        ({"leeds": 5, "york": 4, "hull": 1}, {"leeds": 5, None: 5}),
        ({"leeds": 9, "hull": 2, None: 3}, {"leeds": 9, None: 5}),
        ({"hull": 2}, {None: 2}),
    ],
)
def test_few_are_counted_with_others(groups: dict[str | None, int], shown: dict[str | None, int]) -> None:
    assert merged(groups) == tuple(shown.items())


places = st.dictionaries(st.none() | st.text("abcdef", min_size=1, max_size=2), st.integers(1, 12), max_size=12)


@given(places, st.data())
def test_no_sum_tells_a_few_apart(counts: Mapping[str | None, int], data: st.DataObject) -> None:
    agreed = Counter({place: data.draw(st.integers(0, count)) for place, count in counts.items()})
    sums = merged(counts, agreed)
    left = {place: people - agreed[place] for place, people in sums if place is not None}
    assert all(unnamed == 0 or unnamed >= FEWEST for unnamed in left.values())
    others = sum(counts.values()) - agreed.total() - sum(left.values())
    assert not left or others == 0 or others >= FEWEST
    total = sum(counts.values())
    assert sum(people for _, people in sums) == total
    assert all(people >= min(FEWEST, total) for _, people in sums)
    assert {(place, people) for place, people in sums if place is not None} <= set(counts.items())
    assert sum(place is None for place, _ in sums) <= 1
