"""A small world for the installed command: a registry, a package, and its consumers."""

import os
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from release.adapters import embedded_registry
from tests.support.command import PROGRAM, Ended, release, uv
from tests.support.repositories import commit, git, make_repository, package_files, tag

CONSUMER = """\
[project]
name = "{name}"
version = "1.0"
requires-python = ">=3.11"
dependencies = [
    "demo",  # the sibling
]

[tool.uv.sources]
demo = {{ path = "../demo", editable = true }}
"""


@dataclass(frozen=True, kw_only=True)
class World:
    """Where everything is; the registry runs in the test's own process."""

    folder: Path
    packages: Path
    url: str
    token: str

    @property
    def package(self) -> Path:
        """The repository of the package `demo`."""
        return self.folder / "demo"

    def consumer(self, name: str) -> Path:
        """Return a consumer's repository."""
        return self.folder / name

    def environment(self, **extra: str) -> dict[str, str]:
        """Return what the command needs on top of the test's own environment."""
        return {"RELEASE_TOKEN": self.token, **extra}

    def runner(
        self,
        name: str,
        consumers: Sequence[str],
        delivery: str = "working-tree",
        *,
        more: str = "",
    ) -> Path:
        """Make a folder with a release.toml of its own, as each runner has one.

        ``more`` is added to the table of each consumer.
        """
        folder = self.folder / name
        folder.mkdir()
        tables = "".join(
            f'\n[[consumer]]\nrepository = "../{consumer}"\ndelivery = "{delivery}"\n{more}'
            for consumer in consumers
        )
        (folder / "release.toml").write_text(
            f'[package]\nname = "demo"\nrepository = "../demo"\n\n[registry]\nname = "acme"\n'
            f'url = "{self.url}"\ntoken = {{ env = "RELEASE_TOKEN" }}\nbudget = 10\n{tables}',
            encoding="utf-8",
        )
        return folder

    def release(self, folder: Path, *arguments: str, **env: str) -> Ended:
        """Run the command for a runner's folder."""
        return release(folder, *arguments, env=self.environment(**env))

    def start(self, folder: Path, *arguments: str) -> subprocess.Popen[str]:
        """Start the command and let it run."""
        return subprocess.Popen(
            [*PROGRAM, *arguments],
            cwd=folder,
            env={**os.environ, **self.environment()},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def add_consumer(self, name: str, files: Mapping[str, str] | None = None) -> Path:
        """Make a uv project that has the package by its path, with a lockfile that says so."""
        given = {"pyproject.toml": CONSUMER.format(name=name)} if files is None else files
        repository = make_repository(self.consumer(name), given)
        uv(repository, "lock").check_returncode()
        commit(repository, {}, "Lock")
        return repository

    def published(self) -> list[str]:
        """Return the files that the registry has."""
        return sorted(path.name for path in self.packages.iterdir())


@contextmanager
def make_world(folder: Path, *, version: str = "0.2.0") -> Iterator[World]:
    """Yield a world with the package at one tag, and no consumer yet."""
    packages = folder / "packages"
    with embedded_registry.serve(packages) as registry:
        world = World(
            folder=folder,
            packages=packages,
            url=registry.url,
            token=registry.credentials.token.reveal(),
        )
        make_repository(world.package, package_files("demo", version), tags=[f"v{version}"])
        yield world


def next_version(world: World, version: str) -> None:
    """Commit and tag another version of the package."""
    commit(world.package, package_files("demo", version), version)
    tag(world.package, f"v{version}")


__all__ = ["CONSUMER", "World", "git", "make_world", "next_version"]
