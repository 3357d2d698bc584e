"""Sandboxes: a tool in one sees no setting of the machine or the caller."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from release.adapters.sandbox import Sandbox, uv_executable
from release.secret import Credentials, Secret

if TYPE_CHECKING:
    import pytest


def test_a_program_runs_sealed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With what is given on top, and nothing else of ours."""
    monkeypatch.setenv("RELEASE_TOKEN", "CANARY")
    code = "import os; print(dict(os.environ), os.umask(0))"
    told = Sandbox(folder=tmp_path).run(
        [sys.executable, "-I", "-c", code],
        cwd=tmp_path,
        timeout=60,
        extra={"EXTRA": "1"},
        umask=0o077,
    )
    assert "CANARY" not in told.stdout
    assert "'EXTRA': '1'" in told.stdout
    assert told.stdout.endswith(f" {0o077}\n")


def test_uv_is_ours_and_has_no_settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Not the first on PATH; with the caller's cache and none of their indexes."""
    monkeypatch.setenv("UV_DEFAULT_INDEX", "http://127.0.0.1:9/simple")
    monkeypatch.setenv("UV_CACHE_DIR", str(tmp_path / "cache"))
    monkeypatch.setenv("PATH", "/nowhere")
    sandbox = Sandbox(folder=tmp_path / "sandbox")
    assert sandbox.uv(["cache", "dir"], cwd=tmp_path, timeout=60).stdout.strip() == str(
        tmp_path / "cache"
    )
    shown = sandbox.uv(["pip", "list", "--show-settings"], cwd=tmp_path, timeout=60, check=False)
    assert "127.0.0.1:9" not in shown.stdout + shown.stderr


def test_uv_works_without_a_cache_of_the_caller(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Then it has one in the sandbox."""
    for name in ("UV_CACHE_DIR", "XDG_CACHE_HOME", "HOME"):
        monkeypatch.delenv(name, raising=False)
    told = Sandbox(folder=tmp_path).uv(["cache", "dir"], cwd=tmp_path, timeout=60).stdout
    assert told.startswith(str(tmp_path))


def test_uv_is_found_by_many_threads_at_once(tmp_path: Path) -> None:
    """In a fresh Python, which has not read its own settings yet."""
    code = (
        f"import sys; sys.path.insert(0, {str(Path(__file__).parents[2])!r}); "
        "from release.adapters.processes import run_together; "
        "from release.adapters.sandbox import uv_executable; "
        "print(*set(run_together([uv_executable] * 8)))"
    )
    argv = [sys.executable, "-I", "-c", code]
    for _ in range(3):
        told = Sandbox(folder=tmp_path).run(argv, cwd=tmp_path, timeout=60)
        assert told.stdout.strip() == uv_executable()


def test_credentials_are_bound_to_one_host(tmp_path: Path) -> None:
    """In a file that only we can read; no variable holds the token."""
    credentials = Credentials(username="bot", token=Secret("CANARY"))
    sandbox = Sandbox(folder=tmp_path / "sandbox")

    with sandbox.netrc("https://gitea.example.org:3000/api/simple", credentials) as told:
        file = Path(told["NETRC"])
        assert list(told) == ["NETRC"]
        assert file.read_text("utf-8") == (
            "machine gitea.example.org\nlogin bot\npassword CANARY\n"
        )
        assert file.stat().st_mode & 0o777 == 0o600

    assert not file.exists()
    with sandbox.netrc("https://gitea.example.org", None) as told:
        assert told == {}
