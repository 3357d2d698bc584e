"""What the folders of cases do not say: sentences, the choice by path, and the speed."""

from __future__ import annotations

import time
import timeit

import pytest

from release.bump.manifests import rewrite_for
from release.bump.manifests.pyproject import rewrite
from release.errors import ConfigurationError, EditRefused
from release.model import RangeChange
from tests.support.manifests import URL, long_manifest, wanted

BY_PATH = """\
[project]
name = "vergabe-teilnahme"
dependencies = ["issue-core"]

[tool.uv.sources]
issue-core = { path = "../issue-core" }
"""


@pytest.mark.parametrize("path", ["pyproject.toml", "services/web/pyproject.toml"])
def test_the_format_is_chosen_by_the_name(path: str) -> None:
    """A pyproject.toml in any folder has its module."""
    assert rewrite_for(path) is rewrite


def test_an_unknown_format_is_refused() -> None:
    """The sentence names the file and the formats that are known."""
    with pytest.raises(EditRefused, match=r"setup\.cfg is no manifest of a known format") as told:
        rewrite_for("setup.cfg")
    assert told.value.findings[0].place == "setup.cfg"


def test_reasons_say_what_was_and_what_is() -> None:
    """Each change has one sentence that a pull request can show."""
    result = rewrite(BY_PATH, wanted(), path="pyproject.toml")
    assert result.reasons == (
        'tool.uv.sources.issue-core: path "../issue-core" became the index "coulomb"',
        f'tool.uv.index: declared "coulomb" at {URL}, explicit',
        "project.dependencies[0]: 'issue-core' became 'issue-core>=0.2,<0.3'",
    )
    assert result.ranges == (RangeChange(before="", after=">=0.2,<0.3", breaking=False),)


def test_a_breaking_step_is_named_so() -> None:
    """From 0.2 to 0.3 the range allows what it excluded; reason and range change say it."""
    before = rewrite(BY_PATH, wanted(), path="pyproject.toml").text
    result = rewrite(before, wanted("0.3.0", ">=0.3,<0.4"), path="pyproject.toml")
    assert result.text == before.replace(">=0.2,<0.3", ">=0.3,<0.4")
    assert result.reasons == (
        "project.dependencies[0]: 'issue-core>=0.2,<0.3' became 'issue-core>=0.3,<0.4', a breaking"
        + " step",
    )
    assert result.ranges == (RangeChange(before="<0.3,>=0.2", after=">=0.3,<0.4", breaking=True),)


def test_a_patch_release_moves_the_lock_only() -> None:
    """0.2.1 after 0.2.0: the range admits it, and the manifest keeps every byte."""
    before = rewrite(BY_PATH, wanted("0.2.0"), path="pyproject.toml").text
    assert rewrite(before, wanted("0.2.1"), path="pyproject.toml").text == before


def test_an_index_with_a_user_part_is_never_written() -> None:
    """A credential in the configured URL is an error of the configuration."""
    url = URL.replace("://", "://bot:s3cr3t@")
    with pytest.raises(ConfigurationError, match="user part") as told:
        rewrite(BY_PATH, wanted(url=url), path="pyproject.toml")
    assert "s3cr3t" not in str(told.value) + told.value.next_step


def test_too_deep_nesting_is_refused() -> None:
    """A file that Python cannot read for its depth is refused, and nothing crashes."""
    text = BY_PATH + "\n[tool.deep]\nvalue = " + "[" * 5_000 + "]" * 5_000 + "\n"
    with pytest.raises(EditRefused, match="nested too deeply"):
        rewrite(text, wanted(), path="pyproject.toml")


def test_a_thousand_lines_take_at_most_fifty_milliseconds() -> None:
    """The best of some runs in processor time, since the machine does other things too."""
    text = long_manifest()
    assert text.count("\n") == 1_000
    seconds = timeit.repeat(
        lambda: rewrite(text, wanted(), path="pyproject.toml"),
        timer=time.process_time,
        repeat=7,
        number=1,
    )
    assert min(seconds) <= 0.050
