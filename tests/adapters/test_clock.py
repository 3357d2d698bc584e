"""Waiting grows, and holds a part of chance."""

from hypothesis import given
from hypothesis import strategies as st

from release.adapters.clock import Clock


@given(st.integers(1, 40))
def test_pauses_grow_to_a_bound_and_hold_a_part_of_chance(count: int) -> None:
    """Two publishers do not meet again and again at the same moment."""
    low = Clock(chance=min).growing_pauses(first=0.25, longest=8)
    high = Clock(chance=max).growing_pauses(first=0.25, longest=8)
    pairs = [(next(low), next(high)) for _ in range(count)]
    assert all(shortest == longest / 2 for shortest, longest in pairs)
    assert pairs == sorted(pairs)
    assert pairs[0][1] == 0.25
    assert pairs[-1][1] <= 8
