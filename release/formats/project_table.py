"""What a pyproject.toml says of its project's name and version, whatever the backend."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from packaging.utils import canonicalize_name

if TYPE_CHECKING:
    from collections.abc import Mapping

_FROM_GIT: Final = frozenset(
    {
        "dunamai",
        "flit-scm",
        "hatch-vcs",
        "poetry-dynamic-versioning",
        "setuptools-git-versioning",
        "setuptools-scm",
        "uv-dynamic-versioning",
        "vcs-versioning",
        "versioneer",
        "versioningit",
    }
)
"""Build requirements by which a version comes from git."""


@dataclass(frozen=True, kw_only=True, slots=True)
class ProjectTable:
    """Name and static version (None where the file gives none), and whether git gives it."""

    name: str | None = None
    version: str | None = None
    version_is_from_git: bool = False

    @classmethod
    def read(cls, pyproject: Mapping[str, Any]) -> ProjectTable:
        """Read a parsed pyproject.toml: ``[project]``, else Poetry's own table."""
        project, poetry = _table(pyproject, "project"), _table(pyproject, "tool", "poetry")
        from_git = _is_from_git(pyproject)
        return cls(
            name=_text(project, "name") or _text(poetry, "name"),
            version=None if from_git else _text(project, "version") or _text(poetry, "version"),
            version_is_from_git=from_git,
        )


def _is_from_git(pyproject: Mapping[str, Any]) -> bool:
    if _text(_table(pyproject, "project"), "version"):
        return False
    if _text(_table(pyproject, "tool", "pdm", "version"), "source") == "scm":
        return True
    dynamic = _table(pyproject, "tool", "poetry-dynamic-versioning")
    return dynamic.get("enable", False) is True or bool(_FROM_GIT & _build_requirements(pyproject))


def _build_requirements(pyproject: Mapping[str, Any]) -> set[str]:
    """Return the normalized names of the build requirements."""
    requires = _table(pyproject, "build-system").get("requires", [])
    names = (re.match(r"[\w.-]+", text) for text in requires if isinstance(text, str))
    return {canonicalize_name(name[0]) for name in names if name}


def _table(outer: Mapping[str, Any], *path: str) -> Mapping[str, Any]:
    """Return a table below ``outer``; an empty one where there is none."""
    inner: object = outer
    for key in path:
        inner = inner.get(key) if isinstance(inner, dict) else None
    return inner if isinstance(inner, dict) else {}


def _text(table: Mapping[str, Any], key: str) -> str | None:
    value = table.get(key)
    return value if isinstance(value, str) else None
