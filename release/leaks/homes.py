"""Absolute paths into home folders, and which of them mean a real one."""

from __future__ import annotations

import ast
import re
import warnings
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

NEEDLES: Final = (b"/home/", b"/Users/", b"/root/", b":\\Users\\", b":\\\\Users\\\\")
_NOT_WITHIN_A_PATH: Final = rb"(?:(?<=-[IL])|(?<![\w.~%})\]-])(?<![^/]/))"
"""A path begins here: not within a longer one, nor where a URL has its host."""
_USED: Final = re.compile(
    rb"(?:" + _NOT_WITHIN_A_PATH + rb"/(?:home|Users)/|(?<=[A-Za-z]):\\{1,2}Users\\{1,2})"
    rb"(?P<user>\w[\w.-]{0,39})[/\\]"
)
_ROOT: Final = re.compile(_NOT_WITHIN_A_PATH + rb"/root/(?=[\w.])")

_PEOPLE: Final = (
    "user username users someuser youruser yourname your-name your_name your-username name me you"
    " myself myuser foo bar baz test tester testuser example sample johndoe jdoe someone somebody"
    " anyone nobody guest default public shared all"
)
_ACCOUNTS: Final = (
    "runner runneradmin circleci travis appveyor vsts vsts_azpcontainer jenkins buildkite builder"
    " gitpod codespace vscode docker ubuntu debian admin administrator vagrant ec2-user centos"
    " fedora core pi conda app apps appuser web www www-data nginx node deno bun python django"
    " celery postgres mysql redis git gitea airflow jovyan sandbox nonroot linuxbrew"
)
_PARTS_OF_ADDRESSES: Final = "page index about login static media images html"
_NOBODY: Final = frozenset(f"{_PEOPLE} {_ACCOUNTS} {_PARTS_OF_ADDRESSES}".split())
"""Names for nobody, accounts that are the same on every machine, and what follows
``/home/`` in addresses of web pages."""


def is_python(member: str) -> bool:
    """Whether a member is a Python module."""
    return member.endswith((".py", ".pyi", ".pyw"))


def may_hold_path(text: bytes) -> bool:
    """Whether a closer look is worth its time."""
    return any(needle in text for needle in NEEDLES)


def path_at(text: bytes, position: int) -> str | None:
    """Return the path that begins at a needle, as far as the user's name.

    None where it is no path, or one into the home of nobody in particular.
    """
    if _ROOT.match(text, position):
        return "/root/"
    match = _USED.match(text, position)
    user = match["user"].decode("ascii", "replace").lower() if match else ""
    if match is None or len(user) == 1 or user in _NOBODY:
        return None
    return match.group().decode("ascii", "replace").lstrip(":")


def is_comment(text: bytes, position: int) -> bool:
    """Whether the line of a setting is a comment.

    Not so ``/*``: there Cython writes the paths of the machine that it ran on.
    """
    line = text[text.rfind(b"\n", 0, position) + 1 : position].lstrip()
    return line.startswith((b"#", b"//", b";", b"--", b"%"))


def paths_in_python(source: bytes) -> list[tuple[int, str]]:
    """Return line and path of each string that is a path into somebody's home.

    A path in a comment, in a docstring, or in a sentence is an example; a string that
    begins with it is used. A module that cannot be parsed is read like a setting.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = ast.parse(source)
    except (SyntaxError, ValueError, RecursionError):
        return list(_paths_in_text(source))
    return sorted(
        (node.lineno, path)
        for node in _strings_that_are_used(tree)
        for path in _leading_path(node.value)
    )


def _strings_that_are_used(tree: ast.AST) -> Iterator[ast.Constant]:
    spoken = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and id(node) not in spoken:
            yield node


def _leading_path(value: object) -> Iterator[str]:
    """Yield the path with which a string begins, perhaps after ``file://`` or ``KEY=``."""
    text = value.encode(errors="replace") if isinstance(value, str) else value
    if isinstance(text, bytes) and b"\n" not in text:
        for position, path in _paths(text):
            if not re.search(rb"\s", text[:position]):
                yield path


def _paths_in_text(source: bytes) -> Iterator[tuple[int, str]]:
    for position, path in _paths(source):
        yield source.count(b"\n", 0, position) + 1, path


def _paths(text: bytes) -> Iterator[tuple[int, str]]:
    for needle in NEEDLES:
        position = text.find(needle)
        while position != -1:
            path = path_at(text, position)
            if path:
                yield position, path
            position = text.find(needle, position + 1)
