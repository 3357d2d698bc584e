"""The builder, where the building program itself comes to grief."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from release.adapters.builder import Builder, Order
from release.build import FIRST
from release.errors import BuildFailed
from tests.support.backends import inside_files
from tests.support.repositories import COMMIT_TIME, make_repository

if TYPE_CHECKING:
    from pathlib import Path

KILL_THE_BUILD = """
def build_sdist(*_):
    print("last words", flush=True)
    server = pathlib.Path(f"/proc/{os.getppid()}/stat").read_text()
    os.kill(int(server.rpartition(")")[2].split()[1]), 9)
"""


def failure(tree: Path, scratch: Path) -> str:
    """Build, and return how that failed."""
    order = Order(tree=tree, subfolder="", epoch=COMMIT_TIME)
    with pytest.raises(BuildFailed) as caught:
        Builder(timeout=60).build(order, conditions=[FIRST], scratch=scratch)
    return str(caught.value)


def test_a_build_that_dies_is_told_with_the_last_words(tmp_path: Path) -> None:
    """And with how it ended."""
    tree = make_repository(tmp_path / "tree", inside_files(KILL_THE_BUILD))
    assert failure(tree, tmp_path).startswith("The build ended with exit code -9.\nlast words")


def test_a_tree_that_is_gone_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No hook ran, so there is no log; nor does the caller have a cache."""
    for name in ("UV_CACHE_DIR", "XDG_CACHE_HOME", "HOME"):
        monkeypatch.delenv(name, raising=False)
    said = failure(tmp_path / "absent", tmp_path)
    assert said.startswith("The build ended with exit code 1.\n")
    assert "No such file or directory" in said
