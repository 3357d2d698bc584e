"""One consumer, as the two halves of its bump hand it on."""

from __future__ import annotations

import traceback
from dataclasses import dataclass, replace
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from release.errors import ConsumerNotBumped

if TYPE_CHECKING:
    from pathlib import Path

    from packaging.utils import NormalizedName

    from release import config
    from release.adapters.git import Git
    from release.bump.deliver import Workspace
    from release.bump.lock_tools import LockTool
    from release.errors import ReleaseError
    from release.model import Bump, Registry, Wanted


@dataclass(frozen=True, kw_only=True, slots=True)
class Bumper:
    """What every bump of a run shares: the adapters, the registry, the settings."""

    root: Path
    scratch: Path
    git: Git
    registry: Registry
    internal: frozenset[NormalizedName]
    settings: config.Bump


@dataclass(frozen=True, kw_only=True, slots=True)
class Prepared:
    """A consumer that was looked at: its edits are decided, nothing is done yet.

    ``bump`` has the status "planned", "nothing to do" or "refused". ``lock_folder`` is
    where the lockfile lies, relative to the consumer's root: beside the manifest, or above
    it where a workspace has one lockfile for all its members.
    """

    consumer: config.Consumer
    wanted: Wanted
    bump: Bump
    folder: Path
    workspace: Workspace | None = None
    lock_tool: LockTool | None = None
    lock_folder: str = "."

    @property
    def lockfile(self) -> str | None:
        """The lockfile that will be regenerated, relative to the consumer's root."""
        return (
            str(PurePosixPath(self.lock_folder, self.lock_tool.lockfile))
            if self.lock_tool
            else None
        )


def bug(error: Exception) -> ConsumerNotBumped:
    """Return what a consumer is told where we failed on it in a way that nobody foresaw."""
    place = traceback.extract_tb(error.__traceback__)[-1]
    return ConsumerNotBumped(
        f"{type(error).__name__}: {error} ({place.name}, line {place.lineno}).",
        next_step="Nothing of this consumer was delivered. This is a bug in release; please "
        "report it with the consumer's files.",
    )


def refused(bump: Bump, error: ReleaseError) -> Bump:
    """Return the bump as refused, with the reason and every finding behind it; pure."""
    return replace(
        bump,
        status="refused",
        changes=(),
        reason=error.message,
        next_step=error.next_step,
        reports=(*error.findings, *bump.reports),
    )
