"""The installed `release` command, run as users run it: a process of its own."""

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from release.adapters.sandbox import uv_executable

PROGRAM = (sys.executable, "-P", "-m", "release")


@dataclass(frozen=True, kw_only=True)
class Ended:
    """How the command ended."""

    code: int
    stdout: str
    stderr: str

    @property
    def text(self) -> str:
        """Both streams."""
        return f"{self.stdout}\n{self.stderr}"

    @property
    def json(self) -> Any:  # noqa: ANN401  # JSON is what it is
        """The result of `--json`."""
        return json.loads(self.stdout)


def release(folder: Path, *arguments: str, env: Mapping[str, str] | None = None) -> Ended:
    """Run the command in a folder that has a release.toml."""
    completed = subprocess.run(
        [*PROGRAM, *arguments],
        cwd=folder,
        env={**os.environ, **(env or {})},
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    return Ended(code=completed.returncode, stdout=completed.stdout, stderr=completed.stderr)


def uv(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run uv as a person would, in a shell that knows of no environment.

    nox says by UV_PROJECT_ENVIRONMENT that its own environment is the project's: a sync
    would empty the one that the tests run in.
    """
    kept = {
        name: value
        for name, value in os.environ.items()
        if name != "VIRTUAL_ENV" and not name.startswith("UV_")
    }
    return subprocess.run(
        [uv_executable(), *arguments],
        cwd=folder,
        env=kept,
        capture_output=True,
        text=True,
        check=False,
    )


def git(folder: Path, *arguments: str) -> str:
    """Ask the git on PATH."""
    completed = subprocess.run(
        ["git", *arguments], cwd=folder, capture_output=True, text=True, check=True
    )
    return completed.stdout


def bytes_below(folder: Path) -> dict[str, bytes]:
    """Return every file below a folder with its content."""
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and not path.is_symlink()
    }
