"""git: what is asked and done, under hostile settings, names and addresses."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from release.adapters.environment import for_git
from release.adapters.git import (
    Git,
    Identity,
    NoSuchTag,
    is_address,
)
from release.errors import ProcessFailed
from tests.support.repositories import COMMIT_TIME, commit, git, make_repository, tag, write

if TYPE_CHECKING:
    from pathlib import Path

ADA = Identity(name="Ada", email="ada@example.org")


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """Two commits, the first of them tagged."""
    folder = make_repository(tmp_path / "project", {"a": "a\n"}, tags=["v1"])
    commit(folder, {"b": "b\n"})
    return folder


@pytest.fixture
def hostile(tmp_path: Path) -> Git:
    """A git whose user has settings that would change bytes, or run programs."""
    ran = tmp_path / "ran"
    hooks = tmp_path / "hooks"
    hooks.mkdir()
    for name in ("post-checkout", "pre-commit", "commit-msg", "pre-push", "post-commit"):
        (hooks / name).write_text(f"#!/bin/sh\ntouch {ran}\nexit 1\n", encoding="utf-8")
        (hooks / name).chmod(0o755)
    (tmp_path / "attributes").write_text("* text eol=crlf\n", encoding="utf-8")
    (tmp_path / "ignore").write_text("*\n", encoding="utf-8")
    (tmp_path / "config").write_text(
        f"""[core]
    autocrlf = true
    hooksPath = {hooks}
    attributesFile = {tmp_path}/attributes
    excludesFile = {tmp_path}/ignore
    fsmonitor = {hooks}/pre-commit
    fileMode = false
[commit]
    gpgSign = true
[log]
    showSignature = true
[clone]
    defaultRemoteName = elsewhere
[init]
    templateDir = {tmp_path}
[push]
    followTags = true
""",
        encoding="utf-8",
    )
    caller = {**os.environ, "GIT_DIR": "/nowhere", "GIT_INDEX_FILE": "/nowhere/index"}
    return Git(
        environment={**for_git(caller), "GIT_CONFIG_GLOBAL": str(tmp_path / "config")}, timeout=60
    )


def test_a_tags_commit_is_checked_out_as_it_was_committed(
    repository: Path, hostile: Git, tmp_path: Path
) -> None:
    """No line end changes, no hook runs, no variable points elsewhere, nothing is shared."""
    folder = tmp_path / "checkout"
    folder.mkdir()
    found = hostile.check_out_tag(str(repository), "v1", folder=folder)
    assert (folder / "a").read_bytes() == b"a\n"
    assert not (folder / "b").exists()
    assert found.object == git(repository, "rev-parse", "v1")
    assert found.commit == git(repository, "rev-parse", "v1^{commit}") == hostile.head(folder)
    assert found.commit_time == COMMIT_TIME
    assert hostile.is_shallow(folder)
    assert hostile.remotes(folder) == ()
    assert not (tmp_path / "ran").exists()
    assert not (folder / ".git" / "objects" / "info" / "alternates").exists()
    assert str(repository) not in (folder / ".git" / "config").read_text(encoding="utf-8")


def test_the_umask_of_a_checkout_is_ours(repository: Path, tmp_path: Path) -> None:
    """Whatever the caller's is."""
    before = os.umask(0o077)
    try:
        (tmp_path / "checkout").mkdir()
        Git().check_out_tag(str(repository), "v1", folder=tmp_path / "checkout")
    finally:
        os.umask(before)
    assert (tmp_path / "checkout" / "a").stat().st_mode & 0o777 == 0o644


def test_history_is_completed_without_other_tags(repository: Path, tmp_path: Path) -> None:
    """So that a version from git can only be the tag's own; once is enough."""
    tag(repository, "v2")
    (tmp_path / "checkout").mkdir()
    Git().check_out_tag(str(repository), "v2", folder=tmp_path / "checkout")
    for _ in range(2):
        Git().complete_history(str(repository), "v2", folder=tmp_path / "checkout")
        assert not Git().is_shallow(tmp_path / "checkout")
    assert git(tmp_path / "checkout", "tag", "--list") == "v2"
    assert git(tmp_path / "checkout", "rev-list", "--count", "HEAD") == "2"


@pytest.mark.parametrize(
    "name", ["absent", "v1^{tree}", "a..b", "-x", "--upload-pack=touch x", "v*"]
)
def test_names_are_never_more_than_names(repository: Path, tmp_path: Path, name: str) -> None:
    """Neither an option nor an expression; a tag that is not there is told as such."""
    (tmp_path / "checkout").mkdir()
    with pytest.raises(NoSuchTag):
        Git().check_out_tag(str(repository), name, folder=tmp_path / "checkout")
    with pytest.raises(NoSuchTag):
        Git().resolve(repository, name)


def test_addresses_are_never_options(repository: Path, tmp_path: Path) -> None:
    """One that begins like an option is an address that cannot be read."""
    mark = tmp_path / "mark"
    address = f"--upload-pack=touch {mark};x"
    with pytest.raises(ProcessFailed):
        Git().remote_tags(address, folder=repository)
    with pytest.raises(ProcessFailed):
        Git().branch_tip(address, "main", folder=repository)
    with pytest.raises(ProcessFailed):
        Git().clone(address, tmp_path / "clone")
    with pytest.raises(ProcessFailed):
        Git().push(repository, f"--receive-pack=touch {mark};x", "main")
    assert not mark.exists()


