"""The states of an issue, and the moves between them."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType


class State(StrEnum):
    """Where an issue stands."""

    OPEN = "open"
    IN_PROGRESS = "in-progress"
    RESOLVED = "resolved"
    CLOSED = "closed"

    @property
    def is_settled(self) -> bool:
        """Whether nobody has to do anything about the issue."""
        return self in {State.RESOLVED, State.CLOSED}


MOVES: Mapping[State, frozenset[State]] = MappingProxyType(
    {
        State.OPEN: frozenset({State.IN_PROGRESS, State.RESOLVED, State.CLOSED}),
        State.IN_PROGRESS: frozenset({State.OPEN, State.RESOLVED, State.CLOSED}),
        State.RESOLVED: frozenset({State.OPEN, State.CLOSED}),
        State.CLOSED: frozenset({State.OPEN}),
    }
)
"""The states that can be reached from each state in one move."""


class MoveRefused(ValueError):
    """There is no way from the one state to the other."""

    def __init__(self, current: State, wanted: State) -> None:
        """Say what was wanted, and what would have been possible."""
        possible = ", ".join(sorted(MOVES[current]))
        super().__init__(f"An issue that is {current} cannot become {wanted}, only {possible}.")
        self.current = current
        self.wanted = wanted


def check_move(current: State, wanted: State) -> None:
    """Raise MoveRefused unless ``wanted`` can be reached from ``current``."""
    if wanted not in MOVES[current]:
        raise MoveRefused(current, wanted)
