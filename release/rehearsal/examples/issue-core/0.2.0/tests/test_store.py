"""The store and its file."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from issue_core import NoSuchIssue, State, Store

MONDAY = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def test_numbers_count_up() -> None:
    """The first issue is #1."""
    store = Store()
    assert [store.add(title, at=MONDAY).number for title in "abc"] == [1, 2, 3]
    assert len(store) == 3


def test_only_unsettled_issues_ask_for_work() -> None:
    """What is resolved or closed is left out."""
    store = Store()
    for title, state in (("a", State.RESOLVED), ("b", State.CLOSED), ("c", State.IN_PROGRESS)):
        store.replace(store.add(title, at=MONDAY).move(state, at=MONDAY))
    assert [issue.title for issue in store.unsettled()] == ["c"]


def test_an_unknown_number_is_told() -> None:
    """Reading, replacing and removing all say which number it was."""
    store = Store()
    issue = store.add("a", at=MONDAY)
    store.remove(1)
    for attempt in (lambda: store[1], lambda: store.remove(1), lambda: store.replace(issue)):
        with pytest.raises(NoSuchIssue, match="There is no issue #1."):
            attempt()


def test_what_is_saved_is_loaded(tmp_path: Path) -> None:
    """Every field survives the file, umlauts and history too."""
    store = Store()
    issue = store.add("Prüfung", at=MONDAY, labels=["frist"])
    store.replace(issue.move(State.CLOSED, at=MONDAY, note="erledigt"))
    store.save(tmp_path / "issues.json")
    assert list(Store.load(tmp_path / "issues.json")) == list(store)
    assert "Prüfung" in (tmp_path / "issues.json").read_text(encoding="utf-8")


def test_no_file_is_an_empty_store(tmp_path: Path) -> None:
    """The first use needs no preparation."""
    assert len(Store.load(tmp_path / "issues.json")) == 0
