"""What a release is measured against: the script a team would write, and the floor.

Each does by hand what the configuration of the benchmark asks of us: the tag of the
package is built and published, installed into a fresh environment, and brought into one
consumer's pyproject.toml, uv.lock and history. Neither builds twice, inspects, compares a
sha256, or guards.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

from commands import Command

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True, kw_only=True, slots=True)
class Task:
    """One release to make by hand; ``scratch`` is empty, ``tools`` has build and twine."""

    package: str
    module: str
    version: str
    specifier: str
    repository: Path
    consumer: Path
    index_name: str
    registry_url: str
    uv: str
    tools: Path
    scratch: Path

    @property
    def simple_url(self) -> str:
        """The simple index of the registry."""
        return f"{self.registry_url}/simple"

    @property
    def checkout(self) -> Path:
        """Where the tag is cloned to."""
        return self.scratch / "checkout"


def script(task: Task) -> tuple[Command, ...]:
    """Return the script that a team would write."""
    fresh, tools = task.scratch / "fresh", str(task.tools / "bin" / "python")
    python = str(fresh / "bin" / "python")
    wanted = f"{task.package}=={task.version}"
    return (
        _clone(task),
        Command(stage="build", argv=(tools, "-m", "build"), cwd=task.checkout),
        Command(
            stage="publish",
            argv=(
                *(tools, "-m", "twine", "upload", "--non-interactive"),
                *("--repository-url", f"{task.registry_url}/", *_files(task)),
            ),
            cwd=task.checkout,
        ),
        Command(stage="verify", argv=(sys.executable, "-m", "venv", str(fresh)), cwd=task.scratch),
        Command(
            stage="verify",
            argv=(python, "-m", "pip", "install", "--extra-index-url", task.simple_url, wanted),
            cwd=task.scratch,
        ),
        Command(stage="verify", argv=(python, "-c", f"import {task.module}"), cwd=task.scratch),
        _edit(task),
        Command(stage="bump", argv=(task.uv, "lock"), cwd=task.consumer),
        _commit(task),
    )


def floor(task: Task) -> tuple[Command, ...]:
    """Return the fastest single command known for each stage."""
    fresh = task.scratch / "fresh"
    wanted = f"{task.package}=={task.version}"
    interpreter = ("--quiet", "--python", sys.executable)
    return (
        _clone(task),
        Command(stage="build", argv=(task.uv, "build", *interpreter), cwd=task.checkout),
        Command(
            stage="publish",
            argv=(
                *(task.uv, "publish", "--quiet"),
                *("--publish-url", f"{task.registry_url}/", *_files(task)),
            ),
            cwd=task.checkout,
        ),
        Command(stage="verify", argv=(task.uv, "venv", *interpreter, str(fresh)), cwd=task.scratch),
        Command(
            stage="verify",
            argv=(
                *(task.uv, "pip", "install", "--quiet", "--python", str(fresh)),
                *("--index", task.simple_url, wanted),
            ),
            cwd=task.scratch,
        ),
        _edit(task),
        Command(
            stage="bump",
            argv=(task.uv, "lock", *interpreter, "--upgrade-package", wanted),
            cwd=task.consumer,
        ),
        _commit(task),
    )


def _clone(task: Task) -> Command:
    return Command(
        stage="source",
        argv=(
            *("git", "-c", "advice.detachedHead=false", "clone", "--quiet"),
            *("--branch", f"v{task.version}", str(task.repository), str(task.checkout)),
        ),
        cwd=task.scratch,
    )


def _files(task: Task) -> tuple[str, str]:
    stem = f"{task.package.replace('-', '_')}-{task.version}"
    return f"dist/{stem}-py3-none-any.whl", f"dist/{stem}.tar.gz"


def _edit(task: Task) -> Command:
    """Edit with sed: the bare name becomes a range, its path the index, which is declared."""
    index = (
        rf'[[tool.uv.index]]\nname = "{task.index_name}"\n'
        rf'url = "{task.simple_url}"\nexplicit = true\n'
    )
    return Command(
        stage="bump",
        argv=(
            *("sed", "-i.bak"),
            *("-e", f's/^    "{task.package}",/    "{task.package}{task.specifier}",/'),
            *("-e", rf's|^{task.package} = .*|{task.package} = {{ index = "{task.index_name}" }}|'),
            *("-e", rf"s|^\[tool.uv.sources\]|{index}\n&|"),
            "pyproject.toml",
        ),
        cwd=task.consumer,
    )


def _commit(task: Task) -> Command:
    return Command(
        stage="bump",
        argv=(
            *("git", "-c", "user.name=bench", "-c", "user.email=bench@localhost"),
            *("commit", "--quiet", "--all", "--message", f"Take {task.package} {task.version}"),
        ),
        cwd=task.consumer,
    )
