"""Where uv takes the package from: what its sources and the index's declaration need; pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from packaging.utils import canonicalize_name

from release.bump.manifests import refusals
from release.bump.manifests.operations import (
    AddField,
    AppendTable,
    RemoveField,
    ReplaceField,
    SetValue,
)
from release.bump.manifests.uv_project import INDEX, LOCAL_ONLY, SOURCES, dotted, sources_of
from release.formats.lock import is_same_index
from release.formats.toml_data import array_at, table_at
from release.formats.urls import shown, without_user

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from release.bump.manifests.decisions import Decision
    from release.bump.manifests.refusals import Note
    from release.bump.manifests.toml_spans import Path
    from release.bump.manifests.uv_project import Source
    from release.model import Wanted


def decide_sources(
    data: Mapping[str, Any], wanted: Wanted, sources: list[Source], decision: Decision
) -> None:
    """Let the package come from the wanted index, wherever it came from.

    An index of the consumer's own at the wanted URL is that index, and keeps its name.
    """
    indexes = _indexes(data, wanted)
    names = [entry["name"] for _, entry in indexes if "name" in entry]
    name = wanted.index_name if wanted.index_name in names or not names else names[0]
    if not sources:
        _add_source(name, wanted, decision)
    for source in sources:
        if source.is_local:
            _replace_source(source, name, decision)
        elif source.table["index"] not in (name, *names):
            _rename_index(source, name, decision)
    _decide_indexes(data, indexes, wanted, decision)


def _indexes(data: Mapping[str, Any], wanted: Wanted) -> list[tuple[Path, Mapping[str, Any]]]:
    """Return the consumer's entries of the wanted index, by its name or by its URL."""
    return [
        ((*INDEX, position), entry)
        for position, entry in enumerate(array_at(data, INDEX))
        if entry.get("name") == wanted.index_name or _is_at(entry.get("url"), wanted.index_url)
    ]


def _is_at(url: str | None, wanted: str) -> bool:
    """Tell whether a URL is the wanted one, whatever its user part and its final slash."""
    return url is not None and is_same_index(_bare(url), wanted)


def _bare(url: str) -> str:
    try:
        return without_user(url)
    except ValueError:
        return url


def _rename_index(source: Source, name: str, decision: Decision) -> None:
    decision.operations.append(SetValue(path=(*source.path, "index"), value=name))
    decision.reasons.append(
        f'{dotted(source.path)}: the index "{source.table["index"]}" became "{name}"'
    )


def _replace_source(source: Source, name: str, decision: Decision) -> None:
    gone = [key for key in source.table if key in LOCAL_ONLY]
    decision.operations.append(ReplaceField(path=(*source.path, gone[0]), key="index", value=name))
    decision.operations += [RemoveField(path=(*source.path, key)) for key in gone[1:]]
    decision.reasons.append(f'{dotted(source.path)}: {source.shown()} became the index "{name}"')


def _add_source(name: str, wanted: Wanted, decision: Decision) -> None:
    package = str(wanted.release.name)
    decision.operations.append(AddField(path=SOURCES, key=package, value={"index": name}))
    decision.reasons.append(
        f'{dotted((*SOURCES, package))}: added, since the explicit index "{name}"'
        " serves only what names it"
    )


def _decide_indexes(
    data: Mapping[str, Any],
    indexes: list[tuple[Path, Mapping[str, Any]]],
    wanted: Wanted,
    decision: Decision,
) -> None:
    """Declare the index, by name and URL, and explicit; two of one name are refused."""
    same = [path for path, entry in indexes if entry.get("name") == wanted.index_name]
    if not indexes:
        _declare_index(wanted, decision)
    elif len(same) > 1:
        decision.refusals.append(refusals.declared_twice(same[1], wanted))
    else:
        for path, entry in indexes:
            _mend_index(data, path, entry, wanted, decision)


def _declare_index(wanted: Wanted, decision: Decision) -> None:
    table: dict[str, str | bool] = {
        "name": wanted.index_name,
        "url": wanted.index_url,
        "explicit": True,
    }
    decision.operations.append(AppendTable(path=INDEX, table=table))
    decision.reasons.append(
        f'{dotted(INDEX)}: declared "{wanted.index_name}" at {wanted.index_url}, explicit'
    )


def _mend_index(
    data: Mapping[str, Any],
    path: Path,
    entry: Mapping[str, Any],
    wanted: Wanted,
    decision: Decision,
) -> None:
    """Give one entry the URL and ``explicit``, or refuse it."""
    url, name = entry.get("url"), entry.get("name")
    if url is None:
        decision.refusals.append(refusals.index_without_url(path, wanted))
    elif name is None:
        decision.refusals.append(refusals.index_without_name(path, wanted))
    elif entry.get("default") is True and entry.get("explicit") is not True:
        decision.refusals.append(refusals.is_default(path, name))
    else:
        if not is_same_index(url, wanted.index_url):
            _move_index(data, path, entry, wanted, decision)
        if entry.get("explicit") is not True:
            _make_explicit(path, entry, decision)


def _move_index(
    data: Mapping[str, Any],
    path: Path,
    entry: Mapping[str, Any],
    wanted: Wanted,
    decision: Decision,
) -> None:
    """Change the URL, unless another package would move with it."""
    url, name = entry["url"], entry["name"]
    if not _is_at(url, wanted.index_url):
        decision.refusals += _sharing(data, url, wanted)
    decision.operations.append(SetValue(path=(*path, "url"), value=wanted.index_url))
    decision.reasons.append(
        f'{dotted(path)}: the URL of "{name}" was {shown(url)}, is {wanted.index_url}'
        + _told_credential(url)
    )


def _sharing(data: Mapping[str, Any], url: str, wanted: Wanted) -> Iterator[Note]:
    """Yield the sources of other packages, not internal ones, that name the index."""
    for key in table_at(data, SOURCES):
        package = canonicalize_name(key)
        if package in wanted.internal | {wanted.release.name}:
            continue
        for source in sources_of(data, package):
            if source.table.get("index") == wanted.index_name:
                yield refusals.index_is_shared(source, package, url, wanted)


def _make_explicit(path: Path, entry: Mapping[str, Any], decision: Decision) -> None:
    decision.operations.append(
        SetValue(path=(*path, "explicit"), value=True)
        if "explicit" in entry
        else AddField(path=path, key="explicit", value=True)
    )
    decision.reasons.append(
        f'{dotted(path)}: "{entry["name"]}" became explicit; it serves only what names it in'
        " tool.uv.sources"
    )


def _told_credential(url: str) -> str:
    if url == _bare(url):
        return ""
    return "; its user part is gone, since a manifest holds no credential"
