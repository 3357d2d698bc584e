"""Where the caller's uv keeps its Pythons, which a sealed home would hide."""

from __future__ import annotations

import pytest

from release.adapters.environment import uv_python_folder


@pytest.mark.parametrize(
    ("caller", "folder"),
    [
        ({"UV_PYTHON_INSTALL_DIR": "/p", "XDG_DATA_HOME": "/d", "HOME": "/h"}, "/p"),
        ({"XDG_DATA_HOME": "/d", "HOME": "/h"}, "/d/uv/python"),
        ({"HOME": "/h"}, "/h/.local/share/uv/python"),
        ({}, None),
    ],
)
def test_uv_python_folder(caller: dict[str, str], folder: str | None) -> None:
    """The variable of uv itself, then the data folder, then the home."""
    assert uv_python_folder(caller) == folder
