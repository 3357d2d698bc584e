"""One consumer's bump: look at its files, decide the edits, act in a copy, deliver."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from packaging.specifiers import SpecifierSet

from release.adapters import files
from release.adapters.environments import running_interpreter
from release.adapters.git import Identity
from release.adapters.processes import run_together
from release.adapters.sandbox import Sandbox
from release.bump import containers, lock_tools, manifests
from release.bump.deliver import open_branch, open_working_tree, repository_source
from release.bump.guard import guard
from release.bump.lock_tools import Bench, compare
from release.bump.ranges import specifier_for
from release.errors import ConsumerNotBumped, EditRefused, GuardRefused, ProcessFailed
from release.model import Bump, FileChange, Wanted

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from packaging.utils import NormalizedName

    from release import config
    from release.adapters.git import Git
    from release.bump.deliver import Workspace
    from release.bump.lock_tools import LockTool
    from release.bump.manifests import Rewrite
    from release.formats.lock import Lock
    from release.model import Built, FileKind, Finding, Moved, Registry, Rewritten

CONTAINERFILE: Final = re.compile(
    r"(^|/)((Dockerfile|Containerfile)(\.[\w.-]+)?|[\w.-]+\.(D|d)ockerfile)$"
)
MENTIONS_CONTEXT: Final = re.compile(
    r"(^|/)(Makefile|GNUmakefile|justfile|[\w.-]+\.(sh|mk)|(docker-)?compose[\w.-]*\.ya?ml)$"
    r"|^\.(gitea|github|forgejo)/workflows/[^/]+\.ya?ml$"
)


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

    ``bump`` has the status "planned", "nothing to do" or "refused". ``lockfile`` is what
    the consumer's tool will regenerate, or None.
    """

    consumer: config.Consumer
    wanted: Wanted
    bump: Bump
    folder: Path
    workspace: Workspace | None = None
    lock_tool: LockTool | None = None

    @property
    def lockfile(self) -> str | None:
        """The lockfile that will be regenerated, relative to the consumer's root."""
        return self.lock_tool.lockfile if self.lock_tool else None


def prepare_bumps(
    consumers: Sequence[config.Consumer], built: Built, bumper: Bumper
) -> tuple[Prepared, ...]:
    """Look at every consumer and decide its edits; several at the same time."""
    return run_together(
        [
            partial(_prepare_or_tell, number, consumer, built, bumper)
            for number, consumer in enumerate(consumers)
        ],
        workers=bumper.settings.workers,
    )


def finish_bumps(
    prepared: Sequence[Prepared], bumper: Bumper, *, say: Callable[[str], None]
) -> tuple[Bump, ...]:
    """Lock, guard, check and deliver every planned bump; several at the same time."""
    return run_together(
        [partial(_finish_or_tell, one, bumper, say) for one in prepared],
        workers=bumper.settings.workers,
    )


# look and decide -------------------------------------------------------------------------


def _prepare_or_tell(
    number: int, consumer: config.Consumer, built: Built, bumper: Bumper
) -> Prepared:
    prepared = Prepared(
        consumer=consumer,
        wanted=wanted_of(consumer, built, bumper),
        folder=bumper.scratch / f"consumer-{number}",
        bump=Bump(consumer=consumer.repository, delivery=consumer.delivery, status="planned"),
    )
    try:
        return _prepare(prepared, bumper)
    except (ConsumerNotBumped, ProcessFailed) as error:
        return replace(prepared, bump=refused(prepared.bump, error))


def wanted_of(consumer: config.Consumer, built: Built, bumper: Bumper) -> Wanted:
    """Return what the release asks of this consumer; pure."""
    return Wanted(
        release=built.release,
        specifier=specifier_for(consumer.range, built.release.version),
        index_name=bumper.registry.name,
        index_url=bumper.registry.simple_url,
        digests=tuple((artifact.filename, artifact.sha256) for artifact in built.artifacts),
        internal=bumper.internal,
    )


def _prepare(prepared: Prepared, bumper: Bumper) -> Prepared:
    workspace = _open(prepared, bumper)
    edits = tuple(_edits(workspace, prepared))
    changes = tuple(change for change, _ in edits if change.after != change.before)
    tool = lock_tools.choose(workspace.paths)
    reports = (
        *(report for _, rewritten in edits for report in rewritten.reports),
        *_context_reports(workspace, prepared.wanted),
    )
    bump = replace(
        prepared.bump,
        changes=changes,
        ranges=tuple(change for _, rewritten in edits for change in rewritten.ranges),
        reports=reports,
    )
    if not changes and (tool is None or _is_current(tool, workspace, prepared.wanted)):
        return replace(prepared, bump=replace(bump, status="nothing to do"))
    release = prepared.wanted.release
    return replace(
        prepared,
        bump=replace(bump, reason=f"so that it names {release} of {bumper.registry.name}"),
        workspace=workspace,
        lock_tool=tool,
    )


