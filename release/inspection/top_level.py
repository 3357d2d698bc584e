"""The top-level names that a wheel installs, and those that it should."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from packaging.utils import canonicalize_name

from release.model import Finding

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

    from release.inspection.contents import Contents
    from release.inspection.project import Project

_MODULE: Final = re.compile(r".+\.(?:py|pyi|so|pyd)")


def top_level_names(files: Iterable[str]) -> dict[str, str]:
    """Return the import names at the top level, each with its module or folder."""
    names: dict[str, str] = {}
    for path in files:
        library = re.sub(r"^[^/]+\.data/(?:pure|plat)lib/", "", path)
        top, slash, _ = library.partition("/")
        if _MODULE.fullmatch(library) and not top.endswith((".dist-info", ".data")):
            names[top if slash else top.partition(".")[0]] = top
    return names


def check_top_level(
    contents: Contents,
    project: Project,
    *,
    configured: Collection[str] | None,
    declared: Collection[str],
) -> Iterator[Finding]:
    """Compare the wheel's top-level names with those that it should have.

    Args:
        contents: The wheel.
        project: What the sources say.
        configured: ``inspect.top-level``; exactly these, where it is given.
        declared: The Import-Name fields of the wheel's metadata.
    """
    names = top_level_names(contents.files)
    wanted = frozenset(configured or declared or project.top_level)
    for name in sorted(wanted - names.keys()):
        yield Finding(
            code="top-level-missing",
            place=contents.artifact.filename,
            message=f"There is no {name!r} at the top level; there is {', '.join(sorted(names))}.",
            next_step="Name the package folder to the build backend, or correct inspect.top-level.",
        )
    expected = wanted if configured else wanted | _related(names, contents, project, wanted)
    for name in sorted(names.keys() - expected):
        yield Finding(
            code="top-level-unexpected",
            place=f"{contents.artifact.filename}:{names[name]}",
            message=f"Beside {', '.join(sorted(expected)) or 'nothing'}, "
            f"the wheel installs {name!r}.",
            next_step="Leave it out of the wheel, or list it in inspect.top-level.",
        )


def _related(
    names: Collection[str], contents: Contents, project: Project, wanted: Collection[str]
) -> set[str]:
    """Return the names that nobody listed and that belong to the package all the same.

    Without its sources nothing can be said, so all do. With them: private names, names
    that are part of the project's or the other way round, what has ``src`` to itself,
    and an only one.
    """
    if project.tracked is None:
        return set(names)
    own = canonicalize_name(contents.artifact.filename.partition("-")[0]).replace("-", "_")
    related = {
        name
        for name in names
        if name.startswith("_")
        or "__mypyc" in name
        or name.lower() in own
        or own in name.lower()
        or any(path.startswith((f"src/{name}/", f"src/{name}.")) for path in project.tracked)
    }
    public = [name for name in names if not name.startswith("_")]
    return related | (set(public) if len(public) == 1 and not wanted else set())
