"""The moves between states."""

import pytest

from issue_core import MOVES, MoveRefused, State
from issue_core.states import check_move


def test_every_state_can_be_left_and_reached() -> None:
    """There is no dead end, and no state out of reach."""
    assert set(MOVES) == set(State)
    assert all(MOVES.values())
    assert frozenset().union(*MOVES.values()) == set(State)


@pytest.mark.parametrize("state", State)
def test_no_state_leads_to_itself(state: State) -> None:
    """A move that changes nothing is a mistake of the caller."""
    with pytest.raises(MoveRefused):
        check_move(state, state)


def test_a_refusal_says_what_is_possible() -> None:
    """The message names both states and the ways that exist."""
    with pytest.raises(MoveRefused) as refused:
        check_move(State.CLOSED, State.RESOLVED)
    assert str(refused.value) == "An issue that is closed cannot become resolved, only open."
