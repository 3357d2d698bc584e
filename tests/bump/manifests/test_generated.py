"""Generated manifests: a rewrite changes what it must, and not one byte more."""

from __future__ import annotations

import copy
import re
import tomllib
from typing import Any

import pytest
from hypothesis import HealthCheck, given, reject, settings
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

from release.bump.manifests.pyproject import rewrite
from tests.support.generated_manifests import Manifest, manifests
from tests.support.manifests import URL, wanted

FEW = settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])
MANY = settings(FEW, max_examples=10_000)
NAME = "issue-core"


def test_the_lists_of_a_manifest_are_found() -> None:
    """The reading that the checks below stand on sees the package in each list."""
    data = tomllib.loads('project.dependencies = ["x", "Issue_Core"]\ntool.uv.sources.a = {}')
    assert own_requirements(data) == ["Issue_Core"]
    assert without_own(data) == {"project": {"dependencies": ["x", NAME]}, "tool": {"uv": {}}}


def lists(data: dict[str, Any]) -> list[list[Any]]:
    """Return the lists of requirements that the generated manifests have."""
    tool = data.get("tool", {}).get("uv", {})
    return [
        data.get("project", {}).get("dependencies", []),
        *data.get("project", {}).get("optional-dependencies", {}).values(),
        *data.get("dependency-groups", {}).values(),
        *tool.get("extra-build-dependencies", {}).values(),
    ]


def is_own(item: object) -> bool:
    """Tell whether an item of a list is a requirement of the package."""
    return isinstance(item, str) and canonicalize_name(Requirement(item).name) == NAME


def own_requirements(data: dict[str, Any]) -> list[str]:
    """Return the package's requirements, in their order."""
    return [item for found in lists(data) for item in found if is_own(item)]


def without_own(data: dict[str, Any]) -> dict[str, Any]:
    """Return the data without all that a bump may change."""
    rest = copy.deepcopy(data)
    for found in lists(rest):
        found[:] = [NAME if is_own(item) else item for item in found]
    uv = rest.setdefault("tool", {}).setdefault("uv", {})
    sources = uv.pop("sources", {})
    others = {key: value for key, value in sources.items() if canonicalize_name(key) != NAME}
    indexes = [index for index in uv.pop("index", []) if index.get("name") != "coulomb"]
    return (
        rest
        | ({"sources": others} if any(others.values()) else {})
        | ({"index": indexes} if indexes else {})
    )


def check(manifest: Manifest) -> None:
    """Rewrite, and compare data, bytes and a second rewrite."""
    try:
        before = tomllib.loads(manifest.text.removeprefix("\ufeff"))
    except tomllib.TOMLDecodeError:
        reject()
    result = rewrite(manifest.text, wanted(), path="pyproject.toml")
    after = tomllib.loads(result.text.removeprefix("\ufeff"))
    assert without_own(after) == without_own(before)
    check_goal(before, after)
    check_bytes(manifest, result.text)
    assert rewrite(result.text, wanted(), path="pyproject.toml").text == result.text
    assert "s3cr3t" not in repr(result)


def check_goal(before: dict[str, Any], after: dict[str, Any]) -> None:
    """The package is a range that takes the release, from the one explicit index."""
    for old, new in zip(own_requirements(before), own_requirements(after), strict=True):
        was, now = Requirement(old), Requirement(new)
        assert (now.name, now.extras, now.marker, now.url) == (
            was.name,
            was.extras,
            was.marker,
            None,
        )
        assert now.specifier.contains(Version("0.2.1"))
    uv = after["tool"]["uv"]
    found = [value for key, value in uv["sources"].items() if canonicalize_name(key) == NAME]
    entries = [
        entry for value in found for entry in (value if isinstance(value, list) else [value])
    ]
    assert entries
    assert all(entry.keys() - {"marker"} == {"index"} for entry in entries)
    assert {entry["index"] for entry in entries} == {"coulomb"}
    ours = [entry for entry in uv["index"] if entry.get("name") == "coulomb"]
    assert ours == [{"name": "coulomb", "url": URL, "explicit": True}]


def check_bytes(manifest: Manifest, text: str) -> None:
    """Each line without the package is there in its order; so are comments and line ends."""
    assert text.startswith("\ufeff") == manifest.text.startswith("\ufeff")
    assert text.endswith("\n") == manifest.text.endswith("\n")
    lines = text.removeprefix("\ufeff").split(manifest.newline)
    assert not any("\n" in line or "\r" in line for line in lines)
    remaining = iter(lines)
    for line in manifest.untouched:
        assert line in remaining, line
    notes = re.compile(r"# note \d+|#\u00e9\d+|# .* \d+$", re.MULTILINE)
    assert notes.findall(text.replace("\r", "")) == notes.findall(manifest.text.replace("\r", ""))


@FEW
@given(manifest=manifests())
def test_generated_manifests_keep_every_other_byte(manifest: Manifest) -> None:
    """Two hundred manifests of every style."""
    check(manifest)


@pytest.mark.many
@MANY
@given(manifest=manifests())
def test_many_generated_manifests_keep_every_other_byte(manifest: Manifest) -> None:
    """The same, ten thousand times."""
    check(manifest)
