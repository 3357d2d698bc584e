"""Requirement strings: who they name, and how they read with another range."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from packaging.requirements import InvalidRequirement, Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name

if TYPE_CHECKING:
    from packaging.utils import NormalizedName

_REQUIREMENT: Final = re.compile(
    r"""
    (?P<name> \s* [A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])? )
    (?P<extras> (?:\s*\[[^\]]*\])? )
    (?P<gap> \s* )
    (?P<version> @\s*\S+ | \([^)]*\) | [^;@(\s](?:[^;]*[^;\s])? | )
    (?P<rest> \s* (?:;.*)? )
    """,
    re.VERBOSE | re.DOTALL,
)


def named(text: str) -> NormalizedName | None:
    """Return the normalized name at the beginning, even where the rest cannot be read."""
    match = re.match(r"\s*([A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?)", text)
    return canonicalize_name(match[1]) if match else None


def parsed(text: str) -> Requirement | None:
    """Read a requirement of PEP 508; None where it is none."""
    try:
        return Requirement(text)
    except InvalidRequirement:
        return None


def specifier_of(text: str) -> str | None:
    """Return the range as it is written, or None where there is none or a direct URL."""
    match = _REQUIREMENT.fullmatch(text)
    written = match.group("version").strip().strip("()").strip() if match else ""
    return None if not written or written.startswith("@") else written


def with_range(text: str, specifier: str) -> str | None:
    """Return the requirement with this range in place of its own range or direct URL.

    Name, extras, marker and spacing stay as they are written. None where the result would
    not be proven to differ in the range alone.
    """
    match = _REQUIREMENT.fullmatch(text)
    before = parsed(text)
    if match is None or before is None:
        return None
    name, extras, gap, version, rest = match.group("name", "extras", "gap", "version", "rest")
    if version.startswith("@"):
        # the spaces were there to end the URL
        new = f"{name}{extras}{specifier}{rest.lstrip()}"
    elif version.startswith("("):
        new = f"{name}{extras}{gap}({specifier}){rest}"
    elif version:
        new = f"{name}{extras}{gap}{specifier}{rest}"
    else:
        new = f"{name}{extras}{specifier}{gap}{rest}"
    return new if _differs_in_range_only(before, parsed(new), specifier) else None


def _differs_in_range_only(before: Requirement, after: Requirement | None, specifier: str) -> bool:
    return (
        after is not None
        and after.url is None
        and after.specifier == SpecifierSet(specifier)
        and (after.name, after.extras, after.marker) == (before.name, before.extras, before.marker)
    )
