"""Progress on stderr, results on stdout: moving on a terminal, plain lines elsewhere."""

import contextlib
import io
import os
import re

import pytest
from rich.console import Console

from release.adapters import streams, terminal
from release.adapters.terminal import LiveProgress, PlainProgress, SilentProgress
from release.model import Outcome, Step
from release.progress import Progress

STEPS = (
    Step(stage="publish", description="upload a.whl", reason="the index lacks it"),
    Step(stage="bump", description="leave app", reason="it has this release", needed=False),
)
DONE = Outcome(stage="build", status="done", summary="built [1]", seconds=1.25)


def tell(progress: Progress) -> None:
    """Tell one of each."""
    progress.begin("build", "build demo")
    progress.say("half done")
    progress.end(DONE)
    progress.plan(STEPS)


def test_plain_lines_for_logs() -> None:
    """One line for each thing told, without colour."""
    stream = io.StringIO()

    tell(PlainProgress(stream=stream))

    assert stream.getvalue() == (
        "build    build demo\n"
        "         half done\n"
        "build    ✓ built [1] (1.2 s)\n"
        "plan\n"
        "  → publish  upload a.whl: the index lacks it\n"
        "  = bump     leave app: it has this release\n"
    )


def test_a_moving_coloured_line_on_a_terminal() -> None:
    """What runs is shown until it ends; markup in a text is only text."""
    stream = io.StringIO()
    console = Console(file=stream, force_terminal=True, color_system="standard", width=80)

    tell(LiveProgress(console=console))

    told = stream.getvalue()
    assert "\x1b[32mbuild    ✓ built [1] (1.2 s)\x1b[0m" in told
    assert "build demo" in told
    assert "\x1b[?25h" in told  # the cursor is shown again
    assert "→ publish  upload a.whl: the index lacks it" in told


def test_quiet_tells_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    """`--quiet` leaves the result alone."""
    tell(SilentProgress())

    assert capsys.readouterr() == ("", "")


class Terminal(io.TextIOWrapper):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        """Say so."""
        return True


@pytest.mark.parametrize("kind", [io.TextIOWrapper, Terminal])
def test_progress_that_nobody_reads_any_more_is_left_out(kind: type[io.TextIOWrapper]) -> None:
    """A moving line and plain lines alike: what is told after the reader went is lost."""
    read, write = os.pipe()
    os.close(read)
    with os.fdopen(write, "wb") as raw, contextlib.redirect_stderr(kind(raw, encoding="utf-8")):
        progress = terminal.progress(quiet=False)
        assert isinstance(progress, LiveProgress if kind is Terminal else PlainProgress)
        tell(progress)
        streams.complain("and an error")


def test_the_progress_fits_the_stream() -> None:
    """Under pytest stderr is no terminal."""
    assert isinstance(terminal.progress(quiet=True), SilentProgress)
    assert isinstance(terminal.progress(quiet=False), PlainProgress)


def test_a_table_in_a_pipe_is_not_cut(capsys: pytest.CaptureFixture[str]) -> None:
    """A digest or a file name is whole, and in plain characters."""
    terminal.table("demo", ("file", "sha256"), [("a.whl", "c" * 64), ("[b]", "")])

    told = capsys.readouterr().out
    assert "c" * 64 in told
    assert "[b]" in told
    assert not re.search(r"[─│\x1b]", told)
