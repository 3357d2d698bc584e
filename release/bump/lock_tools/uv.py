"""uv.lock: read it, let uv write it anew with only the package moving, and prove it.

The consumer's own ``[tool.uv]`` and uv.toml apply; those of the user and of the machine
do not, since uv runs sealed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from release.bump.lock_tools import has_release
from release.bump.lock_tools.uv_failures import explain
from release.errors import LockFailed, ProcessFailed
from release.formats.uv_lock import parse

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from release.bump.lock_tools import Bench
    from release.model import Wanted

__all__ = ["check_fresh", "is_current", "lockfile", "parse", "prove", "relock"]

lockfile: str = "uv.lock"


# deciding ---------------------------------------------------------------------------


def is_current(text: str, wanted: Wanted) -> bool:
    """Tell whether the lockfile has exactly the release, from the index, as it was built."""
    return has_release(parse(text), wanted)


# writing ----------------------------------------------------------------------------


def relock(folder: Path, wanted: Wanted, *, bench: Bench) -> None:
    """Lock ``folder`` anew with the package at exactly the released version.

    ``--upgrade-package`` with the version also makes uv read the index afresh, whatever
    its cache holds; a failure leaves uv.lock as it was.

    Raises:
        LockFailed: uv found no solution, or could not run; in its own words.
    """
    pinned = f"{wanted.release.name}=={wanted.release.version}"
    _uv(["lock", "--upgrade-package", pinned], folder, wanted, bench)


def check_fresh(folder: Path, wanted: Wanted, *, bench: Bench) -> None:
    """Let uv say that uv.lock fits pyproject.toml; a consistent lock asks no index.

    Raises:
        LockFailed: uv calls the lock stale, or cannot read the project.
    """
    _uv(["lock", "--check"], folder, wanted, bench)


# proving ----------------------------------------------------------------------------


def prove(
    folder: Path, checks: Sequence[Sequence[str]], wanted: Wanted, *, bench: Bench
) -> tuple[str, ...]:
    """Install the consumer from its lockfile, then run its checks in that environment.

    The reader's credentials reach the install; the checks are the consumer's own code and
    see none. ``folder`` is a copy of the consumer with no sibling beside it. The environment is
    made outside of it, so the copy holds nothing new afterwards but what a check writes.

    Raises:
        LockFailed: The lockfile does not install, or a check ends with a failure.
    """
    environment = bench.sandbox.folder / "consumer-environment"
    extra = {"UV_PROJECT_ENVIRONMENT": str(environment), "UV_PYTHON": bench.python}
    _uv(["sync", "--locked"], folder, wanted, bench, extra)
    search = f"{environment / 'bin'}:{bench.sandbox.environment().get('PATH', '')}"
    extra |= {"PATH": search, "VIRTUAL_ENV": str(environment)}
    for argv in checks:
        _check(argv, folder, environment, bench, extra)
    return ("uv sync --locked", *(" ".join(argv) for argv in checks))


def _check(
    argv: Sequence[str], folder: Path, environment: Path, bench: Bench, extra: Mapping[str, str]
) -> None:
    """Run one check; ``uv`` is the one that wrote the lockfile, not the first on PATH."""
    inside = environment / "bin" / argv[0]
    program = str(inside) if inside.exists() else argv[0]
    try:
        if argv[0] == "uv":
            bench.sandbox.uv(
                argv[1:], cwd=folder, timeout=bench.timeout, extra=extra, secrets=bench.secrets
            )
        else:
            bench.sandbox.run(
                [program, *argv[1:]],
                cwd=folder,
                timeout=bench.timeout,
                extra=extra,
                secrets=bench.secrets,
            )
    except ProcessFailed as error:
        ended = (
            f"did not end within {bench.timeout:g} s"
            if error.timed_out
            else f"ended with exit code {error.code}"
        )
        output = "\n".join(part.strip() for part in (error.stdout, error.stderr) if part.strip())
        raise LockFailed(
            f"On the new lockfile {' '.join(argv)!r} {ended}.\n{output}",
            next_step="Mend the consumer for this version, or narrow its range; "
            "consumer.checks in release.toml says what is run.",
        ) from error


# running uv -------------------------------------------------------------------------


def _uv(
    arguments: Sequence[str],
    folder: Path,
    wanted: Wanted,
    bench: Bench,
    extra: Mapping[str, str] | None = None,
) -> None:
    try:
        with bench.sandbox.netrc(wanted.index_url, bench.credentials) as credentials:
            bench.sandbox.uv(
                [*arguments, "--python", bench.python],
                cwd=folder,
                timeout=bench.timeout,
                extra={**credentials, **(extra or {})},
                secrets=bench.secrets,
            )
    except ProcessFailed as error:
        explain(error, arguments[0], wanted, bench.timeout)
