"""Artifacts that stay between runs, so that what `build` made is what `publish` sends.

A release has one folder: the files, and ``build.json``, which says what they were made
from. They are used again only for the same commit, tag object and constraints, and only
while each file has the sha256 that it was built with.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

from release.adapters import files
from release.model import Artifact, Built

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from release.model import Release

_SCHEMA: Final = 1
_NAME: Final = "build.json"


@dataclass(frozen=True, kw_only=True, slots=True)
class Kept:
    """What kept artifacts must have been made from."""

    release: Release
    constraints: str | None
    must_be_reproduced: bool


def read_kept(folder: Path, wanted: Kept) -> Built | None:
    """Return the artifacts in ``folder``, or None where anything about them is off."""
    try:
        told = json.loads((folder / _NAME).read_text(encoding="utf-8"))
        built = _parse(told, folder, wanted)
        fits = _made_from(wanted) == told["made_from"] and _is_whole(built)
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return built if fits and (built.reproduced or not wanted.must_be_reproduced) else None


def keep(built: Built, folder: Path, wanted: Kept) -> Built:
    """Move the files into ``folder``, all in one move, and return where they are now.

    Where another run was quicker, its files are returned: it may be publishing them.
    """
    with files.new_folder_beside(folder) as new:
        for artifact in built.artifacts:
            files.copy(artifact.path, new / artifact.filename)
        text = json.dumps(_report(built, wanted), indent=2) + "\n"
        (new / _NAME).write_text(text, encoding="utf-8")
        with files.locked(folder):
            quicker = read_kept(folder, wanted)
            if quicker:
                return quicker
            files.replace_folder(new, folder)
    moved = [replace(artifact, path=folder / artifact.filename) for artifact in built.artifacts]
    return replace(built, artifacts=tuple(moved))


def _made_from(wanted: Kept) -> Mapping[str, str | None]:
    release = wanted.release
    return {
        "package": release.name,
        "version": str(release.version),
        "tag": release.tag,
        "tag_object": release.tag_object,
        "commit": release.commit,
        "constraints": wanted.constraints,
    }


def _report(built: Built, wanted: Kept) -> Mapping[str, Any]:
    return {
        "schema": _SCHEMA,
        "made_from": _made_from(wanted),
        "made_with": {"requirements": list(built.requirements)},
        "reproduced": built.reproduced,
        "files": [
            {
                "filename": artifact.filename,
                "kind": artifact.kind,
                "sha256": artifact.sha256,
                "size": artifact.size,
            }
            for artifact in built.artifacts
        ],
    }


def _parse(told: Mapping[str, Any], folder: Path, wanted: Kept) -> Built:
    if told["schema"] != _SCHEMA:
        raise ValueError(told["schema"])
    return Built(
        release=wanted.release,
        artifacts=tuple(
            Artifact(
                path=folder / file["filename"],
                kind=file["kind"],
                sha256=file["sha256"],
                size=file["size"],
            )
            for file in told["files"]
        ),
        requirements=tuple(told["made_with"]["requirements"]),
        reproduced=told["reproduced"],
        reused=True,
    )


def _is_whole(built: Built) -> bool:
    kinds = sorted(artifact.kind for artifact in built.artifacts)
    return kinds == ["sdist", "wheel"] and all(
        artifact.path.stat().st_size == artifact.size
        and files.sha256(artifact.path) == artifact.sha256
        for artifact in built.artifacts
    )
