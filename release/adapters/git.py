"""git, as the few questions and deeds that a release needs.

The caller's configuration stays in force where it gives access (credential helpers,
ssh, proxies, ``insteadOf``); what would change bytes or run programs is overruled. A
name or address that begins with ``-`` never becomes an option, and no address is shown
with its user part.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Final

from release.adapters import environment, processes
from release.errors import ProcessFailed
from release.formats.urls import without_users

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from release.adapters.processes import Completed

_OVERRULED: Final = (
    "advice.detachedHead=false",
    "commit.gpgSign=false",
    "core.attributesFile=/dev/null",
    "core.autocrlf=false",
    "core.excludesFile=/dev/null",
    "core.fileMode=true",
    "core.fsmonitor=false",
    "core.hooksPath=/dev/null",
    "core.symlinks=true",
    "gc.auto=0",
    "maintenance.auto=false",
    "push.followTags=false",
    "submodule.recurse=false",
)

_UMASK: Final = 0o022
_NO_REF: Final = re.compile(r"[\x00-\x20~^:?*\[\\\x7f]|\.\.|@\{|//")


class NoSuchTag(ProcessFailed):
    """The repository was read and does not have the tag."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Tag:
    """A tag: its own object (the commit for a lightweight one), commit and commit time."""

    object: str
    commit: str
    commit_time: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Location:
    """A repository on this machine: what git fetches from, and the folder below its root.

    ``subfolder`` is empty, or ends with a slash.
    """

    repository: Path
    subfolder: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Identity:
    """Who makes a commit."""

    name: str
    email: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Git:
    """The git on PATH, run with ``environment``; each call may take ``timeout`` seconds."""

    environment: Mapping[str, str] = field(default_factory=environment.for_git)
    timeout: float = 120.0

    # looking -------------------------------------------------------------------------

    def locate(self, path: Path) -> Location:
        """Return the repository that ``path`` is in; a bare one is its own root."""
        if self._run(path, "rev-parse", "--is-inside-work-tree").stdout.strip() != "true":
            return Location(repository=path, subfolder="")
        root = self._line(path, "rev-parse", "--show-toplevel")
        return Location(
            repository=Path(root), subfolder=self._line(path, "rev-parse", "--show-prefix")
        )

    def remotes(self, folder: Path) -> tuple[str, ...]:
        """Return the names of the repository's remotes."""
        return tuple(self._run(folder, "remote").stdout.splitlines())

    def remote_tags(self, source: str, *, folder: Path, name: str = "") -> dict[str, str]:
        """Return the tags of a repository elsewhere, each with the sha of its own object.

        ``source`` is a path, an address, or the name of a remote of the repository in
        ``folder``; with ``name``, only that tag is asked for.
        """
        wanted = [f"refs/tags/{name}"] if name else []
        listed = self._run(
            folder, "ls-remote", "--quiet", "--refs", "--tags", "--", source, *wanted
        )
        refs = (line.split("\t", 1) for line in listed.stdout.splitlines())
        found = {ref.removeprefix("refs/tags/"): sha for sha, ref in refs}
        return {tag: sha for tag, sha in found.items() if not name or tag == name}

    def branch_tip(self, source: str, branch: str, *, folder: Path) -> str | None:
        """Return the commit of a branch of a repository elsewhere, or None."""
        wanted = f"refs/heads/{branch}"
        listed = self._run(folder, "ls-remote", "--quiet", "--heads", "--", source, wanted)
        refs = (line.split("\t", 1) for line in listed.stdout.splitlines())
        return next((sha for sha, ref in refs if ref == wanted), None)

    def resolve(self, folder: Path, tag: str) -> Tag:
        """Return what the tag names here; a branch of the same name is not looked at."""
        if _NO_REF.search(tag):
            raise NoSuchTag(["git", "rev-parse", tag], 1, "", "no name that a tag can have")
        ref = f"refs/tags/{tag}"
        shas = self._run(folder, "rev-parse", "--verify", "--quiet", ref, check=False)
        commit = self._run(
            folder, "rev-parse", "--verify", "--quiet", f"{ref}^{{commit}}", check=False
        )
        if shas.code or commit.code:
            raise NoSuchTag(["git", "rev-parse", ref], 1, "", "names no commit")
        sha = commit.stdout.strip()
        time = self._line(folder, "show", "--no-patch", "--no-show-signature", "--format=%ct", sha)
        return Tag(object=shas.stdout.strip(), commit=sha, commit_time=int(time))

    def is_shallow(self, folder: Path) -> bool:
        """Tell whether the repository has only part of its history."""
        return self._line(folder, "rev-parse", "--is-shallow-repository") == "true"

    def head(self, folder: Path) -> str:
        """Return the checked-out commit."""
        return self._line(folder, "rev-parse", "--verify", "HEAD")

    def tracked_files(self, folder: Path) -> tuple[str, ...]:
        """Return the tracked files at or below ``folder``, relative to it."""
        return _split(self._run(folder, "ls-files", "-z").stdout)

    def visible_files(self, folder: Path) -> tuple[str, ...]:
        """Return the files at or below ``folder`` that git tracks or would track."""
        listed = self._run(
            folder, "ls-files", "-z", "--cached", "--others", "--exclude-standard", "--deduplicate"
        )
        return tuple(path for path in _split(listed.stdout) if (folder / path).is_file())

    def submodules(self, folder: Path) -> tuple[str, ...]:
        """Return the paths at which the checked-out commit names other repositories."""
        entries = _split(self._run(folder, "ls-files", "--stage", "-z").stdout)
        return tuple(entry.split("\t", 1)[1] for entry in entries if entry.startswith("160000 "))

    def has_changed(self, folder: Path, paths: Sequence[str]) -> bool:
        """Tell whether any of these files differs from the checked-out commit."""
        literal = [f":(literal){path}" for path in paths]
        return bool(self._run(folder, "status", "--porcelain=v1", "--", *literal).stdout)

    def is_ancestor(self, folder: Path, ancestor: str, descendant: str) -> bool:
        """Tell whether ``descendant`` contains the commit ``ancestor``."""
        arguments = ("merge-base", "--is-ancestor", "--end-of-options", ancestor, descendant)
        completed = self._run(folder, *arguments, check=False)
        if completed.code > 1:
            raise _failed(arguments, completed)
        return completed.code == 0

    # fetching ------------------------------------------------------------------------

    def check_out_tag(self, source: str, tag: str, *, folder: Path) -> Tag:
        """Make ``folder`` a repository that has the tag's commit, checked out, and no more.

        Nothing is shared with ``source``, and its address is kept nowhere.

        Raises:
            NoSuchTag: The repository was read and does not have the tag.
            ProcessFailed: The repository cannot be read.
        """
        self._run(folder, "init", "--quiet", "--template=", ".")
        self._fetch_tag(folder, source, tag, "--depth=1")
        found = self.resolve(folder, tag)
        self._run(folder, "checkout", "--quiet", "--detach", found.commit)
        return found

    def complete_history(self, source: str, tag: str, *, folder: Path) -> None:
        """Fetch the whole history of a tag that is checked out, and no other tag."""
        if self.is_shallow(folder):
            self._fetch_tag(folder, source, tag, "--unshallow")

    def _fetch_tag(self, folder: Path, source: str, tag: str, depth: str) -> None:
        if _NO_REF.search(tag):
            raise NoSuchTag(["git", "fetch", tag], 1, "", "no name that a tag can have")
        refs = f"+refs/tags/{tag}:refs/tags/{tag}"
        arguments = ("fetch", "--quiet", "--no-tags", depth, "--", source, refs)
        completed = self._run(folder, *arguments, check=False)
        if completed.code:
            kind = NoSuchTag if "couldn't find remote ref" in completed.stderr else ProcessFailed
            raise _failed(arguments, completed, kind)

    # making --------------------------------------------------------------------------

    def begin(self, folder: Path, branch: str) -> None:
        """Make ``folder`` an empty repository whose first commit will be on ``branch``."""
        self._run(folder, "init", "--quiet", "--template=", f"--initial-branch={branch}", ".")

    def tag(self, folder: Path, name: str, *, message: str, by: Identity) -> None:
        """Give the checked-out commit an annotated, unsigned tag."""
        identity = ("-c", f"user.name={by.name}", "-c", f"user.email={by.email}")
        arguments = ("tag", "--annotate", "--no-sign", "--file=-", "--", name)
        self._run(folder, *identity, *arguments, stdin=message)

    def fetch_branch(self, folder: Path, source: str, branch: str) -> str:
        """Fetch a branch of a repository elsewhere, and return its commit."""
        self._run(folder, "fetch", "--quiet", "--no-tags", "--", source, f"refs/heads/{branch}")
        return self._line(folder, "rev-parse", "--verify", "FETCH_HEAD")

    def tree(self, folder: Path, commit: str) -> str:
        """Return the sha of a commit's tree: equal trees hold equal files."""
        return self._line(folder, "rev-parse", "--verify", "--end-of-options", f"{commit}^{{tree}}")

    # delivering ----------------------------------------------------------------------

    def clone(self, source: str, folder: Path, *, branch: str | None = None) -> None:
        """Clone a repository's default branch, or ``branch``, into the new ``folder``."""
        chosen = [f"--branch={branch}"] if branch else []
        self._run(
            folder.parent,
            *("clone", "--quiet", "--template=", "--no-tags", "--origin=origin", *chosen),
            *("--", source, str(folder)),
        )

    def start_branch(self, folder: Path, branch: str, start: str) -> None:
        """Check out a branch that begins (again) at the commit ``start``."""
        self._run(folder, "checkout", "--quiet", "--no-track", "-B", branch, start, "--")

    def commit(self, folder: Path, message: str, *, paths: Sequence[str], by: Identity) -> str:
        """Commit exactly ``paths``, and return the commit's sha; no hook runs."""
        literal = [f":(literal){path}" for path in paths]
        self._run(folder, "add", "--", *literal)
        identity = ("-c", f"user.name={by.name}", "-c", f"user.email={by.email}")
        self._run(
            folder,
            *identity,
            "commit",
            "--quiet",
            "--file=-",
            "--only",
            "--",
            *literal,
            stdin=message,
        )
        return self.head(folder)

    def push(self, folder: Path, target: str, branch: str) -> None:
        """Push the checked-out commit as ``branch``; what is there is never overwritten."""
        ref = f"HEAD:refs/heads/{branch}"
        self._run(folder, "push", "--quiet", "--no-verify", "--", target, ref)

    # running -------------------------------------------------------------------------

    def _line(self, folder: Path, *arguments: str) -> str:
        return self._run(folder, *arguments).stdout.removesuffix("\n")

    def _run(
        self, folder: Path, *arguments: str, check: bool = True, stdin: str | None = None
    ) -> Completed:
        overruled = [part for setting in _OVERRULED for part in ("-c", setting)]
        try:
            completed = processes.run(
                ["git", *overruled, *arguments],
                cwd=folder,
                env=self.environment,
                timeout=self.timeout,
                stdin=stdin,
                check=False,
                umask=_UMASK,
            )
        except ProcessFailed as error:
            raise _shown(arguments, error) from None
        if check and completed.code:
            raise _failed(arguments, completed)
        return completed


def is_address(repository: str) -> bool:
    """Tell an address (``https://…``, ``git@host:path``) from a path on this machine."""
    return "://" in repository or bool(re.match(r"[^/:]+:", repository))


def _split(listed: str) -> tuple[str, ...]:
    return tuple(part for part in listed.split("\0") if part)


def _failed(
    arguments: Sequence[str], completed: Completed, kind: type[ProcessFailed] = ProcessFailed
) -> ProcessFailed:
    argv = [without_users(part) for part in ("git", *arguments)]
    stdout, stderr = without_users(completed.stdout), without_users(completed.stderr)
    return kind(argv, completed.code, stdout, stderr)


def _shown(arguments: Sequence[str], error: ProcessFailed) -> ProcessFailed:
    """Return a failure to run git at all, told without addresses' user parts."""
    argv = [without_users(part) for part in ("git", *arguments)]
    stdout, stderr = without_users(error.stdout), without_users(error.stderr)
    return ProcessFailed(argv, error.code, stdout, stderr, timed_out=error.timed_out)
