"""The first half of a bump: look at the consumer's files, and decide the edits."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import partial
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Final

from packaging.version import Version

from release.adapters.git import Identity
from release.adapters.processes import run_together
from release.bump import containers, lock_tools, manifests
from release.bump.consumer import Prepared, bug, refused
from release.bump.deliver import (
    open_branch,
    open_committed_tree,
    open_working_tree,
    repository_source,
)
from release.bump.manifests.workspaces import roots_above
from release.bump.ranges import specifier_for
from release.errors import ConsumerNotBumped, EditRefused, ReleaseError
from release.model import Bump, FileChange, Finding, Wanted

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence
    from pathlib import Path

    from release import config
    from release.adapters.git import Git
    from release.bump.consumer import Bumper
    from release.bump.deliver import Workspace
    from release.bump.lock_tools import LockTool
    from release.bump.manifests import Rewrite
    from release.formats.lock import Lock
    from release.model import Built, FileKind, Rewritten

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
    except ReleaseError as error:
        return replace(prepared, bump=refused(prepared.bump, error))
    except Exception as error:  # noqa: BLE001  # one consumer's oddity must block no other
        return replace(prepared, bump=refused(prepared.bump, bug(error)))


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
    tool, lock_folder = find_lock(workspace.paths, prepared.consumer.manifest)
    prepared = replace(prepared, workspace=workspace, lock_tool=tool, lock_folder=lock_folder)
    lock_text = _read_lock(prepared, workspace)
    newer = tool and _newer(tool.parse(lock_text), prepared.wanted)
    if newer:
        reason = f"it has {prepared.wanted.release.name} {newer} already, which is newer"
        return replace(prepared, bump=replace(prepared.bump, status="nothing to do", reason=reason))
    edits = tuple(_edits(workspace, prepared))
    changes = tuple(change for change, _ in edits if change.after != change.before)
    reports = (
        *(report for _, rewritten in edits for report in rewritten.reports),
        *_context_reports(workspace, prepared.wanted),
        *([] if tool else [no_lockfile(prepared.consumer.manifest)]),
    )
    bump = replace(
        prepared.bump,
        changes=changes,
        ranges=tuple(change for _, rewritten in edits for change in rewritten.ranges),
        reports=reports,
    )
    lock_text = _read_lock(prepared, workspace)
    newer = tool and _newer(tool.parse(lock_text), prepared.wanted)
    if newer:
        reason = f"it has {prepared.wanted.release.name} {newer} already, which is newer"
        return replace(
            prepared,
            bump=replace(bump, changes=(), ranges=(), status="nothing to do", reason=reason),
        )
    if not changes and (tool is None or tool.is_current(lock_text, prepared.wanted)):
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
    root = bumper.root / consumer.repository
    if consumer.delivery == "branch" or consumer.commit:
        _refuse_subfolder(root, git)
    if consumer.delivery == "branch":
        return open_branch(
            repository_source(consumer.repository, bumper.root),
            folder,
            git,
            author=author,
            branch=consumer.branch.replace("{package}", str(prepared.wanted.release.name)),
        )
    if not root.is_dir():
        raise ConsumerNotBumped(
            f"There is no folder {root}.",
            next_step="Name a checkout in consumer.repository, or choose another delivery.",
        )
    if consumer.commit:
        return open_committed_tree(root, folder, git, author=author)
    return open_working_tree(root, folder, git)


def _refuse_subfolder(root: Path, git: Git) -> None:
    """Refuse a folder inside of a repository, where the whole repository is cloned.

    Raises:
        ConsumerNotBumped: With the manifest to name instead.
    """
    location = git.locate(root) if root.is_dir() else None
    if location and location.subfolder:
        raise ConsumerNotBumped(
            f"{root} is a folder of the repository {location.repository}.",
            next_step="Name the repository in consumer.repository, and in consumer.manifest "
            f"{location.subfolder}pyproject.toml.",
        )


def _edits(workspace: Workspace, prepared: Prepared) -> Iterator[tuple[FileChange, Rewritten]]:
    """Yield every file that is edited as text, with what its editor says."""
    manifest = prepared.consumer.manifest
    roots = tuple(
        (path, _decoded(_read(workspace, path), path))
        for path in roots_above(workspace.paths, manifest)
    )
    rewrite = manifests.rewrite_for(manifest, roots=roots)
    yield _edit(workspace, manifest, "manifest", rewrite, prepared.wanted)
    for path in workspace.paths:
        if CONTAINERFILE.search(path) and _is_plain(workspace, path):
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
    """Read a file of the workspace that may be edited there.

    Raises:
        EditRefused: It does not exist, or a link or the path itself leads elsewhere: what is
            written there would be another file than the one that is delivered.
    """
    file = workspace.folder / path
    if file.resolve() != workspace.folder.resolve() / PurePosixPath(path):
        raise EditRefused(
            f"{path} leads elsewhere, to {file.resolve().name} in {file.resolve().parent}.",
            next_step="Name the file itself, relative to the repository, without links and "
            "without `..`.",
        )
    try:
        return file.read_bytes()
    except (FileNotFoundError, IsADirectoryError):
        raise EditRefused(
            f"The consumer has no file {path}.",
            next_step="Name its manifest in consumer.manifest.",
        ) from None


def _is_plain(workspace: Workspace, path: str) -> bool:
    file = workspace.folder / path
    return file.is_file() and file.resolve() == workspace.folder.resolve() / PurePosixPath(path)


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
        if MENTIONS_CONTEXT.search(path) and _is_plain(workspace, path):
            text = (workspace.folder / path).read_bytes().decode("utf-8", errors="replace")
            yield from containers.report(text, wanted, path=path)


def _read_lock(prepared: Prepared, workspace: Workspace) -> str:
    return _read(workspace, prepared.lockfile).decode("utf-8") if prepared.lockfile else ""


def _newer(lock: Lock, wanted: Wanted) -> str | None:
    """Return the locked version, where it is a published one and above the release; pure.

    An old tag that is run again, a backport, or two tags that race must not take a consumer
    back. (A sibling's own version, in a lock by path, says nothing of what was published.)
    """
    versions = [
        entry.version
        for entry in lock.entries(wanted.release.name)
        if entry.source.kind == "registry" and entry.version
    ]
    return next((one for one in versions if Version(one) > wanted.release.version), None)


def no_lockfile(manifest: str) -> Finding:
    """Return what is told where nothing was locked; pure."""
    return Finding(
        code="no-lockfile",
        place=manifest,
        message="No lockfile of a known tool lies at or above it in the repository.",
        next_step="Nothing was locked: do so by hand, and commit the lockfile.",
    )


def identity(author: str) -> Identity:
    """Return ``Name <address>`` as git takes it; pure."""
    name, _, address = author.partition(" <")
    return Identity(name=name, email=address.removesuffix(">"))
