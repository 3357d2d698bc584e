"""What both forms of a project page come down to: links to distribution files."""

from __future__ import annotations

import re
from typing import Final, NamedTuple

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


def is_distribution(filename: str) -> bool:
    """Tell whether a name ends as distribution files do."""
    return filename.lower().endswith(EXTENSIONS)


def digest(claimed: object) -> str | None:
    """Return the sha256 in lower-case hex where ``claimed`` is one, else None."""
    if isinstance(claimed, str) and _SHA256.fullmatch(claimed.lower()):
        return claimed.lower()
    return None
