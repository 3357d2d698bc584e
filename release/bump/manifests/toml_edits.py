"""Operations → splices of a TOML text; every byte outside of them stays.

Inserted lines take the line end, the indentation and the spacing of what stands beside them.
"""

from __future__ import annotations

import collections.abc
import json
import re
from typing import TYPE_CHECKING, Final

from release.bump.manifests.operations import (
    AddField,
    RemoveField,
    ReplaceField,
    SetValue,
)
from release.bump.manifests.splices import Splice, line_end, newline_at

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from release.bump.manifests.operations import Operation
    from release.bump.manifests.toml_spans import Document, Node, Pair, Path, Place, Section

    Value = str | bool | Mapping[str, "Value"] | Sequence[Mapping[str, "Value"]]


def splices_for(document: Document, operations: Iterable[Operation]) -> tuple[Splice, ...]:
    """Return the splices that do the operations.

    Raises:
        KeyError: A path of an operation stands nowhere in the text.
    """
    editor = _Editor(document)
    for operation in operations:
        editor.do(operation)
    return editor.splices()


class _Editor:
    """Gathers the splices of one document; new sections at one place become one splice."""

    def __init__(self, document: Document) -> None:
        self._document = document
        self._text = document.text
        self._splices: list[Splice] = []
        self._blocks: dict[int, list[list[str]]] = {}

    def do(self, operation: Operation) -> None:
        """Add the splices of one operation."""
        match operation:
            case SetValue(path=path, value=value):
                self._set_value(self._document.nodes[path], value)
            case ReplaceField(path=path, key=key, value=value):
                pair = self._document.pairs[path].pair
                self._put(pair.keys[-1].start, pair.keys[-1].end, key)
                self._put(pair.value.start, pair.end, self._written(value, like=pair.value))
            case RemoveField(path=path):
                self._remove(path)
            case AddField(path=path, key=key, value=value):
                self._add_field(path, key, value)
            case _:
                self._append_table(operation.path, operation.table)

    def splices(self) -> tuple[Splice, ...]:
        """Return everything gathered."""
        return (*self._splices, *map(self._block_splice, self._blocks))

    def _put(self, start: int, end: int, text: str) -> None:
        self._splices.append(Splice(start=start, end=end, text=text))

    # values

    def _set_value(self, node: Node, value: str | bool) -> None:  # noqa: FBT001 - a TOML value
        """Change only the characters of a string that differ; its quotes and escapes stay."""
        raw = self._text[node.start : node.end]
        units = _units(raw) if isinstance(node.data, str) else None
        if units is None or not isinstance(value, str):
            self._put(node.start, node.end, self._written(value, like=node))
            return
        before = str(node.data)
        head = _common(before, value)
        tail = _common(before[head:][::-1], value[head:][::-1])
        new = value[head : len(value) - tail]
        if not _PLAIN.fullmatch(new):
            self._put(node.start, node.end, self._written(value, like=node))
            return
        start = node.start + 1 + sum(map(len, units[:head]))
        end = node.end - 1 - sum(map(len, units[len(units) - tail :]))
        self._put(start, end, new)

    def _written(self, value: Value, *, like: Node | None = None) -> str:
        """Write a value as TOML, in the quotes or the spacing of its neighbour."""
        raw = self._text[like.start : like.end] if like else ""
        match value:
            case bool():
                return "true" if value else "false"
            case str() if raw.startswith("'") and _PLAIN.fullmatch(value):
                return f"'{value}'"
            case str():
                return json.dumps(value, ensure_ascii=False)
            case collections.abc.Mapping():
                pairs = ", ".join(f"{key} = {self._written(item)}" for key, item in value.items())
                pad = "" if re.match(r"\{[^\s}]", raw) else " "
                return f"{{{pad}{pairs}{pad}}}"
            case _:
                return f"[{', '.join(self._written(item, like=like) for item in value)}]"

    # taking away

    def _remove(self, path: Path) -> None:
        place = self._document.pairs[path]
        if place.table is None:
            self._remove_line(place.pair)
            return
        position = place.table.pairs.index(place.pair)
        if position:
            self._put(place.table.pairs[position - 1].end, place.pair.end, "")
        else:
            following = place.table.pairs[1:2]
            self._put(place.pair.start, following[0].start if following else place.pair.end, "")

    def _remove_line(self, pair: Pair) -> None:
        """Take a whole line away, but leave the comment that it carries."""
        start = self._text.rfind("\n", 0, pair.start) + 1
        end = line_end(self._text, pair.end)
        rest = self._text[pair.end : end].lstrip(" \t")
        if rest.startswith("#"):
            self._put(pair.start, end - len(rest), "")
        elif start:
            # with the line end before it, so that what is inserted below has its place, and a
            # missing final line end stays missing
            self._put(start - len(newline_at(self._text, start)), end, "")
        else:
            self._put(start, self._text.find("\n", pair.end) + 1 or end, "")

    # adding

    def _add_field(self, path: Path, key: str, value: Value) -> None:
        node = self._document.nodes.get(path)
        if node is not None and node.kind == "table":
            self._add_to_inline(node, key, value)
        elif (section := self._section(path)) is not None:
            self._add_to_section(section, key, value)
        elif dotted := self._dotted(path):
            keys = dotted[-1].pair.keys
            # up to and with the dot after the table's own name
            inner = keys[len(path) - len(dotted[-1].section.path)]
            prefix = self._text[keys[0].start : inner.start]
            self._add_line(dotted[-1].pair, prefix + key, value)
        elif self._is_inline(path[:-1]):
            self._add_field(path[:-1], str(path[-1]), {key: value})
        else:
            self._add_section(f"[{'.'.join(map(str, path))}]", {key: value}, near=path[:-1])

    def _append_table(self, path: Path, table: Mapping[str, Value]) -> None:
        node = self._document.nodes.get(path)
        if node is not None and node.kind == "array":
            self._append_item(node, table)
        elif self._is_inline(path[:-1]):
            self._add_field(path[:-1], str(path[-1]), [table])
        else:
            near = path if self._last_section(path) else path[:-1]
            self._add_section(f"[[{'.'.join(map(str, path))}]]", table, near=near)

    def _add_to_inline(self, node: Node, key: str, value: Value) -> None:
        siblings = [pair.value for pair in node.pairs]
        like = next((one for one in siblings if one.kind == "table"), node)
        written = f"{key} = {self._written(value, like=like)}"
        if node.pairs:
            self._put(node.pairs[-1].end, node.pairs[-1].end, f", {written}")
        else:
            self._put(node.start, node.end, f"{{ {written} }}")

    def _add_to_section(self, section: Section, key: str, value: Value) -> None:
        if section.pairs:
            self._add_line(section.pairs[-1], key, value)
        else:
            self._insert_line(section.end, f"{key} = {self._written(value)}")

    def _add_line(self, sibling: Pair, key: str, value: Value) -> None:
        """Add ``key = value`` below a pair, written as that is written."""
        start = self._text.rfind("\n", 0, sibling.start) + 1
        equals = self._text[sibling.keys[-1].end : sibling.value.start]
        if not re.fullmatch(r"[ \t]?=[ \t]?", equals):
            equals = " = "  # the sibling is aligned with others
        line = self._text[start : sibling.start] + key + equals
        self._insert_line(sibling.end, line + self._written(value, like=sibling.value))

    def _insert_line(self, offset: int, line: str) -> None:
        """Insert a line below the one at ``offset``; a missing final line end stays missing."""
        at = line_end(self._text, offset)
        self._put(at, at, newline_at(self._text, at) + line)

    def _add_section(self, header: str, table: Mapping[str, Value], *, near: Path) -> None:
        lines = [header, *(f"{key} = {self._written(value)}" for key, value in table.items())]
        section = self._last_section(near)
        at = len(self._text)
        if section is not None:
            at = line_end(self._text, section.pairs[-1].end if section.pairs else section.end)
            comments = _OWN_COMMENTS.match(self._text, at)
            at = comments.end() if comments else at
        self._blocks.setdefault(at, []).append(lines)

    def _block_splice(self, at: int) -> Splice:
        """Write new sections, each with a blank line before it, and one after the last."""
        newline = newline_at(self._text, at)
        blocks = [newline.join(lines) for lines in self._blocks[at]]
        following = self._text[at:].lstrip("\r")
        if not following and (self._text.endswith("\n") or not self._text):
            # at the end of a text that has its final line end
            lead = newline if self._text else ""
            return Splice(start=at, end=at, text=lead + (newline * 2).join(blocks) + newline)
        text = "".join(newline * 2 + block for block in blocks)
        is_free = re.match(r"(\r?\n){2}|\r?\n?\Z", self._text[at:])
        return Splice(start=at, end=at, text=text if is_free else text + newline)

    # arrays

    def _append_item(self, array: Node, table: Mapping[str, Value]) -> None:
        if not array.items:
            self._put(array.start, array.end, f"[{self._written(table)}]")
            return
        last = array.items[-1]
        item = self._written(table, like=last)
        tail = self._text[last.end : array.end - 1]
        comma = _COMMA.match(tail)
        separator = self._separator(array)
        if comma is None:
            first = _COMMENT.match(tail)
            if first and "," in separator and "#" in tail:
                self._put(last.end, last.end, ",")
                at = last.end + first.end()
                self._put(at, at, separator.replace(",", "", 1) + item)
            else:
                self._put(last.end, last.end, separator + item)
            return
        at = last.end + comma.end()
        if "\n" in separator:
            at = line_end(self._text, at)
            self._put(at, at, separator.replace(",", "", 1) + item + ",")
        else:
            self._put(at, at, f" {item},")

    def _separator(self, array: Node) -> str:
        """Return what stands between two items: ", ", or a comma and a new line."""
        if len(array.items) > 1:
            between = self._text[array.items[-2].end : array.items[-1].start]
            if "#" not in between:
                return between
        start = self._text.rfind("\n", 0, array.items[-1].start) + 1
        indentation = self._text[start : array.items[-1].start]
        if start > array.start and not indentation.strip():
            return f",{newline_at(self._text, array.end)}{indentation}"
        return ", "

    # looking

    def _section(self, path: Path) -> Section | None:
        """Return the section with exactly this header."""
        found = (section for section in self._document.sections if section.path == path)
        return next((section for section in found if section.end), None)

    def _last_section(self, path: Path) -> Section | None:
        """Return the last section that is this table, or a part of it."""
        inside = [
            section
            for section in self._document.sections
            if section.path[: len(path)] == path
            or any(
                (section.path + tuple(key.name for key in pair.keys))[: len(path)] == path
                for pair in section.pairs
            )
        ]
        return inside[-1] if inside else None

    def _dotted(self, path: Path) -> list[Place]:
        """Return the lines that make this table by dotted keys."""
        return [
            place
            for found, place in self._document.pairs.items()
            if place.table is None
            and found[: len(path)] == path
            and len(place.section.path) < len(path) < len(found)
        ]

    def _is_inline(self, path: Path) -> bool:
        """Tell whether this table, or one around it, is an inline table."""
        return any(path[:length] in self._document.nodes for length in range(1, len(path) + 1))


_PLAIN: Final = re.compile(r"[ !#-&(-\[\]-~]*")  # needs no escape in any TOML string
_UNIT: Final = re.compile(r"\\(?:u[0-9A-Fa-f]{4}|U[0-9A-Fa-f]{8}|.)|[^\\]")
_COMMA: Final = re.compile(r"(?:\s|#[^\n]*\n)*,")
# comment lines right below a section's last line, unless the next header follows them
_OWN_COMMENTS: Final = re.compile(r"(?:\r?\n[ \t]*#[^\r\n]*)+(?=\r?\n[ \t]*\r?\n|\r?\n?\Z)")
_COMMENT: Final = re.compile(r"[ \t]*#[^\r\n]*")


def _units(raw: str) -> list[str] | None:
    """Split a string's text into what each of its characters was written as."""
    if raw.startswith(('"""', "'''")):
        return None
    return list(raw[1:-1]) if raw.startswith("'") else _UNIT.findall(raw[1:-1])


def _common(one: str, other: str) -> int:
    """Return the length of the common beginning."""
    pairs = enumerate(zip(one, other, strict=False))
    return next((at for at, (left, right) in pairs if left != right), min(len(one), len(other)))
