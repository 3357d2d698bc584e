"""Where a uv-managed project names its dependencies: a reading of its manifest's data."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from packaging.utils import canonicalize_name

from release.formats.toml_data import array_at, table_at
from release.formats.urls import shown

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from packaging.utils import NormalizedName

    from release.bump.manifests.toml_spans import Path

LOCAL: Final = ("path", "workspace", "git", "url")
"""The keys that make a source something else than an index."""
LOCAL_ONLY: Final = (*LOCAL, "editable", "package", "rev", "tag", "branch", "subdirectory", "lfs")
"""The keys that mean nothing for an index."""
SOURCES: Final = ("tool", "uv", "sources")
INDEX: Final = ("tool", "uv", "index")
WORKSPACE: Final = ("tool", "uv", "workspace")
EXTRA_BUILD: Final = ("tool", "uv", "extra-build-dependencies")
_FOR_BUILDS: Final = (EXTRA_BUILD, ("tool", "uv", "build-constraint-dependencies"))


@dataclass(frozen=True, kw_only=True, slots=True)
class Place:
    """One requirement string, and the extra or group that it belongs to."""

    path: Path
    text: str
    scope: tuple[str, str] | None = None

    @property
    def is_for_builds(self) -> bool:
        """Whether it is for a build's own environment, which no lockfile names."""
        return self.path[0] == "build-system" or self.path[:3] in _FOR_BUILDS


@dataclass(frozen=True, kw_only=True, slots=True)
class Source:
    """One entry of ``tool.uv.sources``; the key holds one table, or an array of them."""

    path: Path
    table: Mapping[str, Any]

    @property
    def is_local(self) -> bool:
        """Whether it is a path, a workspace member, a repository or a URL."""
        return any(key in self.table for key in LOCAL)

    def covers(self, scope: tuple[str, str] | None) -> bool:
        """Tell whether it applies to requirements of this extra or group."""
        own = [(kind, self.table[kind]) for kind in ("extra", "group") if kind in self.table]
        if not own or scope is None:
            return not own
        return any(kind == scope[0] and _is_same_name(name, scope[1]) for kind, name in own)

    def shown(self) -> str:
        """``path "../issue-core"``, without what may be a secret in a URL."""
        key = next(key for key in LOCAL if key in self.table)
        return key if key == "workspace" else f'{key} "{shown(str(self.table[key]))}"'


def requirements(data: Mapping[str, Any]) -> Iterator[Place]:
    """Yield each requirement string that uv reads from this file."""
    for path, scope in requirement_lists(data):
        for position, text in enumerate(array_at(data, path)):
            if isinstance(text, str):
                yield Place(path=(*path, position), text=text, scope=scope)


def requirement_lists(
    data: Mapping[str, Any],
) -> Iterator[tuple[Path, tuple[str, str] | None]]:
    """Yield the path of each list of requirements, and the extra or group that it is."""
    yield ("build-system", "requires"), None
    yield ("project", "dependencies"), None
    for extra in table_at(data, ("project", "optional-dependencies")):
        yield ("project", "optional-dependencies", extra), ("extra", extra)
    for group in table_at(data, ("dependency-groups",)):
        yield ("dependency-groups", group), ("group", group)
    yield ("tool", "uv", "dev-dependencies"), ("group", "dev")
    for kind in ("override", "constraint", "build-constraint"):
        yield ("tool", "uv", f"{kind}-dependencies"), None
    for package in table_at(data, EXTRA_BUILD):
        yield (*EXTRA_BUILD, package), None


def sources_of(data: Mapping[str, Any], package: NormalizedName) -> Iterator[Source]:
    """Yield the entries for the package, under any spelling of its name."""
    for key, value in table_at(data, SOURCES).items():
        if canonicalize_name(key) != package:
            continue
        path = (*SOURCES, key)
        entries = list(enumerate(value)) if isinstance(value, list) else [(None, value)]
        for position, table in entries:
            inner = path if position is None else (*path, position)
            yield Source(path=inner, table=table if isinstance(table, dict) else {})


def dotted(path: Path) -> str:
    """Write a path as people do: ``tool.uv.index[0]``."""
    return "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in path)[1:]


def _is_same_name(one: object, other: str) -> bool:
    return isinstance(one, str) and canonicalize_name(one) == canonicalize_name(other)
