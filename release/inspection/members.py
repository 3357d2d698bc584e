"""Members of an archive, one by one: names, kinds and links that must not be there."""

from __future__ import annotations

import posixpath
import re
from collections import Counter
from typing import TYPE_CHECKING, Final

from release.leaks.places import is_test
from release.model import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from release.inspection.contents import Contents, Member
    from release.inspection.names import FileName

LEAVE_OUT: Final = "Leave it out of the build, or out of the repository."
_BYTECODE: Final = re.compile(r"(?:.*/)?__pycache__/.*|.*\.py[co]")
_JUNK: Final = re.compile(
    r"(?:.*/)?(?:"
    r"(?:\.git|\.hg|\.svn|\.bzr|\.idea|\.tox|\.nox|\.venv|\.eggs|\.pytest_cache|\.mypy_cache"
    r"|\.ruff_cache|\.hypothesis|\.ipynb_checkpoints|node_modules)/.*"
    r"|\.DS_Store|\._[^/]*|Thumbs\.db|desktop\.ini|\.coverage(?:\.[^/]*)?"
    r"|[^/]+~|\.[^/]*\.sw[op]|\#[^/]*\#|\.\#[^/]*|[^/]+\.(?:rej|bak)|__MACOSX/.*"
    r")"
)
_SECRET_FILE: Final = re.compile(
    r"(?:.*/)?(?:\.env(?:\.(?!example$|sample$|template$|dist$|test$|ci$)[^/]*)?|\.pypirc|[._]netrc"
    r"|\.git-credentials|\.pgpass|\.htpasswd|\.vault-token|\.docker/config\.json"
    r"|\.aws/credentials|\.ssh/.*|id_(?:rsa|dsa|ecdsa|ed25519))"
)
_DRIVE: Final = re.compile(r"[A-Za-z]:")


def check_members(contents: Contents) -> Iterator[Finding]:
    """Refuse members for their name or kind, in a wheel as in an sdist."""
    filename = contents.artifact.filename
    counts = Counter(member.name.rstrip("/") for member in contents.members)
    for name in sorted(name for name, count in counts.items() if count > 1):
        yield _finding(
            "duplicate-member",
            f"{filename}:{name}",
            "The name is there more than once.",
            "Build again; no backend that works writes a member twice.",
        )
    for member in contents.members:
        yield from _check_member(member, f"{filename}:{member.name}")


def _check_member(member: Member, place: str) -> Iterator[Finding]:
    if not is_safe(member.name):
        yield _finding("unsafe-path", place, "Unpacking it would write outside.", LEAVE_OUT)
    if member.kind == "special":
        yield _finding("special-file", place, "It is a device, a pipe or a socket.", LEAVE_OUT)
    if member.kind == "folder":
        return
    if _BYTECODE.fullmatch(member.name):
        yield _finding("bytecode", place, "It is compiled for one Python.", LEAVE_OUT)
    elif is_test(member.name):
        return  # a fixture; what it holds is looked at all the same
    elif _SECRET_FILE.fullmatch(member.name):
        yield _finding(
            "secret-file",
            place,
            "Files of this name hold secrets.",
            "Leave it out, and renew every secret that it held.",
        )
    elif _JUNK.fullmatch(member.name):
        yield _finding(
            "junk-file", place, "It is left over from a tool, not part of the package.", LEAVE_OUT
        )


def is_safe(name: str) -> bool:
    """Whether a member stays in the folder that the archive is unpacked in."""
    parts = name.split("/")
    return not (
        name.startswith("/") or ".." in parts or "\\" in name or _DRIVE.match(name) or not name
    )


def check_root(contents: Contents, parsed: FileName) -> Iterator[Finding]:
    """Ask for one folder, named after name and version as the file is."""
    wanted = contents.root
    roots = {member.name.split("/")[0] for member in contents.members}
    for root in sorted(roots - {wanted, ""}):
        if is_safe(root):
            yield Finding(
                code="sdist-root",
                place=f"{contents.artifact.filename}:{root}",
                message=f"The sdist of {parsed.name} has {root!r} beside or instead of {wanted!r}.",
                next_step="Build with a backend that puts all in one folder.",
            )


def check_links(contents: Contents) -> Iterator[Finding]:
    """Follow each link; it must stay in the archive's root, and a wheel must have none."""
    filename = contents.artifact.filename
    for member in contents.members:
        if member.kind == "link" and (contents.artifact.kind == "wheel" or _leads_out(member)):
            yield Finding(
                code="link-outside",
                place=f"{filename}:{member.name}",
                message=f"It is a link to {member.target!r}."
                if member.target
                else "It is a link; installers make a file of it.",
                next_step="Put a copy of the file in its place.",
            )


def _leads_out(member: Member) -> bool:
    root = member.name.partition("/")[0]
    start = "" if member.is_hard else posixpath.dirname(member.name)
    target = posixpath.normpath(posixpath.join(start, member.target))
    return target != root and not target.startswith(f"{root}/")


def _finding(code: str, place: str, message: str, next_step: str) -> Finding:
    return Finding(code=code, place=place, message=message, next_step=next_step)
