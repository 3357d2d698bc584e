"""What a pyproject.toml says of its project's name and version, whatever the backend."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from packaging.utils import canonicalize_name

from release.formats.toml_data import array_at, table_at, text_at

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
        from_git = _is_from_git(pyproject)
        return cls(
            name=_said(pyproject, "name"),
            version=None if from_git else _said(pyproject, "version"),
            version_is_from_git=from_git,
        )


def _said(pyproject: Mapping[str, Any], key: str) -> str | None:
    return text_at(pyproject, ("project", key)) or text_at(pyproject, ("tool", "poetry", key))


def _is_from_git(pyproject: Mapping[str, Any]) -> bool:
    if text_at(pyproject, ("project", "version")):
        return False
    if text_at(pyproject, ("tool", "pdm", "version", "source")) == "scm":
        return True
    dynamic = table_at(pyproject, ("tool", "poetry-dynamic-versioning"))
    return dynamic.get("enable", False) is True or bool(_FROM_GIT & _build_requirements(pyproject))


def _build_requirements(pyproject: Mapping[str, Any]) -> set[str]:
    """Return the normalized names of the build requirements."""
    requires = array_at(pyproject, ("build-system", "requires"))
    names = (re.match(r"[\w.-]+", text) for text in requires if isinstance(text, str))
    return {canonicalize_name(name[0]) for name in names if name}
