"""Credentials in the files of a bump: found by their shape, and never repeated; pure."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from release.model import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from release.model import FileChange

_USER_PART: Final = re.compile(
    r"\b[a-z][a-z0-9+.-]*://(?P<user>[^\s/@:'\"<>]*)(?P<secret>:[^\s/@'\"]+)?@"
)
_TOKEN: Final = re.compile(
    r"\b(?:gh[pousr]_[A-Za-z0-9]{30,}|github_pat_\w{30,}|glpat-[\w-]{20,}|pypi-[\w-]{50,}"
    r"|xox[abprs]-[\w-]{10,}|A(?:KI|SI)A[A-Z0-9]{16})|-----BEGIN [A-Z ]*PRIVATE KEY"
)
_ASSIGNED: Final = re.compile(
    r"(?i)[\w-]*(?:token|passw(?:or)?d|secret|api[_-]?key)[\w-]*[\"']?\s*[=:]\s*[\"']?"
    r"(?P<value>[A-Za-z0-9_+/=-]{16,})"
)
_PLACEHOLDER: Final = ("$", "{", "<", "%", "*")
_TOKEN_LENGTH: Final = 20


def credentials(changes: Sequence[FileChange]) -> Iterator[Finding]:
    """Yield lines that hold a credential; the finding never repeats it.

    What looks like one by its shape counts anywhere in a changed file. A value that only
    its name makes suspicious (``SECRET_KEY=…``) counts where the bump wrote the line.
    """
    for change in changes:
        before = set((change.before or b"").decode("utf-8", "replace").splitlines())
        for number, line in enumerate(change.after.decode("utf-8", "replace").splitlines(), 1):
            if _has_credential(line) or (line not in before and _ASSIGNED.search(line)):
                yield Finding(
                    code="credential",
                    place=f"{change.path}:{number}",
                    message="This line holds what looks like a credential.",
                    next_step="Take it out of the file, and revoke it where it was committed; "
                    "let tools read it from the environment.",
                )


def _has_credential(line: str) -> bool:
    return bool(_TOKEN.search(line)) or any(
        _is_credential(match["user"], (match["secret"] or "").removeprefix(":"))
        for match in _USER_PART.finditer(line)
    )


def _is_credential(user: str, secret: str) -> bool:
    """Tell a credential from ``git@``, a bare user name, and ``${TOKEN}``."""
    if secret:
        return not secret.startswith(_PLACEHOLDER)
    return len(user) >= _TOKEN_LENGTH and not user.startswith(_PLACEHOLDER)
