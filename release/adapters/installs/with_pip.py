"""Installing with pip, in passes that each have one single index."""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote, urlsplit, urlunsplit

from packaging.utils import canonicalize_name

from release.adapters.environments import Environment
from release.formats.urls import without_user

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from packaging.utils import NormalizedName

    from release.adapters.environments import Interpreter
    from release.adapters.installs import Order
    from release.adapters.processes import Completed
    from release.adapters.sandbox import Sandbox
    from release.secret import Credentials

PUBLIC_DEFAULT: Final = "the public index"
"""How the index is named that pip takes when nothing says otherwise."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Fetched:
    """One file that pip says it installed; ``index`` is the one that it was told to ask."""

    name: str
    version: str
    url: str
    sha256: str | None
    index: str


def install(
    order: Order, interpreter: Interpreter, *, sandbox: Sandbox
) -> tuple[Environment, tuple[Fetched, ...]]:
    """Install the release by pip, in passes that each have one single index.

    First the package and the internal names that it needs, without dependencies, from the
    registry; then the public dependencies, from the public index. No pass that asks the
    public index knows an internal name.

    Raises:
        ProcessFailed: pip could not, or ``pip check`` found the result inconsistent.
    """
    environment = _venv(order, interpreter, sandbox)
    pip = _Pip(environment=environment, order=order, sandbox=sandbox)
    pinned = f"{order.release.name}=={order.release.version} --hash=sha256:{order.wheel.sha256}"
    registry = _with_credentials(order.index_url, order.credentials)
    options = ["--no-deps", "--only-binary", order.release.name]
    fetched: list[Fetched] = []
    asked, ahead = {order.release.name}, [pinned]
    while ahead:
        fetched += pip.install(ahead, options, registry)
        missing = {
            name: needs
            for name, needs in _needs(environment)
            if name in order.internal and name not in asked
        }
        asked.update(missing)
        ahead = sorted(missing.values())
    public = sorted({needs for name, needs in _needs(environment) if name not in asked})
    if public:
        fetched += pip.install(public, [], order.public_index_url)
    pip.run(["check"], {})
    return environment, tuple(fetched)


def _venv(order: Order, interpreter: Interpreter, sandbox: Sandbox) -> Environment:
    folder = sandbox.folder / "environment"
    sandbox.uv(
        ["venv", "--no-project", "--python", interpreter.path, str(folder)],
        cwd=sandbox.folder,
        timeout=order.timeout,
    )
    return Environment(folder=folder, interpreter=interpreter)


def _needs(environment: Environment) -> Iterator[tuple[NormalizedName, str]]:
    """Yield normalized name and requirement of all that the installed packages need.

    Markers stay on the requirement: pip evaluates them for the environment's Python.
    """
    from importlib.metadata import distributions

    from packaging.requirements import Requirement

    for distribution in distributions(path=[str(environment.site_packages)]):
        for needs in distribution.requires or ():
            yield canonicalize_name(Requirement(needs).name), needs


@dataclass(frozen=True, kw_only=True, slots=True)
class _Pip:
    """Our own pip, at work on the environment; it starts itself there, by that Python."""

    environment: Environment
    order: Order
    sandbox: Sandbox

    def install(
        self, requirements: Sequence[str], options: Sequence[str], index: str | None
    ) -> list[Fetched]:
        """Install from that index alone, and tell what came."""
        listed, report = (self.sandbox.folder / name for name in ("requirements.txt", "report"))
        listed.write_text("\n".join(requirements) + "\n", "utf-8")
        arguments = ["install", "--quiet", "--no-compile", "--report", str(report), *options]
        # By the environment, so that no argument list shows the credentials.
        extra = {"PIP_INDEX_URL": index} if index else {}
        self.run([*arguments, "--requirement", str(listed)], extra)
        told = without_user(index) if index else PUBLIC_DEFAULT
        return [_fetched(item, told) for item in json.loads(report.read_text("utf-8"))["install"]]

    def run(self, arguments: Sequence[str], extra: Mapping[str, str]) -> Completed:
        """Run pip sealed."""
        python = str(self.environment.python)
        return self.sandbox.run(
            [sys.executable, "-I", "-m", "pip", "--python", python, *arguments],
            cwd=self.sandbox.folder,
            timeout=self.order.timeout,
            extra=extra,
            secrets=self.order.secrets,
        )


def _fetched(item: Mapping[str, Any], index: str) -> Fetched:
    download = item["download_info"]
    return Fetched(
        name=item["metadata"]["name"],
        version=item["metadata"]["version"],
        url=download["url"],
        sha256=download.get("archive_info", {}).get("hashes", {}).get("sha256"),
        index=index,
    )


def _with_credentials(url: str, credentials: Credentials | None) -> str:
    """Return the URL with its user part, for an environment variable and nothing else."""
    if credentials is None:
        return url
    parts = urlsplit(url)
    user, token = quote(credentials.username, ""), quote(credentials.token.reveal(), "")
    return urlunsplit(parts._replace(netloc=f"{user}:{token}@{parts.netloc}"))
