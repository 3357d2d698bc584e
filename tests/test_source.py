"""From a tag to a checkout: what is found, and what each refusal says."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Any

import pytest
from packaging.version import Version

from release.adapters.git import Git
from release.config import Package
from release.errors import ConfigurationError, SourceRefused
from release.model import Artifact, Built
from release.source import check_built_version, check_name, check_out, find_version, newest
from tests.support.repositories import (
    COMMIT_TIME,
    commit,
    git,
    make_repository,
    package_files,
    tag,
    write,
)

NUMBERS = itertools.count()

if TYPE_CHECKING:
    from pathlib import Path

    from release.model import Checkout


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A package at version 0.2.0, tagged."""
    return make_repository(
        tmp_path / "project", package_files("sample", "0.2.0"), tags=["v0.1.0", "v0.2.0"]
    )


def take(repository: Path | str, root: Path, **settings: Any) -> Checkout:  # noqa: ANN401  # any key of the table
    """Check out with the configuration that the settings make."""
    package = Package(**{"name": "sample", "repository": str(repository), **settings})
    return check_out(package, root=root, folder=root / f"checkout-{next(NUMBERS)}", git=Git())


def refusal(repository: Path | str, root: Path, **settings: Any) -> tuple[str, str]:  # noqa: ANN401  # as above
    """Return what the refusal says, and its next step."""
    with pytest.raises(SourceRefused) as caught:
        take(repository, root, **settings)
    return str(caught.value), caught.value.next_step


def test_a_checkout_holds_the_tags_commit(repository: Path, tmp_path: Path) -> None:
    """Commit, tag object and commit time are known, and the files are the commit's."""
    checkout = take(repository, tmp_path)
    release = checkout.release
    assert str(release) == "sample 0.2.0"
    assert release.tag == "v0.2.0"
    assert release.commit == git(repository, "rev-parse", "HEAD")
    assert release.tag_object == git(repository, "rev-parse", "v0.2.0")
    assert release.tag_object != release.commit
    assert release.commit_time == COMMIT_TIME
    assert Git().tracked_files(checkout.folder) == tuple(sorted(package_files("sample", "0.2.0")))
    assert git(checkout.folder, "status", "--porcelain") == ""


def test_a_dirty_working_tree_does_not_matter(repository: Path, tmp_path: Path) -> None:
    """What is changed, staged, untracked or committed later is not in the checkout."""
    commit(repository, {"later.txt": "later"})
    write(repository, {"README.md": "changed", "untracked.txt": "new"})
    git(repository, "add", "README.md")
    folder = take(repository, tmp_path).folder
    assert (folder / "README.md").read_text(encoding="utf-8").startswith("# sample")
    assert not (folder / "untracked.txt").exists()
    assert not (folder / "later.txt").exists()


def test_a_branch_of_the_same_name_is_not_built(repository: Path, tmp_path: Path) -> None:
    """The tag is taken where a branch is named alike."""
    commit(repository, {"later.txt": "later"})
    git(repository, "branch", "v0.2.0")
    assert not (take(repository, tmp_path).folder / "later.txt").exists()


def test_lightweight_tags_name_their_commit(tmp_path: Path) -> None:
    """A lightweight tag has no object of its own: the commit's stands for it."""
    make_repository(tmp_path / "p", package_files("sample", "1.0"), tags=["v1.0"], annotated=False)
    release = take("p", tmp_path).release
    assert release.tag_object == release.commit


def test_a_package_in_a_subfolder_is_found(tmp_path: Path) -> None:
    """The repository may hold more than the package; its whole is checked out."""
    files = {
        f"packages/sample/{path}": text for path, text in package_files("sample", "1.0").items()
    }
    make_repository(tmp_path / "mono", {**files, "README.md": "all"}, tags=["v1.0"])
    checkout = take("packages/sample", tmp_path / "mono")
    assert checkout.folder.parts[-2:] == ("packages", "sample")
    assert (checkout.folder / "pyproject.toml").exists()


def test_an_address_and_a_bare_repository_are_read(repository: Path, tmp_path: Path) -> None:
    """A URL, and a repository without working tree, are as good as a path."""
    git(tmp_path, "clone", "--quiet", "--bare", str(repository), "bare.git")
    assert str(take(f"file://{tmp_path}/bare.git", tmp_path).release) == "sample 0.2.0"
    assert str(take("bare.git", tmp_path).release) == "sample 0.2.0"


