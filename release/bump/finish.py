"""The second half of a bump: lock, guard and check it in a copy, then deliver it."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Any

from packaging.specifiers import InvalidSpecifier, SpecifierSet

from release.adapters import files
from release.adapters.environments import running_interpreter
from release.adapters.processes import run_together
from release.adapters.sandbox import Sandbox
from release.bump.consumer import bug, refused
from release.bump.guard import guard
from release.bump.lock_tools import Bench, compare
from release.errors import GuardRefused, LockFailed, ReleaseError
from release.formats.toml_data import text_at
from release.model import FileChange

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from release.bump.consumer import Bumper, Prepared
    from release.bump.deliver import Workspace
    from release.formats.lock import Lock
    from release.model import Bump, Moved, Wanted


@dataclass(frozen=True, kw_only=True, slots=True)
class Ready:
    """A bump that is made and proven in its workspace, and delivered nowhere yet.

    ``bump`` has the status "planned" where there is something to deliver, else the status
    that it ends with.
    """

    bump: Bump
    workspace: Workspace | None = None
    message: str = ""


def make_bumps(
    prepared: Sequence[Prepared], bumper: Bumper, *, say: Callable[[str], None]
) -> tuple[Ready, ...]:
    """Lock, guard and check every planned bump in its copy; several at the same time."""
    return run_together(
        [partial(_make_or_tell, one, bumper, say) for one in prepared],
        workers=bumper.settings.workers,
    )


def deliver_bumps(ready: Sequence[Ready]) -> tuple[Bump, ...]:
    """Deliver what is ready; one that cannot be delivered blocks no other."""
    return tuple(_deliver_or_tell(one) for one in ready)


# in the copy -----------------------------------------------------------------------------


def _make_or_tell(prepared: Prepared, bumper: Bumper, say: Callable[[str], None]) -> Ready:
    workspace = prepared.workspace
    if prepared.bump.status != "planned" or workspace is None:
        return Ready(bump=prepared.bump)
    try:
        return _make(prepared, workspace, bumper, say)
    except ReleaseError as error:
        return Ready(bump=refused(prepared.bump, error))
    except Exception as error:  # noqa: BLE001  # one consumer's oddity must block no other
        return Ready(bump=refused(prepared.bump, bug(error)))


def _make(
    prepared: Prepared, workspace: Workspace, bumper: Bumper, say: Callable[[str], None]
) -> Ready:
    for change in prepared.bump.changes:
        files.replace(workspace.folder / change.path, change.after)
    locked = _lock(prepared, workspace, bumper, say)
    changes = (*prepared.bump.changes, *locked.changes)
    _guard(prepared, workspace, locked, changes)
    if not changes:
        return Ready(bump=replace(prepared.bump, status="nothing to do"))
    checks = _prove(prepared, workspace, bumper, say)
    bump = replace(prepared.bump, changes=changes, moved=locked.moved, checks=checks)
    message = commit_message(bump, prepared.wanted)
    return Ready(bump=bump, workspace=workspace, message=message)


def _guard(
    prepared: Prepared, workspace: Workspace, locked: _Locked, changes: tuple[FileChange, ...]
) -> None:
    findings = guard(
        changes=changes,
        before=locked.before,
        after=locked.after,
        moved=locked.moved,
        wanted=prepared.wanted,
        manifest=_parsed(workspace, prepared.consumer.manifest),
        manifest_path=prepared.consumer.manifest,
        lockfile_path=prepared.lockfile or "the lockfile",
    )
    if findings:
        raise GuardRefused(
            f"The guard refuses the bump: {len(findings)} of what it must never contain.",
            next_step="Nothing was delivered; mend each of them in the consumer.",
            findings=findings,
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class _Locked:
    changes: tuple[FileChange, ...] = ()
    before: Lock | None = None
    after: Lock | None = None
    moved: tuple[Moved, ...] = ()


def _lock(
    prepared: Prepared, workspace: Workspace, bumper: Bumper, say: Callable[[str], None]
) -> _Locked:
    """Let the consumer's own tool regenerate the lockfile, and compare it with the old one."""
    tool, wanted = prepared.lock_tool, prepared.wanted
    if tool is None:
        return _Locked()
    folder = workspace.folder / prepared.lock_folder
    path = folder / tool.lockfile
    content = path.read_bytes()
    say(f"{prepared.consumer.repository}: regenerating {prepared.lockfile}")
    bench = bench_of(prepared, workspace, bumper)
    tool.relock(folder, wanted, bench=bench)
    tool.check_fresh(folder, wanted, bench=bench)
    before, after = tool.parse(content.decode("utf-8")), tool.parse(path.read_text("utf-8"))
    change = FileChange(
        path=str(prepared.lockfile),
        kind="lockfile",
        before=content,
        after=path.read_bytes(),
        reasons=(f"regenerated for {wanted.release}",),
    )
    return _Locked(
        changes=(change,) if change.after != change.before else (),
        before=before,
        after=after,
        moved=compare(before, after, wanted),
    )


