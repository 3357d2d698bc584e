"""Whether a text of an image file may need a folder of the image; pure.

The answer errs to yes: by the folder's path, by that of a folder above it, by its own
name as a word, or by a glob over either.
"""

from __future__ import annotations

import re
from fnmatch import fnmatchcase
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT: Final = PurePosixPath("/")

_BRACED_VARIABLE: Final = re.compile(r"\$\{[^}]*\}")
_ALTERNATIVES: Final = re.compile(r"\{[^{}\s\"']*(?:,|\.\.)[^{}\s\"']*\}")
_SEPARATORS: Final = re.compile(r"[\s\"'`=,:;|&()<>]+")
# pip takes -f/wheels and -r/tmp/r*.txt
_SHORT_OPTION: Final = re.compile(r"^-\w(?=[./~$*?\[])")
_CHANGES_FOLDER: Final = re.compile(r"(?<![\w.-])(?:cd|pushd|chdir|-C|--directory)(?![\w.-])")


def mentions(text: str, place: PurePosixPath, workdir: PurePosixPath | None) -> bool:
    """Tell whether the text may need what is at a place, read in a working directory."""
    if names_word(text, place.name):
        return True
    base = None if _CHANGES_FOLDER.search(text) else workdir
    return any(_reaches(token, place, base) for token in _tokens(text))


def names_word(text: str, name: str) -> bool:
    """Tell whether a name stands in the text as a word, or as a part of a path."""
    return bool(re.search(rf"(?<![\w.-]){re.escape(name)}(?![\w.-])", text))


def normal(path: PurePosixPath) -> PurePosixPath:
    """Resolve ``.`` and ``..`` without a file system."""
    parts: list[str] = []
    for part in path.parts[1:]:
        if part == "..":
            del parts[-1:]
        else:
            parts.append(part)
    return PurePosixPath("/", *parts)


def is_at_or_below(path: PurePosixPath, place: PurePosixPath) -> bool:
    """Tell whether a path is the place or inside of it."""
    return path == place or place in path.parents


def is_above(path: PurePosixPath, place: PurePosixPath) -> bool:
    """Tell whether a path is a folder that the place is in; the root is above everything."""
    return path != ROOT and path in place.parents


def _tokens(text: str) -> Iterator[str]:
    """Yield what may be a path; alternatives in braces are a glob like any other."""
    plain = _ALTERNATIVES.sub("*", _BRACED_VARIABLE.sub("$V", text))
    for token in _SEPARATORS.split(plain):
        yield _SHORT_OPTION.sub("", token)


def _reaches(token: str, place: PurePosixPath, base: PurePosixPath | None) -> bool:
    path = PurePosixPath(token)
    is_open = token.startswith(("$", "~"))
    if path.is_absolute() or (base is not None and not is_open):
        return _leads_to(normal((base or ROOT) / path), place)
    named = path.parts[1:] if is_open else path.parts
    return _may_lead_to([part for part in named if part not in {".", ".."}], place)


def _leads_to(path: PurePosixPath, place: PurePosixPath) -> bool:
    """Tell whether a path with known beginning is the place, in it, or above it."""
    wanted = place.parts[1:]
    given = path.parts[1:]
    return bool(given) and _match(given, wanted)


def _may_lead_to(given: list[str], place: PurePosixPath) -> bool:
    """Tell whether a path with unknown beginning may be the place or above it."""
    parts = place.parts[1:]
    return bool(given) and any(_match(given, parts[start:]) for start in range(len(parts)))


def _match(given: tuple[str, ...] | list[str], wanted: tuple[str, ...]) -> bool:
    """Compare part by part, as far as both go: one is then the other, or above it."""
    return all(fnmatchcase(have, part) for part, have in zip(given, wanted, strict=False))
