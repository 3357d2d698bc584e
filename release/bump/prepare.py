"""The first half of a bump: look at the consumer's files, and decide the edits."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import partial
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Final

from release.adapters.git import Identity
from release.adapters.processes import run_together
from release.bump import containers, lock_tools, manifests
from release.bump.consumer import Prepared, refused
from release.bump.deliver import (
    open_branch,
    open_committed_tree,
    open_working_tree,
    repository_source,
)
from release.bump.ranges import specifier_for
from release.errors import ConsumerNotBumped, EditRefused, ProcessFailed
from release.model import Bump, FileChange, Wanted

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from release import config
    from release.bump.consumer import Bumper
    from release.bump.deliver import Workspace
    from release.bump.lock_tools import LockTool
    from release.bump.manifests import Rewrite
    from release.model import Built, FileKind, Finding, Rewritten

CONTAINERFILE: Final = re.compile(
    r"(^|/)((Dockerfile|Containerfile)(\.[\w.-]+)?|[\w.-]+\.(D|d)ockerfile)$"
)
MENTIONS_CONTEXT: Final = re.compile(
    r"(^|/)(Makefile|GNUmakefile|justfile|[\w.-]+\.(sh|mk)|(docker-)?compose[\w.-]*\.ya?ml)$"
    r"|^\.(gitea|github|forgejo)/workflows/[^/]+\.ya?ml$"
)


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
    tool, lock_folder = find_lock(workspace.paths, prepared.consumer.manifest)
    prepared = replace(prepared, workspace=workspace, lock_tool=tool, lock_folder=lock_folder)
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
    if not changes and (tool is None or _is_current(tool, prepared, workspace)):
        return replace(prepared, bump=replace(bump, status="nothing to do"))
    reason = f"so that it names {prepared.wanted.release} of {bumper.registry.name}"
    return replace(prepared, bump=replace(bump, reason=reason))


def find_lock(paths: Collection[str], manifest: str) -> tuple[LockTool | None, str]:
    """Return the lock tool of a manifest and the folder of its lockfile; pure.

    That is the nearest lockfile at or above the manifest: a workspace has one for all.
    """
    for folder in PurePosixPath(manifest).parents:
        beside = {
            PurePosixPath(path).name for path in paths if PurePosixPath(path).parent == folder
        }
        tool = lock_tools.choose(beside)
        if tool is not None:
            return tool, str(folder)
    return None, "."


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
    if consumer.commit:
        return open_committed_tree(root, folder, git, author=author)
    return open_working_tree(root, folder, git)


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


def _is_current(tool: LockTool, prepared: Prepared, workspace: Workspace) -> bool:
    text = (workspace.folder / prepared.lock_folder / tool.lockfile).read_text("utf-8")
    return tool.is_current(text, prepared.wanted)


def identity(author: str) -> Identity:
    """Return ``Name <address>`` as git takes it; pure."""
    name, _, address = author.partition(" <")
    return Identity(name=name, email=address.removesuffix(">"))
