"""What a wheel says of itself, read without installing it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from release.formats.wheel import requirements, top_level_names
from tests.support.every_scheme import make_wheel_of_every_scheme

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a wheel that uses every scheme that wheels have."""
    return make_wheel_of_every_scheme(tmp_path_factory.mktemp("wheel"))


def test_top_level_names(wheel: Path) -> None:
    """What can be imported is imported: packages, modules, extensions; no stubs, no data."""
    assert top_level_names(wheel) == (
        "_issue_speed",
        "issue_core",
        "issue_tools",
        "plat_core",
        "pure_core",
    )


def test_requirements(wheel: Path) -> None:
    """The wheel's needs are read as they stand."""
    assert requirements(wheel) == ("attrs>=23", 'idna; extra == "net"')
