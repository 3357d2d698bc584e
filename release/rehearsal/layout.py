"""The example repositories, laid out as real git repositories.

Each folder below ``examples`` is one of them; its ``example.toml`` tells the history.
Files are stored under their own names, except that a leading dot is spelled ``dot_``:
a real ``.gitignore`` would change what this project's own tools see.

Everything that goes into a commit is fixed (files, person, dates), and git runs sealed,
so the commits have the same sha on every machine.
"""

from __future__ import annotations

import graphlib
import json
import sys
import tomllib
from dataclasses import dataclass
from datetime import datetime  # noqa: TC003  # msgspec reads the annotations when it runs
from pathlib import Path
from typing import TYPE_CHECKING, Final

import msgspec

from release.adapters import embedded_registry, files
from release.adapters.git import Git, Identity
from release.errors import ConfigurationError, ProcessFailed, RegistryUnreadable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from release.adapters.sandbox import Sandbox

EXAMPLES: Final = Path(__file__).resolve().parent / "examples"

_AUTHOR: Final = Identity(name="Ada Beispiel", email="ada@example.org")
_LOCK_SECONDS: Final = 300.0


class Commit(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One commit of an example."""

    folder: str
    """The files that it adds or replaces, in this folder beside ``example.toml``."""
    message: str
    date: datetime
    """When it was written and committed, and when its tag was made."""
    branch: str = "main"
    """The branch that it is on; one that is new begins at the commit before."""
    tag: str | None = None
    """An annotated tag for it."""
    lock: tuple[str, ...] | None = None
    """Makes uv write a lockfile into it, with these versions (``django==5.2.11``)."""


class Example(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The history of an example repository: its ``example.toml``."""

    commit: tuple[Commit, ...]
    needs: tuple[str, ...] = ()
    """The examples that have to lie beside it before it is laid out."""
    branch: str = "main"
    """The branch that is checked out in the end."""


@dataclass(frozen=True, kw_only=True, slots=True)
class _Tools:
    """What laying out works with."""

    sandbox: Sandbox
    say: Callable[[str], None]
    public_index: str | None


def lay_out(
    folder: Path,
    *,
    sandbox: Sandbox,
    say: Callable[[str], None],
    public_index: str | None = None,
) -> tuple[Path, ...]:
    """Lay out the examples that ``folder`` does not have yet, and return where all are.

    Each appears in one move when it is complete, so a run that is killed leaves nothing
    that looks like a repository; two runs at the same time wait for each other. What is
    there is left as it is, also when somebody works in it.

    Args:
        folder: Where the repositories lie side by side; made when it does not exist.
        sandbox: Where git and uv run.
        say: Takes one line for each example.
        public_index: The simple index that lockfiles name; uv's default when not given.

    Raises:
        ConfigurationError: Something that is no repository lies in the place of one.
        RegistryUnreadable: uv could not make a lockfile from the public index.
    """
    folder.mkdir(parents=True, exist_ok=True)
    tools = _Tools(sandbox=sandbox, say=say, public_index=public_index)
    with files.locked(folder):
        return tuple(
            _ensure(folder / name, example, tools)
            for name, example in _in_order(read_examples(EXAMPLES))
        )


def registry_port(folder: Path) -> int:
    """Return the port of the rehearsal's registry: chosen once, the same ever after.

    Lockfiles name the registry's address, so a second run must find it unchanged.
    """
    folder.mkdir(parents=True, exist_ok=True)
    kept = folder / "registry.json"
    with files.locked(folder):
        if not kept.exists():
            port = embedded_registry.free_port()
            files.replace(kept, f"{json.dumps({'port': port})}\n".encode())
        return int(json.loads(kept.read_text(encoding="utf-8"))["port"])


def read_examples(folder: Path) -> dict[str, Example]:
    """Return the examples below ``folder`` by name."""
    histories = {path.parent.name: path for path in sorted(folder.glob("*/example.toml"))}
    return {
        name: msgspec.convert(tomllib.loads(path.read_text(encoding="utf-8")), Example)
        for name, path in histories.items()
    }


def read_files(folder: Path) -> Iterator[tuple[Path, bytes]]:
    """Yield the files of one commit, under the names that they have in the repository."""
    for path in sorted(folder.rglob("*")):
        place = path.relative_to(folder)
        # pip compiles every module of a wheel that it installs, those of the examples too.
        if path.is_file() and "__pycache__" not in place.parts:
            yield Path(*map(_real_name, place.parts)), path.read_bytes()


def _real_name(part: str) -> str:
    return f".{part.removeprefix('dot_')}" if part.startswith("dot_") else part


def _in_order(examples: dict[str, Example]) -> Iterator[tuple[str, Example]]:
    needs = {name: example.needs for name, example in examples.items()}
    for name in graphlib.TopologicalSorter(needs).static_order():
        yield name, examples[name]


def _ensure(target: Path, example: Example, tools: _Tools) -> Path:
    if (target / ".git").exists():
        tools.say(f"{target.name} is laid out already.")
        return target
    if target.exists():
        raise ConfigurationError(
            f"{target} is there, but is no git repository; the example {target.name} "
            "would be laid out in its place.",
            next_step=f"Move {target} away, and run this again.",
        )
    # Beside the target, so that a path such as ``../library`` leads to the same place. The
    # name is new each time: a program of a killed run could still be writing to the old one.
    for leftover in target.parent.glob(f".{target.name}.*"):
        files.remove_tree(leftover)
    with files.new_folder_beside(target) as unfinished:
        _write_history(unfinished, target.name, example, tools)
        unfinished.rename(target)
    tags = ", ".join(commit.tag for commit in example.commit if commit.tag)
    tools.say(f"{target.name} is laid out{f' with the tags {tags}' if tags else ''}.")
    return target


def _write_history(repository: Path, name: str, example: Example, tools: _Tools) -> None:
    branch = example.commit[0].branch
    _git(tools).begin(repository, branch)
    for commit in example.commit:
        git = _git(tools, commit.date)
        if commit.branch != branch:
            branch = commit.branch
            git.start_branch(repository, branch, "HEAD")
        _write_files(repository, EXAMPLES / name / commit.folder)
        if commit.lock is not None:
            _lock(repository, commit.lock, tools)
        git.commit(repository, commit.message, paths=["."], by=_AUTHOR)
        if commit.tag:
            git.tag(repository, commit.tag, message=f"{name} {commit.tag}", by=_AUTHOR)
    _git(tools).start_branch(repository, example.branch, example.branch)


def _git(tools: _Tools, date: datetime | None = None) -> Git:
    """Return a git that reads no configuration of machine or person."""
    dates = ("GIT_AUTHOR_DATE", "GIT_COMMITTER_DATE") if date else ()
    fixed = {name: date.isoformat() for name in dates if date}
    return Git(environment=tools.sandbox.environment({"GIT_CONFIG_NOSYSTEM": "1", **fixed}))


def _write_files(repository: Path, folder: Path) -> None:
    for place, content in read_files(folder):
        target = repository / place
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)


def _lock(repository: Path, versions: tuple[str, ...], tools: _Tools) -> None:
    """Write uv.lock, each package in the version that it had when the lock was made."""
    chosen = [argument for version in versions for argument in ("--upgrade-package", version)]
    index = ["--default-index", tools.public_index] if tools.public_index else []
    try:
        tools.sandbox.uv(
            ["lock", "--quiet", "--python", sys.executable, *index, *chosen],
            cwd=repository,
            timeout=_LOCK_SECONDS,
        )
    except ProcessFailed as error:
        raise RegistryUnreadable(
            f"uv could not make the lockfile of an example.\n{error.stderr.strip()}",
            next_step="The examples need the public index once. Where it is reached in "
            "another way, set public-index.url, or the proxy's variables.",
        ) from error
