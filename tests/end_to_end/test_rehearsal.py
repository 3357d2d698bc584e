"""The main job on the embedded default: `nox -s release` without server, account or token.

The tests of this module go on from one another, as a maintainer does: 0.2.0, again,
0.2.1, 0.3.0.
"""

import json
import shutil
import subprocess
import tomllib
from pathlib import Path
from typing import Any

import pytest

from tests.support.command import PROGRAM, Ended, bytes_below, git, release, uv

pytestmark = pytest.mark.xdist_group("rehearsal")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with the shipped release.toml and nothing else."""
    folder = tmp_path_factory.mktemp("clone")
    shutil.copy("release.toml", folder)
    return folder


@pytest.fixture(scope="module")
def first(folder: Path) -> Ended:
    """Return how the first run ended."""
    return release(folder, "run")


def consumer(folder: Path) -> Path:
    """Return the example consumer's repository."""
    return folder / ".release" / "rehearsal" / "vergabe-teilnahme"


def record(folder: Path) -> Any:  # noqa: ANN401  # JSON is what it is
    """Return the record as other programs read it."""
    return json.loads((folder / ".release" / "record.json").read_text("utf-8"))


def locked(folder: Path) -> dict[str, Any]:
    """Return the consumer's locked packages by name."""
    lock = tomllib.loads((consumer(folder) / "uv.lock").read_text("utf-8"))
    return {package["name"]: package for package in lock["package"]}


def test_the_release_reaches_the_consumers_lockfile(folder: Path, first: Ended) -> None:
    """The consumer names a range from an explicit index; its lock, the sha256 that was built."""
    assert first.code == 0, first.text
    manifest = tomllib.loads((consumer(folder) / "pyproject.toml").read_text("utf-8"))
    wheel = next(file for file in record(folder)["artifacts"] if file["kind"] == "wheel")
    package = locked(folder)["issue-core"]

    assert "issue-core>=0.2,<0.3" in manifest["project"]["dependencies"]
    assert manifest["tool"]["uv"]["sources"]["issue-core"] == {"index": "coulomb"}
    (index,) = manifest["tool"]["uv"]["index"]
    assert (index["name"], index["explicit"]) == ("coulomb", True)
    assert package["version"] == "0.2.0"
    assert package["source"] == {"registry": index["url"]}
    assert package["wheels"][0]["hash"] == f"sha256:{wheel['sha256']}"


def test_the_image_needs_no_named_context_any_more(folder: Path, first: Ended) -> None:
    """The image can be built anywhere."""
    assert "--from=issue-core" not in (consumer(folder) / "Dockerfile").read_text("utf-8")


def test_the_plan_is_shown_before_the_deed(first: Ended) -> None:
    """Every step with its reason, on stderr, before the first upload."""
    plan, deed = first.stderr.index("→ publish"), first.stderr.index("publish  ✓")

    assert plan < deed
    assert "the index lacks it" in first.stderr


def test_the_consumers_own_tests_ran_on_the_published_wheel(folder: Path, first: Ended) -> None:
    """The Django tests are green where no sibling exists."""
    (told,) = record(folder)["consumers"]

    assert told["checks"] == ["uv sync --locked", "python manage.py test"]


def test_the_closing_table_has_every_stage(first: Ended) -> None:
    """Stage, outcome, time and digest, on stdout."""
    for stage in ("source", "build", "inspect", "publish", "verify", "bump"):
        assert stage in first.stdout
    assert "a second build gave the same bytes" in first.stdout


def test_a_clone_of_the_consumer_syncs_where_no_sibling_exists(
    folder: Path, first: Ended, tmp_path: Path
) -> None:
    """`release serve` serves the embedded registry at the address that the lock names."""
    clone = tmp_path / "elsewhere" / "clone"
    clone.parent.mkdir()
    git(folder, "clone", "--quiet", str(consumer(folder)), str(clone))
    server = subprocess.Popen([*PROGRAM, "serve"], cwd=folder, stdout=subprocess.PIPE, text=True)
    try:
        assert server.stdout is not None
        assert "until you press Ctrl+C" in server.stdout.readline()
        synced = uv(clone, "sync", "--locked")
    finally:
        server.terminate()
        server.communicate()

    assert synced.returncode == 0, synced.stderr


def test_a_second_run_changes_no_byte(folder: Path, first: Ended) -> None:
    """Everything is already there, nothing is to do, and the exit code is 0."""
    before = bytes_below(folder / ".release")

    second = release(folder, "run")

    assert second.code == 0, second.text
    assert "2 files already there" in second.stdout
    assert "it has this release already" in second.stdout
    assert changed(before, bytes_below(folder / ".release")) == []


@pytest.mark.parametrize("verb", ["build", "publish", "verify", "bump", "plan"])
def test_each_verb_is_safe_to_repeat(folder: Path, first: Ended, verb: str) -> None:
    """The verbs one by one find nothing to do either."""
    before = bytes_below(folder / ".release")

    ended = release(folder, verb, "--json")

    assert ended.code == 0, ended.text
    assert ended.json["verb"] == verb
    assert changed(before, bytes_below(folder / ".release")) == []


def test_of_a_patch_release_only_the_lock_moves(folder: Path, first: Ended) -> None:
    """0.2.1 is inside the range that 0.2.0 left."""
    ended = release(folder, "run", "0.2.1")

    assert ended.code == 0, ended.text
    assert git(consumer(folder), "show", "--name-only", "--format=").split() == ["uv.lock"]
    assert locked(folder)["issue-core"]["version"] == "0.2.1"


def test_a_breaking_release_widens_the_range_and_says_so(folder: Path, first: Ended) -> None:
    """0.3.0 is outside of it: the range moves, shown as what it is."""
    planned = release(folder, "plan", "0.3.0")
    ended = release(folder, "run", "v0.3.0")

    assert planned.code == 0, planned.text
    assert '+    "issue-core>=0.3,<0.4",' in planned.stdout
    assert ended.code == 0, ended.text
    assert "BREAKING: >=0.2,<0.3 → >=0.3,<0.4" in ended.stdout
    assert record(folder)["consumers"][0]["ranges"][0]["breaking"] is True
    assert locked(folder)["issue-core"]["version"] == "0.3.0"


def changed(before: dict[str, bytes], after: dict[str, bytes]) -> list[str]:
    """Return the files that differ; git's index holds times of stat and may be refreshed."""
    return sorted(
        path
        for path in before.keys() | after.keys()
        if before.get(path) != after.get(path) and not path.endswith(".git/index")
    )
