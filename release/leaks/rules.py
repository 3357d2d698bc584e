"""What a rule for leaks is: a needle, a shape, and a judge.

The needle is a fixed piece of text, the shape begins with it, and the judge tells a real
one from an example. What it returns is shown to people, so it never holds more than the
first four characters of the secret.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    import re


class Judge(Protocol):
    """Tells a secret from an example: what to show of it, or None."""

    def __call__(self, match: re.Match[bytes], *, in_tests: bool) -> str | None:
        """Judge one match."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Rule:
    """One shape; ``pattern`` is matched where one of the ``needles`` stands."""

    code: str
    needles: tuple[bytes, ...]
    pattern: re.Pattern[bytes]
    shown: Judge
    ignores_case: bool = False
