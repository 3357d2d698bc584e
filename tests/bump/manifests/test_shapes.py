"""A manifest of any shape is rewritten or refused; it never ends in another exception."""

from __future__ import annotations

import copy
import json
from typing import TYPE_CHECKING, Any

import pytest

from release.bump.manifests.pyproject import rewrite
from release.errors import EditRefused
from tests.support.manifests import URL, guarded, wanted

if TYPE_CHECKING:
    from collections.abc import Iterator

    from release.bump.manifests.toml_spans import Path
    from release.model import Finding

DATA: dict[str, Any] = {
    "build-system": {"requires": ["hatchling"]},
    "project": {
        "name": "vergabe-teilnahme",
        "version": "1",
        "requires-python": ">=3.11",
        "dependencies": ["issue-core"],
        "optional-dependencies": {"all": ["issue-core[cli]"]},
    },
    "dependency-groups": {"dev": ["issue-core", {"include-group": "lint"}], "lint": ["ruff"]},
    "tool": {
        "uv": {
            "dev-dependencies": ["issue-core"],
            "override-dependencies": ["issue-core"],
            "extra-build-dependencies": {"django": ["issue-core"]},
            "exclude-newer-package": {"issue-core": False},
            "workspace": {"members": ["libs/issue-core"], "exclude": ["x"]},
            "index": [{"name": "coulomb", "url": URL, "explicit": False}],
            "sources": {
                "issue-core": [{"path": "../issue-core", "marker": "os_name == 'nt'"}],
                "other": {"index": "coulomb"},
                "third": [{"path": "../third"}],
            },
        },
        "poetry": {"dependencies": {"django": "^5"}, "group": {"dev": {"dependencies": {}}}},
        "pytest": {"pythonpath": ["src"]},
    },
}
VALUES: tuple[Any, ...] = (3, True, "x", "issue-core @", "https://[x", [], [3], ["x"], [[]], {})


def inside(value: object, path: Path = ()) -> Iterator[Path]:
    """Yield the path of each value inside."""
    if isinstance(value, dict | list):
        inner = value.items() if isinstance(value, dict) else enumerate(value)
        for part, item in inner:
            yield (*path, part)
            yield from inside(item, (*path, part))


def written(value: object) -> str:
    """Write data as TOML on one line."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key} = {written(item)}" for key, item in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(written, value)) + "]"
    return json.dumps(value)


def text_with(path: Path, value: object) -> str:
    """Return the manifest with another value at one place."""
    data = copy.deepcopy(DATA)
    at: Any = data
    for part in path[:-1]:
        at = at[part]
    at[path[-1]] = value
    return "".join(f"{key} = {written(item)}\n" for key, item in data.items())


def test_the_manifest_itself_is_rewritten() -> None:
    """What the shapes below are made of is not refused for something else."""
    assert rewrite(text_with(("project", "version"), "1"), wanted(), path="x").reasons


def findings_of(text: str) -> tuple[Finding, ...]:
    """Return why a manifest is refused, or what the guard finds in the rewritten one."""
    try:
        result = rewrite(text, wanted(), path="pyproject.toml")
    except EditRefused as refused:
        return refused.findings
    return guarded(result.text, wanted())


@pytest.mark.parametrize("path", list(inside(DATA)), ids=str)
def test_another_type_in_any_place_is_no_crash(path: Path) -> None:
    """It is refused with its place, or the guard can read the result."""
    for value in VALUES:
        found = findings_of(text_with(path, value))
        assert all(told.place.startswith("pyproject.toml") for told in found)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("tool = 3", "tool is int, and uv reads a table."),
        ('tool.uv.index = ["x"]', "tool.uv.index[0] is str, and uv reads a table."),
        ("tool.uv.index = 'x'", "tool.uv.index is str, and uv reads an array of tables."),
        ('project = ["issue-core"]', "project is list, and uv reads a table."),
        ("project.requires-python = 3", "project.requires-python is int, and uv reads a text."),
        (
            "project.dependencies = 'issue-core'",
            "project.dependencies is str, and uv reads an array.",
        ),
    ],
)
def test_a_shape_has_its_sentence(text: str, message: str) -> None:
    """The place, what stands there, and what uv reads."""
    with pytest.raises(EditRefused) as told:
        rewrite(text + "\n", wanted(), path="pyproject.toml")
    finding = told.value.findings[0]
    assert (finding.code, finding.message) == ("wrong-type", message)
