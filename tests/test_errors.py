"""Each branch of the error tree owns its exit code, and every error tells the next step."""

import pytest

from release import errors
from release.errors import ProcessFailed, ReleaseError


def branches() -> list[type[ReleaseError]]:
    """Return the classes directly below the root that have a code of their own."""
    return [
        branch for branch in ReleaseError.__subclasses__() if branch.__module__ == errors.__name__
    ]


def test_no_two_branches_share_an_exit_code() -> None:
    """A script can tell from the exit code alone which part of the release failed."""
    codes = [branch.exit_code for branch in branches() if branch is not ProcessFailed]

    assert sorted(codes) == [2, 3, 4, 5, 6, 7]


def test_a_class_below_a_branch_keeps_the_code_of_its_branch() -> None:
    """The numbers stand on the branches only."""
    for branch in branches():
        for leaf in branch.__subclasses__():
            if leaf.__module__ == errors.__name__:
                assert leaf.exit_code == branch.exit_code


def test_an_untold_process_failure_is_a_bug_of_ours() -> None:
    """A program's failure that no stage explains exits with 70, with both streams."""
    error = ProcessFailed(["git", "clone"], 128, "out", "fatal: no")

    assert error.exit_code == 70
    assert str(error) == "git clone … ended with exit code 128.\nout\nfatal: no"


def test_a_timeout_is_told_as_one() -> None:
    """A program that was killed after its time has no meaningful code."""
    error = ProcessFailed(["uv", "lock"], -1, "", "", timed_out=True)

    assert "did not end in its time" in str(error)


@pytest.mark.parametrize("kind", [kind for kind in branches() if kind is not ProcessFailed])
def test_every_error_carries_message_and_next_step(kind: type[ReleaseError]) -> None:
    """What was seen is the text, what to do next stands beside it."""
    error = kind("seen", next_step="do this")

    assert (str(error), error.next_step, error.findings) == ("seen", "do this", ())
