"""Places that name the package and are no requirement of uv's: told, or refused.

A bump leaves them as they are. Another tool's dependency would stay a path, so it is refused;
a setting that reads the sibling's folder will break where no sibling is, so it is told.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from packaging.utils import canonicalize_name

from release.bump.manifests.refusals import Note
from release.bump.manifests.requirements import named
from release.bump.manifests.uv_project import SOURCES, dotted, requirements, sources_of
from release.formats.toml_data import array_at, table_at

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from release.bump.manifests.toml_spans import Path
    from release.model import Wanted

_MEMBERS: Final = ("tool", "uv", "workspace", "members")
_OF_UV: Final = (SOURCES, _MEMBERS[:3])


def other_tools(data: Mapping[str, Any], wanted: Wanted) -> Iterator[Note]:
    """Yield the dependencies on the package that are another tool's than uv's."""
    name = wanted.release.name
    for path, value in _walk(table_at(data, ("tool",)), ("tool",)):
        if path[1] == "uv" or not any(_is_dependencies(part) for part in path[:-1]):
            continue
        key = path[-1]
        if isinstance(key, str):
            is_it = canonicalize_name(key) == name and _is_dependencies(path[-2])
        else:
            text = value if isinstance(value, str) else ""
            is_it = named(text) == name or (text.startswith("-e") and _has_part(text, name))
        if is_it:
            yield Note(
                code="other-tool",
                path=path,
                message=f"{dotted(path)} is a dependency on {name} of {path[1]}, which is not"
                " changed here.",
                next_step=f"Set it to {wanted.specifier} from {wanted.index_url} by hand, or"
                " remove it where uv alone is used.",
            )


def told(data: Mapping[str, Any], wanted: Wanted) -> Iterator[Note]:
    """Yield what stays and may break, or may keep uv from the release."""
    name = wanted.release.name
    yield from _workspace(data, wanted)
    read = {place.path for place in requirements(data)}
    for path, value in _walk(data, ()):
        if not isinstance(value, str) or path in read or path[:3] in _OF_UV:
            continue
        for found in _paths_to(value, name):
            yield Note(
                code="path-setting",
                path=path,
                message=f"{dotted(path)} reads {found!r}, which is not there without the sibling.",
                next_step="Remove the path; the installed package is found by its import name.",
            )
    yield from _hidden(data, wanted)


def _workspace(data: Mapping[str, Any], wanted: Wanted) -> Iterator[Note]:
    """Tell of a workspace that has the package among its members, which uv does not take."""
    name = wanted.release.name
    found = [
        ((*_MEMBERS, position), member)
        for position, member in enumerate(array_at(data, _MEMBERS))
        if isinstance(member, str) and _has_part(member, name)
    ]
    for path, member in found:
        yield Note(
            code="workspace-member",
            path=path,
            message=f"{member!r} stays a member of this workspace, and uv refuses an index as the"
            " source of a member.",
            next_step="Remove the member, or list it in tool.uv.workspace.exclude.",
        )
    source = next((one for one in sources_of(data, name) if "workspace" in one.table), None)
    if source is not None and not found:
        yield Note(
            code="workspace-member",
            path=_MEMBERS if array_at(data, _MEMBERS) else source.path,
            message=f"{name} was a member of the workspace, whose members stay as they are; uv"
            " refuses an index as the source of a member.",
            next_step="List its folder in tool.uv.workspace.exclude if a pattern still finds it.",
        )


def _hidden(data: Mapping[str, Any], wanted: Wanted) -> Iterator[Note]:
    """Tell of a cut-off date: an index without upload times has no file old enough for it."""
    settings = table_at(data, ("tool", "uv"))
    excepted = table_at(data, ("tool", "uv", "exclude-newer-package"))
    name = wanted.release.name
    if "exclude-newer" in settings and name not in map(canonicalize_name, excepted):
        yield Note(
            code="exclude-newer",
            path=("tool", "uv", "exclude-newer"),
            message="tool.uv.exclude-newer hides every file of an index that tells no upload"
            " times, as Gitea's does.",
            next_step=f"Add {name} = false to tool.uv.exclude-newer-package.",
        )


def _walk(value: Any, path: Path) -> Iterator[tuple[Path, Any]]:  # noqa: ANN401 - TOML data
    """Yield every key and item below a value, with its path."""
    inner = value.items() if isinstance(value, dict) else enumerate(value)
    for part, item in inner:
        yield (*path, part), item
        if isinstance(item, dict | list):
            yield from _walk(item, (*path, part))


def _is_dependencies(part: str | int) -> bool:
    return isinstance(part, str) and part.endswith("dependencies")


def _paths_to(text: str, name: str) -> Iterator[str]:
    """Yield the paths in a text that leave the project for a folder of this name.

    The rest of the text is not told: a command line may hold a credential.
    """
    for word in re.split(r"""[\s"'`,;:=@]+""", text) if ".." in text else ():
        if ".." in word and _has_part(word, name):
            yield word


def _has_part(text: str, name: str) -> bool:
    """Tell whether one part of the paths in this text is the package's name."""
    return any(canonicalize_name(part) == name for part in re.split(r"[^\w.-]+", text))
