"""TOML text → where every key and value stands in it.

``tomllib`` says what a file means and nothing of where; ``tomlkit`` keeps the text but writes
some files back in another order, or broken. An edit that leaves every other byte alone needs
positions, so this module finds them, and proves them: the tree that it reads must equal the
one that ``tomllib`` reads.
"""

from __future__ import annotations

import re
import tomllib
from typing import TYPE_CHECKING, Final

from release.bump.manifests.toml_spans import Document, Key, Node, Pair, Path, Place, Section

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


class ScanFailed(ValueError):
    """The positions could not be found, or do not give what ``tomllib`` reads."""


def read(text: str, *, meaning: Callable[[str], dict[str, object]] = tomllib.loads) -> Document:
    """Read a text (without a byte order mark) with ``tomllib``, and find its positions.

    Raises:
        tomllib.TOMLDecodeError: It is not TOML, or not of the version that Python reads.
        ScanFailed: The positions are not proven; nothing may be edited by them.
    """
    try:
        data = meaning(text)
        document = _Scanner(text).document()
    except RecursionError:
        raise ScanFailed("it is nested too deeply to be read") from None
    if not is_same(document.data, data):
        raise ScanFailed("the positions found in it do not give what tomllib reads")
    return document


def is_same(one: object, other: object) -> bool:
    """Tell whether two values are the same TOML; 1, 1.0 and true differ, nan is nan."""
    if type(one) is not type(other):
        return False
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(is_same(one[key], other[key]) for key in one)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(is_same, one, other))
    # repr, since nan equals nothing and two moments in two time zones may be equal
    return one == other if isinstance(one, str) else repr(one) == repr(other)


# scanning ---------------------------------------------------------------------------

_BLANK: Final = re.compile(r"[ \t]*")
_BETWEEN: Final = re.compile(r"(?:[ \t\r\n]|#[^\n]*)*")
_KEY: Final = re.compile(r"""[A-Za-z0-9_-]+|"(?:[^"\\\n]|\\.)*"|'[^'\n]*'""")
_DOT: Final = re.compile(r"[ \t]*\.[ \t]*")
_SCALAR: Final = re.compile(
    r'"""(?:\\.|[^\\])*?""""{0,2}'
    r"|'''.*?''''{0,2}"
    r'|"(?:[^"\\\n]|\\.)*"'
    r"|'[^'\n]*'"
    r"|\d{4}-\d\d-\d\d \d\d:[^\s,\]}#]+"  # a date and a time may have a space between
    r"|[^\s,\]}#=\[{]+",
    re.DOTALL,
)
_SIMPLE_KEY: Final = re.compile(r"([A-Za-z0-9_-]+)[ \t]*=[ \t]*")
_EQUALS: Final = re.compile(r"[ \t]*=[ \t]*")
_COMMA: Final = re.compile(rf"{_BETWEEN.pattern},?{_BETWEEN.pattern}")
_INLINE_COMMA: Final = re.compile(r"[ \t]*(?:,[ \t]*|(?=\}))")
_HEADER_END: Final = re.compile(r"[ \t]*\]\]?")


def _scalar(raw: str) -> object:
    """Read one scalar; those that mean what they show, which are most, the quick way."""
    if raw[0] in "\"'" and "\\" not in raw and raw[:3] not in {'"""', "'''"}:
        return raw[1:-1]
    if raw.isascii() and raw.isdecimal():
        return int(raw)
    return tomllib.loads(f"value = {raw}")["value"]


def _descend(table: dict[str, object], names: tuple[str, ...]) -> tuple[dict[str, object], Path]:
    """Go down from ``table``, making tables on the way and entering the last of an array."""
    path: list[str | int] = []
    for name in names:
        inner = table.setdefault(name, {})
        path.append(name)
        if isinstance(inner, list):
            path.append(len(inner) - 1)
            inner = inner[-1]
        if not isinstance(inner, dict):
            raise ScanFailed(f"the key {name!r} is no table")
        table = inner
    return table, tuple(path)


