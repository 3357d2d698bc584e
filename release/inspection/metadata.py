"""METADATA and PKG-INFO: can they be read, rendered, and is what they list there?"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from packaging.metadata import parse_email
from packaging.utils import canonicalize_name

from release.adapters import package_checks
from release.model import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from packaging.metadata import RawMetadata

    from release.inspection.contents import Contents
    from release.model import Artifact


def locate(contents: Contents) -> tuple[str, str]:
    """Return the folder and the name of the file that holds the metadata."""
    if contents.artifact.kind == "sdist":
        return contents.root, "PKG-INFO"
    written = "-".join(contents.artifact.filename.split("-")[:2])
    tops = {name.partition("/")[0] for name in contents.files}
    own = sorted(top for top in tops if _is_dist_info_of(top, written))
    return own[0] if own else f"{written}.dist-info", "METADATA"


def _is_dist_info_of(folder: str, written: str) -> bool:
    stem = folder.removesuffix(".dist-info")
    return stem != folder and canonicalize_name(stem.partition("-")[0]) == canonicalize_name(
        written.partition("-")[0]
    )


def read_metadata(content: bytes) -> RawMetadata:
    """Return the fields that packaging understands, unchecked."""
    raw, _ = parse_email(content)
    return raw


def missing(artifact: Artifact, name: str) -> Finding:
    """Return the finding of an artifact without the file that describes it."""
    return Finding(
        code="metadata-missing",
        place=artifact.filename,
        message=f"There is no {name} in the folder that the file name asks for.",
        next_step="Build it again with a backend that works.",
    )


def check_description(path: Path, place: str) -> Iterator[Finding]:
    """Run twine's strict check."""
    checked = package_checks.check_description(path)
    if checked.invalid:
        yield Finding(
            code="metadata-invalid",
            place=place,
            message=f"twine cannot read it: {checked.invalid.rstrip('.')}.",
            next_step="Mend that field in pyproject.toml.",
        )
    if checked.broken:
        yield Finding(
            code="description-broken",
            place=place,
            message=f"The description cannot be rendered: {_one_line(checked.broken)}.",
            next_step="Mend the readme, or give it the type that it is written in.",
        )
    for warning in checked.warnings:
        yield _warned(warning, place)


def _warned(warning: str, place: str) -> Finding:
    if warning == package_checks.NO_DESCRIPTION:
        return Finding(
            code="description-missing",
            place=place,
            message="There is no description.",
            next_step='Set readme = "README.md" in [project].',
        )
    return Finding(
        code="description-type-missing",
        place=place,
        message=f"twine's strict check warns: {_one_line(warning)}",
        next_step="Name the readme's type (a file ending in .md or .rst does).",
    )


def _one_line(text: str) -> str:
    return re.sub(r"\s+", " ", text).rstrip(".").strip()


def check_license_files(
    raw: RawMetadata, files: frozenset[str], folder: str, place: str
) -> Iterator[Finding]:
    """Look for each License-File where its metadata version puts it."""
    for listed in raw.get("license_files", []):
        name = listed.rpartition("/")[2]
        places = (f"{folder}/licenses/{listed}", f"{folder}/{listed}", f"{folder}/{name}")
        if not any(candidate in files for candidate in places):
            yield Finding(
                code="license-file-missing",
                place=place,
                message=f"The license file {listed!r} is listed, and is not there.",
                next_step="Commit the file, or take it out of license-files.",
            )
