"""Installing with uv, by a throw-away project whose lockfile tells what came from where."""

from __future__ import annotations

import json
import sys
import tomllib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from packaging.utils import canonicalize_name

from release.adapters.environments import Environment

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from release.adapters.environments import Interpreter
    from release.adapters.installs import Order
    from release.adapters.sandbox import Sandbox


def install(order: Order, interpreter: Interpreter, *, sandbox: Sandbox) -> tuple[Environment, str]:
    """Install the release by a throw-away uv project; return the text of its uv.lock, too.

    One ``uv sync`` resolves, locks, makes the environment and fills it. The project names
    the registry for the package and for each internal name that it needs, and nothing else
    asks the registry; the lock tells for each package where it came from.

    Raises:
        ProcessFailed: uv could not.
    """
    folder = sandbox.folder / "project"
    folder.mkdir(parents=True)
    project = _Project(order=order, interpreter=interpreter, folder=folder, sandbox=sandbox)
    needed = [text for text in order.requires if _is_internal(text, order)]
    project.write(needed)
    if needed:
        _lock_internal(project, needed)
    project.run("sync")
    environment = Environment(folder=folder / ".venv", interpreter=interpreter)
    return environment, project.lock_text()


@dataclass(frozen=True, kw_only=True, slots=True)
class _Project:
    """The throw-away project, and uv at work on it."""

    order: Order
    interpreter: Interpreter
    folder: Path
    sandbox: Sandbox

    def write(self, needed: Sequence[str]) -> None:
        """Write its pyproject.toml, with these requirements besides the package."""
        text = project_text(self.order, self.interpreter, needed)
        (self.folder / "pyproject.toml").write_text(text, "utf-8")

    def lock_text(self) -> str:
        """Return the text of its uv.lock."""
        return (self.folder / "uv.lock").read_text("utf-8")

    def run(self, command: str) -> None:
        """Run one of uv's commands for projects."""
        # Only our own package must be read afresh; of the others a cached page is as good. A
        # cache-control on the index would not do: a file that was replaced within the second
        # is "not modified", and the cached one would be installed.
        fresh = ("--refresh-package", self.order.release.name)
        with self.sandbox.netrc(self.order.index_url, self.order.credentials) as credentials:
            self.sandbox.uv(
                [command, "--python", self.interpreter.path, *fresh],
                cwd=self.folder,
                timeout=self.order.timeout,
                extra=credentials,
                secrets=self.order.secrets,
            )


def _lock_internal(project: _Project, needed: list[str]) -> None:
    """Lock until all that is internal comes from the registry, before anything installs.

    uv applies sources to direct requirements only. What an internal package needs of
    another one is seen in the lock, and made a direct requirement for the next.
    """
    asked: set[str] = set()
    while True:
        project.run("lock")
        astray = _internal_from_elsewhere(project.lock_text(), project.order)
        if astray <= asked:
            return
        asked |= astray
        needed = [*needed, *sorted(astray)]
        project.write(needed)


def _internal_from_elsewhere(lock: str, order: Order) -> set[str]:
    return {
        package["name"]
        for package in tomllib.loads(lock)["package"]
        if package["name"] in order.internal
        and package["source"].get("registry", "").rstrip("/") != order.index_url.rstrip("/")
    }


def _is_internal(requirement: str, order: Order) -> bool:
    from packaging.requirements import Requirement

    parsed = Requirement(requirement)
    name = canonicalize_name(parsed.name)
    return name in order.internal and name != order.release.name and parsed.url is None


def project_text(order: Order, interpreter: Interpreter, needed: Sequence[str] = ()) -> str:
    """Return the pyproject.toml of the throw-away project.

    No internal package is built from an sdist: where its name leads astray, nothing of
    that runs before the proof refuses it.
    """
    name, quoted = order.release.name, json.dumps
    internal = sorted({name, *order.internal})
    sources = "".join(f"{one} = {{ index = {quoted(order.index_name)} }}\n" for one in internal)
    public = (
        f"[[tool.uv.index]]\nurl = {quoted(order.public_index_url)}\ndefault = true\n"
        if order.public_index_url
        else ""
    )
    return f"""\
[project]
name = "clean-install-of-{name}"
version = "0"
requires-python = "=={interpreter.version}"
dependencies = {quoted([f"{name}=={order.release.version}", *needed])}

[tool.uv]
package = false
no-build-package = {quoted(internal)}
environments = ["sys_platform == '{sys.platform}'"]

[tool.uv.workspace]

[[tool.uv.index]]
name = {quoted(order.index_name)}
url = {quoted(order.index_url)}
explicit = true

{public}
[tool.uv.sources]
{sources}"""
