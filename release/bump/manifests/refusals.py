"""The sentences that a manifest's edit may end with, and the edit to make by hand."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from release.bump.manifests.uv_project import INDEX, SOURCES, dotted

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from release.bump.manifests.toml_spans import Path
    from release.bump.manifests.uv_project import Place, Source
    from release.model import Wanted


@dataclass(frozen=True, kw_only=True, slots=True)
class Note:
    """Something at a path of the data that a person should read."""

    code: str
    path: Path
    message: str
    next_step: str


def by_hand(wanted: Wanted) -> str:
    """Return the whole edit, for a person to make."""
    name = wanted.release.name
    return (
        f'By hand: "{name}{wanted.specifier}" where the dependency stands;'
        f' [tool.uv.sources] {name} = {{ index = "{wanted.index_name}" }};'
        f' [[tool.uv.index]] name = "{wanted.index_name}", url = "{wanted.index_url}",'
        " explicit = true."
    )


def no_dependency(wanted: Wanted) -> Note:
    """Nothing that uv reads names the package."""
    name = wanted.release.name
    return Note(
        code="no-dependency",
        path=(),
        message=f"It does not depend on {name}: no list of requirements and no entry of"
        f" {dotted(SOURCES)} names it.",
        next_step=f"Remove the consumer from the configuration, or add {name} to its"
        " project.dependencies.",
    )


def is_the_package(wanted: Wanted) -> Note:
    """The manifest is the package's own; what names it there is itself."""
    return Note(
        code="is-the-package",
        path=("project", "name"),
        message=f"It is the manifest of {wanted.release.name} itself, not of a consumer.",
        next_step="Name the consumer's manifest.",
    )


def of_shapes(data: Mapping[str, Any], sources: Sequence[Source], wanted: Wanted) -> Iterator[Note]:
    """Tell of tables that are not what uv reads, so that nothing is added to them."""
    for path, kind in (*((SOURCES[:length], dict) for length in (1, 2, 3)), (INDEX, list)):
        found: Any = data
        for part in path:
            found = found.get(part, kind()) if isinstance(found, dict) else kind()
        if not isinstance(found, kind):
            yield Note(
                code="wrong-type",
                path=path,
                message=f"{dotted(path)} is {type(found).__name__}, and uv reads"
                f" {'a table' if kind is dict else 'an array of tables'}.",
                next_step=by_hand(wanted),
            )
    for source in sources:
        if not source.is_local and not isinstance(source.table.get("index"), str):
            yield Note(
                code="unknown-source",
                path=source.path,
                message=f"{dotted(source.path)} has neither an index nor a path, workspace, git"
                " or url.",
                next_step=f'Write {{ index = "{wanted.index_name}" }}.',
            )
        elif source.is_local and "index" in source.table:
            yield Note(
                code="unknown-source",
                path=source.path,
                message=f"{dotted(source.path)} has an index beside {source.shown()}.",
                next_step=f'Write {{ index = "{wanted.index_name}" }}.',
            )


def unreadable_requirement(place: Place, wanted: Wanted) -> Note:
    """The string names the package, but is no requirement of PEP 508."""
    return Note(
        code="unreadable-requirement",
        path=place.path,
        message=f"{dotted(place.path)} names {wanted.release.name}, but is not a requirement"
        " that can be read (PEP 508).",
        next_step=f'Write "{wanted.release.name}{wanted.specifier}" there.',
    )


def declared_twice(path: Path, wanted: Wanted) -> Note:
    """Two indexes have the name."""
    return Note(
        code="index-twice",
        path=path,
        message=f'The index "{wanted.index_name}" is declared more than once.',
        next_step=f"Keep the one at {wanted.index_url}, with explicit = true.",
    )


def index_without_url(path: Path, wanted: Wanted) -> Note:
    """The index has the name and no URL."""
    return Note(
        code="index-without-url",
        path=path,
        message=f'The index "{wanted.index_name}" has no url.',
        next_step=f'Add url = "{wanted.index_url}".',
    )


def is_default(path: Path, wanted: Wanted) -> Note:
    """The index is the project's default one, and stays it."""
    return Note(
        code="index-is-default",
        path=path,
        message=f'"{wanted.index_name}" is the default index of this project: every package'
        " without a source comes from it.",
        next_step="Replace default = true by explicit = true if that is not wanted.",
    )
