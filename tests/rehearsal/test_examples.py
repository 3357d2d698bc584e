"""The examples are real: their own tests pass, and their lockfile holds."""

from __future__ import annotations

import sys
import tomllib
from typing import TYPE_CHECKING

import pytest
from packaging.requirements import Requirement

from release.adapters.git import Git
from release.rehearsal.layout import EXAMPLES, read_examples
from tests.support.repositories import git

if TYPE_CHECKING:
    from pathlib import Path

    from release.adapters.processes import Completed
    from release.adapters.sandbox import Sandbox

LIBRARY = "issue-core"
APPLICATION = "vergabe-teilnahme"
TAGS = ("v0.2.0", "v0.2.1", "v0.3.0")


def check_out(examples: Path, folder: Path, *, tag: str) -> tuple[Path, Path]:
    """Check out the library at a tag, and the application beside it."""
    library, application = folder / LIBRARY, folder / APPLICATION
    library.mkdir()
    Git().check_out_tag(str(examples / LIBRARY), tag, folder=library)
    Git().clone(str(examples / APPLICATION), application)
    return library, application


def uv(sandbox: Sandbox, folder: Path, *arguments: str, check: bool = True) -> Completed:
    """Run uv with our interpreter, sealed."""
    extra = {"UV_PYTHON": sys.executable}
    return sandbox.uv(arguments, cwd=folder, timeout=120, extra=extra, check=check)


@pytest.mark.parametrize("tag", TAGS)
def test_the_library_passes_its_own_tests(
    examples: Path, tmp_path: Path, sandbox: Sandbox, tag: str
) -> None:
    """At each of its tags, with the command of its README."""
    library, _ = check_out(examples, tmp_path, tag=tag)
    assert " passed" in uv(sandbox, library, "run", "pytest").stdout
    told = uv(sandbox, library, "run", "issue-core", "--version").stdout
    assert told == f"issue-core {tag.removeprefix('v')}\n"
    assert git(library, "status", "--porcelain") == ""


def test_the_application_passes_its_tests_as_it_is_committed(
    examples: Path, tmp_path: Path, sandbox: Sandbox
) -> None:
    """With the lockfile as it stands and the library beside it."""
    _, application = check_out(examples, tmp_path, tag="v0.2.0")
    tested = uv(sandbox, application, "run", "--locked", "python", "manage.py", "test")
    assert "OK" in tested.stderr
    assert "Ran 16 tests" in tested.stderr
    assert git(application, "status", "--porcelain") == ""


@pytest.mark.parametrize("tag", TAGS[1:])
def test_the_application_passes_its_tests_with_the_later_releases(
    examples: Path, tmp_path: Path, sandbox: Sandbox, tag: str
) -> None:
    """It uses nothing that the breaking one takes away."""
    _, application = check_out(examples, tmp_path, tag=tag)
    assert uv(sandbox, application, "lock", "--check", check=False).code != 0
    command = ("python", "-W", "error", "manage.py", "test")
    assert "OK" in uv(sandbox, application, "run", *command).stderr
    shown = uv(sandbox, application, "run", "--locked", "issue-core", "--version").stdout
    assert shown == f"issue-core {tag.removeprefix('v')}\n"


def test_the_lockfile_holds_only_beside_the_library(
    examples: Path, tmp_path: Path, sandbox: Sandbox
) -> None:
    """It names the sibling by its path, which is why the application needs a release."""
    assert uv(sandbox, examples / APPLICATION, "lock", "--check").code == 0
    alone = tmp_path / "alone" / APPLICATION
    alone.parent.mkdir()
    Git().clone(str(examples / APPLICATION), alone)
    refused = uv(sandbox, alone, "lock", "--check", check=False)
    assert refused.code != 0
    assert LIBRARY in refused.stderr


def test_the_lockfile_says_where_the_library_is(examples: Path) -> None:
    """Every public package is pinned by the example, so the lock is the same everywhere."""
    lock = tomllib.loads((examples / APPLICATION / "uv.lock").read_text(encoding="utf-8"))
    packages = {package["name"]: package for package in lock["package"]}
    assert packages.pop(LIBRARY)["source"] == {"editable": f"../{LIBRARY}"}
    assert packages.pop(APPLICATION)["source"] == {"virtual": "."}
    (commit,) = read_examples(EXAMPLES)[APPLICATION].commit
    pins = [Requirement(pin) for pin in commit.lock or ()]
    assert {name: f"=={package['version']}" for name, package in packages.items()} == {
        pin.name: str(pin.specifier) for pin in pins
    }


def test_the_image_needs_the_library_as_a_named_context(examples: Path) -> None:
    """The Dockerfile copies from it, and the Makefile names a folder of this workstation."""
    application = examples / APPLICATION
    assert f"COPY --from={LIBRARY} . /{LIBRARY}" in (application / "Dockerfile").read_text()
    assert f"--build-context {LIBRARY}=../{LIBRARY}" in (application / "Makefile").read_text()
