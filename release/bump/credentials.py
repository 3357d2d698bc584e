"""Credentials in the files of a bump: found by their shape, and never repeated; pure."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from release.leaks import find_leaks
from release.model import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from release.model import FileChange

_USER_PART: Final = re.compile(
    r"\b[a-z][a-z0-9+.-]*://(?P<user>[^\s/@:'\"<>]*)(?P<secret>:[^\s/@'\"]+)?@"
)
_ASSIGNED: Final = re.compile(
    r"(?i)[\w-]*(?:token|passw(?:or)?d|secret|api[_-]?key)[\w-]*[\"']?\s*[=:]\s*[\"']?"
    r"(?P<value>[A-Za-z0-9_+/=-]{16,})"
)
_KEY: Final = re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY")
"""Even without what follows: no manifest, lockfile or image file has a use for it."""
_PLACEHOLDER: Final = ("$", "{", "<", "%", "*")
_TOKEN_LENGTH: Final = 20


def credentials(changes: Sequence[FileChange]) -> Iterator[Finding]:
    """Yield lines that hold a credential; the finding never repeats it.

    What looks like one by its shape counts anywhere in a changed file. A value that only
    its name makes suspicious (``SECRET_KEY=…``) counts where the bump wrote the line.
    """
    for change in changes:
        before = set(_lines(change.before or b""))
        leaking = _leaking_lines(change)
        for number, line in enumerate(_lines(change.after), 1):
            is_new = line not in before
            is_suspect = number in leaking or _KEY.search(line) or _has_user_part(line)
            if is_suspect or (is_new and _ASSIGNED.search(line)):
                yield Finding(
                    code="credential",
                    place=f"{change.path}:{number}",
                    message="This line holds what looks like a credential.",
                    next_step="Take it out of the file, and revoke it where it was committed; "
                    "let tools read it from the environment.",
                )


def _lines(content: bytes) -> list[str]:
    return content.decode("utf-8", "replace").split("\n")


def _leaking_lines(change: FileChange) -> frozenset[int]:
    """Return the lines that hold what inspection would refuse in an artifact."""
    leaks = find_leaks(change.path, len(change.after), [change.after])
    return frozenset(leak.line for leak in leaks if leak.code != "home-path")


def _has_user_part(line: str) -> bool:
    """Tell whether a URL of the line carries a credential, in whatever place."""
    return any(
        _is_credential(match["user"], (match["secret"] or "").removeprefix(":"))
        for match in _USER_PART.finditer(line)
    )


def _is_credential(user: str, secret: str) -> bool:
    """Tell a credential from ``git@``, a bare user name, and ``${TOKEN}``."""
    if secret:
        return not secret.startswith(_PLACEHOLDER)
    return len(user) >= _TOKEN_LENGTH and not user.startswith(_PLACEHOLDER)
