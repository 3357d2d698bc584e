"""Issues as values."""

from datetime import UTC, datetime

import pytest

from issue_core import Event, Issue, MoveRefused, State

MONDAY = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
TUESDAY = datetime(2026, 3, 3, 9, 0, tzinfo=UTC)


def an_issue() -> Issue:
    """Return an issue that was opened on Monday."""
    return Issue(number=7, title=" Gilt die Frist auch für Teillose? ", opened=MONDAY)


def test_a_move_gives_a_new_issue_and_keeps_the_history() -> None:
    """The old value stays as it was."""
    before = an_issue()
    after = before.move(State.RESOLVED, at=TUESDAY, note="Ja.")
    assert before.state is State.OPEN
    assert after.state is State.RESOLVED
    assert after.history == (Event(state=State.RESOLVED, at=TUESDAY, note="Ja."),)


def test_a_move_that_does_not_exist_is_refused() -> None:
    """A closed issue is opened before it is worked on."""
    closed = an_issue().move(State.CLOSED, at=TUESDAY)
    with pytest.raises(MoveRefused):
        closed.move(State.IN_PROGRESS, at=TUESDAY)


def test_slug_and_line() -> None:
    """Umlauts are spelled out; labels are sorted."""
    issue = an_issue().label("los-2", "frist")
    assert issue.slug == "7-gilt-die-frist-auch-fuer-teillose"
    assert str(issue) == "#7 [open] Gilt die Frist auch für Teillose? (frist, los-2)"


def test_a_long_title_is_cut_between_words() -> None:
    """No half word stands in an address."""
    issue = Issue(number=1, title="Leistungsverzeichnis " * 5, opened=MONDAY)
    assert issue.slug == "1-leistungsverzeichnis-leistungsverzeichnis"


@pytest.mark.parametrize(
    ("number", "title", "opened"),
    [(0, "x", MONDAY), (1, "  ", MONDAY), (1, "x", datetime(2026, 3, 2))],
)
def test_what_is_no_issue_is_refused(number: int, title: str, opened: datetime) -> None:
    """Numbers start at one, titles say something, times have a zone."""
    with pytest.raises(ValueError):
        Issue(number=number, title=title, opened=opened)


def test_the_old_names_warn() -> None:
    """``close`` and ``reopen`` still work, and say what replaces them."""
    with pytest.warns(DeprecationWarning, match=r"use move\(State.CLOSED"):
        closed = an_issue().close(at=TUESDAY)
    with pytest.warns(DeprecationWarning, match=r"use move\(State.OPEN"):
        assert closed.reopen(at=TUESDAY).state is State.OPEN
