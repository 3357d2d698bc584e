"""Real git repositories out of dicts of files, with fixed identity and dates.

The same files and tags give the same commits on every machine: nothing of the user's
own git configuration or environment reaches them.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

COMMIT_TIME: Final = 1_767_323_046
"""When every commit and tag was made: 2026-01-02 03:04:06 UTC, in Unix seconds."""

_GIT: Final = shutil.which("git") or "git"

_IDENTITY: Final = {
    f"GIT_{role}_{key}": value
    for role in ("AUTHOR", "COMMITTER")
    for key, value in {
        "NAME": "Ada Example",
        "EMAIL": "ada@example.org",
        "DATE": f"@{COMMIT_TIME} +0000",
    }.items()
}


def git(folder: Path, *arguments: str) -> str:
    """Run git in ``folder`` as the fixed person, and return what it printed."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    completed = subprocess.run(
        [_GIT, *arguments],
        cwd=folder,
        env={
            **kept,
            **_IDENTITY,
            "GIT_CONFIG_GLOBAL": os.devnull,
            "GIT_CONFIG_SYSTEM": os.devnull,
            "LC_ALL": "C.UTF-8",
        },
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert completed.returncode == 0, f"git {arguments}: {completed.stderr}"
    return completed.stdout.strip()


def make_repository(
    folder: Path, files: Mapping[str, str], *, tags: Sequence[str] = (), annotated: bool = True
) -> Path:
    """Make ``folder`` a repository with one commit on ``main`` that carries ``tags``."""
    folder.mkdir(parents=True, exist_ok=True)
    git(folder, "init", "--quiet", "--initial-branch=main", "--template=")
    commit(folder, files, "First commit")
    for name in tags:
        tag(folder, name, annotated=annotated)
    return folder


def write(folder: Path, files: Mapping[str, str]) -> None:
    """Write the files below ``folder``, byte for byte (line ends stay as they are)."""
    for path, text in files.items():
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8", newline="")


def commit(folder: Path, files: Mapping[str, str], message: str = "Change") -> str:
    """Write the files, commit all that changed, and return the commit's sha."""
    write(folder, files)
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "--allow-empty", f"--message={message}")
    return git(folder, "rev-parse", "HEAD")


def tag(folder: Path, name: str, *, annotated: bool = True, force: bool = False) -> str:
    """Tag the checked-out commit, and return the sha that the tag's name points to."""
    kind = ("--annotate", f"--message=Release {name}") if annotated else ()
    git(folder, "tag", *kind, *(("--force",) if force else ()), "--", name)
    return git(folder, "rev-parse", f"refs/tags/{name}")


# sample packages --------------------------------------------------------------------

_BUILD_SYSTEMS: Final = {
    "hatchling": ("hatchling", "hatchling.build"),
    "hatch-vcs": ('hatchling", "hatch-vcs', "hatchling.build"),
    "setuptools": ("setuptools>=77", "setuptools.build_meta"),
    "setuptools-scm": ('setuptools>=77", "setuptools-scm', "setuptools.build_meta"),
    "flit-core": ("flit_core>=3.11", "flit_core.buildapi"),
    "poetry-core": ("poetry-core>=2", "poetry.core.masonry.api"),
    "pdm-backend": ("pdm-backend", "pdm.backend"),
    "uv_build": ("uv_build", "uv_build"),
}

_TABLES: Final = {
    "hatchling": '\n[tool.hatch.build.targets.wheel]\npackages = ["src/{module}"]\n',
    "hatch-vcs": (
        '\n[tool.hatch.version]\nsource = "vcs"\n'
        '\n[tool.hatch.build.targets.wheel]\npackages = ["src/{module}"]\n'
    ),
    "setuptools-scm": "\n[tool.setuptools_scm]\n",
    "flit-core": '\n[tool.flit.module]\nname = "{module}"\n',
    "poetry-core": ('\n[tool.poetry]\npackages = [{{ include = "{module}", from = "src" }}]\n'),
}

VERSION_FROM_GIT: Final = frozenset({"hatch-vcs", "setuptools-scm"})
"""The sample backends whose version comes from the tag."""


def package_files(name: str, version: str, *, backend: str = "hatchling") -> dict[str, str]:
    """Return a small, complete package in a ``src`` folder.

    ``backend`` is one of hatchling, hatch-vcs, setuptools, setuptools-scm, flit-core,
    poetry-core, pdm-backend and uv_build; with hatch-vcs and setuptools-scm the version
    comes from the tag, and ``version`` is not used.
    """
    module = name.replace("-", "_").lower()
    return {
        "pyproject.toml": _pyproject(name, module, version, backend),
        "README.md": f"# {name}\n\nA sample.\n",
        f"src/{module}/__init__.py": f'"""A sample: {name}."""\n\nANSWER = 42\n',
        f"src/{module}/py.typed": "",
        ".gitignore": "/dist/\n*.egg-info/\n__pycache__/\n",
    }


def _pyproject(name: str, module: str, version: str, backend: str) -> str:
    requires, build_backend = _BUILD_SYSTEMS[backend]
    said = 'dynamic = ["version"]' if backend in VERSION_FROM_GIT else f'version = "{version}"'
    return (
        f'[build-system]\nrequires = ["{requires}"]\nbuild-backend = "{build_backend}"\n'
        f'\n[project]\nname = "{name}"\n{said}\ndescription = "A sample."\n'
        f'readme = "README.md"\nrequires-python = ">=3.9"\n'
        + _TABLES.get(backend, "").format(module=module)
    )
