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
from release.bump.image import Image, workdirs
from release.bump.image_mentions import ROOT, is_above, is_at_or_below, mentions, names_word

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
class Plan:
    """What goes, and what stays with the reason for it; in the order of the file."""

    removed: tuple[Instruction, ...]
    flags: tuple[tuple[Instruction, Flag], ...]
    kept: tuple[tuple[Instruction, str], ...]


# what may go ------------------------------------------------------------------------


def make_plan(instructions: tuple[Instruction, ...], wanted: Wanted) -> Plan:
    """Decide for each instruction that has to do with the package's context."""
    image = Image(
        instructions=instructions,
        workdirs=workdirs(instructions),
        stages=dockerfile.stages(instructions),
        wanted=wanted,
    )
    kept = [(one, why) for one in instructions if (why := _by_hand(one, image))]
    left = [one for one in instructions if all(one is not other for other, _ in kept)]
    copies = [_copy(one, image) for one in left if _serves_context(one, image)]
    flags, in_use = _provable_mounts(left, image)
    kept += in_use
    removed, needed = _provable(copies, image, [flag for _, flag in flags])
    kept += needed
    kept += _other_mentions(image, removed, kept, [flag for _, flag in flags])
    return Plan(
        removed=tuple(sorted(removed, key=lambda one: one.first)),
        flags=tuple(flags),
        kept=tuple(sorted(kept, key=lambda pair: pair[0].first)),
    )


def _other_mentions(
    image: Image,
    removed: Sequence[Instruction],
    kept: Sequence[tuple[Instruction, str]],
    flags: Collection[Flag],
) -> list[tuple[Instruction, str]]:
    """Return what else names a folder of the package, by a path with its name in it."""
    told = {one.first for one in removed} | {one.first for one, _ in kept}
    return [
        (one, "It names a folder of the package.")
        for one in image.instructions
        if one.first not in told and _names_folder(_text(one, flags), image.wanted)
    ]


def _names_folder(text: str, wanted: Wanted) -> bool:
    return bool(re.search(rf"(?:\.\./|(?<![\w.-])/){name_pattern(wanted)}(?![\w.-])", text))


def _serves_context(instruction: Instruction, image: Image) -> bool:
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


def _by_hand(instruction: Instruction, image: Image) -> str:
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


def _context_mounts(instruction: Instruction, image: Image) -> Iterator[Flag]:
    for flag in instruction.flags:
        if flag.name == "mount" and image.is_context(flag.option("from")):
            yield flag


def _provable_mounts(
    instructions: Iterable[Instruction], image: Image
) -> tuple[list[tuple[Instruction, Flag]], list[tuple[Instruction, str]]]:
    """Split the mounts of the context; an instruction keeps all of its own or none."""
    flags: list[tuple[Instruction, Flag]] = []
    kept: list[tuple[Instruction, str]] = []
    for one in instructions:
        mounts = list(_context_mounts(one, image))
        reasons = [reason for flag in mounts if (reason := _mount_in_use(one, flag, image))]
        if reasons:
            kept.append((one, reasons[0]))
        else:
            flags += [(one, flag) for flag in mounts]
    return flags, kept


def _mount_in_use(instruction: Instruction, flag: Flag, image: Image) -> str:
    target = flag.option("target", "dst", "destination") or ""
    source = flag.option("source", "src") or ""
    place = image.absolute(instruction, target)
    if not flag.is_whole:
        return "The mount of the package's context is spread over several lines."
    if not _is_whole(source) or (flag.option("type") or "bind") != "bind":
        return "It mounts something else than the whole context of the package."
    if unexpected := _unexpected(target, place, image):
        return unexpected
    own = [flag for flag in instruction.flags if not image.is_context(flag.option("from"))]
    text = f"{_options(own)} {instruction.rest}\n{instruction.body}"
    workdir = image.workdirs[instruction.first]
    is_mentioned = place and mentions(f"{text} {workdir or ''}", place, workdir)
    if is_mentioned or _names_folder(text, image.wanted):
        return f"The command may use what is mounted at {target}."
    lasting = (one for one in image.instructions if one.keyword in _LASTING)
    return _first_mention(target, place, lasting, image, ())


# what else needs it -----------------------------------------------------------------


