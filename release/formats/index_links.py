"""What both forms of a project page come down to: links to distribution files."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

from release.formats.spellings import files_of_project

if TYPE_CHECKING:
    from packaging.utils import NormalizedName

PENDING_LIMIT: Final = 1_000_000
"""Characters that one tag, script or JSON value may have; a page that needs more is none."""

EXTENSIONS: Final = (
    ".whl",
    ".tar.gz",
    ".zip",
    ".tar.bz2",
    ".tgz",
    ".tar.xz",
    ".tar.z",
    ".egg",
    ".exe",
    ".msi",
    ".rpm",
    ".deb",
    ".dmg",
)
"""How names of distribution files have ended since there are indexes."""

_SHA256: Final = re.compile(r"[0-9a-f]{64}")


class NotAProjectPage(Exception):
    """The body is no complete project page; the text says what was found instead."""


class Link(NamedTuple):
    """One file as the page tells it; ``url`` may be relative to ``base``."""

    filename: str
    url: str
    base: str | None = None
    sha256: str | None = None
    requires_python: str | None = None
    yanked: str | None = None


class OwnerCheck:
    """Whether the files of a page are the project's: a page of another one proves nothing."""

    def __init__(self, project: NormalizedName) -> None:
        """Begin with a page on which no file was seen."""
        self._project = project
        self._own = files_of_project(project)
        self._other = ""
        self.has_own_file = False

    def note(self, filename: str) -> None:
        """Note a file of the page."""
        if not self.has_own_file:
            self.has_own_file = self._own.match(filename) is not None
            self._other = filename

    def close(self) -> None:
        """Refuse a page that had files, and none of the project."""
        if self._other and not self.has_own_file:
            raise NotAProjectPage(f"no file of {self._project} but {self._other[:60]!r}")


def is_distribution(filename: str) -> bool:
    """Tell whether a name ends as distribution files do."""
    return filename.lower().endswith(EXTENSIONS)


def digest(claimed: object) -> str | None:
    """Return the sha256 in lower-case hex where ``claimed`` is one, else None."""
    if isinstance(claimed, str) and _SHA256.fullmatch(claimed.lower()):
        return claimed.lower()
    return None
