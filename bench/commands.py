"""Programs that are measured: each one a list, timed from its start to its end."""

from __future__ import annotations

import os
import subprocess
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

LONGEST: Final = 600.0
"""Seconds after which a program hangs."""

_SETTINGS: Final = ("PIP_", "UV_", "TWINE_", "PYTHON", "GIT_", "RELEASE_", "BENCH_", "VIRTUAL_ENV")
_KEPT: Final = frozenset({"UV_CACHE_DIR", "PIP_CACHE_DIR", "PIP_CERT"})


class CommandFailed(Exception):
    """A program that is measured failed, so there is nothing to compare."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Command:
    """One program of a baseline, and the stage of a release that it stands for."""

    stage: str
    argv: tuple[str, ...]
    cwd: Path


def clean_environment(extra: Mapping[str, str]) -> dict[str, str]:
    """Return this environment without settings of the tools, so that no run is favoured.

    Caches stay: every contestant meets them warm.
    """
    kept = {
        name: value
        for name, value in os.environ.items()
        if name in _KEPT or not name.startswith(_SETTINGS)
    }
    return {**kept, **extra}


def timed(argv: Sequence[str], *, cwd: Path, env: Mapping[str, str]) -> float:
    """Run a program, and return its wall time in seconds.

    Raises:
        CommandFailed: Its exit code is not 0, or it did not end.
    """
    start = time.perf_counter()
    completed = run(argv, cwd=cwd, env=env)
    seconds = time.perf_counter() - start
    if completed.returncode != 0:
        said = completed.stdout + completed.stderr
        raise CommandFailed(f"{argv} ended with exit code {completed.returncode}:\n{said}")
    return seconds


def run(
    argv: Sequence[str], *, cwd: Path, env: Mapping[str, str]
) -> subprocess.CompletedProcess[str]:
    """Run a program to its end, whatever its exit code is.

    Raises:
        CommandFailed: It did not end.
    """
    try:
        return subprocess.run(
            argv,
            cwd=cwd,
            env=env,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            encoding="utf-8",
            errors="replace",
            timeout=LONGEST,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise CommandFailed(f"{argv} did not end within {LONGEST:g} s.") from None


def timed_stages(commands: Iterable[Command], *, env: Mapping[str, str]) -> dict[str, float]:
    """Run programs one after another, and return the seconds of each stage."""
    stages: dict[str, float] = {}
    for command in commands:
        seconds = timed(command.argv, cwd=command.cwd, env=env)
        stages[command.stage] = stages.get(command.stage, 0.0) + seconds
    return stages
