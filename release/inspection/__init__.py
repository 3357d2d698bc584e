"""Artifacts → findings: what must not be published is found before the first request."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING

from release.errors import ConfigurationError, InspectionRefused
from release.inspection.codes import CODES

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from packaging.utils import NormalizedName

    from release import config
    from release.inspection.artifact import Asked
    from release.model import Built, Checkout, Finding

__all__ = ["CODES", "inspect", "refuse"]


def inspect(
    built: Built,
    checkout: Checkout,
    *,
    config: config.Inspect,
    internal: frozenset[NormalizedName],
    tracked: frozenset[str] | None,
) -> tuple[Finding, ...]:
    """Return everything about the artifacts that must not be published, sorted by place.

    Args:
        built: The artifacts.
        checkout: The sources that they were built from; its pyproject.toml is read.
        config: What may pass.
        internal: Names that come from the registry only.
        tracked: The files of the commit, relative to the checkout's folder (``git
            ls-files``); None leaves out what needs them.

    Raises:
        ConfigurationError: ``inspect.ignore`` names a code that does not exist.
    """
    _check_ignored(config.ignore)
    from release.inspection.artifact import Asked
    from release.inspection.project import understand

    manifest = checkout.folder / "pyproject.toml"
    text = manifest.read_text("utf-8", "replace") if manifest.is_file() else ""
    asked = Asked(
        release=built.release,
        project=understand(text, tracked),
        config=config,
        internal=internal,
    )
    found = _findings(built, asked)
    kept = {finding for finding in found if finding.code not in config.ignore}
    return tuple(sorted(kept, key=lambda one: (one.place, one.code, one.message)))


def refuse(findings: Sequence[Finding]) -> None:
    """Raise when there is anything to refuse.

    Raises:
        InspectionRefused: With all findings.
    """
    if not findings:
        return
    number = "1 finding" if len(findings) == 1 else f"{len(findings)} findings"
    raise InspectionRefused(
        f"Inspection refuses what was built: {number}, wanted none.",
        next_step="Mend each in the sources and tag the next version, or let its code pass with "
        "inspect.ignore in release.toml.",
        findings=findings,
    )


def _check_ignored(ignored: Iterable[str]) -> None:
    for code in ignored:
        if code not in CODES:
            near = difflib.get_close_matches(code, CODES, n=1)
            raise ConfigurationError(
                f"inspect.ignore has {code!r}, which is no code of a finding.",
                next_step=f"Did you mean {near[0]!r}?"
                if near
                else f"Known here: {', '.join(CODES)}.",
            )


def _findings(built: Built, asked: Asked) -> Iterator[Finding]:
    from release.inspection.artifact import inspect_artifact
    from release.inspection.requirements import compare

    inspected = [inspect_artifact(artifact, asked) for artifact in built.artifacts]
    for one in inspected:
        yield from one.findings
    described = {one.kind: (one.metadata, one.place) for one in inspected if one.metadata}
    if "wheel" in described and "sdist" in described:
        yield from compare(described["wheel"], described["sdist"])
