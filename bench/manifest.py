"""How long it takes to rewrite a manifest of a thousand lines."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Final

from packaging.utils import canonicalize_name
from packaging.version import Version

from release.bump.manifests import pyproject
from release.model import Release, Wanted
from results import Goal, Measured, Result, Samples

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

LINES: Final = 1000
TURNS_PER_RUN: Final = 5


def measure(folder: Path, runs: int) -> Measured:
    """Measure the rewrite in this process, its modules loaded."""
    del folder
    text, wanted = manifest(), wanted_release()
    values = tuple(1000 * rewritten(text, wanted) for _ in range(runs * TURNS_PER_RUN))
    return Measured(
        results=(
            Result(
                name=f"rewrite: a pyproject of {LINES:,} lines",
                ours=Samples(values=values, unit="ms"),
                goal=Goal(bound=50, unit="ms"),
            ),
        )
    )


def rewritten(text: str, wanted: Wanted) -> float:
    """Rewrite once, make sure that it was done, and return the seconds that it took."""
    start = time.perf_counter()
    result = pyproject.rewrite(text, wanted, path="pyproject.toml")
    seconds = time.perf_counter() - start
    expected = ("issue-core>=0.2,<0.3", 'issue-core = { index = "coulomb" }', "explicit = true")
    missing = [part for part in expected if part not in result.text]
    if missing:
        raise ValueError(f"The rewritten manifest lacks {missing}.")
    return seconds


def wanted_release() -> Wanted:
    """Return what the bump asks for."""
    name = canonicalize_name("issue-core")
    return Wanted(
        release=Release(
            name=name,
            version=Version("0.2.0"),
            tag="v0.2.0",
            tag_object="1" * 40,
            commit="2" * 40,
            commit_time=1_767_323_046,
        ),
        specifier=">=0.2,<0.3",
        index_name="coulomb",
        index_url="https://gitea.example.org/api/packages/coulomb/pypi/simple",
        digests=(),
        internal=frozenset({name}),
    )


def manifest() -> str:
    """Return a large manifest: dependencies, groups, sources, and the tables of many tools.

    It names the package in nine requirements and one source.
    """
    lines = list(_project())
    lines += _tools(LINES - len(lines))
    return "\n".join(lines) + "\n"


def _project() -> Iterator[str]:
    yield from ("[project]", 'name = "large-consumer"', 'version = "1.0"', "dependencies = [")
    for number in range(150):
        yield f'    "library-{number}>={number}.1",  # needed by part {number}'
    yield from ('    "issue-core[extra]",  # the sibling', "]", "")
    yield "[project.optional-dependencies]"
    for number in range(40):
        ours = ', "issue-core"' if number % 10 == 0 else ""
        yield f'part-{number} = ["optional-{number}~={number}.2"{ours}]'
    yield from ("", "[dependency-groups]")
    for number in range(40):
        ours = "    'issue-core'," if number % 10 == 0 else "    # nothing of ours"
        yield from (f"group-{number} = [", f"    'test-tool-{number}>=1',", ours, "]")
    yield from ("", "[tool.uv.sources]")
    for number in range(40):
        yield f'library-{number} = {{ git = "https://git.example.org/library-{number}" }}'
    yield from ('issue-core = { path = "../issue-core", editable = true }', "")


def _tools(count: int) -> Iterator[str]:
    """Yield so many lines of settings."""
    for number in range(count // 8 + 1):
        lines = (
            f"# What tool {number} is told.",
            f"[tool.tool-{number}]",
            f'select = ["A", "B{number}", "C"]  # reasons stand beside it',
            f"line-length = {80 + number}",
            f'[tool.tool-{number}.per-file."src/**/part_{number}.py"]',
            f"ignore = ['D{number}', 'E{number}']",
            "strict = true",
            "",
        )
        yield from lines[: max(0, count - number * 8)]
