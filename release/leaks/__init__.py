"""Bytes → leaks: keys, tokens, passwords in URLs, paths into somebody's home.

A member is read in windows that overlap, so the memory does not grow with its size. Each
rule begins with a fixed piece of text; a search for that is all that harmless bytes cost.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from release.leaks import homes, places
from release.leaks.shapes import RULES

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from release.leaks.rules import Rule

OVERLAP: Final = 1 << 12
"""Bytes after a match's begin that a rule may read."""
BEFORE: Final = 64
"""Bytes before a match's begin that a rule may look back at."""
AT_MOST: Final = 5
"""Leaks of one code that are told of one member; the rest is alike."""
READ_AS_A_WHOLE: Final = 1 << 20
"""Largest Python module, in bytes, that is parsed to see where a path stands."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Leak:
    """Something secret or personal in a member; ``shown`` does not give it away."""

    code: str
    member: str
    line: int
    shown: str


@dataclass(frozen=True, kw_only=True, slots=True)
class _Window:
    """A piece of a member; a match counts where it begins in ``start``..``end``."""

    data: bytes
    lowered: bytes
    start: int
    end: int
    first_line: int

    def line(self, position: int) -> int:
        return self.first_line + self.data.count(b"\n", self.start, position)


def find_leaks(member: str, size: int, pieces: Iterable[bytes]) -> list[Leak]:
    """Return what one member gives away; reads ``pieces`` to their end in any case."""
    remaining = iter(pieces)
    first = next(remaining, b"")
    leaks: list[Leak] = []
    if _is_text(first):
        told = itertools.chain([first], remaining)
        if homes.is_python(member) and size <= READ_AS_A_WHOLE:
            source = b"".join(told)
            leaks += _scan(member, [source])
            leaks = [leak for leak in leaks if leak.code != "home-path"]
            leaks += _home_paths_in_python(member, source)
        else:
            leaks += _scan(member, told)
    for _ in remaining:
        pass
    return leaks


def _is_text(first: bytes) -> bool:
    return b"\0" not in first


def _scan(member: str, pieces: Iterable[bytes]) -> list[Leak]:
    found: dict[str, list[Leak]] = {}
    rules = [rule for rule in RULES if _applies(rule, member)]
    for window in _windows(pieces):
        for rule in rules:
            leaks = found.setdefault(rule.code, [])
            for position, shown in _matches(rule, window, member):
                if len(leaks) < AT_MOST:
                    line = window.line(position)
                    leaks.append(
                        Leak(code=_code(rule, member), member=member, line=line, shown=shown)
                    )
    return [leak for leaks in found.values() for leak in leaks]


def _applies(rule: Rule, member: str) -> bool:
    return rule.code != "home-path" or places.takes_effect(member)


def _code(rule: Rule, member: str) -> str:
    is_test_key = rule.code == "private-key" and places.is_test(member)
    return "private-key-in-tests" if is_test_key else rule.code


def _windows(pieces: Iterable[bytes]) -> Iterator[_Window]:
    data, start, line = b"", 0, 1
    for piece in pieces:
        data += piece
        end = len(data) - OVERLAP
        if end <= start:
            continue
        yield _Window(data=data, lowered=data.lower(), start=start, end=end, first_line=line)
        line += data.count(b"\n", start, end)
        kept_from = max(0, end - BEFORE)
        data, start = data[kept_from:], end - kept_from
    yield _Window(data=data, lowered=data.lower(), start=start, end=len(data), first_line=line)


def _matches(rule: Rule, window: _Window, member: str) -> Iterator[tuple[int, str]]:
    haystack = window.lowered if rule.ignores_case else window.data
    for needle in rule.needles:
        position = haystack.find(needle, window.start, window.end + len(needle) - 1)
        while position != -1:
            match = rule.pattern.match(window.data, position)
            shown = rule.shown(match, in_tests=places.is_test(member)) if match else None
            if shown is not None:
                yield position, shown
            position = haystack.find(needle, position + 1, window.end + len(needle) - 1)


def _home_paths_in_python(member: str, source: bytes) -> list[Leak]:
    """Return the paths in code; in comments and docstrings they tell a story."""
    if not places.takes_effect(member) or not homes.may_hold_path(source):
        return []
    return [
        Leak(code="home-path", member=member, line=line, shown=shown)
        for line, shown in homes.paths_in_python(source)[:AT_MOST]
    ]
