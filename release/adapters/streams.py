"""stdout and stderr, to which nothing that goes wrong there ends a release.

A reader that goes away (``| head``), a stream that is closed and a disk that is full: what
cannot be shown is left out, and the work goes on.
"""

from __future__ import annotations

import contextlib
import io
import os
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from typing import TextIO


def open_streams() -> None:
    """Make both streams ready for any text: one that is closed leads nowhere from now on.

    A stream that cannot hold a character (``→`` in latin-1) gets it escaped.
    """
    for number, name in enumerate(("stdin", "stdout", "stderr")):
        if getattr(sys, name) is None:
            _lead_nowhere(number)
            mode = "r" if name == "stdin" else "w"
            setattr(sys, name, os.fdopen(number, mode, encoding="utf-8", closefd=False))
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def close_streams() -> None:
    """Write what is still to be written, so that the end of Python has nothing to complain of."""
    for stream in (sys.stdout, sys.stderr):
        write(stream, "")


def write(stream: TextIO, text: str) -> OSError | None:
    """Write and flush; return what kept a stream from taking it, which then leads nowhere."""
    try:
        stream.write(text)
        stream.flush()
    except OSError as error:
        # What is in its buffer would fail again when Python ends.
        with contextlib.suppress(OSError):
            _lead_nowhere(stream.fileno())
        return error
    return None


def _lead_nowhere(number: int) -> None:
    opened = os.open(os.devnull, os.O_RDWR)
    if opened != number:
        os.dup2(opened, number)
        os.close(opened)


def result(text: str) -> None:
    """Print a result on stdout; a reader that has gone away has read enough."""
    error = write(sys.stdout, f"{text}\n")
    if error is not None and not isinstance(error, BrokenPipeError):
        complain(f"The result cannot be written to stdout: {error.strerror}.")


def complain(text: str) -> None:
    """Print an error on stderr."""
    write(sys.stderr, f"{text}\n")
