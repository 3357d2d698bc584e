"""What stands for a secret in examples, and is none."""

from __future__ import annotations

import re
from typing import Final

_SAYS_SO: Final = re.compile(
    r"example|placeholder|dummy|fake|change[-_]?me|redacted|masked|xxxx|\*\*|\.\.\.|…"
    r"|0123456|1234567|abcdefg|deadbeef",
    re.IGNORECASE,
)
_WORDS: Final = re.compile(
    r"password|passwd|passphrase|pass|secret|token|sample|test|your|my|some|user|tiger|foo|bar",
    re.IGNORECASE,
)
_TEMPLATE: Final = re.compile(r"[${}<>%(*]|\[secure\]")
_SHORT: Final = frozenset(
    {"pw", "pwd", "p", "baz", "key", "admin", "root", "guest", "s3cr3t", "me", "you", "12345"}
)
_NOBODY: Final = frozenset(
    {"user", "username", "userid", "foo", "bar", "test", "scott", "me", "you", "name"}
)
_RESERVED: Final = re.compile(
    r"(?:.*\.)?(?:example\.(?:com|org|net)|example|test|invalid|localhost|local)\.?"
    r"|127\.\d+\.\d+\.\d+|0\.0\.0\.0|\[.*\]",
    re.IGNORECASE,
)
LONG_ENOUGH: Final = 10
REST_OF_A_WORD: Final = 6
"""Characters beside words like "password" from which on they are not all of it."""


def is_placeholder(secret: str) -> bool:
    """Whether a text says itself that it stands for a secret."""
    return (
        secret.lower() in _SHORT
        or len(set(secret)) <= 1
        or _SAYS_SO.search(secret) is not None
        or _TEMPLATE.search(secret) is not None
        or _is_made_of_words(secret)
    )


def _is_made_of_words(secret: str) -> bool:
    rest = _WORDS.sub("", secret)
    return rest != secret and len(rest) < REST_OF_A_WORD


def looks_random(password: str) -> bool:
    """Whether a machine made a password: long enough, letters and digits mixed."""
    return (
        len(password) >= LONG_ENOUGH
        and any(character.isdigit() for character in password)
        and any(character.isalpha() for character in password)
    )


def names_nobody(user: str, host: str) -> bool:
    """Whether a URL leads nowhere in particular: an example's user, or a reserved host."""
    name = re.sub(r":\d*$", "", host)
    return (
        len(user) == 1
        or user.lower() in _NOBODY
        or "." not in name
        or _RESERVED.fullmatch(name) is not None
    )
