"""The tools that write lockfiles: one module per lock tool.

A lock tool is a module with the shape of ``LockTool``. Another tool (Poetry, PDM,
pip-tools) is one more module here and one more line in ``choose``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from release.formats.lock import LOCAL, Lock, is_same_index
from release.model import Moved

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from pathlib import Path

    from packaging.utils import NormalizedName

    from release.adapters.sandbox import Sandbox
    from release.model import Wanted
    from release.secret import Credentials, Secret


@dataclass(frozen=True, kw_only=True, slots=True)
class Bench:
    """Where and with what a lock tool works: sealed, with the reader's credentials or none.

    ``python`` is the interpreter's path, so that no tool searches for one; ``timeout`` is
    in seconds, for one command.
    """

    sandbox: Sandbox
    credentials: Credentials | None
    timeout: float
    python: str

    @property
    def secrets(self) -> tuple[Secret, ...]:
        """What must not be seen in the tool's output."""
        return (self.credentials.token,) if self.credentials else ()


class LockTool(Protocol):
    """What the bump asks of a lock tool; the module itself has these names."""

    lockfile: str

    def parse(self, text: str) -> Lock:
        """Read the lockfile's text."""
        ...

    def is_current(self, text: str, wanted: Wanted) -> bool:
        """Tell whether the lockfile already has what is wanted."""
        ...

    def relock(self, folder: Path, wanted: Wanted, *, bench: Bench) -> None:
        """Write the new lockfile in ``folder``."""
        ...

    def check_fresh(self, folder: Path, wanted: Wanted, *, bench: Bench) -> None:
        """Let the tool itself say that the lockfile fits the manifest."""
        ...

    def prove(
        self, folder: Path, checks: Sequence[Sequence[str]], wanted: Wanted, *, bench: Bench
    ) -> tuple[str, ...]:
        """Install from the lockfile and run the consumer's checks; tell what was run."""
        ...


def choose(paths: Collection[str]) -> LockTool | None:
    """Return the lock tool whose lockfile is among a project's files, or None."""
    from release.bump.lock_tools import uv

    tools: tuple[LockTool, ...] = (uv,)
    return next((tool for tool in tools if tool.lockfile in paths), None)


def has_release(lock: Lock, wanted: Wanted) -> bool:
    """Tell whether the lock has exactly the release, from the index, as it was built.

    Every file that it lists for the package is one that was published, with its sha256,
    and the wheel is among them.
    """
    entries = lock.entries(wanted.release.name)
    digests = dict(wanted.digests)
    return bool(entries) and all(
        entry.version == str(wanted.release.version)
        and entry.source.kind == "registry"
        and is_same_index(entry.source.location, wanted.index_url)
        and any(file.filename.endswith(".whl") for file in entry.files)
        and all(file.sha256 and digests.get(file.filename) == file.sha256 for file in entry.files)
        for entry in entries
    )


def compare(before: Lock | None, after: Lock, wanted: Wanted) -> tuple[Moved, ...]:
    """Tell which packages changed their locked version, and why.

    Only versions count: a tool that writes the file in a newer revision moves nothing. A
    local project (the consumer itself) has the version of its own folder and is no move,
    except where it is the package or leaves its folder for an index.
    """
    old = before or Lock(packages=())
    package = wanted.release.name
    new_needs, old_needs = after.reachable(package), old.reachable(package)
    moved = []
    for name in sorted(old.names() | after.names()):
        was, now = _versions(old, name), _versions(after, name)
        if was == now or _stays_local(old, after, name):
            continue
        if name == package:
            cause = f"it is what was released: {wanted.release}"
        elif before is None:
            cause = "there was no lockfile"
        elif name in new_needs:
            cause = f"needed by {wanted.release}"
        elif name in old_needs:
            cause = f"no longer needed by {wanted.release}"
        else:
            cause = ""
        moved.append(Moved(name=name, before=was, after=now, cause=cause))
    return tuple(moved)


def _versions(lock: Lock, name: NormalizedName) -> str | None:
    """Return the locked version; those of several forks with commas between."""
    entries = lock.entries(name)
    if not entries:
        return None
    return ", ".join(sorted({entry.version or "dynamic" for entry in entries}))


def _stays_local(before: Lock, after: Lock, name: NormalizedName) -> bool:
    kinds = [entry.source for lock in (before, after) for entry in lock.entries(name)]
    return all(source.kind in LOCAL for source in kinds) and len(set(kinds)) == 1
