"""An issue is a value: each change gives a new one."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

import attrs

from issue_core.states import State, check_move
from issue_core.text import age_of, format_issue, slug_of


def _has_time_zone(_: object, field: attrs.Attribute[datetime], value: datetime) -> None:
    if value.tzinfo is None:
        raise ValueError(f"{field.name} has no time zone: {value.isoformat()}")


@attrs.frozen(kw_only=True)
class Event:
    """One move in the life of an issue."""

    state: State
    at: datetime = attrs.field(validator=_has_time_zone)
    note: str = ""


def _stripped(title: str) -> str:
    return title.strip()


def _labels(names: Iterable[str]) -> frozenset[str]:
    return frozenset(names)


def _history(events: Iterable[Event]) -> tuple[Event, ...]:
    return tuple(events)


@attrs.frozen(kw_only=True)
class Issue:
    """Something that somebody has to settle."""

    number: int = attrs.field(validator=attrs.validators.gt(0))
    title: str = attrs.field(converter=_stripped, validator=attrs.validators.min_len(1))
    opened: datetime = attrs.field(validator=_has_time_zone)
    state: State = State.OPEN
    labels: frozenset[str] = attrs.field(factory=frozenset, converter=_labels)
    history: tuple[Event, ...] = attrs.field(default=(), converter=_history)

    @property
    def slug(self) -> str:
        """The issue's place in an address: ``7-gilt-die-frist``."""
        return f"{self.number}-{slug_of(self.title)}"

    def move(self, state: State, *, at: datetime, note: str = "") -> Issue:
        """Return the issue in another state, with the move in its history.

        Raises:
            MoveRefused: There is no way from the present state to that one.
        """
        check_move(self.state, state)
        event = Event(state=state, at=at, note=note)
        return attrs.evolve(self, state=state, history=(*self.history, event))

    def label(self, *names: str) -> Issue:
        """Return the issue with these labels beside those that it has."""
        return attrs.evolve(self, labels=self.labels | set(names))

    def age(self, now: datetime) -> str:
        """Return how long ago the issue was opened: ``3 days ago``."""
        return age_of(self.opened, now)

    def __str__(self) -> str:
        """Return the issue on one line."""
        return format_issue(self)
