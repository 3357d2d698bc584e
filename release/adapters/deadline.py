"""A bound for the whole time of an exchange, which timeouts of sockets do not give."""

from __future__ import annotations

import contextlib
import threading
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import TracebackType


class Deadline:
    """A time after which every connection that is watched is shut down.

    Timeouts of sockets bound each single read; a server that sends a byte now and then
    would hold us for ever.
    """

    def __init__(self, seconds: float) -> None:
        """Bound what happens inside the ``with`` block to so many seconds."""
        self.seconds = seconds
        self.is_over = False
        self._ends: list[Callable[[], None]] = []
        self._timer = threading.Timer(seconds, self._end)
        self._timer.daemon = True

    def __enter__(self) -> Self:
        """Start."""
        self._timer.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Stop, and let the connections be."""
        self._timer.cancel()
        self._timer.join()

    def watch(self, end: Callable[[], None]) -> None:
        """Have ``end`` called when the time is over, or now where it is."""
        self._ends.append(end)
        if self.is_over:
            self._end()

    def check(self) -> None:
        """Raise where the time is over: an end that we made is no end of an answer."""
        if self.is_over:
            raise TimeoutError

    def _end(self) -> None:
        self.is_over = True
        for end in tuple(self._ends):
            # The connection may have ended by itself.
            with contextlib.suppress(OSError, ValueError, RuntimeError):
                end()