def _open(prepared: Prepared, bumper: Bumper) -> Workspace:
    consumer, git = prepared.consumer, bumper.git
    folder = prepared.folder / "workspace"
    author = identity(bumper.settings.author)
    if consumer.delivery == "branch":
        return open_branch(
            repository_source(consumer.repository, bumper.root),
            folder,
            git,
            author=author,
            branch=consumer.branch.replace("{package}", str(prepared.wanted.release.name)),
        )
    root = bumper.root / consumer.repository
    if not root.is_dir():
        raise ConsumerNotBumped(
            f"There is no folder {root}.",
            next_step="Name a checkout in consumer.repository, or choose another delivery.",
        )
    return open_working_tree(root, folder, git, author=author if consumer.commit else None)


def _edits(workspace: Workspace, prepared: Prepared) -> Iterator[tuple[FileChange, Rewritten]]:
    """Yield every file that is edited as text, with what its editor says."""
    manifest = prepared.consumer.manifest
    yield _edit(workspace, manifest, "manifest", manifests.rewrite_for(manifest), prepared.wanted)
    for path in workspace.paths:
        if CONTAINERFILE.search(path):
            yield _edit(workspace, path, "image", containers.rewrite, prepared.wanted)


def _edit(
    workspace: Workspace,
    path: str,
    kind: FileKind,
    rewrite: Rewrite,
    wanted: Wanted,
) -> tuple[FileChange, Rewritten]:
    before = _read(workspace, path)
    rewritten = rewrite(_decoded(before, path), wanted, path=path)
    change = FileChange(
        path=path,
        kind=kind,
        before=before,
        after=rewritten.text.encode(),
        reasons=rewritten.reasons,
    )
    return change, rewritten


def _read(workspace: Workspace, path: str) -> bytes:
    try:
        return (workspace.folder / path).read_bytes()
    except FileNotFoundError:
        raise EditRefused(
            f"The consumer has no {path}.", next_step="Name its manifest in consumer.manifest."
        ) from None


def _decoded(content: bytes, path: str) -> str:
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as error:
        raise EditRefused(
            f"{path} is not UTF-8 (byte {error.start}).",
            next_step="Edit it by hand, or save it as UTF-8.",
        ) from None


def _context_reports(workspace: Workspace, wanted: Wanted) -> Iterator[Finding]:
    """Yield where other files still hand the sibling to an image build."""
    for path in workspace.paths:
        if MENTIONS_CONTEXT.search(path):
            text = (workspace.folder / path).read_bytes().decode("utf-8", errors="replace")
            yield from containers.report(text, wanted, path=path)


def _is_current(tool: LockTool, workspace: Workspace, wanted: Wanted) -> bool:
    return tool.is_current((workspace.folder / tool.lockfile).read_text("utf-8"), wanted)


# act -------------------------------------------------------------------------------------


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
    path = workspace.folder / tool.lockfile
    content = path.read_bytes()
    say(f"{prepared.consumer.repository}: regenerating {tool.lockfile}")
    bench = bench_of(prepared, workspace, bumper)
    tool.relock(workspace.folder, wanted, bench=bench)
    tool.check_fresh(workspace.folder, wanted, bench=bench)
    before, after = tool.parse(content.decode("utf-8")), tool.parse(path.read_text("utf-8"))
    change = FileChange(
        path=tool.lockfile,
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
    return tool.prove(workspace.folder, consumer.checks, prepared.wanted, bench=bench)


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
    )


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


def identity(author: str) -> Identity:
    """Return ``Name <address>`` as git takes it; pure."""
    name, _, address = author.partition(" <")
    return Identity(name=name, email=address.removesuffix(">"))


def refused(bump: Bump, error: ConsumerNotBumped | ProcessFailed) -> Bump:
    """Return the bump as refused, with the reason and every finding behind it; pure."""
    return replace(
        bump,
        status="refused",
        changes=(),
        reason=error.message,
        next_step=error.next_step,
        reports=(*error.findings, *bump.reports),
    )
