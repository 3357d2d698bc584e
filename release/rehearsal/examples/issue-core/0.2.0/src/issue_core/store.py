"""A list of issues in one JSON file."""

from __future__ import annotations

import json
from datetime import datetime
from typing import TYPE_CHECKING, Any

from issue_core.issues import Event, Issue
from issue_core.states import State

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path


class NoSuchIssue(LookupError):
    """No issue of the store has that number."""

    def __init__(self, number: int) -> None:
        """Say which number was asked for."""
        super().__init__(f"There is no issue #{number}.")
        self.number = number


class Store:
    """Issues by number, in the order of their numbers."""

    def __init__(self, issues: Iterable[Issue] = ()) -> None:
        """Hold these issues."""
        self._issues = {issue.number: issue for issue in issues}

    def __iter__(self) -> Iterator[Issue]:
        """Yield all issues, the oldest first."""
        return iter(sorted(self._issues.values(), key=lambda issue: issue.number))

    def __len__(self) -> int:
        """Return how many issues there are."""
        return len(self._issues)

    def __getitem__(self, number: int) -> Issue:
        """Return the issue of that number."""
        try:
            return self._issues[number]
        except KeyError:
            raise NoSuchIssue(number) from None

    def add(self, title: str, *, at: datetime, labels: Iterable[str] = ()) -> Issue:
        """Open an issue under the next number."""
        number = max(self._issues, default=0) + 1
        issue = Issue(number=number, title=title, opened=at, labels=labels)
        self._issues[number] = issue
        return issue

    def replace(self, issue: Issue) -> Issue:
        """Put a changed issue in the place of the one that has its number."""
        self[issue.number]  # raises when there is none
        self._issues[issue.number] = issue
        return issue

    def remove(self, number: int) -> None:
        """Drop the issue of that number."""
        self[number]  # raises when there is none
        del self._issues[number]

    def unsettled(self) -> Iterator[Issue]:
        """Yield the issues that somebody still has to do something about."""
        return (issue for issue in self if not issue.state.is_settled)

    @classmethod
    def load(cls, path: Path) -> Store:
        """Read a store; where no file is, the store is empty."""
        if not path.exists():
            return cls()
        document = json.loads(path.read_text(encoding="utf-8"))
        return cls(_issue(entry) for entry in document["issues"])

    def save(self, path: Path) -> None:
        """Write the store, so that ``load`` gives it back."""
        document = {"issues": [_entry(issue) for issue in self]}
        text = json.dumps(document, ensure_ascii=False, indent=2)
        path.write_text(f"{text}\n", encoding="utf-8")


def _entry(issue: Issue) -> dict[str, Any]:
    return {
        "number": issue.number,
        "title": issue.title,
        "opened": issue.opened.isoformat(),
        "state": issue.state,
        "labels": sorted(issue.labels),
        "history": [
            {"state": event.state, "at": event.at.isoformat(), "note": event.note}
            for event in issue.history
        ],
    }


def _issue(entry: dict[str, Any]) -> Issue:
    return Issue(
        number=entry["number"],
        title=entry["title"],
        opened=datetime.fromisoformat(entry["opened"]),
        state=State(entry["state"]),
        labels=entry["labels"],
        history=(
            Event(state=event["state"], at=datetime.fromisoformat(event["at"]), note=event["note"])
            for event in entry["history"]
        ),
    )
