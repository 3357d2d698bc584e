"""Two ranges → how they differ, and whether the new one lets something break; pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from packaging.specifiers import SpecifierSet
from packaging.version import Version

from release.bump.ranges import next_breaking, written
from release.model import RangeChange

if TYPE_CHECKING:
    from collections.abc import Callable

    from packaging.specifiers import Specifier

_Bound = tuple[Version, Literal[0, 1]]
"""A version, and 1 where it is itself still allowed."""


def range_change(before: str | None, after: str) -> RangeChange:
    """Compare two ranges; None before means that no registry range was there.

    It is breaking where the new range allows what the old one excluded on its upper side. A
    pin (``==0.2.0``) says nothing of what breaks, so it counts as the compatible range of
    its version: moved to 0.2.1 it does not break, moved to 0.3.0 it does.
    """
    breaking = bool(before) and _is_above(_upper(after, _pinned), _upper(before or "", _compatible))
    return RangeChange(before=before or "", after=after, breaking=breaking)


def _upper(specifiers: str, pinned: Callable[[Version], _Bound]) -> _Bound | None:
    """Return the lowest upper bound; None where there is none."""
    bounds = (_bound(specifier, pinned) for specifier in SpecifierSet(specifiers))
    return min((bound for bound in bounds if bound is not None), default=None)


def _bound(specifier: Specifier, pinned: Callable[[Version], _Bound]) -> _Bound | None:
    match specifier.operator:
        case "<":
            return Version(specifier.version), 0
        case "<=":
            return Version(specifier.version), 1
        case "~=":
            return _after_prefix(Version(specifier.version), -1), 0
        case "==" if specifier.version.endswith(".*"):
            return _after_prefix(Version(specifier.version.removesuffix(".*")), None), 0
        case "==":
            return pinned(Version(specifier.version))
        case _:
            return None


def _after_prefix(version: Version, length: int | None) -> Version:
    """Return the first version after all that begin like this one."""
    parts = version.release[:length]
    return Version(written(version, (*parts[:-1], parts[-1] + 1)))


def _pinned(version: Version) -> _Bound:
    return version, 1


def _compatible(version: Version) -> _Bound:
    return Version(next_breaking(version)), 0


def _is_above(new: _Bound | None, old: _Bound | None) -> bool:
    if old is None:
        return False
    return new is None or new > old
