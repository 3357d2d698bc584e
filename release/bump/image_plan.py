"""Which instructions of an image file served the package's build context only; pure.

An instruction goes where nothing else in the file needs what it brought. All others that
have to do with the context stay, each with the reason.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Final

from packaging.utils import canonicalize_name

from release.bump import dockerfile
from release.bump.contexts import name_pattern
from release.bump.image_mentions import (
    ROOT,
    is_above,
    is_at_or_below,
    mentions,
    names_word,
    normal,
)

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence

    from release.bump.dockerfile import Flag, Instruction
    from release.model import Wanted

COPIES: Final = frozenset({"COPY", "ADD"})
_WHOLE: Final = frozenset({"", "."})
_PROJECT_FILES: Final = frozenset({"pyproject.toml", "setup.py"})
_BESIDE_PROJECT_FILES: Final = re.compile(
    r"pyproject\.toml|setup\.(?:py|cfg)|MANIFEST\.in|(?:README|LICEN[CS]E)[\w.*-]*|src|uv\.lock"
)
# neither a build step nor the running image reads files by these
_TELLING: Final = frozenset({"FROM", "LABEL", "MAINTAINER", "EXPOSE", "STOPSIGNAL"})
# these hold for the instructions after them, a mount's command among them
_LASTING: Final = frozenset({"ENV", "ARG", "SHELL"})


@dataclass(frozen=True, kw_only=True, slots=True)
class _Copy:
    """A copy that may go, and where in the image it puts the files; None if not known."""

    instruction: Instruction
    target: PurePosixPath | None


@dataclass(frozen=True, kw_only=True, slots=True)
class _Image:
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


@dataclass(frozen=True, kw_only=True, slots=True)
class Plan:
    """What goes, and what stays with the reason for it; in the order of the file."""

    removed: tuple[Instruction, ...]
    flags: tuple[tuple[Instruction, Flag], ...]
    kept: tuple[tuple[Instruction, str], ...]


# what may go ------------------------------------------------------------------------


def make_plan(instructions: tuple[Instruction, ...], wanted: Wanted) -> Plan:
    """Decide for each instruction that has to do with the package's context."""
    image = _Image(
        instructions=instructions,
        workdirs=_workdirs(instructions),
        stages=dockerfile.stages(instructions),
        wanted=wanted,
    )
    kept = [(one, why) for one in instructions if (why := _by_hand(one, image))]
    left = [one for one in instructions if all(one is not other for other, _ in kept)]
    copies = [_copy(one, image) for one in left if _serves_context(one, image)]
    mounts = [(one, flag) for one in left for flag in _context_mounts(one, image)]
    in_use = [(one, flag, _mount_in_use(one, flag, image)) for one, flag in mounts]
    kept += [(one, why) for one, _, why in in_use if why]
    flags = tuple((one, flag) for one, flag, why in in_use if not why)
    removed, needed = _provable(copies, image, [flag for _, flag in flags])
    kept += needed
    kept += _other_mentions(image, removed, kept, [flag for _, flag in flags])
    return Plan(
        removed=tuple(sorted(removed, key=lambda one: one.first)),
        flags=flags,
        kept=tuple(sorted(kept, key=lambda pair: pair[0].first)),
    )


def _other_mentions(
    image: _Image,
    removed: Sequence[Instruction],
    kept: Sequence[tuple[Instruction, str]],
    flags: Collection[Flag],
) -> list[tuple[Instruction, str]]:
    """Return what else names a folder of the package, by a path with its name in it."""
    told = {one.first for one in removed} | {one.first for one, _ in kept}
    pattern = rf"(?:\.\./|(?<![\w.-])/){name_pattern(image.wanted)}(?![\w.-])"
    return [
        (one, "It names a folder of the package.")
        for one in image.instructions
        if one.first not in told and re.search(pattern, _text(one, flags))
    ]


def _serves_context(instruction: Instruction, image: _Image) -> bool:
    if instruction.keyword not in COPIES:
        return False
    if instruction.flag("from") is not None:
        return image.is_context(instruction.flag("from"))
    sources = instruction.words()[:-1]
    return bool(sources) and all(_is_sibling(source, image.wanted) for source in sources)


def _is_sibling(source: str, wanted: Wanted) -> bool:
    """Tell whether a source is the package's folder beside the consumer's."""
    parts = PurePosixPath(source).parts
    return (
        len(parts) > 1 and parts[0] == ".." and canonicalize_name(parts[1]) == wanted.release.name
    )


def _by_hand(instruction: Instruction, image: _Image) -> str:
    """Return why an instruction that uses the context cannot be edited; empty if it can."""
    words = instruction.rest.split()
    if instruction.keyword == "FROM" and words and image.is_context(words[0]):
        return "A stage is built from the package's context."
    if instruction.keyword == "ONBUILD" and _uses_context_text(instruction, image.wanted):
        return "It runs in another image's build, where the context may still be needed."
    if instruction.keyword == "ARG" and image.is_context(_value(instruction.rest)):
        return "An argument carries the name of the package's context."
    if instruction.keyword in COPIES and instruction.flag("from") is None:
        sources = instruction.words()[:-1]
        siblings = [source for source in sources if _is_sibling(source, image.wanted)]
        if siblings and len(siblings) < len(sources):
            return "It copies the package's folder together with others."
        if any(_is_own_folder(source, image.wanted) for source in sources):
            return "It copies a folder of the package's name from the build context itself."
    return ""


