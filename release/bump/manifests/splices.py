"""Splices of a text: what is put where, and the lines around a place."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


@dataclass(frozen=True, kw_only=True, slots=True)
class Splice:
    """Put ``text`` where ``start`` to ``end`` stood."""

    start: int
    end: int
    text: str


def spliced(text: str, splices: Iterable[Splice]) -> str:
    """Return the text after all splices, which must not overlap."""
    parts: list[str] = []
    at = 0
    for splice in sorted(splices, key=lambda splice: (splice.start, splice.end)):
        if splice.start < at:
            raise ValueError(f"two edits overlap at offset {splice.start}")
        parts += (text[at : splice.start], splice.text)
        at = splice.end
    return "".join((*parts, text[at:]))


def line_end(text: str, offset: int) -> int:
    """Return where the line ends, before its line end."""
    end = text.find("\n", offset)
    if end < 0:
        return len(text)
    return end - 1 if text[end - 1 : end] == "\r" else end


def newline_at(text: str, offset: int) -> str:
    """Return the line end in use before ``offset``, or else after it."""
    end = text.rfind("\n", 0, offset)
    if end < 0:
        end = text.find("\n", offset)
    return "\r\n" if end > 0 and text[end - 1] == "\r" else "\n"