def test_repositories_elsewhere_are_asked(repository: Path, tmp_path: Path) -> None:
    """Tags by their own object, exactly by name; the tip of a branch."""
    tag(repository, "x/v1")
    source = str(repository)
    sha = git(repository, "rev-parse", "v1")
    assert Git().remote_tags(source, folder=tmp_path)["v1"] == sha
    assert Git().remote_tags(source, folder=tmp_path, name="v1") == {"v1": sha}
    assert Git().remote_tags(source, folder=tmp_path, name="v*") == {}
    assert Git().branch_tip(source, "main", folder=tmp_path) == Git().head(repository)
    assert Git().branch_tip(source, "absent", folder=tmp_path) is None


def test_a_repository_is_located_from_below(repository: Path, tmp_path: Path) -> None:
    """A folder in it, its root, and a bare one."""
    commit(repository, {"packages/x/a": "a"})
    below = Git().locate(repository / "packages" / "x")
    assert (below.repository, below.subfolder) == (repository.resolve(), "packages/x/")
    assert Git().locate(repository).subfolder == ""
    git(tmp_path, "clone", "--quiet", "--bare", str(repository), "bare")
    assert Git().locate(tmp_path / "bare").repository == tmp_path / "bare"
    with pytest.raises(ProcessFailed):
        Git().locate(tmp_path)


def test_a_working_tree_is_described(repository: Path) -> None:
    """Tracked files under any name, remotes, ancestry."""
    commit(repository, {"ü mläut\n": "x", "folder/c": "c"})
    assert Git().tracked_files(repository) == ("a", "b", "folder/c", "ü mläut\n")
    assert Git().tracked_files(repository / "folder") == ("c",)
    git(repository, "remote", "add", "origin", "nowhere")
    assert Git().remotes(repository) == ("origin",)
    assert Git().submodules(repository) == ()
    assert Git().is_ancestor(repository, "v1", "HEAD")
    assert not Git().is_ancestor(repository, "HEAD", "v1")
    with pytest.raises(ProcessFailed):
        Git().is_ancestor(repository, "absent", "HEAD")


def test_a_branch_is_delivered_and_never_overwritten(
    repository: Path, hostile: Git, tmp_path: Path
) -> None:
    """Exactly the named files, by the given person, without hooks or signatures."""
    git(tmp_path, "clone", "--quiet", "--bare", str(repository), "target.git")
    target = str(tmp_path / "target.git")
    hostile.clone(target, tmp_path / "scratch", branch="main")
    scratch = tmp_path / "scratch"
    assert hostile.remotes(scratch) == ("origin",)
    hostile.start_branch(scratch, "release/sample", "HEAD")
    write(scratch, {"a": "bumped\n", ":odd": "new\n", "left": "out\n"})
    sha = hostile.commit(scratch, "Bump\n\nWhy.", paths=["a", ":odd"], by=ADA)
    assert git(scratch, "show", "--format=%an <%ae> %B", "--name-only", sha).split("\n") == [
        "Ada <ada@example.org> Bump",
        "",
        "Why.",
        "",
        "",
        ":odd",
        "a",
    ]
    hostile.push(scratch, target, "release/sample")
    hostile.push(scratch, target, "release/sample")
    assert hostile.branch_tip(target, "release/sample", folder=scratch) == sha
    hostile.start_branch(scratch, "release/sample", "HEAD~1")
    write(scratch, {"a": "other\n"})
    hostile.commit(scratch, "Other", paths=["a"], by=ADA)
    with pytest.raises(ProcessFailed, match="rejected"):
        hostile.push(scratch, target, "release/sample")
    assert hostile.branch_tip(target, "release/sample", folder=scratch) == sha
    assert not (tmp_path / "ran").exists()


def test_no_address_is_shown_with_its_user(repository: Path) -> None:
    """Neither in the message, nor in the arguments, nor in what git said."""
    address = "http://bot:CANARY@127.0.0.1:9/x.git"
    git(repository, "remote", "add", "origin", address)
    for source in (address, "origin"):
        with pytest.raises(ProcessFailed) as caught:
            Git().remote_tags(source, folder=repository)
        error = caught.value
        assert "CANARY" not in f"{error}{error.argv}{error.stdout}{error.stderr}{error.next_step}"


def test_a_git_that_cannot_run_is_told(repository: Path, tmp_path: Path) -> None:
    """It is not there, or does not end in its time."""
    with pytest.raises(ProcessFailed) as caught:
        Git(environment={"PATH": str(tmp_path)}).head(repository)
    assert caught.value.code == 127
    (tmp_path / "git").write_text("#!/bin/sh\nsleep 600\n", encoding="utf-8")
    (tmp_path / "git").chmod(0o755)
    slow = Git(environment={"PATH": f"{tmp_path}:{os.environ['PATH']}"}, timeout=0.5)
    with pytest.raises(ProcessFailed, match="did not end in its time") as caught:
        slow.clone("http://bot:CANARY@127.0.0.1:9/x.git", tmp_path / "clone")
    assert caught.value.timed_out
    assert "CANARY" not in f"{caught.value}{caught.value.argv}"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("https://example.org/x.git", True),
        ("ssh://git@example.org/x.git", True),
        ("git@example.org:team/x.git", True),
        ("../x", False),
        (".", False),
        ("/srv/x:y", False),
        ("folder/x:y", False),
    ],
)
def test_addresses_are_told_from_paths(text: str, *, expected: bool) -> None:
    """As git does."""
    assert is_address(text) is expected
