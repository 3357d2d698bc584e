"""Release → proof of a clean install, as a stranger on another machine would get it.

Looks at the index's page and files, and at fresh environments, one for each Python and
installer. Decides whether each package came from where it may come from, and whether what
is installed is what was built. Then imports it, and runs what the configuration names.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final

from release.adapters import environments, installs
from release.adapters.clock import Clock
from release.adapters.processes import run_together
from release.adapters.sandbox import Sandbox
from release.errors import ProcessFailed, VerificationFailed
from release.formats import uv_lock
from release.formats.index_page import foreign_host_finding
from release.formats.wheel import requirements, top_level_names
from release.model import IndexPage, Installed, Proof
from release.verify.arrivals import from_lock, from_pip, origin_problems
from release.verify.installed import differences

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from packaging.utils import NormalizedName

    from release import config
    from release.adapters.environments import Environment, Interpreter
    from release.adapters.index import Index
    from release.adapters.installs import Order
    from release.model import Artifact, Built, IndexFile, Installer
    from release.secret import Credentials

WORKERS: Final = 2
"""More installs at the same time than this were slower, warm or cold."""

_FIRST_PAUSE: Final = 0.05
_LONGEST_PAUSE: Final = 5.0


def verify(  # noqa: PLR0913  # one keyword for each thing that the proof needs
    built: Built,
    *,
    index: Index,
    index_name: str,
    credentials: Credentials | None,
    config: config.Verify,
    internal: frozenset[NormalizedName],
    public_index_url: str | None,
    folder: Path,
    budget: float,
    say: Callable[[str], None],
    clock: Clock | None = None,
) -> tuple[Proof, ...]:
    """Prove a clean install on each Python with each installer.

    Args:
        built: What was built, and must be what arrives.
        index: The simple index, read with the reader's credentials.
        index_name: What consumers call it.
        credentials: The reader's, for the installers; None where reading needs none.
        config: Pythons, installers, imports, commands and the time for each.
        internal: The names that may come from the registry only.
        public_index_url: Where all others come from; the tools' default when None.
        folder: A folder of the run's own, which goes with the run.
        budget: Seconds to wait for the index to list the files.
        say: Takes one line of progress.
        clock: Time; the machine's own when not given.

    Raises:
        VerificationFailed: What arrives is not what was built, or does not work.
        ConfigurationError: A Python that was asked for is not on this machine.
    """
    folder.mkdir(parents=True, exist_ok=True)
    listed = _await(built, index, budget=budget, clock=clock or Clock(), say=say)
    _download(listed, index, folder=folder / "downloads")
    order = installs.Order(
        release=built.release,
        wheel=built.wheel,
        requires=requirements(built.wheel.path),
        index_name=index_name,
        index_url=index.url,
        credentials=credentials,
        internal=internal | {built.release.name},
        public_index_url=public_index_url,
        timeout=config.timeout,
    )
    places = [
        _Place(interpreter=interpreter, installer=installer, folder=folder / f"install-{number}")
        for number, (interpreter, installer) in enumerate(
            (interpreter, installer)
            for interpreter in _interpreters(config, folder)
            for installer in config.installers
        )
    ]
    results = run_together(
        [partial(_proven, order, place, config, say) for place in places], workers=WORKERS
    )
    return _all_or_failures(results)


@dataclass(frozen=True, kw_only=True, slots=True)
class _Place:
    interpreter: Interpreter
    installer: Installer
    folder: Path

    def __str__(self) -> str:
        return f"Python {self.interpreter.version} with {self.installer}"


# the index --------------------------------------------------------------------------


def _await(
    built: Built, index: Index, *, budget: float, clock: Clock, say: Callable[[str], None]
) -> tuple[tuple[Artifact, IndexFile], ...]:
    """Return what the index lists for each artifact, waiting for it within the budget."""
    end = clock.now() + budget
    pause = _FIRST_PAUSE
    wanted = [artifact.filename for artifact in built.artifacts]
    while True:
        page = index.page(built.release.name, wanted=wanted)
        listed = [(artifact, page.find(artifact.filename)) for artifact in built.artifacts]
        missing = [artifact.filename for artifact, file in listed if file is None]
        if not missing:
            return tuple((artifact, file) for artifact, file in listed if file)
        left = end - clock.now()
        if left <= 0:
            raise VerificationFailed(
                f"{page.url} does not list {' and '.join(missing)} after {budget:g} s.",
                next_step="Run `release publish` first; where a cache stands before the index, "
                "raise registry.budget.",
            )
        say(f"waiting for {page.url} to list {' and '.join(missing)}")
        clock.sleep(min(pause, left))
        pause = min(2 * pause, _LONGEST_PAUSE)


def _download(listed: Sequence[tuple[Artifact, IndexFile]], index: Index, *, folder: Path) -> None:
    """Fetch each file as a reader does, and compare its sha256 with what was built."""
    page = IndexPage(url=index.url, files=tuple(file for _, file in listed))
    foreign = foreign_host_finding(page, index.url)
    if foreign is not None:
        raise VerificationFailed(f"{foreign.place} {foreign.message}", next_step=foreign.next_step)
    folder.mkdir(parents=True, exist_ok=True)
    for artifact, file in listed:
        target = folder / artifact.filename
        sha256 = index.download(file, target)
        target.unlink(missing_ok=True)
        if sha256 != artifact.sha256:
            raise VerificationFailed(
                f"{artifact.filename} on the index has sha256 {sha256}; "
                f"what was built has {artifact.sha256}.",
                next_step="Somebody replaced the published file: raise the version and release "
                "anew, and find out who did.",
            )


# one install ------------------------------------------------------------------------


def _interpreters(config: config.Verify, folder: Path) -> tuple[Interpreter, ...]:
    if not config.python:
        return (environments.running_interpreter(),)
    sandbox = Sandbox(folder=folder)
    return tuple(
        environments.find_interpreter(wanted, sandbox=sandbox, timeout=config.timeout)
        for wanted in config.python
    )


def _proven(
    order: Order, place: _Place, config: config.Verify, say: Callable[[str], None]
) -> Proof | VerificationFailed:
    """Return the proof or the failure, so that every place is told."""
    say(f"{place}: installing {order.release} from {order.index_name}")
    try:
        return _prove(order, place, config)
    except VerificationFailed as error:
        return error


def _all_or_failures(results: Sequence[Proof | VerificationFailed]) -> tuple[Proof, ...]:
    failures = [result for result in results if isinstance(result, VerificationFailed)]
    if failures:
        steps = dict.fromkeys(failure.next_step for failure in failures)
        raise VerificationFailed(
            "\n".join(failure.message for failure in failures), next_step=" ".join(steps)
        )
    return tuple(result for result in results if isinstance(result, Proof))


def _prove(order: Order, place: _Place, config: config.Verify) -> Proof:
    place.folder.mkdir(parents=True)
    sandbox = Sandbox(folder=place.folder)
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
    order: Order, place: _Place, sandbox: Sandbox
) -> tuple[Environment, tuple[Installed, ...]]:
    try:
        if place.installer == "uv":
            environment, text = installs.install_with_uv(order, place.interpreter, sandbox=sandbox)
            arrivals = from_lock(uv_lock.parse(text))
        else:
            environment, fetched = installs.install_with_pip(
                order, place.interpreter, sandbox=sandbox
            )
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
    place: _Place,
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
    environment: Environment, argv: Sequence[str], place: _Place, sandbox: Sandbox, timeout: float
) -> None:
    try:
        environments.run_command(environment, argv, sandbox=sandbox, timeout=timeout)
    except ProcessFailed as error:
        raise _failed(place, f"{' '.join(argv)!r} failed", error) from error


def _failed(place: _Place, what: str, error: ProcessFailed) -> VerificationFailed:
    ended = "it did not end in its time" if error.timed_out else f"exit code {error.code}"
    output = "\n".join(part.strip() for part in (error.stdout, error.stderr) if part.strip())
    return VerificationFailed(
        f"{place}: {what} ({ended}).\n{output}",
        next_step="The published files stay as they are: mend the package, raise the version, "
        "release anew.",
    )


def _refuse(place: _Place, problems: Sequence[str]) -> None:
    if problems:
        raise VerificationFailed(
            "\n".join(f"{place}: {problem}" for problem in problems),
            next_step="Do not bump anyone to this version until this is understood.",
        )
