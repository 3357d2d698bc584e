"""How quick `release --help` is, against a Python that does nothing."""

from __future__ import annotations

import sys
from pathlib import Path

from commands import clean_environment, timed
from results import Baseline, Goal, Measured, Result, Samples

TURNS_PER_RUN = 5


def measure(folder: Path, runs: int) -> Measured:
    """Measure both ways to ask for help and the empty program in turn."""
    environment = clean_environment({})
    ways = {
        "release --help": (str(Path(sys.executable).with_name("release")), "--help"),
        "python -m release --help": (sys.executable, "-m", "release", "--help"),
        "python -c pass": (sys.executable, "-c", "pass"),
    }
    told: dict[str, list[float]] = {name: [] for name in ways}
    for argv in ways.values():  # compiles the modules once
        timed(argv, cwd=folder, env=environment)
    for _ in range(runs * TURNS_PER_RUN):
        for name, argv in ways.items():
            told[name].append(1000 * timed(argv, cwd=folder, env=environment))
    samples = {name: Samples(values=tuple(values), unit="ms") for name, values in told.items()}
    empty = Baseline(name="python -c pass", samples=samples.pop("python -c pass"))
    return Measured(
        results=tuple(
            Result(name=f"help: {name}", ours=ours, baseline=empty, goal=Goal(bound=4))
            for name, ours in samples.items()
        )
    )