def _prove(
    prepared: Prepared, workspace: Workspace, bumper: Bumper, say: Callable[[str], None]
) -> tuple[str, ...]:
    """Install the bumped consumer and run its checks, where the configuration has any."""
    consumer, tool = prepared.consumer, prepared.lock_tool
    if not consumer.checks or tool is None:
        return ()
    say(f"{consumer.repository}: running its checks on the new lockfile")
    bench = bench_of(prepared, workspace, bumper)
    folder = (workspace.folder / consumer.manifest).parent
    return tool.prove(folder, consumer.checks, prepared.wanted, bench=bench)


def bench_of(prepared: Prepared, workspace: Workspace, bumper: Bumper) -> Bench:
    """Return where the consumer's tool runs, and the Python that it is given.

    That is the running interpreter where the consumer allows it, since looking for
    another costs more than a lock does; else whatever fits its ``requires-python``.
    """
    manifest = _parsed(workspace, prepared.consumer.manifest)
    wanted = text_at(manifest, ("project", "requires-python")) or ""
    here = running_interpreter()
    try:
        fits = SpecifierSet(wanted).contains(here.version, prereleases=True)
    except InvalidSpecifier:
        raise LockFailed(
            f"requires-python = {wanted!r} is no range, so no tool can lock this consumer.",
            next_step='Write a range such as ">=3.11".',
        ) from None
    return Bench(
        sandbox=Sandbox(folder=prepared.folder / "sandbox"),
        credentials=bumper.registry.reader,
        timeout=bumper.settings.timeout,
        python=here.path if fits else wanted,
    )


def _parsed(workspace: Workspace, manifest: str) -> dict[str, Any]:
    return tomllib.loads((workspace.folder / manifest).read_text("utf-8-sig"))


# delivery --------------------------------------------------------------------------------


def _deliver_or_tell(ready: Ready) -> Bump:
    if ready.workspace is None:
        return ready.bump
    try:
        delivered_to = ready.workspace.deliver(ready.bump.changes, ready.message)
    except ReleaseError as error:
        return refused(ready.bump, error)
    except OSError as error:
        return refused(ready.bump, bug(error))
    return replace(ready.bump, status="bumped", delivered_to=delivered_to)


def commit_message(bump: Bump, wanted: Wanted) -> str:
    """Return the message of the bump's commit: what, from where, and what else moved; pure."""
    release = wanted.release
    breaking = "!" if bump.is_breaking else ""
    lines = [
        f"Take {release} from the {wanted.index_name} index{breaking}",
        "",
        *(f"Range: {change.before or 'none'} -> {change.after}" for change in bump.ranges),
        f"Tag {release.tag}, commit {release.commit}.",
    ]
    return "\n".join(lines) + "\n"
