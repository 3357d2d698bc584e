"""The shapes of all leaks: private keys, tokens, passwords in URLs, paths into a home."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final
from urllib.parse import unquote

from release.leaks import homes
from release.leaks.placeholders import is_placeholder, looks_random, names_nobody
from release.leaks.rules import Rule
from release.leaks.tokens import TOKENS

if TYPE_CHECKING:
    from release.leaks.rules import Judge

# private keys -------------------------------------------------------------------------

_BODY: Final = rb"(?:(?!-----)[\s\S]){0,600}?[A-Za-z0-9+/]{40}"
"""Key material; a header alone, or one with an ellipsis, is a constant or an example."""


def _private_key(name: str) -> Judge:
    def judge(match: re.Match[bytes], *, in_tests: bool) -> str | None:  # noqa: ARG001 - Judge
        return name

    return judge


_PRIVATE_KEYS: Final = (
    Rule(
        code="private-key",
        needles=(b"-----BEGIN ",),
        pattern=re.compile(rb"-----BEGIN (?:[A-Z0-9]+ ){0,3}PRIVATE KEY(?: BLOCK)?-----" + _BODY),
        shown=_private_key("a PEM or PGP private key"),
    ),
    Rule(
        code="private-key",
        needles=(b"PuTTY-User-Key-File-",),
        pattern=re.compile(rb"PuTTY-User-Key-File-\d:[\s\S]{1,2000}?\nPrivate-Lines: \d"),
        shown=_private_key("a PuTTY private key"),
    ),
    Rule(
        code="private-key",
        needles=(b"AGE-SECRET-KEY-1",),
        pattern=re.compile(rb"AGE-SECRET-KEY-1[0-9A-Z]{58}"),
        shown=_private_key("an age secret key"),
    ),
)

# passwords in URLs --------------------------------------------------------------------


def _url(match: re.Match[bytes], *, in_tests: bool) -> str | None:
    user, password, host = (
        unquote(match[name].decode("utf-8", "replace")) for name in ("user", "password", "host")
    )
    if is_placeholder(password) or password.lower() == user.lower():
        return None
    if not looks_random(password) and (in_tests or names_nobody(user, host)):
        return None
    return f"://{user}:***@{host}"


_URLS: Final = (
    Rule(
        code="url-credentials",
        needles=(b"://",),
        pattern=re.compile(
            rb"://(?P<user>[^\s:/?#@\"'<>`{}\\]{0,80}):(?P<password>[^\s/?#@\"'<>`{}\\]{1,200})"
            rb"@(?P<host>[A-Za-z0-9.\-\[\]:]{1,253})"
        ),
        shown=_url,
    ),
)

# homes --------------------------------------------------------------------------------


def _home(match: re.Match[bytes], *, in_tests: bool) -> str | None:  # noqa: ARG001 - Judge
    path = homes.path_at(match.string, match.start())
    return None if homes.is_comment(match.string, match.start()) else path


_HOMES: Final = (
    Rule(
        code="home-path",
        needles=homes.NEEDLES,
        pattern=re.compile(rb"[/:]"),
        shown=_home,
    ),
)

RULES: Final[tuple[Rule, ...]] = (*_PRIVATE_KEYS, *TOKENS, *_URLS, *_HOMES)
