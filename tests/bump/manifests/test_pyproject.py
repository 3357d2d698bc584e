"""What the folders of cases do not say: sentences, the choice by path, and the speed."""

from __future__ import annotations

import sys
import time
import timeit
import tomllib
from dataclasses import replace

import pytest
from packaging.utils import canonicalize_name

from release.bump.manifests import rewrite_for
from release.bump.manifests.pyproject import _doubt, rewrite
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

RIGHT = f"""\
project.dependencies = ["issue-core>=0.2,<0.3"]
tool.uv.sources.issue-core.index = "coulomb"
tool.uv.index = [{{ name = "coulomb", url = "{URL}", explicit = true }}]
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
    before_range, after_range = "issue-core>=0.2,<0.3", "issue-core>=0.3,<0.4"
    assert result.text == before.replace(before_range, after_range)
    assert result.reasons == (
        f"project.dependencies[0]: {before_range!r} became {after_range!r}, a breaking step",
    )
    assert result.ranges == (RangeChange(before=">=0.2,<0.3", after=">=0.3,<0.4", breaking=True),)


def test_a_patch_release_moves_the_lock_only() -> None:
    """0.2.1 after 0.2.0: the range admits it, and the manifest keeps every byte."""
    before = rewrite(BY_PATH, wanted("0.2.0"), path="pyproject.toml").text
    assert rewrite(before, wanted("0.2.1"), path="pyproject.toml").text == before


SHARED = """\
project.dependencies = ["issue-core"]
tool.uv.sources = { issue-core = { index = "coulomb" }, Other = { index = "coulomb" } }
tool.uv.index = [{ name = "coulomb", url = "https://bot:s3cr3t@old.example.org/simple" }]
"""


def test_an_index_that_others_use_is_not_moved() -> None:
    """The sentence names the other package, and gives it an index of its own."""
    with pytest.raises(EditRefused) as told:
        rewrite(SHARED, wanted(), path="pyproject.toml")
    (finding,) = told.value.findings
    assert finding.place == "pyproject.toml:2"
    assert finding.message == (
        'tool.uv.sources.Other takes other from the index "coulomb" at'
        f" https://old.example.org/simple: with the URL {URL} it would move too."
    )
    assert finding.next_step == (
        'By hand: [[tool.uv.index]] name = "coulomb-old", url = "https://old.example.org/simple",'
        ' explicit = true; [tool.uv.sources] other = { index = "coulomb-old" }.'
    )


def test_an_index_that_internal_packages_use_is_moved() -> None:
    """They are to come from the registry too."""
    wish = wanted()
    wish = replace(wish, internal=wish.internal | {canonicalize_name("other")})
    assert URL in rewrite(SHARED, wish, path="pyproject.toml").text


@pytest.mark.parametrize(
    ("requirement", "source"),
    [
        ("issue-core>=2,<3", 'index = "coulomb"'),
        ("issue-core [cli] ( >=2,<3 ) ; os_name == 'nt'", "path = '../issue-core'"),
    ],
    ids=["index", "path"],
)
def test_a_consumer_is_not_taken_back(requirement: str, source: str) -> None:
    """A range that begins above the release is the consumer's own decision."""
    text = BY_PATH.replace('["issue-core"]', f'["{requirement}"]')
    text = text.replace('path = "../issue-core"', source)
    with pytest.raises(EditRefused) as told:
        rewrite(text, wanted("1.0", ">=1.0,<2"), path="pyproject.toml")
    (finding,) = told.value.findings
    assert (finding.code, finding.place) == ("range-above", "pyproject.toml:3")
    assert finding.message == (
        "The consumer asks for >=2,<3, which lies above 1.0: a release does not take a consumer"
        " back."
    )
    assert finding.next_step == (
        "Set it to >=1.0,<2 by hand if that is meant, or release from the newer line."
    )


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


def test_an_edit_that_cannot_be_made_is_refused() -> None:
    """A source whose git is a table of its own: no key stands where one is looked for."""
    text = BY_PATH.replace('{ path = "../issue-core" }', "{ git.url = 'x' }")
    with pytest.raises(EditRefused) as told:
        rewrite(text, wanted(), path="pyproject.toml")
    (finding,) = told.value.findings
    assert (finding.code, finding.place) == ("unproven", "pyproject.toml:6")
    assert finding.next_step == (
        'By hand: "issue-core>=0.2,<0.3" where the dependency stands; [tool.uv.sources] issue-core'
        f' = {{ index = "coulomb" }}; [[tool.uv.index]] name = "coulomb", url = "{URL}", explicit'
        " = true."
    )


@pytest.mark.parametrize(
    ("text", "meant", "doubt"),
    [
        (RIGHT, tomllib.loads(RIGHT), ""),
        (RIGHT, {}, "the edited text does not say what was meant"),
        (BY_PATH, tomllib.loads(BY_PATH), "the edited text would need another edit"),
    ],
    ids=["proven", "other data", "not done"],
)
def test_an_edit_is_proven_by_its_data(text: str, meant: dict[str, object], doubt: str) -> None:
    """The text must say what was meant, and leave nothing to do."""
    assert _doubt(text, meant, wanted()) == doubt


def test_a_thousand_lines_take_at_most_fifty_milliseconds() -> None:
    """The best of some runs in processor time, since the machine does other things too."""
    text = long_manifest()
    assert text.count("\n") == 1_000
    tracer = sys.gettrace()
    sys.settrace(None)  # coverage's tracer would be measured too
    try:
        seconds = timeit.repeat(
            lambda: rewrite(text, wanted(), path="pyproject.toml"),
            timer=time.process_time,
            repeat=15,
            number=1,
        )
    finally:
        sys.settrace(tracer)
    assert min(seconds) <= 0.050
