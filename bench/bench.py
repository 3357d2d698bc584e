"""Speed, as ratios against the tools that we call, in one run: `nox -s bench`.

Ratios of medians are what is compared, since they say the same on every machine; times are
shown with their spread. The exit code is 1 where a goal is missed, and 2 where something
that is measured did not work.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import sys
import tempfile
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from rich.console import Console
from rich.table import Table

import help_start
import long_page
import manifest
import memory
import whole_release
from commands import CommandFailed
from results import as_json

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from results import Breakdown, Measured, Result

BENCHMARKS: Final[Mapping[str, Callable[[Path, int], Measured]]] = {
    "release": whole_release.measure,
    "help": help_start.measure,
    "rewrite": manifest.measure,
    "page": long_page.measure,
    "memory": memory.measure,
}
TOOLS: Final = ("tag-to-lock", "uv", "build", "twine")


def main(argv: Sequence[str] | None = None) -> int:
    """Measure what was asked for, print it, and return the exit code."""
    arguments = _arguments(argv)
    progress = Console(stderr=True)
    measured, told = [], machine()
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        for name in arguments.only or BENCHMARKS:
            progress.print(f"measuring {name} …", highlight=False)
            try:
                measured.append(BENCHMARKS[name](Path(folder), arguments.runs))
            except CommandFailed as error:
                progress.print(f"{name}: {error}", style="red", highlight=False, markup=False)
                return 2
    show(measured, told)
    if arguments.json:
        text = json.dumps(as_json(measured, machine=told), indent=2, ensure_ascii=False)
        arguments.json.write_text(f"{text}\n", "utf-8")
    return 0 if all(result.is_met for one in measured for result in one.results) else 1


def _arguments(argv: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="bench", description=__doc__)
    parser.add_argument(
        "--runs",
        type=_positive,
        default=5,
        metavar="N",
        help="how often a release is measured (the script every second time); default: 5",
    )
    parser.add_argument(
        "--only",
        action="append",
        choices=tuple(BENCHMARKS),
        help="measure this one only; repeatable",
    )
    parser.add_argument("--json", type=Path, metavar="FILE", help="write every value to FILE")
    return parser.parse_args(argv)


def _positive(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number of runs, 1 or more")
    return int(text)


def machine() -> dict[str, Any]:
    """Return on what it is measured, and how busy that is before."""
    return {
        "python": platform.python_version(),
        "system": platform.platform(),
        "cpus": os.cpu_count(),
        "load before": os.getloadavg()[0],
        "tools": {name: version(name) for name in TOOLS},
    }


# showing --------------------------------------------------------------------------------


def show(measured: Sequence[Measured], told: Mapping[str, Any]) -> None:
    """Print one table of everything, then where the time goes."""
    console = Console(width=None if sys.stdout.isatty() else 160)
    tools = ", ".join(f"{name} {number}" for name, number in told["tools"].items())
    load, cpus = told["load before"], told["cpus"]
    console.print(
        f"Python {told['python']}, {cpus} CPUs, load before {load:.2f}; {tools}", highlight=False
    )
    if load > cpus / 2:
        console.print(
            "The machine was busy before this began, which costs most what does two things at "
            "once: measure again when it is quiet.",
            style="yellow",
        )
    console.print(_table([result for one in measured for result in one.results]))
    for one in measured:
        if one.breakdown:
            console.print(_breakdown(one.breakdown))


def _table(results: Sequence[Result]) -> Table:
    table = Table(title="medians (min-max)")
    for column in ("what", "ours", "against", "baseline", "ratio", "goal", "verdict"):
        table.add_column(column, justify="right" if column in {"ratio", "goal"} else "left")
    for result in results:
        baseline = result.baseline
        table.add_row(
            result.name,
            str(result.ours),
            baseline.name if baseline else "-",
            str(baseline.samples) if baseline else "-",
            "-" if result.ratio is None else f"{result.ratio:.3f}",
            str(result.goal),
            "[green]reached[/]" if result.is_met else "[bold red]MISSED[/]",
        )
    return table


def _breakdown(breakdown: Breakdown) -> Table:
    table = Table(title=breakdown.title)
    table.add_column("stage")
    for name in breakdown.contestants:
        table.add_column(name, justify="right")
    for stage in breakdown.stages:
        seconds = (one.get(stage) for one in breakdown.contestants.values())
        table.add_row(stage, *("-" if each is None else f"{each:.2f}" for each in seconds))
    return table


if __name__ == "__main__":
    sys.exit(main())
