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
from release.bump.manifests.shapes import wrong_types
from release.bump.manifests.source_decisions import decide_sources
from release.bump.manifests.uv_project import WORKSPACE, dotted, requirements, sources_of
from release.bump.range_changes import range_change
from release.bump.ranges import admits, is_above
from release.formats.toml_data import table_at, text_at
from release.formats.urls import shown

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

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


def decide(
    data: dict[str, Any], wanted: Wanted, inherited: tuple[str, Source] | None = None
) -> Decision:
    """Decide what the manifest needs; nothing where the present range and index are right.

    ``inherited`` is the local source that the root of its workspace has, and that root.
    """
    decision = Decision()
    package = wanted.release.name
    places = [place for place in requirements(data) if named(place.text) == package]
    sources = list(sources_of(data, package))
    decision.refusals += [*wrong_types(data, wanted), *refusals.of_sources(sources, wanted)]
    if named(text_at(data, ("project", "name")) or "") == package:
        decision.refusals.append(refusals.is_the_package(wanted))
    elif not places and not sources:
        decision.refusals.append(refusals.no_dependency(wanted))
    elif places and all(place.is_for_builds for place in places):
        decision.refusals.append(refusals.builds_only(places[0], wanted))
    elif inherited and not sources:
        root, source = inherited
        decision.refusals.append(refusals.inherited_source(places[0], source, root, wanted))
    if decision.refusals:
        return decision
    decide_sources(data, wanted, sources, decision)
    for place in places:
        _decide_requirement(place, wanted, sources, decision)
    if decision.operations:
        _note_untouched(places, wanted, decision)
        decision.notes += _told_members(data, places, wanted)
    return decision


# requirements -----------------------------------------------------------------------


def _decide_requirement(
    place: Place, wanted: Wanted, sources: list[Source], decision: Decision
) -> None:
    """Give the range to what had none, had a direct URL, or excludes the release.

    A range that admits the release is the consumer's own word, also where the sibling came
    by its path, and stays.
    """
    requirement, text = parsed(place.text), with_range(place.text, wanted.specifier)
    if requirement is None or text is None:
        decision.refusals.append(refusals.unreadable_requirement(place, wanted))
        return
    if is_above(requirement.specifier, wanted.release.version):
        above = specifier_of(place.text) or ""
        decision.refusals.append(refusals.range_above(place, above, wanted))
        return
    was_local = requirement.url is not None or any(
        source.is_local and source.covers(place.scope) for source in sources
    )
    is_missing = was_local and not str(requirement.specifier)
    is_right = not is_missing and admits(requirement.specifier, wanted.release.version)
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


def _told_members(data: Mapping[str, Any], places: list[Place], wanted: Wanted) -> Iterator[Note]:
    """Tell of a workspace's root that has the source alone: its members have the ranges."""
    name = wanted.release.name
    if not places and table_at(data, WORKSPACE):
        yield Note(
            code="members-range",
            path=WORKSPACE,
            message=f"The members of this workspace need {name}, and their ranges stay.",
            next_step=f"Set {name}{wanted.specifier} in the members by hand where a range is"
            " missing.",
        )


def _shown(text: str) -> str:
    name, separator, url = text.partition("@")
    return repr(f"{name}{separator} {shown(url.strip())}") if separator else repr(text)
