"""What a bump does to a uv-managed project: from the data of its manifest alone, and pure.

Looks at every list of requirements that uv reads, at ``tool.uv.sources`` and at
``tool.uv.index``; decides a list of operations, and says why.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from release.bump.manifests import refusals
from release.bump.manifests.operations import (
    AddField,
    AppendTable,
    RemoveField,
    ReplaceField,
    SetValue,
)
from release.bump.manifests.refusals import Note
from release.bump.manifests.requirements import named, parsed, with_range
from release.bump.manifests.uv_project import (
    INDEX,
    LOCAL_ONLY,
    SOURCES,
    array_at,
    dotted,
    requirements,
    sources_of,
    without_user,
)
from release.bump.ranges import admits, range_change

if TYPE_CHECKING:
    from collections.abc import Mapping

    from release.bump.manifests.operations import Operation
    from release.bump.manifests.toml_spans import Path
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
    if not places and not sources:
        decision.refusals.append(refusals.no_dependency(wanted))
    if decision.refusals:
        return decision
    _decide_sources(data, wanted, places, sources, decision)
    for place in places:
        _decide_requirement(place, wanted, sources, decision)
    if decision.operations:
        _note_untouched(places, wanted, decision)
    return decision


# sources and index ------------------------------------------------------------------


def _decide_sources(
    data: Mapping[str, Any],
    wanted: Wanted,
    places: list[Place],
    sources: list[Source],
    decision: Decision,
) -> None:
    """Let the package come from the wanted index, wherever it came from."""
    urls = _index_urls(data)
    is_used = not sources
    for source in sources:
        name = source.table.get("index")
        if source.is_local:
            _replace_source(source, wanted, decision)
        elif name != wanted.index_name and urls.get(name) != wanted.index_url:
            decision.operations.append(
                SetValue(path=(*source.path, "index"), value=wanted.index_name)
            )
            decision.reasons.append(
                f'{dotted(source.path)}: the index "{name}" became "{wanted.index_name}"'
            )
        is_used = is_used or source.is_local or urls.get(name) != wanted.index_url
        is_used = is_used or name == wanted.index_name
    if sources:
        _note_unserved(places, sources, wanted, decision)
    else:
        _add_source(wanted, decision)
    if is_used:
        _decide_index(data, wanted, decision)


def _replace_source(source: Source, wanted: Wanted, decision: Decision) -> None:
    gone = [key for key in source.table if key in LOCAL_ONLY]
    decision.operations.append(
        ReplaceField(path=(*source.path, gone[0]), key="index", value=wanted.index_name)
    )
    decision.operations += [RemoveField(path=(*source.path, key)) for key in gone[1:]]
    decision.reasons.append(
        f'{dotted(source.path)}: {source.shown()} became the index "{wanted.index_name}"'
    )


def _add_source(wanted: Wanted, decision: Decision) -> None:
    name = str(wanted.release.name)
    decision.operations.append(
        AddField(table=SOURCES, key=name, value={"index": wanted.index_name})
    )
    decision.reasons.append(
        f'{dotted((*SOURCES, name))}: added, since the explicit index "{wanted.index_name}"'
        " serves only what names it"
    )


def _note_unserved(
    places: list[Place], sources: list[Source], wanted: Wanted, decision: Decision
) -> None:
    """Tell where every source is for an extra or a group that does not name the package.

    One that is named is enough: uv then takes the package from there everywhere.
    """
    if any(source.covers(place.scope) for source in sources for place in places):
        return
    decision.notes += [
        Note(
            code="no-source",
            path=place.path,
            message=f"No entry of tool.uv.sources serves {place.text!r} here.",
            next_step=f'Add one with index = "{wanted.index_name}", or it comes from the default'
            " index.",
        )
        for place in places
    ]


def _decide_index(data: Mapping[str, Any], wanted: Wanted, decision: Decision) -> None:
    """Declare the index once, by name and URL, and explicit."""
    entries = [
        ((*INDEX, position), entry)
        for position, entry in enumerate(array_at(data, INDEX) or ())
        if isinstance(entry, dict) and entry.get("name") == wanted.index_name
    ]
    if not entries:
        table: dict[str, str | bool] = {
            "name": wanted.index_name,
            "url": wanted.index_url,
            "explicit": True,
        }
        decision.operations.append(AppendTable(array=INDEX, table=table))
        decision.reasons.append(
            f'{dotted(INDEX)}: declared "{wanted.index_name}" at {wanted.index_url}, explicit'
        )
    elif len(entries) > 1:
        decision.refusals.append(refusals.declared_twice(entries[1][0], wanted))
    else:
        _mend_index(*entries[0], wanted, decision)


def _mend_index(path: Path, entry: Mapping[str, Any], wanted: Wanted, decision: Decision) -> None:
    url = entry.get("url")
    if url is None:
        decision.refusals.append(refusals.index_without_url(path, wanted))
        return
    if url != wanted.index_url:
        decision.operations.append(SetValue(path=(*path, "url"), value=wanted.index_url))
        decision.reasons.append(
            f'{dotted(path)}: the URL of "{wanted.index_name}" was {without_user(str(url))},'
            f" is {wanted.index_url}" + _told_credential(str(url))
        )
    if entry.get("default") is True:
        decision.notes.append(refusals.is_default(path, wanted))
    elif entry.get("explicit") is not True:
        decision.operations.append(
            SetValue(path=(*path, "explicit"), value=True)
            if "explicit" in entry
            else AddField(table=path, key="explicit", value=True)
        )
        decision.reasons.append(
            f'{dotted(path)}: "{wanted.index_name}" became explicit; it serves only what names'
            " it in tool.uv.sources"
        )


def _index_urls(data: Mapping[str, Any]) -> dict[object, object]:
    return {
        entry.get("name"): entry.get("url")
        for entry in array_at(data, INDEX) or ()
        if isinstance(entry, dict)
    }


# requirements -----------------------------------------------------------------------


def _decide_requirement(
    place: Place, wanted: Wanted, sources: list[Source], decision: Decision
) -> None:
    """Give the range to what had none, had a direct source, or excludes the release."""
    requirement = parsed(place.text)
    if requirement is None:
        decision.refusals.append(refusals.unreadable_requirement(place, wanted))
        return
    was_local = requirement.url is not None or any(
        source.is_local and source.covers(place.scope) for source in sources
    )
    if not was_local and admits(requirement.specifier, wanted.release.version):
        return
    text = with_range(place.text, wanted.specifier)
    if text is None:
        decision.refusals.append(refusals.unreadable_requirement(place, wanted))
        return
    if text == place.text:
        return
    before = str(requirement.specifier) or None
    change = range_change(before, wanted.specifier)
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
    return repr(f"{name}{separator} {without_user(url.strip())}") if separator else repr(text)


def _told_credential(url: str) -> str:
    if url == without_user(url):
        return ""
    return "; its user part is gone, since a manifest holds no credential"
