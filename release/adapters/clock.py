"""Time and chance, handed to the stages that wait."""

from __future__ import annotations

import random
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


@dataclass(frozen=True, kw_only=True, slots=True)
class Clock:
    """Now, in seconds of a clock that never goes back; a sleep; a number in a range."""

    now: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep
    chance: Callable[[float, float], float] = random.uniform

    def growing_pauses(self, *, first: float, longest: float) -> Iterator[float]:
        """Yield pauses in seconds, each with a part of chance, that double up to the longest."""
        pause = first
        while True:
            yield self.chance(pause / 2, pause)
            pause = min(pause * 2, longest)
