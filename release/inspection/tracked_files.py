"""Members and tracked files: nothing beside the commit, and nothing of it forgotten."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from release.leaks.places import is_documentation, is_test
from release.model import Finding

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from release.inspection.contents import Contents
    from release.inspection.project import Project

AT_MOST: Final = 20
"""Files that are named one by one; of more, the number is told."""
_MADE_BY_BACKENDS: Final = re.compile(
    r"PKG-INFO|pyproject\.toml\.orig|(?:.*/)?[^/]+\.egg-info/.*|setup\.(?:cfg|py)"
)
_COMPILED: Final = re.compile(r".*\.(?:so|pyd|dll|dylib|mo|c|cpp)")
_NOT_INSTALLED: Final = re.compile(
    r".*\.(?:c|cc|cpp|cxx|h|hpp|pyx|pxd|pxi|rs|f|f90|in|po|pot|md|rst|toml|build|lock)"
    r"|(?:.*/)?(?:\.[^/]+|Makefile|BUILD|LICEN[CS]E[^/]*)"
)
_ROOTS: Final = ("", "src/", "lib/", "python/")


def check_sdist(contents: Contents, project: Project) -> Iterator[Finding]:
    """Refuse what is neither tracked in the commit nor made by the build backend."""
    if project.tracked is None:
        return
    names = (
        member.name.partition("/")[2] for member in contents.members if member.kind != "folder"
    )
    yield from _untracked(contents, project, names, prefix="")


def check_wheel(contents: Contents, project: Project, names: Iterable[str]) -> Iterator[Finding]:
    """Compare each import package with its folder in the sources, file by file."""
    if project.tracked is None:
        return
    for name in sorted(names):
        present = {path for path in contents.files if path.startswith(f"{name}/")}
        root = _root_of(present, project.tracked)
        if root is None:
            continue
        tracked = {path.removeprefix(root) for path in project.tracked if path.startswith(root)}
        extra = (
            path
            for path in present - tracked
            if not _COMPILED.fullmatch(path) and path.removesuffix(".gz") not in tracked
        )
        yield from _untracked(contents, project, extra, prefix=root)
        lost = {path for path in tracked - present if path.startswith(f"{name}/")}
        yield from _missing(contents, (path for path in lost if f"{path}.gz" not in present))


def _root_of(present: Iterable[str], tracked: frozenset[str]) -> str | None:
    """Return the folder of the sources that holds most of a package's files."""
    files = list(present)
    shares = {root: sum(f"{root}{path}" in tracked for path in files) for root in _ROOTS}
    best = max(shares, key=lambda root: shares[root])
    return best if shares[best] else None


def _untracked(
    contents: Contents, project: Project, names: Iterable[str], *, prefix: str
) -> Iterator[Finding]:
    tracked = project.tracked or frozenset()
    found = sorted(
        name
        for name in names
        if not _is_tracked(f"{prefix}{name}", tracked)
        and f"{prefix}{name}" not in project.generated
        and not _MADE_BY_BACKENDS.fullmatch(name)
    )
    root = f"{contents.root}/" if contents.root else ""
    yield from _told(
        contents,
        [f"{root}{name}" for name in found],
        code="untracked-file",
        message="It is not in the tag's commit.",
        next_step="Commit it, or leave it out of the build.",
    )


def _is_tracked(name: str, tracked: frozenset[str]) -> bool:
    """Whether a file, or a folder above it (a link or a submodule), is tracked."""
    while name:
        if name in tracked:
            return True
        name = name.rpartition("/")[0]
    return False


def _missing(contents: Contents, lost: Iterable[str]) -> Iterator[Finding]:
    wanted = sorted(
        name
        for name in lost
        if not (is_test(name) or is_documentation(name) or _NOT_INSTALLED.fullmatch(name))
    )
    yield from _told(
        contents,
        wanted,
        code="missing-file",
        message="It is tracked in the package's folder, and not in the wheel.",
        next_step="Include it as package data, or let missing-file pass in inspect.ignore.",
    )


def _told(
    contents: Contents, names: list[str], *, code: str, message: str, next_step: str
) -> Iterator[Finding]:
    filename = contents.artifact.filename
    for name in names[:AT_MOST]:
        yield Finding(code=code, place=f"{filename}:{name}", message=message, next_step=next_step)
    if len(names) > AT_MOST:
        yield Finding(
            code=code,
            place=filename,
            message=f"The same holds for {len(names) - AT_MOST} more files.",
            next_step=next_step,
        )
