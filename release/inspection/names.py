"""Release, file name and metadata, each with the others: name and version."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from packaging.utils import (
    InvalidSdistFilename,
    InvalidWheelFilename,
    canonicalize_name,
    parse_sdist_filename,
    parse_wheel_filename,
)
from packaging.version import InvalidVersion, Version

from release.model import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from packaging.tags import Tag
    from packaging.utils import NormalizedName

    from release.model import Artifact, Release

SEPARATORS: Final = re.compile(r"[-_.]{2,}")
RAISE: Final = "Set the version in normal form in the sources, and tag the next version."


@dataclass(frozen=True, kw_only=True, slots=True)
class FileName:
    """What a file name says; ``raw_name`` and ``raw_version`` as they are written."""

    name: NormalizedName
    version: Version
    raw_name: str
    raw_version: str
    tags: frozenset[Tag] = frozenset()


def parse_file_name(artifact: Artifact) -> FileName | Finding:
    """Read a wheel's or an sdist's file name as installers do."""
    filename = artifact.filename
    try:
        if artifact.kind == "wheel":
            name, version, _, tags = parse_wheel_filename(filename)
            raw_name, raw_version = filename.split("-")[:2]
        else:
            name, version = parse_sdist_filename(filename)
            tags = frozenset()
            stem = filename.removesuffix(".tar.gz").removesuffix(".zip")
            raw_name, _, raw_version = stem.rpartition("-")
    except (InvalidWheelFilename, InvalidSdistFilename) as error:
        return Finding(
            code="file-name-invalid",
            place=filename,
            message=f"{error}.",
            next_step="Let the build backend name the file.",
        )
    return FileName(
        name=name, version=version, raw_name=raw_name, raw_version=raw_version, tags=tags
    )


def check_names(
    release: Release, filename: str, parsed: FileName, *, name: str, version: str, place: str
) -> Iterator[Finding]:
    """Compare what release, file name and metadata call the project and its version.

    Args:
        release: What is released.
        filename: The artifact's file name.
        parsed: What that file name says.
        name: Name in the metadata, as written.
        version: Version in the metadata, as written.
        place: How findings name the metadata.
    """
    yield from _check_name(release, filename, parsed.raw_name)
    yield from _check_name(release, place, name)
    yield from _check_version(release, filename, parsed.raw_version)
    yield from _check_version(release, place, version)


def _check_name(release: Release, place: str, name: str) -> Iterator[Finding]:
    if canonicalize_name(name) != release.name:
        yield Finding(
            code="name-differs",
            place=place,
            message=f"The name is {name!r}, the release is of {release.name!r}.",
            next_step="Use one name in release.toml, in the sources and for the file.",
        )
    elif SEPARATORS.search(name):
        yield Finding(
            code="name-unreachable",
            place=place,
            message=f"The name {name!r} has a run of separators: the registry stores it under "
            f"that spelling, and clients ask for {release.name!r}.",
            next_step=f"Name the project {release.name!r} in the sources.",
        )


def _check_version(release: Release, place: str, text: str) -> Iterator[Finding]:
    try:
        version = Version(text)
    except InvalidVersion:
        yield Finding(
            code="version-not-normal",
            place=place,
            message=f"{text!r} is no version of PEP 440.",
            next_step=RAISE,
        )
        return
    if version != release.version:
        yield Finding(
            code="version-differs",
            place=place,
            message=f"The version is {text}, the release is of {release.version}.",
            next_step="Set the version that the tag names, and tag the next version.",
        )
    elif str(version) != text:
        yield Finding(
            code="version-not-normal",
            place=place,
            message=f"The version is written {text!r}, its normal form is {str(version)!r}; "
            "the registry holds them for two versions.",
            next_step=RAISE,
        )
    if version.local is not None:
        yield Finding(
            code="version-local",
            place=place,
            message=f"{text} has the local part {version.local!r}; no index may serve it.",
            next_step="Release from a tag, without uncommitted changes or a local part.",
        )
