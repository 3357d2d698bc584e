"""An image file as read: its stages, its working directories, and where paths lead; pure."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from packaging.utils import canonicalize_name

from release.bump.image_mentions import ROOT, normal

if TYPE_CHECKING:
    from collections.abc import Sequence

    from release.bump.dockerfile import Instruction
    from release.model import Wanted


@dataclass(frozen=True, kw_only=True, slots=True)
class Image:
    """A Dockerfile as read, and the package whose context is looked for."""

    instructions: tuple[Instruction, ...]
    workdirs: dict[int, PurePosixPath | None]
    stages: frozenset[str]
    wanted: Wanted

    def is_context(self, value: str | None) -> bool:
        """Tell whether ``--from`` names the package's context, not a stage of the file."""
        return (
            bool(value)
            and canonicalize_name(value or "") == self.wanted.release.name
            and (value or "").lower() not in self.stages
        )

    def absolute(self, instruction: Instruction, path: str) -> PurePosixPath | None:
        """Return a target from the root; None where the working directory is not known."""
        if path.startswith("/"):
            return normal(PurePosixPath(path))
        workdir = self.workdirs[instruction.first]
        return normal(workdir / path) if workdir else None

    def place(self, path: PurePosixPath | None) -> PurePosixPath | None:
        """Return the sibling folder that a path is at or in: the package's, beside a workdir."""
        beside = {ROOT}.union(*(workdir.parents for workdir in self.workdirs.values() if workdir))
        for one in (path, *path.parents) if path else ():
            if canonicalize_name(one.name) == self.wanted.release.name and one.parent in beside:
                return one
        return None


def workdirs(instructions: Sequence[Instruction]) -> dict[int, PurePosixPath | None]:
    """Return the working directory at each instruction; None where an image sets it."""
    known: dict[str, PurePosixPath | None] = {}
    current: PurePosixPath | None = None
    stage = ""
    found = {}
    for instruction in instructions:
        words = instruction.rest.split()
        if instruction.keyword == "FROM" and words:
            current = known.get(words[0].lower())
            stage = words[-1].lower()
        elif instruction.keyword == "WORKDIR":
            current = _entered(current, instruction.rest.strip("\"'"))
        known[stage] = current
        found[instruction.first] = current
    return found


def _entered(current: PurePosixPath | None, path: str) -> PurePosixPath | None:
    if "$" in path:
        return None
    if path.startswith("/"):
        return normal(PurePosixPath(path))
    return normal(current / path) if current else None
