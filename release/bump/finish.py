"""The second half of a bump: lock, guard and check it in a copy, then deliver it."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Any

from packaging.specifiers import SpecifierSet

from release.adapters import files
from release.adapters.environments import running_interpreter
from release.adapters.processes import run_together
from release.adapters.sandbox import Sandbox
from release.bump.consumer import refused
from release.bump.guard import guard
from release.bump.lock_tools import Bench, compare
from release.errors import ConsumerNotBumped, GuardRefused, ProcessFailed
from release.formats.lock import is_same_index
from release.model import FileChange

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from release.bump.consumer import Bumper, Prepared
    from release.bump.deliver import Workspace
    from release.formats.lock import Lock
    from release.model import Bump, Moved, Wanted


def finish_bumps(
    prepared: Sequence[Prepared], bumper: Bumper, *, say: Callable[[str], None]
) -> tuple[Bump, ...]:
    """Lock, guard, check and deliver every planned bump; several at the same time."""
    return run_together(
        [partial(_finish_or_tell, one, bumper, say) for one in prepared],
        workers=bumper.settings.workers,
    )


def _finish_or_tell(prepared: Prepared, bumper: Bumper, say: Callable[[str], None]) -> Bump:
    if prepared.bump.status != "planned":
        return prepared.bump
    try:
        return _finish(prepared, bumper, say)
    except (ConsumerNotBumped, ProcessFailed) as error:
        return refused(prepared.bump, error)


def _finish(prepared: Prepared, bumper: Bumper, say: Callable[[str], None]) -> Bump:
    workspace, wanted = prepared.workspace, prepared.wanted
    assert workspace is not None  # noqa: S101  # a planned bump has one
    for change in prepared.bump.changes:
        files.replace(workspace.folder / change.path, change.after)
    locked = _lock(prepared, workspace, bumper, say)
    changes = (*prepared.bump.changes, *locked.changes)
    findings = guard(
        changes=changes,
        before=locked.before,
        after=locked.after,
        moved=locked.moved,
        wanted=wanted,
        manifest=_parsed(workspace, prepared.consumer.manifest),
    )
    if findings:
        raise GuardRefused(
            f"The guard found {len(findings)} things that a bump must never contain.",
            next_step="Nothing was delivered; mend each of them in the consumer.",
            findings=findings,
        )
    if not changes:
        return replace(prepared.bump, status="nothing to do")
    checks = _prove(prepared, workspace, bumper, say)
    return replace(
        prepared.bump,
        status="bumped",
        changes=changes,
        moved=locked.moved,
        checks=checks,
        delivered_to=workspace.deliver(changes, commit_message(prepared.bump, wanted)),
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
    wanted = manifest.get("project", {}).get("requires-python", "")
    here = running_interpreter()
    fits = SpecifierSet(wanted).contains(here.version, prereleases=True)
    return Bench(
        sandbox=Sandbox(folder=prepared.folder / "sandbox"),
        credentials=bumper.registry.reader,
        timeout=bumper.settings.timeout,
        python=here.path if fits else wanted,
        index_names=tuple(index_names(manifest, prepared.wanted)),
    )


def index_names(manifest: Mapping[str, Any], wanted: Wanted) -> Iterator[str]:
    """Yield every name under which the consumer has the registry's index; pure.

    The credentials of an index go by its name, and a consumer may call it otherwise.
    """
    yield wanted.index_name
    for index in manifest.get("tool", {}).get("uv", {}).get("index", []):
        if index.get("name") and is_same_index(index.get("url", ""), wanted.index_url):
            yield index["name"]


def _parsed(workspace: Workspace, manifest: str) -> dict[str, Any]:
    return tomllib.loads((workspace.folder / manifest).read_text("utf-8-sig"))


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
