"""Installing a release as a stranger would: with uv, or with pip, into a fresh environment.

Nothing of the machine's or the caller's settings reaches an install: it runs sealed, and
the index of each package is named by us. What came from where is handed back as values.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from packaging.utils import NormalizedName

    from release.model import Artifact, Release
    from release.secret import Credentials, Secret


@dataclass(frozen=True, kw_only=True, slots=True)
class Order:
    """What to install, and from where; ``internal`` names come from the registry too.

    ``requires`` is what the wheel's own metadata says it needs.
    """

    release: Release
    wheel: Artifact
    requires: tuple[str, ...]
    index_name: str
    index_url: str
    credentials: Credentials | None
    internal: frozenset[NormalizedName]
    public_index_url: str | None
    timeout: float

    @property
    def secrets(self) -> tuple[Secret, ...]:
        """What must not be seen in a tool's output."""
        return (self.credentials.token,) if self.credentials else ()