def _is_own_folder(source: str, wanted: Wanted) -> bool:
    parts = PurePosixPath(source).parts
    return bool(parts) and canonicalize_name(parts[0]) == wanted.release.name


def _value(text: str) -> str:
    return text.partition("=")[2].strip("\"' ")


def _uses_context_text(instruction: Instruction, wanted: Wanted) -> bool:
    return bool(re.search(rf"from=[\"']?{name_pattern(wanted)}\b", instruction.rest))


def _context_mounts(instruction: Instruction, image: _Image) -> Iterator[Flag]:
    for flag in instruction.flags:
        if flag.name == "mount" and image.is_context(flag.option("from")):
            yield flag


def _mount_in_use(instruction: Instruction, flag: Flag, image: _Image) -> str:
    target = flag.option("target", "dst", "destination") or ""
    absolute = image.absolute(instruction, target)
    if not flag.is_whole:
        return "The mount of the package's context is spread over several lines."
    if _mentions(instruction.rest + instruction.body, {target, str(absolute or target)}):
        return f"The command uses what is mounted at {target}."
    return ""


# what else needs it -----------------------------------------------------------------


def _copy(instruction: Instruction, image: _Image) -> _Copy:
    target = (instruction.words() or ("",))[-1]
    absolute = image.absolute(instruction, target)
    paths = {target.rstrip("/") or "/", *([str(absolute)] if absolute else [])}
    return _Copy(instruction=instruction, paths=frozenset(paths))


def _provable(
    copies: Sequence[_Copy], image: _Image, flags: Collection[Flag]
) -> tuple[list[Instruction], list[tuple[Instruction, str]]]:
    """Split the copies into those that nothing else needs, and the others with the reason.

    A copy of exactly that folder from one stage to the next goes with it. A copy that must
    stay can be the reason for which another stays, so this repeats until nothing changes.
    """
    removable = {copy.instruction.first: copy for copy in (*copies, *_followers(copies, image))}
    in_use: list[tuple[Instruction, str]] = []
    while True:
        reasons = {
            first: reason
            for first, copy in removable.items()
            if (reason := _needed(copy, removable.keys(), image, flags))
        }
        for first, reason in reasons.items():
            in_use.append((removable.pop(first).instruction, reason))
        if not reasons:
            return [copy.instruction for copy in removable.values()], in_use


def _followers(copies: Sequence[_Copy], image: _Image) -> Iterator[_Copy]:
    gone = {path for copy in copies for path in copy.paths if path.startswith("/")}
    for instruction in image.instructions:
        sources = [source.rstrip("/") for source in instruction.words()[:-1]]
        is_follower = (
            instruction.keyword in COPIES
            and (instruction.flag("from") or "").lower() in image.stages
            and bool(sources)
            and all(source in gone for source in sources)
        )
        if is_follower:
            follower = _copy(instruction, image)
            gone |= {path for path in follower.paths if path.startswith("/")}
            yield follower


def _needed(copy: _Copy, removable: Iterable[int], image: _Image, flags: Collection[Flag]) -> str:
    """Return why the copy cannot go; empty where nothing needs it."""
    target = (copy.instruction.words() or ("",))[-1]
    absolute = image.absolute(copy.instruction, target)
    if "$" in target or absolute in {None, PurePosixPath("/")}:
        return f"It is not known where {target!r} is."
    if absolute == image.workdirs[copy.instruction.first]:
        return "It puts the package's files among the application's own."
    going = set(removable)
    others = [other for other in image.instructions if other.first not in going]
    for other in others:
        if _mentions(_text(other, flags), copy.paths):
            return f"Line {other.first + 1} uses {target}."
        if _takes_parent(other, absolute, others, image):
            return f"Line {other.first + 1} copies a folder that {target} is in."
    return ""


def _takes_parent(
    other: Instruction,
    path: PurePosixPath | None,
    others: Sequence[Instruction],
    image: _Image,
) -> bool:
    """Tell whether a later stage copies a folder that exists by this copy only."""
    if other.keyword not in COPIES or other.flag("from") is None or path is None:
        return False
    parents = {
        source for source in map(PurePosixPath, other.words()[:-1]) if source in path.parents
    }
    made = {
        image.absolute(one, (one.words() or ("",))[-1])
        for one in others
        if one.keyword in {*COPIES, "WORKDIR"} and one is not other
    }
    return any(
        not any(place and (place == parent or parent in place.parents) for place in made)
        for parent in parents
    )


def _text(instruction: Instruction, without: Collection[Flag]) -> str:
    flags = " ".join(flag.value for flag in instruction.flags if flag not in without)
    return f"{flags} {instruction.rest}\n{instruction.body}"


def _mentions(text: str, paths: Iterable[str]) -> bool:
    return any(
        re.search(rf"(?<![\w.-]){re.escape(path.rstrip('/') or '/')}(?![\w.-])", text)
        for path in paths
        if path
    )


def _workdirs(instructions: Sequence[Instruction]) -> dict[int, PurePosixPath | None]:
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
