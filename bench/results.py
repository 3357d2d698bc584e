"""What a measurement gives: samples, the goal that they are held to, and the verdict."""

from __future__ import annotations

from dataclasses import dataclass
from statistics import median
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from collections.abc import Iterable

Unit = Literal["s", "ms", "MB"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Samples:
    """The values of one thing that was measured again and again, in one unit."""

    values: tuple[float, ...]
    unit: Unit

    @property
    def median(self) -> float:
        """The value that is compared."""
        return median(self.values)

    def __str__(self) -> str:
        """``3.21 s (3.05-3.90, n=5)``: the spread is never hidden."""
        digits = 2 if self.unit == "s" else 1
        low, high = min(self.values), max(self.values)
        return (
            f"{self.median:.{digits}f} {self.unit} "
            f"({low:.{digits}f}-{high:.{digits}f}, n={len(self.values)})"
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class Baseline:
    """What ours is compared with."""

    name: str
    samples: Samples


@dataclass(frozen=True, kw_only=True, slots=True)
class Goal:
    """The bound that decides: a ratio where ``unit`` is None, else a value of that unit.

    ``at_least``: baseline / ours must reach the bound. Otherwise ours / baseline, or ours
    alone, must not exceed it.
    """

    bound: float
    unit: Unit | None = None
    at_least: bool = False

    def __str__(self) -> str:
        """``≥ 3.5`` or ``≤ 50 ms``."""
        sign = "≥" if self.at_least else "≤"
        return f"{sign} {self.bound:g}{f' {self.unit}' if self.unit else ''}"


@dataclass(frozen=True, kw_only=True, slots=True)
class Result:
    """One line of the table."""

    name: str
    ours: Samples
    goal: Goal
    baseline: Baseline | None = None

    @property
    def ratio(self) -> float | None:
        """The ratio of the medians, in the direction of the goal."""
        if self.baseline is None:
            return None
        ours, other = self.ours.median, self.baseline.samples.median
        return other / ours if self.goal.at_least else ours / other

    @property
    def is_met(self) -> bool:
        """Whether the goal is reached."""
        reached = self.ours.median if self.ratio is None else self.ratio
        return reached >= self.goal.bound if self.goal.at_least else reached <= self.goal.bound


@dataclass(frozen=True, kw_only=True, slots=True)
class Breakdown:
    """Where the time goes: for each contestant, its stages with the median of their seconds."""

    title: str
    contestants: dict[str, dict[str, float]]

    @property
    def stages(self) -> tuple[str, ...]:
        """Every stage that a contestant has, in the order of the first one."""
        return tuple(dict.fromkeys(stage for one in self.contestants.values() for stage in one))


@dataclass(frozen=True, kw_only=True, slots=True)
class Measured:
    """What one benchmark gives."""

    results: tuple[Result, ...]
    breakdown: Breakdown | None = None


def medians(runs: Iterable[dict[str, float]]) -> dict[str, float]:
    """Return the median of each stage over several runs that have the same stages."""
    told = list(runs)
    return {stage: median(run[stage] for run in told) for stage in told[0]}


def as_json(measured: Iterable[Measured], *, machine: dict[str, Any]) -> dict[str, Any]:
    """Return everything that was measured, for machines."""
    kept = list(measured)
    return {
        "machine": machine,
        "results": [_result_as_json(result) for one in kept for result in one.results],
        "breakdowns": {
            one.breakdown.title: one.breakdown.contestants for one in kept if one.breakdown
        },
    }


def _result_as_json(result: Result) -> dict[str, Any]:
    baseline = result.baseline
    return {
        "name": result.name,
        "ours": _samples_as_json(result.ours),
        "against": baseline.name if baseline else None,
        "baseline": _samples_as_json(baseline.samples) if baseline else None,
        "ratio": result.ratio,
        "goal": str(result.goal),
        "met": result.is_met,
    }


def _samples_as_json(samples: Samples) -> dict[str, Any]:
    return {"unit": samples.unit, "median": samples.median, "values": list(samples.values)}
