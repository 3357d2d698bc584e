"""Where a manifest's data is not of the type that uv reads; pure.

Nothing is added to such a table, and no later step has to ask for the types again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from packaging.utils import canonicalize_name

from release.bump.manifests.refusals import Note, by_hand
from release.bump.manifests.uv_project import (
    EXTRA_BUILD,
    INDEX,
    SOURCES,
    WORKSPACE,
    dotted,
    requirement_lists,
)
from release.formats.toml_data import array_at, table_at

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from release.bump.manifests.toml_spans import Path
    from release.model import Wanted

_NAMES: Final[dict[type, str]] = {dict: "a table", list: "an array", str: "a text"}
_KINDS: Final[tuple[tuple[Path, type], ...]] = (
    (SOURCES[:1], dict),
    (SOURCES[:2], dict),
    (SOURCES, dict),
    (INDEX, list),
    (WORKSPACE, dict),
    ((*WORKSPACE, "members"), list),
    (EXTRA_BUILD, dict),
    (("build-system",), dict),
    (("project",), dict),
    (("project", "name"), str),
    (("project", "requires-python"), str),
    (("project", "optional-dependencies"), dict),
    (("dependency-groups",), dict),
)


def wrong_types(data: Mapping[str, Any], wanted: Wanted) -> Iterator[Note]:
    """Tell of each place that has another type than uv reads there."""
    for path, kind in _meant(data, wanted):
        found = _at(data, path)
        if found is not None and not isinstance(found, kind):
            yield Note(
                code="wrong-type",
                path=path,
                message=f"{dotted(path)} is {type(found).__name__}, and uv reads"
                f" {'an array of tables' if path == INDEX else _NAMES[kind]}.",
                next_step=by_hand(wanted),
            )


def _meant(data: Mapping[str, Any], wanted: Wanted) -> Iterator[tuple[Path, type]]:
    """Yield the places that a bump or its guard reads, each with its type."""
    yield from _KINDS
    for path, _ in requirement_lists(data):
        yield path, list
        if path[0] == "project":
            yield from (((*path, at), str) for at, _ in enumerate(array_at(data, path)))
    for position, _ in enumerate(array_at(data, INDEX)):
        yield (*INDEX, position), dict
        yield from (((*INDEX, position, key), str) for key in ("name", "url"))
    for key, value in table_at(data, SOURCES).items():
        if canonicalize_name(key) == wanted.release.name:
            continue  # its sources have sentences of their own
        if isinstance(value, list):
            yield from (((*SOURCES, key, at), dict) for at, _ in enumerate(value))
        else:
            yield (*SOURCES, key), dict


def _at(data: Any, path: Path) -> Any:  # noqa: ANN401 - TOML data of any shape
    """Return what stands at a path; None where nothing does, or what is around it is wrong."""
    for part in path:
        if isinstance(data, dict):
            data = data.get(part)
        else:
            data = data[part] if isinstance(data, list) and isinstance(part, int) else None
    return data
