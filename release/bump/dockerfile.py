"""Dockerfiles as instructions with their places: read only, nothing is rendered; pure."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_ESCAPE: Final = re.compile(r"#\s*escape\s*=\s*(?P<character>[\\`])\s*$", re.IGNORECASE)
_DIRECTIVE: Final = re.compile(r"#\s*[\w-]+\s*=")
_KEYWORD: Final = re.compile(r"\s*(?P<keyword>[A-Za-z]+)")
_FLAG: Final = re.compile(r"\s+--(?P<name>[a-z-]+)(?:=(?P<value>\S*))?")
# as BuildKit splits them: quotes and escapes hold a word together
_WORD: Final = re.compile(r"""(?:[^\s"'\\]|\\.|"(?:\\.|[^"\\])*"|'[^']*')+""")
_HEREDOC: Final = re.compile(r"\d*<<(?P<dash>-?)(?P<word>[^<]+)")
_QUOTING: Final = re.compile(r"""\\(.)|["']""")
_WITH_HEREDOC: Final = frozenset({"RUN", "COPY", "ADD", "ONBUILD"})
_WITH_FLAGS: Final = frozenset({"FROM", "RUN", "COPY", "ADD"})


@dataclass(frozen=True, kw_only=True, slots=True)
class Flag:
    """``--name=value``, and where it stands: its line (from 0) and columns.

    ``is_whole`` is False where a continuation splits it over several lines.
    """

    name: str
    value: str
    line: int
    start: int
    end: int
    is_whole: bool

    def __str__(self) -> str:
        """As it stands in the file, but for quotes that end elsewhere."""
        return f"--{self.name}={self.value}" if self.value else f"--{self.name}"

    def option(self, *names: str) -> str | None:
        """Return one of the flag's own options (``from`` of a ``--mount``)."""
        plain = self.value.replace('"', "").replace("'", "")
        pairs = (item.partition("=") for item in plain.split(","))
        return next((value for key, _, value in pairs if key in names), None)


@dataclass(frozen=True, kw_only=True, slots=True)
class Instruction:
    """One instruction: lines ``first`` to ``last`` (from 0), its here-documents included.

    ``rest`` is what follows the flags, on one line and without the comments between;
    ``body`` is the text of its here-documents.
    """

    keyword: str
    flags: tuple[Flag, ...]
    rest: str
    body: str
    first: int
    last: int

    def flag(self, name: str) -> str | None:
        """Return the value of a flag, without quotes."""
        return next((flag.value.strip("\"'") for flag in self.flags if flag.name == name), None)

    def words(self) -> tuple[str, ...]:
        """Return the arguments of a COPY or ADD, in either form."""
        if self.rest.startswith("["):
            try:
                return tuple(str(word) for word in json.loads(self.rest))
            except ValueError:
                return ()
        return tuple(self.rest.split())


def split_lines(text: str) -> list[str]:
    """Split at line feeds only, keeping them; a final line may have none."""
    return re.findall(r"[^\n]*\n|[^\n]+", text)


def parse(text: str) -> tuple[Instruction, ...]:
    """Read the instructions; comments and empty lines lie between them."""
    lines = split_lines(text)
    escape = _escape(lines)
    found = []
    number = 0
    while number < len(lines):
        if _is_blank_or_comment(lines[number]):
            number += 1
            continue
        instruction = _read(lines, number, escape)
        found.append(instruction)
        number = instruction.last + 1
    return tuple(found)


def _escape(lines: Sequence[str]) -> str:
    """Return the escape character: directives stand before anything else."""
    for line in lines:
        match = _ESCAPE.match(line.strip().removeprefix("\ufeff"))
        if match:
            return match["character"]
        if not _DIRECTIVE.match(line.strip().removeprefix("\ufeff")):
            break
    return "\\"


def _is_blank_or_comment(line: str) -> bool:
    return not line.strip() or line.lstrip("\ufeff \t").startswith("#")


def _read(lines: Sequence[str], first: int, escape: str) -> Instruction:
    characters, last = _logical(lines, first, escape)
    logical = "".join(character for character, _, _ in characters)
    match = _KEYWORD.match(logical.removeprefix("\ufeff"))
    keyword = match["keyword"].upper() if match else ""
    end = logical.find(match["keyword"]) + len(keyword) if match else 0
    flags = []
    while keyword in _WITH_FLAGS and (found := _FLAG.match(logical, end)):
        flags.append(_flag(found, characters))
        end = found.end()
    rest = logical[end:].strip()
    body_last = last
    if keyword in _WITH_HEREDOC:
        body_last = _heredocs(lines, rest, last)
    return Instruction(
        keyword=keyword,
        flags=tuple(flags),
        rest=rest,
        body="".join(lines[last + 1 : body_last + 1]),
        first=first,
        last=body_last,
    )


_Placed = tuple[str, int, int]


def _logical(lines: Sequence[str], first: int, escape: str) -> tuple[list[_Placed], int]:
    """Join continued lines; each character keeps its line and column."""
    characters: list[_Placed] = []
    last = first
    for number in range(first, len(lines)):
        line = lines[number]
        if number > first and _is_blank_or_comment(line):
            continue
        content = line.rstrip()
        last = number
        continues = content.endswith(escape) and not content.endswith(2 * escape)
        kept = content[:-1] if continues else content
        characters += [(character, number, column) for column, character in enumerate(kept)]
        if not continues:
            break
    return characters, last


def _flag(match: re.Match[str], characters: Sequence[_Placed]) -> Flag:
    start = match.start("name") - len("--")
    inside = characters[start : match.end()]
    return Flag(
        name=match["name"],
        value=match["value"] or "",
        line=inside[0][1],
        start=inside[0][2],
        end=inside[-1][2] + 1,
        is_whole=len({line for _, line, _ in inside}) == 1,
    )


def _heredocs(lines: Sequence[str], rest: str, last: int) -> int:
    """Return the last line of the here-documents that this instruction opens."""
    for is_indented, end in _heredoc_ends(rest):
        for number in range(last + 1, len(lines)):
            line = lines[number].rstrip("\r\n")
            if (line.lstrip("\t") if is_indented else line) == end:
                last = number
                break
        else:
            return len(lines) - 1
    return last


def _heredoc_ends(rest: str) -> Iterator[tuple[bool, str]]:
    """Yield the last line of each here-document, and whether tabs may stand before it.

    A line whose quotes stay open has none: BuildKit finds no words in it.
    """
    if _WORD.sub("", rest).strip():
        return
    for word in _WORD.findall(rest):
        match = _HEREDOC.fullmatch(word)
        if match:
            yield bool(match["dash"]), _QUOTING.sub(r"\1", match["word"])


def stages(instructions: Sequence[Instruction]) -> frozenset[str]:
    """Return the names of the build stages, in lower case as BuildKit compares them."""
    return frozenset(_stage_names(instructions))


def _stage_names(instructions: Sequence[Instruction]) -> Iterator[str]:
    for instruction in instructions:
        words = instruction.rest.split()
        if instruction.keyword == "FROM" and len(words) == 3 and words[1].lower() == "as":  # noqa: PLR2004  # IMAGE AS NAME
            yield words[2].lower()
