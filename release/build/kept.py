"""Artifacts that stay between runs, so that what `build` made is what `publish` sends.

A release has one folder: the files, and ``build.json``, which says what they were made
from. They are used again only for the same commit, tag object and constraints, and only
while each file has the sha256 that it was built with.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final, Literal

import msgspec

from release.adapters import files
from release.model import (  # msgspec reads the annotations when it runs
    Artifact,
    ArtifactKind,
    Built,
)

if TYPE_CHECKING:
    from pathlib import Path

    from release.model import Release

_NAME: Final = "build.json"


class _Part(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A part of build.json."""


class _File(_Part, frozen=True):
    filename: str
    kind: ArtifactKind
    sha256: str
    size: int


class _MadeWith(_Part, frozen=True):
    requirements: tuple[str, ...]


class _Report(_Part, frozen=True):
    """What build.json says; one of another schema, or with anything else, is not used."""

    schema: Literal[1]
    made_from: dict[str, str | None]
    made_with: _MadeWith
    reproduced: bool | None
    files: tuple[_File, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Kept:
    """What kept artifacts must have been made from."""

    release: Release
    constraints: str | None
    must_be_reproduced: bool


def read_kept(folder: Path, wanted: Kept) -> Built | None:
    """Return the artifacts in ``folder``, or None where anything about them is off."""
    try:
        told = msgspec.json.decode((folder / _NAME).read_bytes(), type=_Report)
        built = _built(told, folder, wanted)
        fits = _made_from(wanted) == told.made_from and _is_whole(built)
    except (OSError, ValueError, RecursionError, msgspec.DecodeError):
        return None
    return built if fits and (built.reproduced or not wanted.must_be_reproduced) else None


def keep(built: Built, folder: Path, wanted: Kept) -> Built:
    """Move the files into ``folder``, all in one move, and return where they are now.

    Where another run was quicker, its files are returned: it may be publishing them.
    """
    with files.new_folder_beside(folder) as new:
        for artifact in built.artifacts:
            files.copy(artifact.path, new / artifact.filename)
        told = msgspec.json.encode(_report(built, wanted))
        (new / _NAME).write_bytes(msgspec.json.format(told, indent=2) + b"\n")
        with files.locked(folder):
            quicker = read_kept(folder, wanted)
            if quicker:
                return quicker
            files.replace_folder(new, folder)
    moved = [replace(artifact, path=folder / artifact.filename) for artifact in built.artifacts]
    return replace(built, artifacts=tuple(moved))


def _made_from(wanted: Kept) -> dict[str, str | None]:
    release = wanted.release
    return {
        "package": release.name,
        "version": str(release.version),
        "tag": release.tag,
        "tag_object": release.tag_object,
        "commit": release.commit,
        "constraints": wanted.constraints,
    }


def _report(built: Built, wanted: Kept) -> _Report:
    return _Report(
        schema=1,
        made_from=_made_from(wanted),
        made_with=_MadeWith(requirements=built.requirements),
        reproduced=built.reproduced,
        files=tuple(
            _File(
                filename=artifact.filename,
                kind=artifact.kind,
                sha256=artifact.sha256,
                size=artifact.size,
            )
            for artifact in built.artifacts
        ),
    )


def _built(told: _Report, folder: Path, wanted: Kept) -> Built:
    return Built(
        release=wanted.release,
        artifacts=tuple(
            Artifact(
                path=folder / file.filename, kind=file.kind, sha256=file.sha256, size=file.size
            )
            for file in told.files
        ),
        requirements=told.made_with.requirements,
        reproduced=told.reproduced,
        reused=True,
    )


def _is_whole(built: Built) -> bool:
    kinds = sorted(artifact.kind for artifact in built.artifacts)
    return kinds == ["sdist", "wheel"] and all(
        artifact.path.stat().st_size == artifact.size
        and files.sha256(artifact.path) == artifact.sha256
        for artifact in built.artifacts
    )
