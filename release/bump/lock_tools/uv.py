"""uv.lock: read it, let uv write it anew with only the package moving, and prove it.

The consumer's own ``[tool.uv]`` and uv.toml apply; those of the user and of the machine
do not, since uv runs sealed.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NoReturn

from release.adapters.sandbox import index_credentials
from release.bump.lock_tools import has_release
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


# uv's failures ----------------------------------------------------------------------


def _credentials(bench: Bench) -> dict[str, str]:
    """Return the reader's credentials under every name that the consumer has for the index."""
    return {
        variable: value
        for name in bench.index_names
        for variable, value in index_credentials(name, bench.credentials).items()
    }


def _uv(
    arguments: Sequence[str],
    folder: Path,
    wanted: Wanted,
    bench: Bench,
    extra: Mapping[str, str] | None = None,
) -> None:
    try:
        bench.sandbox.uv(
            [*arguments, "--python", bench.python],
            cwd=folder,
            timeout=bench.timeout,
            extra={**_credentials(bench), **(extra or {})},
            secrets=bench.secrets,
        )
    except ProcessFailed as error:
        _explain(error, arguments[0], wanted, bench.timeout)


def _explain(error: ProcessFailed, verb: str, wanted: Wanted, timeout: float) -> NoReturn:
    """Raise uv's failure with its reason in one paragraph, and the step that mends it."""
    if error.timed_out:
        raise LockFailed(
            f"uv {verb} did not end within {timeout:g} s.",
            next_step="Raise bump.timeout, or look at whether the index answers.",
        ) from error
    reason = _reason(error.stderr)
    step = next(
        (step for pattern, step in _STEPS if re.search(pattern, reason)),
        "Run `uv {verb}` in the consumer to see more.",
    )
    raise LockFailed(
        f"uv {verb} failed: {reason}",
        next_step=step.format(
            verb=verb,
            name=wanted.release.name,
            release=wanted.release,
            index=wanted.index_name,
            url=wanted.index_url,
            specifier=wanted.specifier,
        ),
    ) from error


_STEPS: Final = (
    (
        r"Required uv version",
        (
            "The consumer pins uv by tool.uv.required-version, and the uv here is another: "
            "install that uv beside this tool, or widen the pin."
        ),
    ),
    (
        r"exclude-newer|is missing an upload date",
        (
            "The index tells no upload times, so the consumer's exclude-newer hides every file of "
            "{name}: add `exclude-newer-package = {{ {name} = false }}` to its [tool.uv]."
        ),
    ),
    (
        r"valid authentication credentials|401 Unauthorized|403 Forbidden",
        "The index {index} wants credentials to be read: set registry.read-token.",
    ),
    (
        r"Failed to fetch|error sending request|50\d |429 ",
        "Look at whether {url} answers from this machine, then run the bump again.",
    ),
    (
        r"not found in the package registry",
        "Look at whether {url} is the index that has {release}, owner included.",
    ),
    (
        r"No interpreter found|incompatible with the project's Python requirement",
        "Install a Python that the consumer's requires-python allows, or run the release with one.",
    ),
    (
        r"Distribution not found at|does not exist",
        (
            "The consumer still has a path dependency on a folder that is not in its repository: "
            "release that project too, and name the index for it."
        ),
    ),
    (
        r"needs to be updated",
        "Run `uv lock` in the consumer and look at what it changes.",
    ),
    (
        r"No solution found",
        (
            "Something else in the consumer excludes {release} (wanted: {specifier}): widen that "
            "requirement, or keep this consumer on its range."
        ),
    ),
)


def _reason(stderr: str) -> str:
    """Return uv's error as one paragraph: without progress, without its tree of causes."""
    lines = [line.strip() for line in stderr.splitlines()]
    progress = re.compile(r"(Using CPython|Using Python|Creating virtual|Resolved|warning:)")
    kept = [
        line.removeprefix("error:").removeprefix("cause:").removeprefix("hint:").strip()
        for line in lines
        if line and not progress.match(line)
    ]
    return " ".join(line if line.endswith((".", "!", "?", ":")) else f"{line}." for line in kept)
