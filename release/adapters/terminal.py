"""What people see while a release runs, on stderr, and the tables of its results."""

from __future__ import annotations

import contextlib
import io
import sys
import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, TextIO, cast

from release.adapters.streams import result, write

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from rich.console import Console
    from rich.status import Status

    from release.model import Outcome, Stage, Step

MARKS: Final = {
    "done": ("✓", "green"),
    "nothing to do": ("=", "cyan"),
    "planned": ("→", "blue"),
    "refused": ("✗", "red"),
    "failed": ("✗", "red"),
}


class _Unfailing:
    """A stream for rich, which would end the process where its reader has gone away."""

    def __init__(self, stream: TextIO) -> None:
        """Write to the stream as long as it takes anything."""
        self._stream = stream

    def __getattr__(self, name: str) -> object:
        """Be the stream in everything but writing."""
        return getattr(self._stream, name)

    def write(self, text: str) -> int:
        """Write, or do not."""
        write(self._stream, text)
        return len(text)

    def flush(self) -> None:
        """Flush, or do not."""
        write(self._stream, "")


def wait_for_interrupt() -> None:
    """Wait until the process is interrupted."""
    with contextlib.suppress(KeyboardInterrupt):
        threading.Event().wait()


class SilentProgress:
    """Shows nothing: for ``--quiet``."""

    def plan(self, steps: Sequence[Step]) -> None:
        """Show nothing."""

    def begin(self, stage: Stage, text: str) -> None:
        """Show nothing."""

    def say(self, text: str) -> None:
        """Show nothing."""

    def end(self, outcome: Outcome) -> None:
        """Show nothing."""


@dataclass(frozen=True, kw_only=True, slots=True)
class PlainProgress:
    """One line for each thing told: for logs and pipes."""

    stream: TextIO = field(default_factory=lambda: sys.stderr)

    def plan(self, steps: Sequence[Step]) -> None:
        """Show every step with its reason."""
        self._line("plan")
        for step in steps:
            self._line(plan_line(step))

    def begin(self, stage: Stage, text: str) -> None:
        """Show that a stage has begun."""
        self._line(f"{stage:<8} {text}")

    def say(self, text: str) -> None:
        """Show one sentence, indented below its stage."""
        self._line(f"{'':<8} {text}")

    def end(self, outcome: Outcome) -> None:
        """Show how the step ended, and how long it took."""
        mark, _ = MARKS[outcome.status]
        self._line(f"{outcome.stage:<8} {mark} {outcome.summary} ({outcome.seconds:.1f} s)")

    def _line(self, text: str) -> None:
        write(self.stream, f"{text}\n")


@dataclass(kw_only=True, slots=True)
class LiveProgress:
    """A moving line for what runs, a coloured one for what ended: for a terminal."""

    console: Console
    _status: Status | None = None

    def plan(self, steps: Sequence[Step]) -> None:
        """Show every step with its reason."""
        self._stop()
        self.console.print("plan", style="bold", highlight=False)
        for step in steps:
            self._print(plan_line(step), "default" if step.needed else "dim")

    def begin(self, stage: Stage, text: str) -> None:
        """Let the line move until the stage ends."""
        self._stop()
        self._status = self.console.status(_escaped(f"{stage:<8} {text}"))
        self._status.start()

    def say(self, text: str) -> None:
        """Show one sentence above the moving line."""
        self._print(f"{'':<8} {text}", "dim")

    def end(self, outcome: Outcome) -> None:
        """Stop the line and show how the step ended."""
        self._stop()
        mark, colour = MARKS[outcome.status]
        self._print(
            f"{outcome.stage:<8} {mark} {outcome.summary} ({outcome.seconds:.1f} s)", colour
        )

    def _stop(self) -> None:
        if self._status is not None:
            self._status.stop()
            self._status = None

    def _print(self, text: str, style: str) -> None:
        self.console.print(text, style=style, markup=False, highlight=False, soft_wrap=True)


def progress(*, quiet: bool) -> SilentProgress | PlainProgress | LiveProgress:
    """Return the progress that fits stderr: moving on a terminal, plain lines elsewhere."""
    if quiet:
        return SilentProgress()
    if not sys.stderr.isatty():
        return PlainProgress()
    from rich.console import Console

    return LiveProgress(console=Console(file=cast("TextIO", _Unfailing(sys.stderr))))


def plan_line(step: Step) -> str:
    """Return one line of the plan: a mark, the stage, what is done and why."""
    mark = "→" if step.needed else "="
    return f"  {mark} {step.stage:<8} {step.description}: {step.reason}"


def table(title: str, columns: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Print a table on stdout: drawn and coloured on a terminal, plain elsewhere."""
    from rich import box
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    # Drawn into a text: rich itself would end the process where the reader has gone away.
    text = io.StringIO()
    console = Console(file=text, force_terminal=sys.stdout.isatty() or None)
    drawn = Table(
        title=title,
        title_justify="left",
        box=box.SIMPLE_HEAD if console.is_terminal else box.ASCII2,
    )
    for column in columns:
        drawn.add_column(column, overflow="fold")
    for row in rows:
        drawn.add_row(*(Text(cell) for cell in row))
    if not console.is_terminal:
        # A pipe has no width: a narrow default would cut digests and file names.
        console.width = 200
    console.print(drawn)
    result(text.getvalue().removesuffix("\n"))


def _escaped(text: str) -> str:
    from rich.markup import escape

    return escape(text)
