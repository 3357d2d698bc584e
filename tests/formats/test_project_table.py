"""What a pyproject.toml says of name and version, whatever the backend."""

from __future__ import annotations

import tomllib

import pytest

from release.formats.project_table import ProjectTable

VCS = '[build-system]\nrequires = ["{}"]\n[project]\nname = "a"\ndynamic = ["version"]\n'

DYNAMIC = """
[tool.poetry]
name = "a"
version = "0.0.0"
[tool.poetry-dynamic-versioning]
enable = true
"""


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('[project]\nname = "a"\nversion = "1.0"\n', ("a", "1.0", False)),
        ('[tool.poetry]\nname = "a"\nversion = "1.0"\n', ("a", "1.0", False)),
        (
            '[project]\nname = "a"\ndynamic = ["version"]\n[tool.poetry]\nversion = "1.0"\n',
            ("a", "1.0", False),
        ),
        ('[project]\nname = "a"\ndynamic = ["version"]\n', ("a", None, False)),
        (VCS.format("hatch-vcs"), ("a", None, True)),
        (VCS.format("setuptools_scm[toml]>=8"), ("a", None, True)),
        (VCS.format("Flit.SCM ; python_version > '3'"), ("a", None, True)),
        (VCS.format("versioningit~=3.0"), ("a", None, True)),
        (VCS.format("uv-dynamic-versioning"), ("a", None, True)),
        (VCS.format("hatchling"), ("a", None, False)),
        (VCS.format(""), ("a", None, False)),
        (
            VCS.format("hatch-vcs").replace('dynamic = ["version"]', 'version = "1"'),
            ("a", "1", False),
        ),
        ('[tool.pdm.version]\nsource = "scm"\n', (None, None, True)),
        ('[tool.pdm.version]\nsource = "file"\n', (None, None, False)),
        (
            DYNAMIC,
            ("a", None, True),
        ),
        ("[build-system]\nrequires = [1]\n[project]\nname = 1\n", (None, None, False)),
        ('project = "x"\ntool = 1\n', (None, None, False)),
        ("", (None, None, False)),
    ],
)
def test_name_version_and_its_origin_are_read(
    text: str, expected: tuple[str | None, str | None, bool]
) -> None:
    """A placeholder beside a version from git is no static version."""
    table = ProjectTable.read(tomllib.loads(text))
    assert (table.name, table.version, table.version_is_from_git) == expected
