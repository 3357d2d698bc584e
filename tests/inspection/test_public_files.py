"""Well-known wheels and sdists raise no false alarm; what is really in them is told."""

from __future__ import annotations

import tarfile
from typing import TYPE_CHECKING

import pytest
from packaging.utils import parse_sdist_filename, parse_wheel_filename

from release.config import Inspect
from release.inspection import inspect
from release.model import Built, Checkout, Release
from tests.support.public_files import fetch
from tests.support.wheels import as_artifact

if TYPE_CHECKING:
    from pathlib import Path

    from packaging.utils import NormalizedName
    from packaging.version import Version

    from release.model import Finding

pytestmark = pytest.mark.public_index

WHEELS = {
    "attrs": "26.1.0",
    "black": "26.10.1",
    "build": "1.6.1",
    "click": "8.5.1",
    "cryptography": "50.0.2",
    "dj-database-url": "3.1.2",
    "django": "5.2.19",
    "flask": "3.1.3",
    "gunicorn": "27.0.1",
    "hatchling": "1.33.0",
    "httpx": "0.28.1",
    "hypothesis": "6.170.17",
    "jinja2": "3.1.6",
    "keyring": "25.7.0",
    "numpy": "2.4.6",
    "packaging": "26.3",
    "paramiko": "5.1.0",
    "pillow": "13.0.0",
    "pip": "26.3",
    "psycopg": "3.3.9",
    "pydantic": "2.14.4",
    "pydantic-core": "2.50.5",
    "pytest": "9.2.0",
    "requests": "2.34.2",
    "rich": "15.0.0",
    "setuptools": "84.2.1",
    "sphinx": "9.0.4",
    "sqlalchemy": "2.1.9",
    "twine": "7.0.0",
    "urllib3": "2.8.0",
    "uv": "0.13.9",
    "whitenoise": "6.12.0",
}
WHEELS_WITH = {
    # twine's strict check refuses them as well
    "boto3": ("1.44.8", ["description-type-missing"]),
    "botocore": ("1.44.8", ["description-type-missing"]),
    "pyyaml": ("6.0.4", ["description-type-missing"]),
    # a key for its tests is installed with it
    "tornado": ("6.6.1", ["private-key-in-tests"]),
}
SDISTS = {
    "attrs": "26.1.0",
    "build": "1.6.1",
    "click": "8.5.1",
    "dj-database-url": "3.1.2",
    "flask": "3.1.3",
    "hatchling": "1.33.0",
    "httpx": "0.28.1",
    "jinja2": "3.1.6",
    "keyring": "25.7.0",
    "packaging": "26.3",
    "psycopg": "3.3.9",
    "rich": "15.0.0",
    "twine": "7.0.0",
    "whitenoise": "6.12.0",
}
SDISTS_WITH = {
    # six keys of certificates for its tests
    "requests": ("2.34.2", ["private-key-in-tests"] * 6),
    # keys in documentation are keys
    "pyjwt": ("2.15.1", ["private-key"] * 5 + ["private-key-in-tests"] * 7),
    # a compiled backend was packed by mistake
    "pyyaml": ("6.0.4", ["bytecode", "description-type-missing"]),
}


@pytest.fixture(scope="session")
def wheels(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Every wheel by its project's name."""
    wanted = WHEELS | {name: version for name, (version, _) in WHEELS_WITH.items()}
    return fetch(wanted, "wheel", tmp_path_factory.mktemp("wheels"))


@pytest.fixture(scope="session")
def sdists(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Every sdist by its project's name."""
    wanted = SDISTS | {name: version for name, (version, _) in SDISTS_WITH.items()}
    return fetch(wanted, "sdist", tmp_path_factory.mktemp("sdists"))


@pytest.mark.parametrize("name", WHEELS)
def test_a_well_known_wheel_raises_no_alarm(
    name: str, wheels: dict[str, Path], tmp_path: Path
) -> None:
    """With the default configuration, and nothing known of the sources."""
    assert inspect_wheel(wheels[name], tmp_path) == ()


@pytest.mark.parametrize("name", WHEELS_WITH)
def test_what_is_in_a_well_known_wheel_is_told(
    name: str, wheels: dict[str, Path], tmp_path: Path
) -> None:
    """These alarms are true; they show that the wheels were looked at."""
    codes = sorted(finding.code for finding in inspect_wheel(wheels[name], tmp_path))
    assert codes == WHEELS_WITH[name][1]


@pytest.mark.parametrize("name", SDISTS)
def test_a_well_known_sdist_raises_no_alarm(
    name: str, sdists: dict[str, Path], tmp_path: Path
) -> None:
    """The sdist stands in for the sources that it was made from."""
    assert inspect_sdist(sdists[name], tmp_path) == ()


@pytest.mark.parametrize("name", SDISTS_WITH)
def test_what_is_in_a_well_known_sdist_is_told(
    name: str, sdists: dict[str, Path], tmp_path: Path
) -> None:
    """These alarms are true as well."""
    codes = sorted(finding.code for finding in inspect_sdist(sdists[name], tmp_path))
    assert codes == SDISTS_WITH[name][1]


@pytest.mark.parametrize("name", ["attrs", "flask", "hatchling", "psycopg"])
def test_wheel_and_sources_of_a_well_known_package_agree(
    name: str, wheels: dict[str, Path], sdists: dict[str, Path], tmp_path: Path
) -> None:
    """Top-level names and files of the wheel are those of its sources."""
    artifacts = (as_artifact(wheels[name], "wheel"), as_artifact(sdists[name], "sdist"))
    release = released(*parse_sdist_filename(sdists[name].name))
    root, tracked = unpack(sdists[name], tmp_path)
    assert (
        inspect(
            Built(release=release, artifacts=artifacts, requirements=(), reproduced=None),
            Checkout(release=release, folder=root),
            config=Inspect(),
            internal=frozenset({release.name}),
            tracked=tracked,
        )
        == ()
    )


def inspect_wheel(path: Path, folder: Path) -> tuple[Finding, ...]:
    """Inspect one wheel beside an empty checkout."""
    name, version, _, _ = parse_wheel_filename(path.name)
    release = released(name, version)
    return inspect(
        Built(
            release=release,
            artifacts=(as_artifact(path, "wheel"),),
            requirements=(),
            reproduced=None,
        ),
        Checkout(release=release, folder=folder),
        config=Inspect(),
        internal=frozenset({release.name}),
        tracked=None,
    )


def inspect_sdist(path: Path, folder: Path) -> tuple[Finding, ...]:
    """Inspect one sdist, its own files taken for the tracked ones."""
    release = released(*parse_sdist_filename(path.name))
    root, tracked = unpack(path, folder)
    return inspect(
        Built(
            release=release,
            artifacts=(as_artifact(path, "sdist"),),
            requirements=(),
            reproduced=None,
        ),
        Checkout(release=release, folder=root),
        config=Inspect(),
        internal=frozenset({release.name}),
        tracked=tracked,
    )


def released(name: NormalizedName, version: Version) -> Release:
    """Return the release that a file would come from."""
    return Release(
        name=name, version=version, tag=f"v{version}", tag_object="", commit="", commit_time=0
    )


def unpack(sdist: Path, folder: Path) -> tuple[Path, frozenset[str]]:
    """Unpack an sdist; return its root and the names of its files."""
    with tarfile.open(sdist) as archive:
        archive.extractall(folder, filter="data")
        names = [member.name for member in archive if not member.isdir()]
    root = folder / names[0].partition("/")[0]
    return root, frozenset(name.partition("/")[2] for name in names)
