"""What is told of a leak, and what to do about it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from release.model import Finding

if TYPE_CHECKING:
    from release.leaks import Leak
    from release.model import Artifact

_NEXT_STEP: Final = {
    "home-path": "Take the path from a setting, or make it relative.",
    "url-credentials": "Renew the password, and read it from the environment.",
    "private-key": "Renew the key, and take it out of the repository and its history.",
    "private-key-in-tests": "Let the tests make a key, or let this code pass.",
    "token": "Revoke the token, and read it from the environment.",
}
_WHAT: Final = {
    "home-path": "It names a path into a home folder: {}.",
    "url-credentials": "It has a URL with a password: {}.",
    "private-key": "It holds {}.",
    "private-key-in-tests": "It holds {}.",
    "token": "It holds {}.",
}


def leak_finding(artifact: Artifact, leak: Leak) -> Finding:
    """Return the finding: member, line, and as much of it as gives nothing away."""
    return Finding(
        code=leak.code,
        place=f"{artifact.filename}:{leak.member}:{leak.line}",
        message=_WHAT[leak.code].format(leak.shown),
        next_step=_NEXT_STEP[leak.code],
    )