# the version ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("template", "tags", "expected"),
    [
        ("v{version}", ["v0.9.0", "v0.10.0", "v0.2.0"], "0.10.0"),
        ("v{version}", ["v1.0", "v2.0rc1", "v2.0.dev3"], "1.0"),
        ("v{version}", ["v2.0a1", "v2.0rc1"], "2.0rc1"),
        ("v{version}", ["nightly", "v", "vx", "1.0"], None),
        ("core-{version}-release", ["core-1.2-release", "core-1.3", "web-9-release"], "1.2"),
        ("{version}", ["1.0", "v2.0"], "v2.0"),
    ],
)
def test_the_newest_version_is_chosen(template: str, tags: list[str], expected: str | None) -> None:
    """By version and not by letter; a pre-release only where nothing else is."""
    assert newest(template, tags) == expected


def test_a_tag_must_say_where_the_version_stands(repository: Path, tmp_path: Path) -> None:
    """A template without a place for the version is an error of the configuration."""
    with pytest.raises(ConfigurationError, match=r"does not hold \{version\} once"):
        take(repository, tmp_path, tag="release")


def test_the_configured_version_is_taken(repository: Path, tmp_path: Path) -> None:
    """Where the version is given, the tags are not asked."""
    package = Package(name="sample", repository=str(repository), version="0.1.0")
    assert find_version(package, root=tmp_path, git=Git()) == Version("0.1.0")


def test_no_tag_that_fits_is_refused(tmp_path: Path) -> None:
    """No tag at all, or none that fits, is told with how to make one."""
    make_repository(tmp_path / "p", package_files("sample", "0.1.0"))
    said, step = refusal("p", tmp_path)
    assert said == "No tag of p fits 'v{version}'; it has none at all."
    assert step == "Tag the release: git tag -a v0.1.0"
    tag(tmp_path / "p", "nightly")
    assert "its tags are: nightly" in refusal("p", tmp_path)[0]


def test_no_such_tag_is_refused(repository: Path, tmp_path: Path) -> None:
    """The tag of the configured version must be there, and must name a commit."""
    assert refusal(repository, tmp_path, version="0.3.0")[0].endswith(
        "has no tag 'v0.3.0' that names a commit."
    )
    git(repository, "tag", "v0.4.0", git(repository, "rev-parse", "HEAD^{tree}"))
    assert "has no tag 'v0.4.0'" in refusal(repository, tmp_path, version="0.4.0")[0]
    assert "has no tag" in refusal(repository, tmp_path, version="1", tag="v ^{version}")[0]


@pytest.mark.parametrize(
    ("version", "reason", "step"),
    [
        ("zero", "which is no PEP 440 version", "Use a version such as 0.2.0."),
        ("1.0+local", "which is a local version", "Use '1.0'."),
        ("1.0RC1", "which has upper case, where every client asks for '1.0rc1'", "Use '1.0rc1'."),
        ("1.0-rc1", "not in PEP 440 normal form: that is '1.0rc1'", "Use '1.0rc1'."),
        ("v1.0", "not in PEP 440 normal form: that is '1.0'", "Use '1.0'."),
    ],
)
def test_a_version_that_clients_spell_otherwise_is_refused(
    repository: Path, tmp_path: Path, version: str, reason: str, step: str
) -> None:
    """In the configuration, in the newest tag, and in the project's own file."""
    said, next_step = refusal(repository, tmp_path, version=version)
    assert reason in said
    assert next_step == step
    make_repository(tmp_path / "p", package_files("sample", version), tags=["v1.0"])
    assert reason in refusal("p", tmp_path)[0]


def test_a_tag_in_another_form_is_refused(tmp_path: Path) -> None:
    """The newest tag counts, though it is spelled as no tool would spell it."""
    make_repository(tmp_path / "p", package_files("sample", "1.0rc1"), tags=["v1.0-RC1"])
    assert refusal("p", tmp_path)[0].startswith("the tag v1.0-RC1 gives the version '1.0-RC1'")


