"""A TOML text, what it means, and where each key and value stands in it, as values."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Path = tuple[str | int, ...]
"""Keys from the root; a number is the position in an array."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Key:
    """One part of a dotted key; the span has its quotes."""

    name: str
    start: int
    end: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Node:
    """A value: a scalar, an array with its items, or an inline table with its pairs."""

    kind: Literal["scalar", "array", "table"]
    data: object
    start: int
    end: int
    items: tuple[Node, ...] = ()
    pairs: tuple[Pair, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Pair:
    """``key = value``; a dotted key has several parts."""

    keys: tuple[Key, ...]
    value: Node

    @property
    def start(self) -> int:
        """Where the key begins."""
        return self.keys[0].start

    @property
    def end(self) -> int:
        """Where the value ends."""
        return self.value.end


@dataclass(frozen=True, kw_only=True, slots=True)
class Section:
    """A header with the pairs below it; the first one is the root and has no header.

    ``path`` carries the positions of arrays of tables: ``("tool", "uv", "index", 0)``.
    """

    path: Path
    start: int
    end: int
    pairs: tuple[Pair, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Place:
    """Where a pair stands: in a section, and perhaps in an inline table of it."""

    pair: Pair
    section: Section
    table: Node | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Document:
    """A text, what it means, and where each part of it stands."""

    text: str
    data: dict[str, object]
    sections: tuple[Section, ...]
    pairs: dict[Path, Place]
    nodes: dict[Path, Node]

    def line(self, path: Path) -> int:
        """Return the line where ``path`` begins, or the nearest table around it."""
        for length in range(len(path), 0, -1):
            start = self._start(path[:length])
            if start is not None:
                return self.text.count("\n", 0, start) + 1
        return 1

    def _start(self, path: Path) -> int | None:
        if path in self.pairs:
            return self.pairs[path].pair.start
        if path in self.nodes:
            return self.nodes[path].start
        return next((section.start for section in self.sections if section.path == path), None)
