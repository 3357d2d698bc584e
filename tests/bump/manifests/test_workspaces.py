"""A member of a workspace takes sources from the root, which is another file."""

from __future__ import annotations

import pytest

from release.bump.manifests import rewrite_for
from release.bump.manifests.workspaces import roots_above
from release.errors import EditRefused
from tests.support.manifests import wanted

MEMBER = '[project]\nname = "a"\nversion = "1"\ndependencies = ["x", "issue-core"]\n'
OWN_SOURCE = '\n[tool.uv.sources]\nissue-core = { path = "../../issue-core" }\n'
ROOT = """\
[project]
name = "root"
version = "1"

[tool.uv.workspace]
members = ["pkgs/*"]

[tool.uv.sources]
Issue_Core = [{ path = "../issue-core", editable = true }]
"""
BY_INDEX = ROOT.replace('path = "../issue-core", editable = true', 'index = "coulomb"')


@pytest.mark.parametrize(
    ("manifest", "expected"),
    [
        ("pyproject.toml", ()),
        ("pkgs/a/pyproject.toml", ("pkgs/pyproject.toml", "pyproject.toml")),
        ("other/a/pyproject.toml", ("pyproject.toml",)),
    ],
)
def test_the_manifests_above_are_found(manifest: str, expected: tuple[str, ...]) -> None:
    """The nearest stands first, and neither the manifest itself nor one beside it is there."""
    paths = ["pyproject.toml", "pkgs/pyproject.toml", "pkgs/a/pyproject.toml", "b/pyproject.toml"]
    assert roots_above(paths, manifest) == expected


@pytest.mark.parametrize("mark", ["", "\ufeff"], ids=["plain", "byte order mark"])
@pytest.mark.parametrize("requirement", ["issue-core", "issue-core>=0.2,<0.3"])
def test_a_local_source_of_the_root_is_refused(mark: str, requirement: str) -> None:
    """The sentence names the root, its source, and what to do first."""
    member = MEMBER.replace("issue-core", requirement)
    rewrite = rewrite_for("pkgs/a/pyproject.toml", roots=(("pyproject.toml", mark + ROOT),))
    with pytest.raises(EditRefused) as told:
        rewrite(member, wanted(), path="pkgs/a/pyproject.toml")
    (finding,) = told.value.findings
    assert (finding.code, finding.place) == ("inherited-source", "pkgs/a/pyproject.toml:4")
    assert finding.message == (
        "The source of issue-core stands in pyproject.toml, the root of the workspace: path"
        ' "../issue-core". A bump of this file would leave it there.'
    )
    assert finding.next_step == (
        "Name pyproject.toml as consumer.manifest first, or write"
        ' issue-core = { index = "coulomb" } there by hand.'
    )


@pytest.mark.parametrize(
    ("member", "roots"),
    [
        (MEMBER + OWN_SOURCE, (ROOT,)),
        (MEMBER, (BY_INDEX,)),
        (MEMBER, (ROOT.replace("[tool.uv.workspace]", "[tool.other]"),)),
        (MEMBER, (BY_INDEX, ROOT)),
        (MEMBER, ("not TOML",)),
        (MEMBER, ()),
    ],
    ids=["own source", "index", "no workspace", "nearest root", "unreadable", "no root"],
)
def test_what_is_not_inherited_is_edited(member: str, roots: tuple[str, ...]) -> None:
    """An own source is stronger, and only the nearest root's local source is a reason."""
    files = tuple((f"{number}/pyproject.toml", text) for number, text in enumerate(roots))
    rewrite = rewrite_for("pyproject.toml", roots=files)
    result = rewrite(member, wanted(), path="pyproject.toml")
    assert 'issue-core = { index = "coulomb" }' in result.text


def test_a_root_is_bumped_and_its_members_after_it() -> None:
    """What the refusal says to do first lets the member's bump through."""
    refused = (("pyproject.toml", ROOT),)
    with pytest.raises(EditRefused, match="was not changed"):
        rewrite_for("a/pyproject.toml", roots=refused)(MEMBER, wanted(), path="a/pyproject.toml")
    root = rewrite_for("pyproject.toml")(ROOT, wanted(), path="pyproject.toml").text
    roots = (("pyproject.toml", root),)
    member = rewrite_for("a/pyproject.toml", roots=roots)(MEMBER, wanted(), path="a/pyproject.toml")
    assert member.reasons
