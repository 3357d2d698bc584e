"""Sealed environments: what of the caller is left, and what is not."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from release.adapters import environment

CALLER = {
    "PATH": "/bin",
    "HOME": "/home/ada",
    "https_proxy": "http://127.0.0.1:3128",
    "NO_PROXY": "localhost",
    "SSL_CERT_FILE": "/ca.pem",
    "REQUESTS_CA_BUNDLE": "/ca.pem",
    "RELEASE_TOKEN": "CANARY",
    "PIP_INDEX_URL": "CANARY",
    "UV_INDEX_URL": "CANARY",
    "UV_CACHE_DIR": "CANARY",
    "PYTHONPATH": "CANARY",
    "GIT_DIR": "CANARY",
    "GIT_WORK_TREE": "CANARY",
    "GIT_CONFIG_PARAMETERS": "CANARY",
    "LD_PRELOAD": "CANARY",
    "NETRC": "CANARY",
    "VIRTUAL_ENV": "CANARY",
    "XDG_CONFIG_HOME": "CANARY",
}


def test_a_sealed_environment_holds_nothing_of_the_caller(tmp_path: Path) -> None:
    """But what a machine needs to reach the network at all, and to find programs."""
    sealed = environment.sealed(tmp_path, caller=CALLER, extra={"EXTRA": "1", "TZ": "X"})
    assert "CANARY" not in str(sealed)
    assert {name: sealed[name] for name in CALLER if CALLER[name] == sealed.get(name)} == {
        "PATH": "/bin",
        "https_proxy": "http://127.0.0.1:3128",
        "NO_PROXY": "localhost",
        "SSL_CERT_FILE": "/ca.pem",
        "REQUESTS_CA_BUNDLE": "/ca.pem",
    }
    assert (sealed["EXTRA"], sealed["TZ"]) == ("1", "X")
    for name in ("HOME", "TMPDIR", "XDG_CONFIG_DIRS"):
        assert sealed[name].startswith(str(tmp_path))
        assert Path(sealed[name]).is_dir()
    assert list(Path(sealed["HOME"]).iterdir()) == []


def test_the_own_environment_is_sealed_by_default(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without a caller's, this process's is meant."""
    monkeypatch.setenv("RELEASE_TOKEN", "CANARY")
    assert environment.variables()["RELEASE_TOKEN"] == "CANARY"
    sealed = environment.sealed(tmp_path)
    assert "CANARY" not in str(sealed)
    assert sealed["PATH"] == os.environ["PATH"]
    assert environment.for_git()["PATH"] == os.environ["PATH"]
    assert environment.uv_cache_folder() is not None


def test_git_keeps_access_and_loses_direction() -> None:
    """Ssh and certificates stay; what names another repository or configuration goes."""
    caller = {**CALLER, "GIT_SSH_COMMAND": "ssh -i key", "GIT_SSL_CAINFO": "/ca.pem"}
    kept = environment.for_git(caller)
    assert [name for name in kept if name.startswith("GIT_")] == [
        "GIT_SSH_COMMAND",
        "GIT_SSL_CAINFO",
        "GIT_TERMINAL_PROMPT",
    ]
    assert kept["HOME"] == "/home/ada"
    assert kept["GIT_TERMINAL_PROMPT"] == "0"


@pytest.mark.parametrize(
    ("caller", "expected"),
    [
        ({"UV_CACHE_DIR": "/cache", "HOME": "/home/ada"}, "/cache"),
        ({"XDG_CACHE_HOME": "/xdg", "HOME": "/home/ada"}, "/xdg/uv"),
        ({"HOME": "/home/ada"}, "/home/ada/.cache/uv"),
        ({}, None),
    ],
)
def test_uvs_cache_is_found_as_uv_finds_it(caller: dict[str, str], expected: str | None) -> None:
    """Its own variable, the desktop's, the home."""
    assert environment.uv_cache_folder(caller) == expected


@pytest.mark.parametrize(
    ("caller", "expected"),
    [
        ({"UV_PYTHON_INSTALL_DIR": "/pythons", "HOME": "/home/ada"}, "/pythons"),
        ({"XDG_DATA_HOME": "/xdg", "HOME": "/home/ada"}, "/xdg/uv/python"),
        ({"HOME": "/home/ada"}, "/home/ada/.local/share/uv/python"),
        ({}, None),
    ],
)
def test_uvs_pythons_are_found_as_uv_finds_them(
    caller: dict[str, str], expected: str | None
) -> None:
    """In the same order."""
    assert environment.uv_python_folder(caller) == expected
