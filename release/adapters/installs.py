"""Installing a release as a stranger would: with uv, or with pip, into a fresh environment.

Nothing of the machine's or the caller's settings reaches an install: it runs sealed, and
the index of each package is named by us. What came from where is handed back as values.
"""

from __future__ import annotations

import json
import sys
import tomllib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote, urlsplit, urlunsplit

from packaging.utils import canonicalize_name

from release.adapters.environments import Environment
from release.adapters.sandbox import index_credentials
from release.formats.urls import without_user

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from packaging.utils import NormalizedName

    from release.adapters.environments import Interpreter
    from release.adapters.processes import Completed
    from release.adapters.sandbox import Sandbox
    from release.model import Artifact, Release
    from release.secret import Credentials, Secret


@dataclass(frozen=True, kw_only=True, slots=True)
class Order:
    """What to install, and from where; ``internal`` names come from the registry too.

    ``requires`` is what the wheel's own metadata says it needs.
    """

    release: Release
    wheel: Artifact
    requires: tuple[str, ...]
    index_name: str
    index_url: str
    credentials: Credentials | None
    internal: frozenset[NormalizedName]
    public_index_url: str | None
    timeout: float


@dataclass(frozen=True, kw_only=True, slots=True)
class Fetched:
    """One file that pip says it installed; ``index`` is the one that it was told to ask."""

    name: str
    version: str
    url: str
    sha256: str | None
    index: str


# installing with uv -----------------------------------------------------------------


def install_with_uv(
    order: Order, interpreter: Interpreter, *, sandbox: Sandbox
) -> tuple[Environment, str]:
    """Install the release by a throw-away uv project; return the text of its uv.lock, too.

    One ``uv sync`` resolves, locks, makes the environment and fills it. The project names
    the registry for the package and for each internal name that it needs, and nothing else
    asks the registry; the lock tells for each package where it came from.

    Raises:
        ProcessFailed: uv could not.
    """
    project = sandbox.folder / "project"
    project.mkdir(parents=True)
    manifest, lockfile = project / "pyproject.toml", project / "uv.lock"
    needed = [text for text in order.requires if _is_internal(text, order)]
    manifest.write_text(project_text(order, interpreter, needed), "utf-8")
    if needed:
        _lock_internal(order, interpreter, project, needed, sandbox)
    _uv(["sync"], order, interpreter, project, sandbox)
    environment = Environment(folder=project / ".venv", interpreter=interpreter)
    return environment, lockfile.read_text("utf-8")


def _lock_internal(
    order: Order, interpreter: Interpreter, project: Path, needed: list[str], sandbox: Sandbox
) -> None:
    """Lock until all that is internal comes from the registry, before anything installs.

    uv applies sources to direct requirements only. What an internal package needs of
    another one is seen in the lock, and made a direct requirement for the next.
    """
    asked: set[str] = set()
    while True:
        _uv(["lock"], order, interpreter, project, sandbox)
        astray = _internal_from_elsewhere((project / "uv.lock").read_text("utf-8"), order)
        if astray <= asked:
            return
        asked |= astray
        needed = [*needed, *sorted(astray)]
        (project / "pyproject.toml").write_text(project_text(order, interpreter, needed), "utf-8")


def _internal_from_elsewhere(lock: str, order: Order) -> set[str]:
    return {
        package["name"]
        for package in tomllib.loads(lock)["package"]
        if package["name"] in order.internal
        and package["source"].get("registry", "").rstrip("/") != order.index_url.rstrip("/")
    }


def _uv(
    arguments: Sequence[str],
    order: Order,
    interpreter: Interpreter,
    project: Path,
    sandbox: Sandbox,
) -> None:
    sandbox.uv(
        [*arguments, "--python", interpreter.path],
        cwd=project,
        timeout=order.timeout,
        extra=index_credentials(order.index_name, order.credentials),
        secrets=_secrets(order),
    )


def _is_internal(requirement: str, order: Order) -> bool:
    from packaging.requirements import Requirement

    parsed = Requirement(requirement)
    name = canonicalize_name(parsed.name)
    return name in order.internal and name != order.release.name and parsed.url is None


def project_text(order: Order, interpreter: Interpreter, needed: Sequence[str] = ()) -> str:
    """Return the pyproject.toml of the throw-away project.

    What the registry serves is read afresh; of public packages a cached page is as good.
    (``--refresh-package`` would do it too, but lets uv look for its interpreter anew.)
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
cache-control = {{ api = "no-cache", files = "no-cache" }}

{public}
[tool.uv.sources]
{sources}"""


# installing with pip ----------------------------------------------------------------

PUBLIC_DEFAULT: Final = "the public index"
"""How the index is named that pip takes when nothing says otherwise."""


def install_with_pip(
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
            secrets=_secrets(self.order),
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


def _secrets(order: Order) -> tuple[Secret, ...]:
    return (order.credentials.token,) if order.credentials else ()
