"""Release → proof of a clean install, as a stranger on another machine would get it.

Looks at the index's page and files, and at fresh environments, one for each Python and
installer. Decides whether each package came from where it may come from, and whether what
is installed is what was built. Then imports it, and runs what the configuration names.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final

from release.adapters import environments
from release.adapters.clock import Clock
from release.adapters.installs import Order
from release.adapters.processes import run_together
from release.adapters.sandbox import Sandbox
from release.errors import VerificationFailed
from release.formats.wheel import requirements
from release.model import Proof
from release.verify.fresh import Place, prove
from release.verify.listing import await_files, download_files

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from packaging.utils import NormalizedName

    from release import config
    from release.adapters.environments import Interpreter
    from release.adapters.index import Index
    from release.model import Built
    from release.secret import Credentials

WORKERS: Final = 2
"""More installs at the same time than this were slower, warm or cold."""


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
    listed = await_files(built, index, budget=budget, clock=clock or Clock(), say=say)
    download_files(listed, index, folder=folder / "downloads")
    order = Order(
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
        Place(interpreter=interpreter, installer=installer, folder=folder / f"install-{number}")
        for number, (interpreter, installer) in enumerate(
            (interpreter, installer)
            for interpreter in interpreters(config, folder)
            for installer in config.installers
        )
    ]
    results = run_together(
        [partial(_proven, order, place, config, say) for place in places], workers=WORKERS
    )
    return _all_or_failures(results)


def interpreters(config: config.Verify, folder: Path) -> tuple[Interpreter, ...]:
    """Return the Pythons that the configuration asks for.

    Raises:
        ConfigurationError: One of them is not on this machine.
    """
    if not config.python:
        return (environments.running_interpreter(),)
    folder.mkdir(parents=True, exist_ok=True)
    sandbox = Sandbox(folder=folder)
    return tuple(
        environments.find_interpreter(wanted, sandbox=sandbox, timeout=config.timeout)
        for wanted in config.python
    )


def _proven(
    order: Order, place: Place, config: config.Verify, say: Callable[[str], None]
) -> Proof | VerificationFailed:
    """Return the proof or the failure, so that every place is told."""
    say(f"{place}: installing {order.release} from {order.index_name}")
    try:
        return prove(order, place, config)
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
