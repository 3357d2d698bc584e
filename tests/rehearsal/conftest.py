"""The examples, laid out once for the tests that only read them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from release.adapters.sandbox import Sandbox
from release.rehearsal.layout import lay_out

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(scope="session")
def examples(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder in which the examples lie side by side; not to be changed."""
    folder = tmp_path_factory.mktemp("examples")
    sandbox = Sandbox(folder=tmp_path_factory.mktemp("sandbox"))
    lay_out(folder, sandbox=sandbox, say=print)
    return folder


@pytest.fixture
def sandbox(tmp_path_factory: pytest.TempPathFactory) -> Sandbox:
    """Return a sealed place of the test's own, outside of its ``tmp_path``."""
    return Sandbox(folder=tmp_path_factory.mktemp("sandbox"))
