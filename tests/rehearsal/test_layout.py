"""Laying out: the same commits everywhere, once, and whole or not at all."""

from __future__ import annotations

import hashlib
import os
import signal
import socket
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from release.adapters import embedded_registry
from release.adapters.git import Git
from release.adapters.sandbox import Sandbox
from release.errors import ConfigurationError, RegistryError, RegistryUnreadable
from release.rehearsal.layout import lay_out, read_files, registry_port
from tests.support.repositories import git

PROJECT = Path(__file__).parents[2]
LIBRARY = "issue-core"
APPLICATION = "vergabe-teilnahme"
NEWEST_TAG = "0aac7856c6ce38a217e5e720ef4fe379305b1073"
"""The tag object of v0.3.0: it stands for all of the library's history."""


def be_silent(line: str) -> None:
    """Take a line of progress, and do nothing with it."""


def digests(folder: Path) -> dict[str, str]:
    """Return the digest and time of every file below ``folder``."""
    return {
        str(path.relative_to(folder)): (
            f"{hashlib.sha256(path.read_bytes()).hexdigest()} {path.stat().st_mtime_ns}"
        )
        for path in folder.rglob("*")
        if path.is_file()
    }


def kill_while_laying_out(folder: Path, sandbox: Path) -> None:
    """Lay out in another process, and kill it as soon as it works on the application."""
    program = (
        "import sys; from pathlib import Path; from release.adapters.sandbox import Sandbox; "
        "from release.rehearsal.layout import lay_out; "
        "lay_out(Path(sys.argv[1]), sandbox=Sandbox(folder=Path(sys.argv[2])), say=print)"
    )
    argv = [sys.executable, "-c", program, str(folder), str(sandbox)]
    with subprocess.Popen(argv, cwd=PROJECT, stdout=subprocess.DEVNULL) as process:
        deadline = time.monotonic() + 60
        while not list(folder.glob(f".{APPLICATION}.*/manage.py")):
            assert time.monotonic() < deadline
            assert process.poll() is None
            time.sleep(0.001)
        os.kill(process.pid, signal.SIGKILL)


def test_the_library_has_its_releases_as_tags(examples: Path) -> None:
    """The working copy stands at the first one; the later ones are on another branch."""
    git = Git()
    library = examples / LIBRARY
    assert set(git.remote_tags(".", folder=library)) == {"v0.2.0", "v0.2.1", "v0.3.0"}
    assert git.head(library) == git.resolve(library, "v0.2.0").commit
    assert git.branch_tip(".", "main", folder=library) == git.resolve(library, "v0.2.0").commit
    assert git.branch_tip(".", "next", folder=library) == git.resolve(library, "v0.3.0").commit


@pytest.mark.parametrize("name", [LIBRARY, APPLICATION])
def test_a_laid_out_repository_is_clean(examples: Path, name: str) -> None:
    """Nothing is left uncommitted, and names with a dot have their dot."""
    assert git(examples / name, "status", "--porcelain") == ""
    assert ".gitignore" in Git().tracked_files(examples / name)


def test_the_sha_is_the_same_on_every_machine(examples: Path) -> None:
    """Tag object, commits, dates and files are fixed; new templates need a new value here."""
    tag = Git().resolve(examples / LIBRARY, "v0.3.0")
    assert tag.object == NEWEST_TAG
    assert tag.object != tag.commit


def test_no_setting_of_the_machine_reaches_a_commit(
    examples: Path, tmp_path: Path, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A person, a signature and a date in the caller's environment change no sha."""
    settings = tmp_path / "gitconfig"
    settings.write_text("[commit]\ngpgSign = true\n[init]\ndefaultBranch = trunk\n")
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(settings))
    monkeypatch.setenv("GIT_AUTHOR_NAME", "Somebody Else")
    monkeypatch.setenv("GIT_COMMITTER_DATE", "2001-01-01T00:00:00Z")
    found = lay_out(tmp_path / "again", sandbox=sandbox, say=be_silent)
    assert [path.name for path in found] == [LIBRARY, APPLICATION]
    for path in found:
        assert Git().head(path) == Git().head(examples / path.name)


def test_a_second_run_changes_no_byte(sandbox: Sandbox, examples: Path) -> None:
    """What is there is told and left alone, also when somebody works in it."""
    (examples / LIBRARY / "notes.txt").write_text("mine")
    before = digests(examples)
    lines: list[str] = []
    lay_out(examples, sandbox=sandbox, say=lines.append)
    assert digests(examples) == before
    assert lines == [f"{LIBRARY} is laid out already.", f"{APPLICATION} is laid out already."]
    (examples / LIBRARY / "notes.txt").unlink()


