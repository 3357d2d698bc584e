"""Where uv takes the package from: what its sources and the index's declaration need; pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from release.bump.manifests import refusals
from release.bump.manifests.operations import (
    AddField,
    AppendTable,
    RemoveField,
    ReplaceField,
    SetValue,
)
from release.bump.manifests.uv_project import INDEX, LOCAL_ONLY, SOURCES, dotted
from release.formats.toml_data import array_at
from release.formats.urls import shown, without_user

if TYPE_CHECKING:
    from collections.abc import Mapping

    from release.bump.manifests.decisions import Decision
    from release.bump.manifests.toml_spans import Path
    from release.bump.manifests.uv_project import Source
    from release.model import Wanted


def decide_sources(
    data: Mapping[str, Any], wanted: Wanted, sources: list[Source], decision: Decision
) -> None:
    """Let the package come from the wanted index, wherever it came from."""
    if not sources:
        _add_source(wanted, decision)
    own_names = _own_names(data, wanted)
    for source in sources:
        name = source.table.get("index")
        if source.is_local:
            _replace_source(source, wanted, decision)
        elif name != wanted.index_name and name not in own_names:
            _rename_index(source, wanted, decision)
    if not sources or any(source.table.get("index") not in own_names for source in sources):
        _decide_index(data, wanted, decision)


def _own_names(data: Mapping[str, Any], wanted: Wanted) -> set[object]:
    """Return the names that the consumer gave to the wanted index, besides its right one."""
    return {
        entry.get("name")
        for entry in array_at(data, INDEX)
        if isinstance(entry, dict) and entry.get("url") == wanted.index_url
    } - {wanted.index_name, None}


def _rename_index(source: Source, wanted: Wanted, decision: Decision) -> None:
    decision.operations.append(SetValue(path=(*source.path, "index"), value=wanted.index_name))
    decision.reasons.append(
        f'{dotted(source.path)}: the index "{source.table["index"]}" became "{wanted.index_name}"'
    )


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
    decision.operations.append(AddField(path=SOURCES, key=name, value={"index": wanted.index_name}))
    decision.reasons.append(
        f'{dotted((*SOURCES, name))}: added, since the explicit index "{wanted.index_name}"'
        " serves only what names it"
    )


def _decide_index(data: Mapping[str, Any], wanted: Wanted, decision: Decision) -> None:
    """Declare the index once, by name and URL, and explicit."""
    entries = [
        ((*INDEX, position), entry)
        for position, entry in enumerate(array_at(data, INDEX))
        if isinstance(entry, dict) and entry.get("name") == wanted.index_name
    ]
    if not entries:
        table: dict[str, str | bool] = {
            "name": wanted.index_name,
            "url": wanted.index_url,
            "explicit": True,
        }
        decision.operations.append(AppendTable(path=INDEX, table=table))
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
            f'{dotted(path)}: the URL of "{wanted.index_name}" was {shown(str(url))},'
            f" is {wanted.index_url}" + _told_credential(str(url))
        )
    if entry.get("default") is True:
        decision.notes.append(refusals.is_default(path, wanted))
    elif entry.get("explicit") is not True:
        decision.operations.append(
            SetValue(path=(*path, "explicit"), value=True)
            if "explicit" in entry
            else AddField(path=path, key="explicit", value=True)
        )
        decision.reasons.append(
            f'{dotted(path)}: "{wanted.index_name}" became explicit; it serves only what names'
            " it in tool.uv.sources"
        )


def _told_credential(url: str) -> str:
    if url == without_user(url):
        return ""
    return "; its user part is gone, since a manifest holds no credential"
