"""What the metadata asks of an installer: packages that an index has, and a Python."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from packaging.requirements import InvalidRequirement, Requirement
from packaging.utils import canonicalize_name

from release.model import Finding

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from packaging.metadata import RawMetadata
    from packaging.utils import NormalizedName

BOUNDS: Final = frozenset({"==", "===", "~=", ">=", ">"})
"""Operators that leave out a stranger's first versions; an upper bound alone does not."""


def check_requirements(
    raw: RawMetadata,
    *,
    own: NormalizedName,
    internal: Collection[NormalizedName],
    local: Collection[NormalizedName],
    place: str,
) -> Iterator[Finding]:
    """Refuse dependencies that no index can serve, or that anybody could serve.

    Args:
        raw: The metadata.
        own: The package's own name; an extra of its own needs no version.
        internal: Names that come from the registry only.
        local: Names that the sources take from a path or a repository.
        place: How findings name the metadata.
    """
    for text in raw.get("requires_dist", []):
        try:
            requirement = Requirement(text)
        except InvalidRequirement:
            continue  # twine's check tells it
        name = canonicalize_name(requirement.name)
        if requirement.url:
            yield _direct(requirement, place)
        elif name != own and (name in internal or name in local) and not _is_bounded(requirement):
            yield _unbounded(requirement, place, is_internal=name in internal)


def _is_bounded(requirement: Requirement) -> bool:
    return any(
        one.operator in BOUNDS and re.search(r"[1-9]", one.version) is not None
        for one in requirement.specifier
    )


def _direct(requirement: Requirement, place: str) -> Finding:
    scheme = re.match(r"[A-Za-z0-9+.-]+(?=:)", requirement.url or "")
    kind = f"a {scheme.group()} reference" if scheme else "a path"
    return Finding(
        code="direct-reference",
        place=place,
        message=f"The dependency {requirement.name} is {kind}, which consumers cannot install.",
        next_step=f"Ask for a range of {requirement.name} from the registry instead.",
    )


def _unbounded(requirement: Requirement, place: str, *, is_internal: bool) -> Finding:
    origin = "internal" if is_internal else "taken from a local source in pyproject.toml"
    return Finding(
        code="unbounded-internal",
        place=place,
        message=f"The dependency {str(requirement)!r} is {origin} and has no lower bound: "
        "any package of that name satisfies it.",
        next_step=f"Give {requirement.name} a range, such as >=1.2,<2.",
    )


def check_pythons(raw: RawMetadata, place: str) -> Iterator[Finding]:
    """Ask for Requires-Python; that it is valid is part of twine's check."""
    if not raw.get("requires_python"):
        yield Finding(
            code="requires-python-missing",
            place=place,
            message="There is no Requires-Python, so every Python would try the package.",
            next_step='Set requires-python = ">=3.11", or what holds, in [project].',
        )


def compare(
    of_wheel: tuple[RawMetadata, str], of_sdist: tuple[RawMetadata, str]
) -> Iterator[Finding]:
    """Compare what the wheel and the sdist, each with its place, ask of an installer."""
    (wheel, wheel_place), (sdist, sdist_place) = of_wheel, of_sdist
    dynamic = {field.lower() for field in sdist.get("dynamic", [])}
    pairs = (
        ("Requires-Dist", _requirements(wheel), _requirements(sdist)),
        ("Requires-Python", wheel.get("requires_python"), sdist.get("requires_python")),
    )
    for field, in_wheel, in_sdist in pairs:
        if field.lower() not in dynamic and in_wheel != in_sdist:
            yield Finding(
                code="metadata-differs",
                place=wheel_place,
                message=f"{field} differs from that of {sdist_place}.",
                next_step=f"Let the build set {field} from pyproject.toml alone.",
            )


def _requirements(raw: RawMetadata) -> set[str]:
    return {_spelled(text) for text in raw.get("requires_dist", [])}


def _spelled(text: str) -> str:
    """Return a requirement in the one spelling that packaging gives it."""
    try:
        requirement = Requirement(text)
    except InvalidRequirement:
        return text
    requirement.name = canonicalize_name(requirement.name)
    return str(requirement)