class _Scanner:
    """Reads one text from its beginning to its end, once."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0
        self._root: dict[str, object] = {}

    def document(self) -> Document:
        """Read every section, then name every pair and value by its path."""
        sections = [self._section((), self._root, 0, 0)]
        while self._at < len(self._text):
            sections.append(self._headed_section())
        places = _Places()
        for section in sections:
            places.add(section.pairs, section.path, section)
        return Document(
            text=self._text,
            data=self._root,
            sections=tuple(sections),
            pairs=places.pairs,
            nodes=places.nodes,
        )

    def _headed_section(self) -> Section:
        start = self._at
        is_array = self._text.startswith("[[", start)
        self._at += 2 if is_array else 1
        names = tuple(key.name for key in self._keys())
        self._take(_HEADER_END)
        table, path = _descend(self._root, names[:-1] if is_array else names)
        if is_array:
            array = table.setdefault(names[-1], [])
            if not isinstance(array, list):
                raise ScanFailed(f"the key {names[-1]!r} is no array")
            table = {}
            array.append(table)
            path = (*path, names[-1], len(array) - 1)
        return self._section(path, table, start, self._at)

    def _section(self, path: Path, table: dict[str, object], start: int, end: int) -> Section:
        """Read pairs up to the next header."""
        pairs: list[Pair] = []
        self._skip(_BETWEEN)
        while self._at < len(self._text) and self._text[self._at] != "[":
            pair = self._pair()
            _put(table, pair)
            pairs.append(pair)
            self._skip(_BETWEEN)
        return Section(path=path, start=start, end=end, pairs=tuple(pairs))

    def _pair(self) -> Pair:
        start = self._at
        simple = _SIMPLE_KEY.match(self._text, start)
        if simple:  # most are; one step in place of four
            keys: tuple[Key, ...] = (Key(name=simple[1], start=start, end=simple.end(1)),)
            self._at = simple.end()
        else:
            keys = self._keys()
            self._take(_EQUALS)
        return Pair(keys=keys, value=self._value())

    def _keys(self) -> tuple[Key, ...]:
        keys: list[Key] = []
        self._skip(_BLANK)
        while True:
            start = self._at
            raw = self._take(_KEY)
            name = str(_scalar(raw)) if raw[0] in "\"'" else raw
            keys.append(Key(name=name, start=start, end=self._at))
            dot = _DOT.match(self._text, self._at)
            if dot is None:
                return tuple(keys)
            self._at = dot.end()

    def _value(self) -> Node:
        start = self._at
        match self._text[start : start + 1]:
            case "[":
                items = tuple(self._items())
                data: object = [item.data for item in items]
                return Node(kind="array", data=data, start=start, end=self._at, items=items)
            case "{":
                pairs = tuple(self._inline_pairs())
                table: dict[str, object] = {}
                for pair in pairs:
                    _put(table, pair)
                return Node(kind="table", data=table, start=start, end=self._at, pairs=pairs)
            case _:
                raw = self._take(_SCALAR)
                return Node(kind="scalar", data=_scalar(raw), start=start, end=self._at)

    def _items(self) -> Iterator[Node]:
        self._at += 1
        self._skip(_BETWEEN)
        while not self._text.startswith("]", self._at):
            yield self._value()
            self._take(_COMMA)
        self._at += 1

    def _inline_pairs(self) -> Iterator[Pair]:
        """Read an inline table of TOML 1.0: on one line, no comma after the last pair."""
        self._at += 1
        self._skip(_BLANK)
        while not self._text.startswith("}", self._at):
            yield self._pair()
            self._take(_INLINE_COMMA)
        self._at += 1

    def _skip(self, pattern: re.Pattern[str]) -> None:
        match = pattern.match(self._text, self._at)
        self._at = match.end() if match else self._at

    def _take(self, pattern: re.Pattern[str]) -> str:
        match = pattern.match(self._text, self._at)
        if match is None:
            raise ScanFailed(f"line {self._line()} does not go on as TOML 1.0 does")
        self._at = match.end()
        return match[0]

    def _line(self) -> int:
        return self._text.count("\n", 0, self._at) + 1


def _put(table: dict[str, object], pair: Pair) -> None:
    """Set the value of a perhaps dotted key."""
    names = tuple(key.name for key in pair.keys)
    inner, _ = _descend(table, names[:-1])
    inner[names[-1]] = pair.value.data


class _Places:
    """Where each pair and each value stands, by its path."""

    def __init__(self) -> None:
        self.pairs: dict[Path, Place] = {}
        self.nodes: dict[Path, Node] = {}

    def add(
        self, pairs: tuple[Pair, ...], path: Path, section: Section, table: Node | None = None
    ) -> None:
        """Note the pairs of a section, or of an inline table in it, and all that they hold."""
        for pair in pairs:
            inner = path + tuple(key.name for key in pair.keys)
            self.pairs[inner] = Place(pair=pair, section=section, table=table)
            self._add_value(pair.value, inner, section)

    def _add_value(self, node: Node, path: Path, section: Section) -> None:
        self.nodes[path] = node
        self.add(node.pairs, path, section, node)
        for position, item in enumerate(node.items):
            self._add_value(item, (*path, position), section)
