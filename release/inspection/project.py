"""What the checkout's own pyproject.toml says about the package."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from packaging.utils import canonicalize_name

from release.formats.toml_data import table_at

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from packaging.utils import NormalizedName


@dataclass(frozen=True, kw_only=True, slots=True)
class Project:
    """What the sources say that the artifacts should be.

    ``tracked`` are the files of the tag's commit, relative to the project's folder; None
    where they are not known. ``top_level`` are the declared import names, ``local`` the
    dependencies that the sources take from a path, a workspace or a repository, and
    ``generated`` the files that a build writes by plan (a version module).
    """

    tracked: frozenset[str] | None = None
    top_level: frozenset[str] = frozenset()
    local: frozenset[NormalizedName] = frozenset()
    generated: frozenset[str] = frozenset()


def understand(text: str, tracked: frozenset[str] | None) -> Project:
    """Read pyproject.toml; one that is missing or broken says nothing."""
    try:
        tool = _Table(tomllib.loads(text)).table("tool")
    except tomllib.TOMLDecodeError:
        tool = _Table({})
    return Project(
        tracked=tracked,
        top_level=frozenset(_top_level(tool)),
        local=frozenset(canonicalize_name(name) for name in _local(tool)),
        generated=frozenset(_generated(tool)),
    )


@dataclass(frozen=True, slots=True)
class _Table:
    """A table of TOML in which anything may be missing or of another type."""

    values: Mapping[str, Any]

    def table(self, path: str) -> _Table:
        return _Table(table_at(self.values, path.split(".")))

    def texts(self, key: str) -> list[str]:
        """Return a text or a list of texts, as a list."""
        value = self.values.get(key, [])
        values = value if isinstance(value, list) else [value]
        return [item for item in values if isinstance(item, str)]

    def tables(self) -> Iterator[tuple[str, dict[str, Any]]]:
        """Yield each table below this one, those in lists one by one."""
        for name, value in self.values.items():
            for item in value if isinstance(value, list) else [value]:
                if isinstance(item, dict):
                    yield name, item


def _top_level(tool: _Table) -> Iterator[str]:
    yield from (
        path.rstrip("/").rpartition("/")[2]
        for path in tool.table("hatch.build.targets.wheel").texts("packages")
    )
    setuptools = tool.table("setuptools")
    for name in (*setuptools.texts("packages"), *setuptools.texts("py-modules")):
        yield name.partition(".")[0]
    yield from (name.partition(".")[0] for name in tool.table("flit.module").texts("name"))
    uv_names = tool.table("uv.build-backend").texts("module-name")
    yield from (name.partition(".")[0] for name in uv_names)
    for key, package in tool.table("poetry").tables():
        if key == "packages" and isinstance(package.get("include"), str):
            yield package["include"].partition("/")[0].removesuffix(".py")


def _local(tool: _Table) -> Iterator[str]:
    for name, source in tool.table("uv.sources").tables():
        if not {"path", "workspace", "git", "url"}.isdisjoint(source):
            yield name
    for name, dependency in tool.table("poetry.dependencies").tables():
        if not {"path", "git", "url"}.isdisjoint(dependency):
            yield name


def _generated(tool: _Table) -> Iterator[str]:
    hatch = tool.table("hatch.build")
    for part in (hatch, hatch.table("targets.wheel"), hatch.table("targets.sdist")):
        yield from part.table("hooks.vcs").texts("version-file")
        yield from part.table("hooks.version").texts("path")
    for table, key in (
        ("setuptools_scm", "version_file"),
        ("setuptools_scm", "write_to"),
        ("pdm.version", "write_to"),
        ("versioningit.write", "file"),
    ):
        yield from tool.table(table).texts(key)
