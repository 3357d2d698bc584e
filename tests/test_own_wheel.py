"""Our own wheel holds what git tracks below `release/`, and nothing else."""

import os
import tomllib
import zipfile
from pathlib import Path

import pytest

from tests.support.command import git, uv

CHECKOUT = Path(os.environ.get("CHECKOUT", "."))


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build it from the checkout."""
    folder = tmp_path_factory.mktemp("wheel")
    built = uv(CHECKOUT.resolve(), "build", "--wheel", "--quiet", "--out-dir", str(folder))
    assert built.returncode == 0, built.stderr
    (wheel,) = folder.glob("*.whl")
    return wheel


def test_the_wheel_holds_the_tracked_files_of_the_package(wheel: Path) -> None:
    """The example repositories among them; no test, no tool, no leftover."""
    tracked = set(git(CHECKOUT.resolve(), "ls-files", "release").split())
    version = tomllib.loads(Path("pyproject.toml").read_text("utf-8"))["project"]["version"]
    metadata = {
        f"tag_to_lock-{version}.dist-info/{name}"
        for name in ("METADATA", "WHEEL", "RECORD", "entry_points.txt", "licenses/LICENSE")
    }

    with zipfile.ZipFile(wheel) as archive:
        assert set(archive.namelist()) == tracked | metadata


def test_the_examples_and_the_marker_of_types_are_in_it(wheel: Path) -> None:
    """Without the examples `nox -s release` has nothing to do; without the marker, no types."""
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())

    assert "release/py.typed" in names
    assert "release/rehearsal/examples/vergabe-teilnahme/tree/Dockerfile" in names
    assert "release/rehearsal/examples/issue-core/0.2.0/pyproject.toml" in names
