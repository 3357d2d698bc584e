"""What a bump does to a uv-managed project: from the data of its manifest alone, and pure.

Looks at every list of requirements that uv reads, at ``tool.uv.sources`` and at
``tool.uv.index``; decides a list of operations, and says why.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from release.bump.manifests import refusals
from release.bump.manifests.operations import SetValue
from release.bump.manifests.refusals import Note
from release.bump.manifests.requirements import named, parsed, specifier_of, with_range
from release.bump.manifests.source_decisions import decide_sources
from release.bump.manifests.uv_project import dotted, requirements, sources_of
from release.bump.range_changes import range_change
from release.bump.ranges import admits
from release.formats.toml_data import text_at
from release.formats.urls import shown

if TYPE_CHECKING:
    from release.bump.manifests.operations import Operation
    from release.bump.manifests.uv_project import Place, Source
    from release.model import RangeChange, Wanted


@dataclass(kw_only=True, slots=True)
class Decision:
    """What to do, why, what to tell; with any refusal nothing is done."""

    operations: list[Operation] = field(default_factory=list)
    reasons: list[str] = field(default_factory=list)
    ranges: list[RangeChange] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)
    refusals: list[Note] = field(default_factory=list)


def decide(data: dict[str, Any], wanted: Wanted) -> Decision:
    """Decide what the manifest needs; nothing where the present range and index are right."""
    decision = Decision()
    package = wanted.release.name
    places = [place for place in requirements(data) if named(place.text) == package]
    sources = list(sources_of(data, package))
    decision.refusals += refusals.of_shapes(data, sources, wanted)
    if named(text_at(data, ("project", "name")) or "") == package:
        decision.refusals.append(refusals.is_the_package(wanted))
    elif not places and not sources:
        decision.refusals.append(refusals.no_dependency(wanted))
    if decision.refusals:
        return decision
    decide_sources(data, wanted, sources, decision)
    for place in places:
        _decide_requirement(place, wanted, sources, decision)
    if decision.operations:
        _note_untouched(places, wanted, decision)
    return decision


# requirements -----------------------------------------------------------------------


def _decide_requirement(
    place: Place, wanted: Wanted, sources: list[Source], decision: Decision
) -> None:
    """Give the range to what had none, had a direct source, or excludes the release."""
    requirement, text = parsed(place.text), with_range(place.text, wanted.specifier)
    if requirement is None or text is None:
        decision.refusals.append(refusals.unreadable_requirement(place, wanted))
        return
    was_local = requirement.url is not None or any(
        source.is_local and source.covers(place.scope) for source in sources
    )
    is_right = not was_local and admits(requirement.specifier, wanted.release.version)
    if is_right or text == place.text:
        return
    change = range_change(specifier_of(place.text), wanted.specifier)
    decision.operations.append(SetValue(path=place.path, value=text))
    decision.ranges.append(change)
    decision.reasons.append(
        f"{dotted(place.path)}: {_shown(place.text)} became {text!r}"
        + (", a breaking step" if change.breaking else "")
    )


def _note_untouched(places: list[Place], wanted: Wanted, decision: Decision) -> None:
    """Tell of places that keep a range of their own while others changed."""
    changed = {
        operation.path for operation in decision.operations if isinstance(operation, SetValue)
    }
    for place in places:
        requirement = parsed(place.text)
        if place.path in changed or requirement is None or requirement.url is not None:
            continue
        if str(requirement.specifier) and with_range(place.text, wanted.specifier) != place.text:
            decision.notes.append(
                Note(
                    code="other-range",
                    path=place.path,
                    message=f"{place.text!r} admits {wanted.release.version} and stays.",
                    next_step=f"Set it to {wanted.specifier} by hand if it should agree.",
                )
            )


def _shown(text: str) -> str:
    name, separator, url = text.partition("@")
    return repr(f"{name}{separator} {shown(url.strip())}") if separator else repr(text)
