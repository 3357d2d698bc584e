"""How one version of a project may be spelled in a file name; which files of a page matter."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from packaging.utils import NormalizedName
    from packaging.version import Version

_SDIST_END: Final = r"\.(?:tar\.gz|zip|tar\.bz2|tgz|tar\.xz)"
_WHEEL_END: Final = r"(?:-[^-]+)?-[^-]+-[^-]+-[^-]+\.whl"
_PRE_NAMES: Final = {"a": "(?:alpha|a)", "b": "(?:beta|b)", "rc": "(?:rc|c|preview|pre)"}


@dataclass(frozen=True, kw_only=True, slots=True)
class Spelled:
    """A wheel or an sdist of the asked version, with its own spelling of name and version."""

    name: str
    version: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Wanted:
    """The files of interest on a project page: some names, and perhaps a version's files.

    ``version`` finds all its files, however they spell project and version: for an
    installer ``demo-1.0.tar.gz`` and ``Demo-1.0.0.tar.gz`` are one version.
    """

    filenames: frozenset[str]
    version: VersionFiles | None = None

    def is_near(self, text: str) -> bool:
        """Tell whether a text may name such a file; False only where it names none."""
        if any(name in text for name in self.filenames):
            return True
        return self.version is not None and self.version.is_near(text)

    def keeps(self, filename: str) -> bool:
        """Tell whether a file is one of them."""
        if filename in self.filenames:
            return True
        return self.version is not None and self.version.read(filename) is not None


class VersionFiles:
    """The wheels and sdists of one version of a project, in every spelling."""

    def __init__(self, name: NormalizedName, version: Version) -> None:
        """Make the patterns: one for a whole name, one to search a long text for."""
        project = _project(name)
        loose, strict = _version(version, gap="[-_.]?"), _version(version, gap="[_.]?")
        self._whole = tuple(
            re.compile(rf"(?P<name>{project})-(?P<version>{number}){end}", re.IGNORECASE | re.ASCII)
            for number, end in ((loose, _SDIST_END), (strict, _WHEEL_END))
        )
        # Lower case on both sides: a search that ignores case cannot jump to the letters.
        self._part = re.compile(rf"{project}-{loose}(?![0-9])", re.ASCII)

    def is_near(self, text: str) -> bool:
        """Tell whether a text may name such a file; False only where it names none."""
        return self._part.search(text.lower()) is not None

    def read(self, filename: str) -> Spelled | None:
        """Return how the file spells project and version; None for any other file."""
        matches = (pattern.fullmatch(filename) for pattern in self._whole)
        match = next(filter(None, matches), None)
        return Spelled(name=match["name"], version=match["version"]) if match else None


def files_of_project(name: NormalizedName) -> re.Pattern[str]:
    """Return the pattern that begins every file name of a project."""
    return re.compile(rf"{_project(name)}-v?[0-9]", re.IGNORECASE | re.ASCII)


def _project(name: NormalizedName) -> str:
    return "[-_.]+".join(map(re.escape, name.split("-")))


def _version(version: Version, *, gap: str) -> str:
    """Return the pattern of all texts that PEP 440 reads as this version, in lower case.

    ``gap`` is what may stand before its parts. In a wheel's name no dash may: ``1.0-1`` is
    1.0.post1 in an sdist's name, and 1.0 with a build number in a wheel's.
    """
    text = _release(version)
    if version.pre is not None:
        letter, number = version.pre
        text += f"{gap}{_PRE_NAMES[letter]}{_numbered(number, gap)}"
    if version.post is not None:
        named = f"{gap}(?:post|rev|r){_numbered(version.post, gap)}"
        text += f"(?:{named}|-0*{version.post})" if "-" in gap else named
    if version.dev is not None:
        text += f"{gap}dev{_numbered(version.dev, gap)}"
    return text


def _release(version: Version) -> str:
    epoch = f"0*{version.epoch}!" if version.epoch else "(?:0+!)?"
    numbers = list(version.release)
    while len(numbers) > 1 and numbers[-1] == 0:
        numbers.pop()
    shown = r"\.".join(f"0*{number}" for number in numbers)
    return rf"v?{epoch}{shown}(?:\.0+)*"


def _numbered(number: int, gap: str) -> str:
    return f"{gap}0*{number}" if number else f"(?:{gap}0+)?"
