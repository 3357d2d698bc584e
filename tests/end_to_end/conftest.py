"""A world of its own for each test."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.worlds import World, make_world


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    """Yield a registry on loopback and the package `demo` with the tag v0.2.0."""
    with make_world(tmp_path) as world:
        yield world