def test_a_killed_run_is_mended(tmp_path: Path, sandbox: Sandbox) -> None:
    """Nothing half done has the name of a repository, and the next run finishes."""
    folder = tmp_path / "examples"
    kill_while_laying_out(folder, tmp_path)
    assert not (folder / APPLICATION).exists()
    assert list(folder.glob(f".{APPLICATION}.*"))
    lines: list[str] = []
    lay_out(folder, sandbox=sandbox, say=lines.append)
    assert lines == [f"{LIBRARY} is laid out already.", f"{APPLICATION} is laid out."]
    assert sorted(path.name for path in folder.iterdir()) == [LIBRARY, APPLICATION]


def test_two_runs_at_the_same_time_lay_out_once(tmp_path: Path) -> None:
    """The second one waits, and finds everything there."""
    lines: list[str] = []
    sandboxes = [Sandbox(folder=tmp_path / name) for name in ("first", "second")]
    for sandbox in sandboxes:
        sandbox.folder.mkdir()
    with ThreadPoolExecutor(2) as pool:
        runs = [
            pool.submit(lay_out, tmp_path / "examples", sandbox=sandbox, say=lines.append)
            for sandbox in sandboxes
        ]
        assert runs[0].result() == runs[1].result()
    assert lines == [
        f"{LIBRARY} is laid out with the tags v0.2.0, v0.2.1, v0.3.0.",
        f"{APPLICATION} is laid out.",
        f"{LIBRARY} is laid out already.",
        f"{APPLICATION} is laid out already.",
    ]


def test_what_is_no_repository_is_not_replaced(tmp_path: Path, sandbox: Sandbox) -> None:
    """Somebody's folder stays, and the message says what to do with it."""
    taken = tmp_path / LIBRARY
    taken.mkdir()
    (taken / "thesis.txt").write_text("years of work")
    with pytest.raises(ConfigurationError) as refused:
        lay_out(tmp_path, sandbox=sandbox, say=be_silent)
    assert str(refused.value) == (
        f"{taken} is there, but is no git repository; the example {LIBRARY} would be laid out "
        "in its place."
    )
    assert refused.value.next_step == f"Move {taken} away, and run this again."
    assert (taken / "thesis.txt").read_text() == "years of work"


def test_a_public_index_without_the_packages_is_told(tmp_path: Path, sandbox: Sandbox) -> None:
    """The index that was given is the one that is asked, and nothing half done stays."""
    folder = tmp_path / "examples"
    with (
        embedded_registry.serve(tmp_path / "empty") as empty,
        pytest.raises(RegistryUnreadable, match=r"could not make the lockfile(.|\n)*not found"),
    ):
        lay_out(folder, sandbox=sandbox, say=be_silent, public_index=f"{empty.url}/simple")
    assert [path.name for path in folder.iterdir()] == [LIBRARY]


def test_compiled_modules_are_no_part_of_a_commit(tmp_path: Path) -> None:
    """An installer compiles the examples too; a spelled-out dot becomes one."""
    (tmp_path / "package" / "__pycache__").mkdir(parents=True)
    (tmp_path / "package" / "__pycache__" / "module.cpython-311.pyc").touch()
    (tmp_path / "package" / "module.py").write_bytes(b"pass\n")
    (tmp_path / "dot_github").mkdir()
    (tmp_path / "dot_github" / "dot_keep").touch()
    assert dict(read_files(tmp_path)) == {
        Path(".github/.keep"): b"",
        Path("package/module.py"): b"pass\n",
    }


def test_the_port_is_chosen_once(tmp_path: Path) -> None:
    """Each later run gives the registry the same address."""
    folder = tmp_path / "new"
    port = registry_port(folder)
    before = digests(folder)
    assert registry_port(folder) == port
    assert digests(folder) == before
    with embedded_registry.serve(tmp_path / "packages", port=port) as registry:
        assert registry.url.endswith(f":{port}")


def test_a_port_in_use_is_not_taken() -> None:
    """When no other one is left, that is told."""
    with socket.socket() as other:
        other.bind((embedded_registry.LOOPBACK, 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(RegistryError, match=f"No port from {port} to {port} is free"):
            embedded_registry.free_port(range(port, port + 1))
