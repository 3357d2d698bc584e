"""The sentences that a manifest's edit may end with, and the edit to make by hand."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from release.bump.manifests.uv_project import SOURCES, dotted
from release.formats.urls import shown

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

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


def of_sources(sources: Sequence[Source], wanted: Wanted) -> Iterator[Note]:
    """Tell of sources that are neither an index nor local, or both."""
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


def index_without_name(path: Path, wanted: Wanted) -> Note:
    """The index has the URL and no name, so no source can name it."""
    return Note(
        code="index-without-name",
        path=path,
        message=f"The index at {wanted.index_url} has no name, so it is asked for every package.",
        next_step=f'Add name = "{wanted.index_name}" and explicit = true.',
    )


def is_default(path: Path, name: str) -> Note:
    """The index is the project's default one, which is asked for public packages too."""
    return Note(
        code="index-is-default",
        path=path,
        message=f'"{name}" is the default index of this project: every package without a source'
        " is asked for there, the public ones too.",
        next_step="Replace default = true by explicit = true: an explicit index serves only what"
        " names it in tool.uv.sources, so public packages stay public.",
    )


def index_is_shared(source: Source, package: str, url: str, wanted: Wanted) -> Note:
    """Another package comes from the index of this name, and would move with its URL."""
    name, old = wanted.index_name, f"{wanted.index_name}-old"
    return Note(
        code="index-shared",
        path=source.path,
        message=f'{dotted(source.path)} takes {package} from the index "{name}" at {shown(url)}:'
        f" with the URL {wanted.index_url} it would move too.",
        next_step=f'By hand: [[tool.uv.index]] name = "{old}", url = "{shown(url)}",'
        f' explicit = true; [tool.uv.sources] {package} = {{ index = "{old}" }}.',
    )


def builds_only(place: Place, wanted: Wanted) -> Note:
    """The package is for builds alone, and those are in no lockfile."""
    name = wanted.release.name
    return Note(
        code="builds-only",
        path=place.path,
        message=f"{dotted(place.path)} needs {name} for a build alone, and no lockfile names what"
        " a build needs: nothing would show which files it takes.",
        next_step=f"Change it by hand, or add {name} to project.dependencies or to a group.",
    )


def range_above(place: Place, specifier: str, wanted: Wanted) -> Note:
    """The range begins above the release."""
    version = wanted.release.version
    return Note(
        code="range-above",
        path=place.path,
        message=f"The consumer asks for {specifier}, which lies above {version}: a release does"
        " not take a consumer back.",
        next_step=f"Set it to {wanted.specifier} by hand if that is meant, or release from the"
        " newer line.",
    )


def inherited_source(place: Place, source: Source, root: str, wanted: Wanted) -> Note:
    """The package's source stands in the workspace's root, and is local."""
    name = wanted.release.name
    return Note(
        code="inherited-source",
        path=place.path,
        message=f"The source of {name} stands in {root}, the root of the workspace:"
        f" {source.shown()}. A bump of this file would leave it there.",
        next_step=f"Name {root} as consumer.manifest first, or write"
        f' {name} = {{ index = "{wanted.index_name}" }} there by hand.',
    )
