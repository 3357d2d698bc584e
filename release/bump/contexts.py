"""Places that hand the package's folder to an image build as a named context; pure."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from release.model import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from release.model import Wanted

_BLOCK: Final = re.compile(
    r"^(?P<indent>\s*)(?:-\s+)?[\"']?(?:additional_contexts|build-contexts|contexts)[\"']?\s*[:=]"
    r"(?P<inline>.*)$"
)


def name_pattern(wanted: Wanted) -> str:
    """Return a pattern for the package's name in any of its spellings."""
    return "(?i:" + "[-_.]+".join(map(re.escape, str(wanted.release.name).split("-"))) + ")"


def finding(path: str, line: int, message: str, next_step: str) -> Finding:
    """Return a finding of this kind; ``line`` counts from 1."""
    return Finding(
        code="build-context", place=f"{path}:{line}", message=message, next_step=next_step
    )


def mentioned_contexts(text: str, wanted: Wanted, path: str) -> Iterator[Finding]:
    """Yield every line that gives the package's folder to a build by name."""
    name = name_pattern(wanted)
    option = re.compile(rf"--build-context(?:=|\s+)[\"']?{name}=")
    entry = re.compile(rf"^\s*(?:-\s+)?[\"']?{name}[\"']?\s*[:=]")
    inline = re.compile(rf"(?:^|[\s{{,\[\"'|>]){name}[\"']?\s*[:=]")
    block: int | None = None
    for number, line in enumerate(text.split("\n"), 1):
        opening = _BLOCK.match(line)
        indent = len(line) - len(line.lstrip())
        if block is not None and line.strip() and indent <= block:
            block = None
        if (
            option.search(line)
            or (opening and inline.search(opening["inline"]))
            or (block is not None and entry.match(line))
        ):
            yield finding(
                path,
                number,
                f"This line gives the folder of {wanted.release.name} to an image build.",
                "Take it out: the image installs the package from the index "
                f"{wanted.index_name} now. Keep it while a line of the image file, told as "
                "one that stays, still takes files from it.",
            )
        if opening:
            block = len(opening["indent"])