@pytest.mark.parametrize("backend", ["hatchling", "poetry"])
def test_a_tag_of_another_version_than_the_project_is_refused(tmp_path: Path, backend: str) -> None:
    """Also where both are equal, but are spelled 0.2 and 0.2.0."""
    text = package_files("sample", "0.2")["pyproject.toml"]
    if backend == "poetry":
        text = '[tool.poetry]\nname = "sample"\nversion = "0.2"\n'
    make_repository(tmp_path / "p", {"pyproject.toml": text}, tags=["v0.2.0"])
    said, step = refusal("p", tmp_path)
    assert said == "The tag v0.2.0 is of version 0.2.0, its pyproject.toml says 0.2."
    assert step.startswith("Set the version to 0.2.0, commit, and tag that commit")


# the name ---------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["a__b", "a._b", "a-.-b"])
def test_a_name_with_runs_of_separators_is_refused(tmp_path: Path, name: str) -> None:
    """Gitea stores it, and no client can reach it; in both places."""
    make_repository(tmp_path / "p", package_files(name, "1.0"), tags=["v1.0"])
    assert (
        "no client" in refusal("p", tmp_path, name=name)[0]
        or "every client asks for 'a-b'" in (refusal("p", tmp_path, name=name)[0])
    )
    assert "the project's name in pyproject.toml is" in refusal("p", tmp_path, name="a-b")[0]


def test_what_is_no_name_is_refused() -> None:
    """A name that no index takes is told as such."""
    with pytest.raises(SourceRefused, match="is no name of a package"):
        check_name("a b", place="package.name")


def test_another_projects_name_is_refused(repository: Path, tmp_path: Path) -> None:
    """Names are compared normalized."""
    said, _ = refusal(repository, tmp_path, name="other")
    assert said == "pyproject.toml at v0.2.0 names the project 'sample', package.name is 'other'."
    assert take(repository, tmp_path, name="Sample").release.name == "sample"


# the remote -------------------------------------------------------------------------


@pytest.fixture
def pushed(repository: Path, tmp_path: Path) -> Path:
    """The package's repository with an ``origin`` that has all of it."""
    git(tmp_path, "init", "--quiet", "--bare", "origin.git")
    git(repository, "remote", "add", "origin", str(tmp_path / "origin.git"))
    git(repository, "push", "--quiet", "--tags", "origin", "main")
    return repository


def test_a_tag_that_the_remote_has_too_passes(pushed: Path, tmp_path: Path) -> None:
    """The same object on both sides."""
    assert take(pushed, tmp_path).release.tag == "v0.2.0"


def test_a_tag_that_differs_on_the_remote_is_refused(pushed: Path, tmp_path: Path) -> None:
    """Also where both name the same commit."""
    before = git(pushed, "rev-parse", "v0.2.0")
    after = tag(pushed, "v0.2.0", annotated=False, force=True)
    said, _ = refusal(pushed, tmp_path)
    assert said == f"The tag v0.2.0 is {after} here and {before} on the remote origin."


def test_a_tag_that_the_remote_lacks_is_refused(pushed: Path, tmp_path: Path) -> None:
    """The next step is to push it."""
    tag(pushed, "v0.3.0")
    files = package_files("sample", "0.3.0")
    commit(pushed, files)
    tag(pushed, "v0.3.0", force=True)
    said, step = refusal(pushed, tmp_path)
    assert said == "The remote origin does not have the tag v0.3.0."
    assert step == "git push origin v0.3.0"


def test_a_remote_that_cannot_be_read_is_refused(pushed: Path, tmp_path: Path) -> None:
    """Not to be read is not to be the same; no user part of its address is shown."""
    git(pushed, "remote", "set-url", "origin", "http://bot:CANARY@127.0.0.1:9/x.git")
    said, step = refusal(pushed, tmp_path)
    assert "so whether its v0.2.0 is the same is not known" in said
    assert "CANARY" not in said + step


def test_another_remote_can_be_named(pushed: Path, tmp_path: Path) -> None:
    """By its name or its address; a name that is no remote is told with those that are."""
    assert take(pushed, tmp_path, remote=f"file://{tmp_path}/origin.git").release.tag == "v0.2.0"
    said, _ = refusal(pushed, tmp_path, remote="upstream")
    assert said == "package.remote is 'upstream'; the repository's remotes are: origin."


# the repository ---------------------------------------------------------------------


