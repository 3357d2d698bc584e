"""One module per manifest format: text in, text out."""

from __future__ import annotations

from functools import partial
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Protocol

from release.errors import EditRefused
from release.model import Finding

if TYPE_CHECKING:
    from release.model import Rewritten, Wanted


class Rewrite(Protocol):
    """What a module of a format offers as ``rewrite``; pure."""

    def __call__(self, text: str, wanted: Wanted, *, path: str) -> Rewritten:
        """Return the text with the package as a range from the wanted index."""
        ...


def rewrite_for(path: str, *, roots: tuple[tuple[str, str], ...] = ()) -> Rewrite:
    """Return the rewrite for the format of the manifest at this path.

    Args:
        path: The manifest.
        roots: The paths and texts of the manifests in the folders above it, the nearest
            first (``workspaces.roots_above``).

    Raises:
        EditRefused: No module here knows the format.
    """
    from release.bump.manifests import pyproject

    name = PurePosixPath(path).name
    if name == "pyproject.toml" or name.endswith(".pyproject.toml"):
        return partial(pyproject.rewrite, roots=roots) if roots else pyproject.rewrite
    raise EditRefused(
        f"{path} is no manifest of a known format; known: pyproject.toml.",
        next_step="Name the consumer's pyproject.toml as its manifest.",
        findings=[
            Finding(
                code="unknown-format",
                place=path,
                message="No module knows this format.",
                next_step="Name the consumer's pyproject.toml.",
            )
        ],
    )
