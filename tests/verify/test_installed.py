"""What is installed is what was built: one difference at a time, in a real environment."""

from __future__ import annotations

import shutil
import sys
from typing import TYPE_CHECKING

import pytest

from release.adapters.environments import Environment, running_interpreter
from release.adapters.sandbox import Sandbox
from release.verify.installed import differences
from tests.support.every_scheme import make_wheel_of_every_scheme

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a wheel that uses every scheme that wheels have."""
    return make_wheel_of_every_scheme(tmp_path_factory.mktemp("wheel"))


@pytest.fixture(scope="module")
def fresh(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return an environment into which uv installed the wheel."""
    folder = tmp_path_factory.mktemp("fresh")
    sandbox = Sandbox(folder=folder / "sandbox")
    folder = folder / "environment"
    sandbox.folder.mkdir()
    install = ["pip", "install", "--no-deps", "--link-mode", "copy", "--python", str(folder)]
    links = ["--no-index", "--find-links", str(wheel.parent), "issue-core"]
    for arguments in (["venv", "--python", sys.executable, str(folder)], [*install, *links]):
        sandbox.uv(arguments, cwd=wheel.parent, timeout=60)
    return folder


@pytest.fixture
def environment(fresh: Path, tmp_path: Path) -> Environment:
    """Return a copy of that environment, to be spoilt."""
    folder = tmp_path.resolve() / "environment"
    shutil.copytree(fresh, folder, symlinks=True)
    return Environment(folder=folder, interpreter=running_interpreter())


def test_nothing_differs(environment: Environment, wheel: Path) -> None:
    """Files, scripts, data and headers are found where an installer puts them."""
    assert differences(environment, wheel) == []
    assert environment.distributions() == {"issue-core": "0.2.0"}


def _replace(path: str) -> Callable[[Environment], None]:
    def spoil(environment: Environment) -> None:
        target = environment.folder / path.format(site=environment.site_packages)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text("# other bytes\n")

    return spoil


def _remove(path: str) -> Callable[[Environment], None]:
    def spoil(environment: Environment) -> None:
        (environment.folder / path.format(site=environment.site_packages)).unlink()

    return spoil


def _add(environment: Environment) -> None:
    record = environment.site_packages / "issue_core-0.2.0.dist-info" / "RECORD"
    with record.open("a") as stream:
        stream.write("issue_core/added.py,,\nissue_core/__pycache__/x.pyc,,\n../../../bin/y,,\n")


INFO = "{site}/issue_core-0.2.0.dist-info"


@pytest.mark.parametrize(
    ("spoil", "says"),
    [
        (_replace("{site}/issue_core/__init__.py"), "issue_core/__init__.py is installed with oth"),
        (_replace("{site}/issue_core/notes, with a comma.txt"), "comma.txt is installed with"),
        (_replace("{site}/pure_core.py"), "pure_core.py is installed with other bytes"),
        (_replace("bin/issue-shell"), "issue-shell is installed with other bytes"),
        (_replace("share/issue/manual.txt"), "manual.txt is installed with other bytes"),
        (_replace(f"{INFO}/METADATA"), "METADATA is installed with other bytes"),
        (_remove("{site}/issue_tools.py"), "issue_tools.py of issue_core-0.2.0-py3-none-any.whl"),
        (_remove("bin/issue-script"), "issue-script of issue_core-0.2.0-py3-none-any.whl is not"),
        (_remove(f"{INFO}/RECORD"), "RECORD is not installed"),
        (_replace(f"{INFO}/direct_url.json"), "it was installed from a direct URL"),
        (_add, "issue_core/added.py is installed, and is not in"),
    ],
)
def test_a_difference(
    environment: Environment, wheel: Path, spoil: Callable[[Environment], None], says: str
) -> None:
    """Each file that is not as the wheel has it is told, and nothing else."""
    spoil(environment)
    (problem,) = differences(environment, wheel)
    assert says in problem
