"""A failure of uv in a consumer → its reason in one paragraph, and the step that mends it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NoReturn

from release.errors import LockFailed

if TYPE_CHECKING:
    from release.errors import ProcessFailed
    from release.model import Wanted

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


def explain(error: ProcessFailed, verb: str, wanted: Wanted, timeout: float) -> NoReturn:
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