def _copy(instruction: Instruction, image: Image) -> _Copy:
    target = (instruction.words() or ("",))[-1]
    absolute = image.absolute(instruction, target)
    return _Copy(instruction=instruction, target=absolute)


def _provable(
    copies: Sequence[_Copy], image: Image, flags: Collection[Flag]
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


def _followers(copies: Sequence[_Copy], image: Image) -> Iterator[_Copy]:
    gone = {str(copy.target) for copy in copies}
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
            gone.add(str(follower.target))
            yield follower


def _needed(copy: _Copy, removable: Iterable[int], image: Image, flags: Collection[Flag]) -> str:
    """Return why the copy cannot go; empty where nothing needs it."""
    target = (copy.instruction.words() or ("",))[-1]
    if not _is_source_tree(copy, image):
        return "It copies something else than the whole source tree of the package."
    if unexpected := _unexpected(target, copy.target, image):
        return unexpected
    going = set(removable)
    others = (other for other in image.instructions if other.first not in going)
    return _first_mention(target, image.place(copy.target), others, image, flags)


def _is_source_tree(copy: _Copy, image: Image) -> bool:
    """Tell whether the whole context is copied, or what its build needs, to where it was.

    A single file, a script or a folder of data may serve the image itself.
    """
    own = copy.instruction
    if (own.flag("from") or "").lower() in image.stages:
        return True
    skipped = 0 if own.flag("from") is not None else len(("..", "package"))
    sources = ["/".join(PurePosixPath(one).parts[skipped:]) for one in own.words()[:-1]]
    if len(sources) == 1 and _is_whole(sources[0]):
        return image.place(copy.target) in {copy.target, None}
    parts = [source.strip("/") for source in sources]
    return all(map(_BESIDE_PROJECT_FILES.fullmatch, parts)) and (
        not _PROJECT_FILES.isdisjoint(parts) or "src" in parts
    )


def _is_whole(source: str) -> bool:
    return "/".join(PurePosixPath(source).parts).strip("/") in _WHOLE


def _unexpected(target: str, path: PurePosixPath | None, image: Image) -> str:
    """Return why a path is not where the package's sibling folder was expected."""
    if "$" in target or path in {None, ROOT}:
        return f"It is not known where {target!r} is."
    if path in image.workdirs.values():
        return "It puts the package's files among the application's own."
    if image.place(path) is None:
        return f"Nothing shows that {target} served as the package's folder beside the application."
    return ""


def _first_mention(
    target: str,
    place: PurePosixPath | None,
    others: Iterable[Instruction],
    image: Image,
    flags: Collection[Flag],
) -> str:
    for other in others:
        if place and _may_need(other, place, image, flags):
            return f"Line {other.first + 1} may use {target}."
    return ""


def _may_need(
    other: Instruction, place: PurePosixPath, image: Image, flags: Collection[Flag]
) -> bool:
    """Tell whether an instruction may need what is at a place of the image."""
    workdir = image.workdirs[other.first]
    if other.keyword in _TELLING:
        return False
    if other.keyword == "WORKDIR":
        return workdir is not None and (is_at_or_below(workdir, place) or is_above(workdir, place))
    if other.keyword not in COPIES:
        return mentions(_text(other, flags), place, workdir)
    *sources, target = other.words() or (other.rest,)
    stage = other.flag("from")
    is_read = stage is not None and not image.is_context(stage)
    return (
        _puts_into(other, target, place, image)
        or (is_read and mentions("\n".join(sources), place, ROOT))
        or mentions(other.body, place, workdir)
    )


def _puts_into(other: Instruction, target: str, place: PurePosixPath, image: Image) -> bool:
    path = image.absolute(other, target)
    if path is None or "$" in target:
        return names_word(target, place.name)
    return is_at_or_below(path, place)


def _options(flags: Iterable[Flag]) -> str:
    """Return the flags as text, without the names of the stages or contexts they read."""
    return " ".join(re.sub(r"\bfrom=[^,\s]*", "", flag.value) for flag in flags)


def _text(instruction: Instruction, without: Collection[Flag]) -> str:
    flags = _options(flag for flag in instruction.flags if flag not in without)
    return f"{flags} {instruction.rest}\n{instruction.body}"
