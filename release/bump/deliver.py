"""How a bump reaches its consumer: by the working tree, or by a branch.

A consumer is never edited in place while it is worked on. Everything happens in a
workspace, a copy without a sibling beside it, and only a bump that has passed its guard
and its checks is delivered.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from release.adapters import files
from release.adapters.git import is_address
from release.errors import DeliveryFailed, ProcessFailed

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from release.adapters.git import Git, Identity
    from release.model import FileChange


class Workspace(Protocol):
    """A copy of the consumer to work in, and the way back to the consumer."""

    @property
    def folder(self) -> Path:
        """The copy's root."""

    @property
    def paths(self) -> tuple[str, ...]:
        """The files of the copy that git tracks or would track, relative to its root."""

    def deliver(self, changes: Sequence[FileChange], message: str) -> str:
        """Bring the changes to the consumer; return where they are now, in words.

        Raises:
            DeliveryFailed: They could not be brought there; the consumer is as it was.
        """


@dataclass(frozen=True, kw_only=True, slots=True)
class WorkingTree:
    """The files as they lie in a checkout, uncommitted edits included."""

    root: Path
    folder: Path
    paths: tuple[str, ...]

    def deliver(self, changes: Sequence[FileChange], message: str) -> str:  # noqa: ARG002  # the protocol's
        """Replace each file in one move; whoever works there commits."""
        for change in changes:
            _refuse_other_content(self.root / change.path, (change.before, change.after))
        for change in changes:
            files.replace(self.root / change.path, change.after)
        return f"working tree {self.root}"


@dataclass(frozen=True, kw_only=True, slots=True)
class CommittedTree:
    """The files of a checkout's commit, to be replaced in the checkout and committed.

    A run that was killed after it had replaced files is gone on from: they hold already
    what the bump of the same commit brings.
    """

    root: Path
    folder: Path
    paths: tuple[str, ...]
    git: Git
    author: Identity

    def deliver(self, changes: Sequence[FileChange], message: str) -> str:
        """Replace each file in one move, and commit just these."""
        for change in changes:
            _refuse_other_content(self.root / change.path, (change.before, change.after))
        for change in changes:
            files.replace(self.root / change.path, change.after)
        paths = [change.path for change in changes]
        if not self.git.has_changed(self.root, paths):  # another run has committed the same
            return f"commit {self.git.head(self.root)[:12]} in {self.root}"
        commit = self.git.commit(self.root, message, paths=paths, by=self.author)
        return f"commit {commit[:12]} in {self.root}"


def _refuse_other_content(path: Path, expected: tuple[bytes | None, ...]) -> None:
    """Refuse to replace a file that holds what this bump has never seen.

    Raises:
        DeliveryFailed: Somebody edited the file.
    """
    if (path.read_bytes() if path.exists() else None) not in expected:
        raise DeliveryFailed(
            f"{path} holds edits that the bump was not made from.",
            next_step="Commit them or put them aside, and run again; nothing of this consumer "
            "has been touched.",
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class Branch:
    """A clone at the branch, or where it does not exist yet, at the default branch."""

    repository: str
    folder: Path
    paths: tuple[str, ...]
    git: Git
    author: Identity
    branch: str

    def deliver(self, changes: Sequence[FileChange], message: str) -> str:
        """Commit on the branch and push it, never by force."""
        commit = self.git.commit(
            self.folder, message, paths=[change.path for change in changes], by=self.author
        )
        try:
            self.git.push(self.folder, self.repository, self.branch)
        except ProcessFailed as error:
            commit = self._pushed_by_another(commit, error)
        return f"commit {commit[:12]} on branch {self.branch}"

    def _pushed_by_another(self, commit: str, error: ProcessFailed) -> str:
        """Return the branch's commit, where another run has brought the same files there.

        Two runners of one tag come to the same bump; the second push is refused, and that
        is a success as long as the branch holds what was to be pushed.

        Raises:
            DeliveryFailed: The branch holds something else, or cannot be read.
        """
        refused = DeliveryFailed(
            f"The branch {self.branch} could not be pushed: {_reason(error)}",
            next_step="Look who else pushed to it, protects it or has it checked out; run again.",
        )
        try:
            theirs = self.git.fetch_branch(self.folder, self.repository, self.branch)
            if self.git.tree(self.folder, theirs) == self.git.tree(self.folder, commit):
                return theirs
        except ProcessFailed as unreadable:
            raise refused from unreadable
        raise refused from error


def open_working_tree(root: Path, folder: Path, git: Git) -> WorkingTree:
    """Copy what git tracks or would track of a checkout, as it lies there."""
    paths = git.visible_files(root)
    for path in paths:
        files.copy(root / path, folder / path)
    return WorkingTree(root=root, folder=folder, paths=paths)


def open_committed_tree(root: Path, folder: Path, git: Git, *, author: Identity) -> CommittedTree:
    """Copy the checked-out commit of a checkout, whatever lies uncommitted beside it."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    git.clone(str(git.locate(root).repository), folder)
    return CommittedTree(
        root=root, folder=folder, paths=git.tracked_files(folder), git=git, author=author
    )


def open_branch(
    repository: str, folder: Path, git: Git, *, author: Identity, branch: str
) -> Branch:
    """Clone the consumer at its branch, or at its default branch.

    A branch whose commits are all in the default branch was merged: the next bump starts
    from the default branch again. A branch with commits of its own is gone on from, so
    that what people put on it stays.
    """
    folder.parent.mkdir(parents=True, exist_ok=True)
    git.clone(repository, folder)
    tip = git.branch_tip(repository, branch, folder=folder)
    is_open = tip is not None and not git.is_ancestor(folder, tip, "HEAD")
    git.start_branch(folder, branch, tip if tip and is_open else "HEAD")
    return Branch(
        repository=repository,
        folder=folder,
        paths=git.tracked_files(folder),
        git=git,
        author=author,
        branch=branch,
    )


def repository_source(repository: str, root: Path) -> str:
    """Return what git clones and pushes to: an address as it is, or a path below ``root``."""
    return repository if is_address(repository) else str((root / repository).resolve())


def _reason(error: ProcessFailed) -> str:
    """Return the line of git's that says why, or all that it said."""
    lines = [line.strip() for line in error.stderr.splitlines() if line.strip()]
    telling = [line for line in lines if "rejected" in line or line.startswith("fatal")]
    return (telling or lines or [error.message])[0]
