"""Lockfiles as values, whichever tool wrote them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal
from urllib.parse import unquote, urlsplit

if TYPE_CHECKING:
    from packaging.utils import NormalizedName

SourceKind = Literal["registry", "git", "url", "path", "directory", "editable", "virtual"]

LOCAL: frozenset[SourceKind] = frozenset({"path", "directory", "editable", "virtual"})
"""Sources that are a place on the machine of whoever locked."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Source:
    """Where a locked package comes from: the kind, and the URL or path."""

    kind: SourceKind
    location: str


@dataclass(frozen=True, kw_only=True, slots=True)
class LockedFile:
    """One file of a locked package; ``sha256`` is None where the lock has no such hash."""

    url: str
    sha256: str | None

    @property
    def filename(self) -> str:
        """The distribution's file name, unescaped."""
        return unquote(urlsplit(self.url).path.rpartition("/")[2])


@dataclass(frozen=True, kw_only=True, slots=True)
class LockedPackage:
    """One entry of a lockfile; a name has several where the resolution forks.

    ``version`` is None for a local project whose version is dynamic; ``needs`` are the
    names it depends on, those of its extras and groups among them.
    """

    name: NormalizedName
    version: str | None
    source: Source
    files: tuple[LockedFile, ...] = ()
    needs: frozenset[NormalizedName] = frozenset()


@dataclass(frozen=True, kw_only=True, slots=True)
class Lock:
    """A lockfile as read: its packages in its own order."""

    packages: tuple[LockedPackage, ...]
    revision: int = 0
    requires_python: str | None = None

    def entries(self, name: NormalizedName) -> tuple[LockedPackage, ...]:
        """Return every entry of that name."""
        return tuple(package for package in self.packages if package.name == name)

    def names(self) -> frozenset[NormalizedName]:
        """Return the names of all packages."""
        return frozenset(package.name for package in self.packages)

    def reachable(self, name: NormalizedName) -> frozenset[NormalizedName]:
        """Return what the package needs, and what that needs, to the end; not itself."""
        needs: dict[NormalizedName, set[NormalizedName]] = {}
        for package in self.packages:
            needs.setdefault(package.name, set()).update(package.needs)
        found: set[NormalizedName] = set()
        ahead = list(needs.get(name, ()))
        while ahead:
            current = ahead.pop()
            if current not in found:
                found.add(current)
                ahead.extend(needs.get(current, ()))
        return frozenset(found - {name})


def is_same_index(first: str, second: str) -> bool:
    """Tell whether two index URLs name one index; a final slash makes no difference."""
    return first.rstrip("/") == second.rstrip("/")