@pytest.mark.parametrize("backend", ["hatch-vcs", "setuptools-scm", "pdm"])
def test_a_shallow_clone_is_refused_where_the_version_comes_from_git(
    tmp_path: Path, backend: str
) -> None:
    """A path and an address alike; a whole clone passes with its whole history."""
    files = package_files("sample", "1.0", backend="hatchling" if backend == "pdm" else backend)
    if backend == "pdm":
        files["pyproject.toml"] = '[tool.pdm.version]\nsource = "scm"\n'
    whole = make_repository(tmp_path / "whole", files)
    commit(whole, {"more": "more"})
    tag(whole, "v1.0")
    git(tmp_path, "clone", "--quiet", "--depth=1", f"file://{whole}", "shallow")
    git(tmp_path / "shallow", "remote", "remove", "origin")
    said, step = refusal("shallow", tmp_path)
    assert "is a shallow clone, and the version of sample comes from git" in said
    assert step == "git fetch --unshallow --tags"
    assert "shallow clone" in refusal(f"file://{tmp_path}/shallow", tmp_path)[0]
    folder = take("whole", tmp_path).folder
    assert git(folder, "rev-list", "--count", "HEAD") == "2"


def test_a_shallow_clone_is_enough_for_a_static_version(repository: Path, tmp_path: Path) -> None:
    """Only one commit is needed."""
    commit(repository, {"more": "more"})
    tag(repository, "v0.2.0", force=True)
    git(tmp_path, "clone", "--quiet", "--depth=1", f"file://{repository}", "shallow")
    assert take("shallow", tmp_path).release.tag == "v0.2.0"


def test_what_is_no_repository_is_refused(tmp_path: Path) -> None:
    """A folder, a missing folder and a dead address, each without a user part."""
    (tmp_path / "plain").mkdir()
    assert "is no git repository" in refusal("plain", tmp_path)[0]
    assert "is no git repository" in refusal("absent", tmp_path)[0]
    said, step = refusal("http://bot:CANARY@127.0.0.1:9/x.git", tmp_path)
    assert said.startswith("http://127.0.0.1:9/x.git cannot be read: ")
    assert "CANARY" not in said + step
    said, _ = refusal("http://bot:CANARY@127.0.0.1:9/x.git", tmp_path, version="1.0")
    assert said.startswith("http://127.0.0.1:9/x.git cannot be read: ")


def test_submodules_are_refused(repository: Path, tmp_path: Path) -> None:
    """They are not fetched, so an artifact would lack their files."""
    sha = git(repository, "rev-parse", "HEAD")
    git(repository, "update-index", "--add", "--cacheinfo", f"160000,{sha},vendor/lib")
    git(repository, "commit", "--quiet", "--message=Add")
    tag(repository, "v0.2.0", force=True)
    assert refusal(repository, tmp_path)[0].startswith("v0.2.0 has submodules (vendor/lib)")


def test_a_project_file_that_is_not_toml_is_refused(tmp_path: Path) -> None:
    """The line is told."""
    make_repository(tmp_path / "p", {"pyproject.toml": "[project\n"}, tags=["v1.0"])
    assert refusal("p", tmp_path)[0].startswith("pyproject.toml at v1.0 is not TOML: ")


def test_a_project_without_pyproject_passes(tmp_path: Path) -> None:
    """Its name and version are checked when it is built."""
    make_repository(tmp_path / "p", {"setup.py": "from setuptools import setup\n"}, tags=["v1.0"])
    assert str(take("p", tmp_path).release) == "sample 1.0"


# after the build --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("filename", "fits"),
    [
        ("sample-0.2.0-py3-none-any.whl", True),
        ("sample-0.2.0.tar.gz", True),
        ("sample-0.2.1.dev0-py3-none-any.whl", False),
        ("other-0.2.0.tar.gz", False),
        ("sample-0.2.tar.gz", False),
    ],
)
def test_built_names_and_versions_are_compared_with_the_tag(
    repository: Path, tmp_path: Path, filename: str, *, fits: bool
) -> None:
    """A version that the backend took from git is known only now."""
    checkout = take(repository, tmp_path)
    kind: Any = "wheel" if filename.endswith(".whl") else "sdist"
    artifact = Artifact(path=tmp_path / filename, kind=kind, sha256="", size=0)
    built = Built(release=checkout.release, artifacts=(artifact,), requirements=(), reproduced=True)
    if fits:
        check_built_version(built, checkout)
    else:
        with pytest.raises(SourceRefused, match="its backend built"):
            check_built_version(built, checkout)
