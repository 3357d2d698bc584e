"""What a member of a uv workspace takes from the workspace's root; pure."""

from __future__ import annotations

import tomllib
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from release.bump.manifests.uv_project import WORKSPACE, sources_of
from release.formats.toml_data import table_at

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from packaging.utils import NormalizedName

    from release.bump.manifests.uv_project import Source

Root = tuple[str, str]
"""A pyproject.toml above a manifest: its path, and its text."""


def roots_above(paths: Collection[str], manifest: str) -> tuple[str, ...]:
    """Return the pyproject.toml files in the folders above a manifest's, the nearest first."""
    above = PurePosixPath(manifest).parent.parents
    return tuple(path for folder in above if (path := str(folder / "pyproject.toml")) in set(paths))


def inherited_from(roots: Sequence[Root], package: NormalizedName) -> tuple[str, Source] | None:
    """Return the local source that a member inherits, and the root that has it.

    The root is the nearest file with ``[tool.uv.workspace]``; which folders are its members
    is not asked, so a project that it leaves out counts as one.
    """
    for path, text in roots:
        data = _read(text)
        if table_at(data, WORKSPACE[:2]).get("workspace") is not None:
            local = (source for source in sources_of(data, package) if source.is_local)
            return next(((path, source) for source in local), None)
    return None


def _read(text: str) -> dict[str, object]:
    """Read a root; one that is not TOML gives nothing here, and uv refuses it."""
    try:
        return tomllib.loads(text.removeprefix("\ufeff"))
    except (tomllib.TOMLDecodeError, RecursionError):
        return {}
