"""One fresh environment: install into it, compare, import and run → proof."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from release.adapters import environments
from release.adapters.environment import verify_cache_folder
from release.adapters.installs import with_pip, with_uv
from release.adapters.sandbox import Sandbox
from release.errors import ProcessFailed, VerificationFailed
from release.formats import uv_lock
from release.formats.wheel import top_level_names
from release.model import Installed, Proof
from release.verify.arrivals import from_lock, from_pip, origin_problems
from release.verify.installed import differences

if TYPE_CHECKING:
    from collections.abc import Sequence

    from release import config
    from release.adapters.environments import Environment, Interpreter
    from release.adapters.installs import Order
    from release.model import Installer


@dataclass(frozen=True, kw_only=True, slots=True)
class Place:
    """Where one proof is made: a Python, an installer, and a folder of its own."""

    interpreter: Interpreter
    installer: Installer
    folder: Path

    def __str__(self) -> str:
        """``Python 3.12.4 with uv``."""
        return f"Python {self.interpreter.version} with {self.installer}"


def prove(order: Order, place: Place, config: config.Verify) -> Proof:
    """Install the release there, and prove that it is what was built and works.

    Raises:
        VerificationFailed: It does not install, is not what was built, or does not work.
    """
    place.folder.mkdir(parents=True)
    sandbox = Sandbox(folder=place.folder, cache=verify_cache_folder())
    environment, installed = _install(order, place, sandbox)
    _refuse(place, differences(environment, order.wheel.path))
    modules = config.imports or top_level_names(order.wheel.path)
    _import(environment, modules, place, sandbox, config.timeout)
    for argv in config.commands:
        _run(environment, argv, place, sandbox, config.timeout)
    return Proof(
        python=place.interpreter.version,
        installer=place.installer,
        installed=installed,
        imports=tuple(modules),
        commands=tuple(" ".join(argv) for argv in config.commands),
    )


def _install(
    order: Order, place: Place, sandbox: Sandbox
) -> tuple[Environment, tuple[Installed, ...]]:
    try:
        if place.installer == "uv":
            environment, text = with_uv.install(order, place.interpreter, sandbox=sandbox)
            arrivals = from_lock(uv_lock.parse(text))
        else:
            environment, fetched = with_pip.install(order, place.interpreter, sandbox=sandbox)
            arrivals = from_pip(fetched, order)
    except ProcessFailed as error:
        raise _failed(place, f"{order.release} does not install", error) from error
    present = environment.distributions()
    _refuse(place, origin_problems(arrivals, present, order))
    return environment, tuple(
        Installed(name=arrival.name, version=arrival.version, index=arrival.index)
        for arrival in arrivals
        if arrival.name in present
    )


def _import(
    environment: Environment,
    modules: Sequence[str],
    place: Place,
    sandbox: Sandbox,
    timeout: float,
) -> None:
    try:
        imported = environments.run_imports(environment, modules, sandbox=sandbox, timeout=timeout)
    except ProcessFailed as error:
        raise _failed(place, f"importing {', '.join(modules)} failed", error) from error
    outside = [
        f"{module} was imported from {path}, outside of the fresh environment."
        for module, path in imported.files.items()
        if not Path(path).is_relative_to(environment.folder)
    ]
    failed = [
        f"{module} cannot be imported.\n{trace.strip()}"
        for module, trace in imported.failures.items()
    ]
    _refuse(place, [*outside, *failed])


def _run(
    environment: Environment, argv: Sequence[str], place: Place, sandbox: Sandbox, timeout: float
) -> None:
    try:
        environments.run_command(environment, argv, sandbox=sandbox, timeout=timeout)
    except ProcessFailed as error:
        raise _failed(place, f"{' '.join(argv)!r} failed", error) from error


def _failed(place: Place, what: str, error: ProcessFailed) -> VerificationFailed:
    ended = "it did not end in its time" if error.timed_out else f"exit code {error.code}"
    output = "\n".join(part.strip() for part in (error.stdout, error.stderr) if part.strip())
    return VerificationFailed(
        f"{place}: {what} ({ended}).\n{output}",
        next_step="The published files stay as they are: mend the package, raise the version, "
        "release anew.",
    )


def _refuse(place: Place, problems: Sequence[str]) -> None:
    if problems:
        raise VerificationFailed(
            "\n".join(f"{place}: {problem}" for problem in problems),
            next_step="Do not bump anyone to this version until this is understood.",
        )
