"""The shapes of tokens: known by their own prefix, or by what stands around them."""

from __future__ import annotations

import math
import re
from collections import Counter
from typing import TYPE_CHECKING, Final

from release.leaks.placeholders import is_placeholder
from release.leaks.rules import Rule

if TYPE_CHECKING:
    from collections.abc import Sequence

    from release.leaks.rules import Judge

ENOUGH_ENTROPY: Final = 3.0
"""Bits for each character; ``xxxxxxxx`` has 0, a random hexadecimal token 3.5 or more."""


def mask(secret: str) -> str:
    """Return the first four characters of a secret, and no other."""
    return f"{secret[:4]}…"


def entropy(text: str) -> float:
    """Return the Shannon entropy of a text, in bits for each character."""
    counts = Counter(text).values()
    return -sum(count / len(text) * math.log2(count / len(text)) for count in counts)


def _token(name: str, *, has_prefix: bool = False) -> Judge:
    """Return the judge of a token; with a prefix of its own, that is what is shown."""

    def judge(match: re.Match[bytes], *, in_tests: bool) -> str | None:  # noqa: ARG001 - Judge
        secret = match["secret"].decode("ascii", "replace")
        if is_placeholder(secret) or entropy(secret) < ENOUGH_ENTROPY:
            return None
        whole = match.group().decode("ascii", "replace")
        return f"{name}, {mask(whole if has_prefix else secret)}"

    return judge


def _known(name: str, needles: Sequence[bytes], shape: bytes) -> Rule:
    """Return the rule of a token that its own prefix gives away."""
    return Rule(
        code="token",
        needles=tuple(needles),
        pattern=re.compile(rb"(?<![A-Za-z0-9_])" + shape + rb"(?![A-Za-z0-9])"),
        shown=_token(name, has_prefix=True),
    )


_KNOWN: Final = (
    _known(
        "a GitHub token",
        [b"ghp_", b"gho_", b"ghu_", b"ghs_", b"ghr_"],
        rb"gh[pousr]_(?P<secret>[A-Za-z0-9]{36,255})",
    ),
    _known("a GitHub token", [b"github_pat_"], rb"github_pat_(?P<secret>\w{60,255})"),
    _known("a GitLab token", [b"glpat-"], rb"glpat-(?P<secret>[\w-]{20,})"),
    _known("a PyPI token", [b"pypi-Ag"], rb"pypi-(?P<secret>Ag[\w-]{60,})"),
    _known("a Slack token", [b"xox"], rb"xox[abeoprs]-(?P<secret>[\w-]{20,})"),
    _known("an AWS access key", [b"AKIA", b"ASIA"], rb"A[KS]IA(?P<secret>[A-Z2-7]{16})"),
    _known("a Google API key", [b"AIza"], rb"AIza(?P<secret>[\w-]{35})"),
    _known("an npm token", [b"npm_"], rb"npm_(?P<secret>[A-Za-z0-9]{36})"),
    _known(
        "a Stripe key",
        [b"sk_live_", b"rk_live_"],
        rb"[rs]k_live_(?P<secret>[A-Za-z0-9]{20,})",
    ),
    _known("a Docker token", [b"dckr_pat_"], rb"dckr_pat_(?P<secret>[\w-]{27,})"),
    _known("a DigitalOcean token", [b"dop_v1_"], rb"dop_v1_(?P<secret>[0-9a-f]{64})"),
    _known("a Hugging Face token", [b"hf_"], rb"hf_(?P<secret>[A-Za-z]{34})"),
    _known("an Anthropic key", [b"sk-ant-"], rb"sk-ant-(?P<secret>[\w-]{40,})"),
    _known("a SendGrid key", [b"SG."], rb"SG\.(?P<secret>[\w-]{22}\.[\w-]{43})"),
    Rule(
        code="token",
        needles=(b"hooks.slack.com/services/",),
        pattern=re.compile(rb"hooks\.slack\.com/services/(?P<secret>T\w{6,}/B\w{6,}/\w{20,})"),
        shown=_token("a Slack webhook"),
    ),
)

# A Gitea token is 40 hexadecimal digits, like the name of a commit: only its
# surroundings give it away.
_ASSIGNED: Final = (
    rb"[\w.\-\]\"']{0,30}[ \t]{0,8}(?:=|:|=>|,)[ \t]{0,8}[\"']?(?:(?:token|bearer)[ ])?"
)
_IN_CONTEXT: Final = (
    Rule(
        code="token",
        needles=(b"token", b"gitea", b"forgejo", b"secret", b"passw", b"api_key", b"apikey"),
        pattern=re.compile(
            rb"(?:api_?key|[a-z]+(?![\w.\-]*(?:key|hash|sha|digest)))"
            + _ASSIGNED
            + rb"(?P<secret>[0-9a-f]{40})(?![0-9A-Za-z])",
            re.IGNORECASE,
        ),
        shown=_token("a token of 40 hexadecimal digits"),
        ignores_case=True,
    ),
    Rule(
        code="token",
        needles=(b"authorization",),
        pattern=re.compile(
            rb"authorization[\"']?[:=,][ ]?[\"']?(?:token|bearer)[ ](?P<secret>[0-9a-f]{40})\b",
            re.IGNORECASE,
        ),
        shown=_token("a token of 40 hexadecimal digits"),
        ignores_case=True,
    ),
    Rule(
        code="token",
        needles=(b"secret_access_key", b"secretaccesskey"),
        pattern=re.compile(
            rb"secret_?access_?key" + _ASSIGNED + rb"(?P<secret>[A-Za-z0-9/+]{40})(?![\w/+=])",
            re.IGNORECASE,
        ),
        shown=_token("an AWS secret access key"),
        ignores_case=True,
    ),
    Rule(
        code="token",
        needles=(b":_authtoken=",),
        pattern=re.compile(rb":_authtoken=(?P<secret>[\w-]{20,})", re.IGNORECASE),
        shown=_token("an npm token"),
        ignores_case=True,
    ),
)

TOKENS: Final = (*_KNOWN, *_IN_CONTEXT)
