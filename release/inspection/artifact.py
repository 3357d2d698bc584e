"""One artifact → findings: every check, in the order in which one can rely on the other."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from release.inspection import (
    entry_points,
    members,
    metadata,
    names,
    requirements,
    top_level,
    tracked_files,
    wheel_files,
    wheel_layout,
)
from release.inspection.archives import BrokenArchiveError, read
from release.inspection.leak_findings import leak_finding
from release.model import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from packaging.metadata import RawMetadata
    from packaging.utils import NormalizedName

    from release import config
    from release.inspection.contents import Contents
    from release.inspection.names import FileName
    from release.inspection.project import Project
    from release.model import Artifact, ArtifactKind, Release

MEGABYTE: Final = 1_000_000
_UNREADABLE_FOR_LIBRARIES: Final = frozenset(
    {"record-missing", "record-incomplete", "unsafe-path", "duplicate-member", "link-outside"}
)
"""After one of these, check-wheel-contents would tell the same again in other words."""

_UNREADABLE_FOR_TWINE: Final = frozenset({"unsafe-path", "sdist-root"})
"""After one of these, twine does not find the metadata that we have read."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Asked:
    """What the artifacts are compared with."""

    release: Release
    project: Project
    config: config.Inspect
    internal: frozenset[NormalizedName]


@dataclass(frozen=True, kw_only=True, slots=True)
class Inspected:
    """What was found in one artifact, and its metadata where they can be read."""

    kind: ArtifactKind
    findings: tuple[Finding, ...]
    metadata: RawMetadata | None = None
    place: str = ""


def inspect_artifact(artifact: Artifact, asked: Asked) -> Inspected:
    """Run every check that the artifact's state allows."""
    findings = list(_check_size(artifact, asked.config.max_megabytes))
    parsed = names.parse_file_name(artifact)
    if isinstance(parsed, Finding):
        findings.append(parsed)
    try:
        contents = read(artifact)
    except BrokenArchiveError as error:
        findings.append(_broken(artifact, error))
        return Inspected(kind=artifact.kind, findings=tuple(findings))
    findings += members.check_members(contents)
    findings += members.check_links(contents)
    findings += (leak_finding(artifact, leak) for leak in contents.leaks)
    if isinstance(parsed, Finding):
        return Inspected(kind=artifact.kind, findings=tuple(findings))
    return _inspect_described(contents, parsed, asked, findings)


def _inspect_described(
    contents: Contents, parsed: FileName, asked: Asked, findings: list[Finding]
) -> Inspected:
    artifact = contents.artifact
    folder, name = metadata.locate(contents)
    place = f"{artifact.filename}:{folder}/{name}"
    content = contents.kept.get(f"{folder}/{name}")
    raw = metadata.read_metadata(content) if content is not None else None
    if artifact.kind == "sdist":
        findings += members.check_root(contents, parsed)
        findings += tracked_files.check_sdist(contents, asked.project)
    if raw is None:
        findings.append(metadata.missing(artifact, name))
    else:
        findings += _check_metadata(contents, parsed, asked, raw, place)
        findings += metadata.check_license_files(raw, contents.files, folder, place)
        if _UNREADABLE_FOR_TWINE.isdisjoint(finding.code for finding in findings):
            findings += metadata.check_description(artifact.path, place)
    if artifact.kind == "wheel" and raw is not None:
        findings += _check_wheel(contents, parsed, asked, raw, folder)
        findings += _check_layout(contents, asked, raw, findings)
    return Inspected(kind=artifact.kind, findings=tuple(findings), metadata=raw, place=place)


def _check_metadata(
    contents: Contents, parsed: FileName, asked: Asked, raw: RawMetadata, place: str
) -> Iterator[Finding]:
    yield from names.check_names(
        asked.release,
        contents.artifact.filename,
        parsed,
        name=raw.get("name", ""),
        version=raw.get("version", ""),
        place=place,
    )
    yield from requirements.check_requirements(
        raw,
        own=asked.release.name,
        internal=asked.internal,
        local=asked.project.local,
        place=place,
    )
    yield from requirements.check_pythons(raw, place)


def _check_wheel(
    contents: Contents, parsed: FileName, asked: Asked, raw: RawMetadata, folder: str
) -> Iterator[Finding]:
    yield from wheel_files.check_record(contents, folder)
    yield from wheel_files.check_tags(contents, folder, parsed.tags)
    yield from entry_points.check_entry_points(
        contents, folder, has_dependencies=bool(raw.get("requires_dist"))
    )
    top_names = top_level.top_level_names(contents.files)
    yield from tracked_files.check_wheel(contents, asked.project, top_names)


def _check_layout(
    contents: Contents, asked: Asked, raw: RawMetadata, before: list[Finding]
) -> list[Finding]:
    if not _UNREADABLE_FOR_LIBRARIES.isdisjoint(finding.code for finding in before):
        return []
    configured = asked.config.top_level
    # a package may be called "build": its own name is nobody else's
    own = asked.release.name.replace("-", "_")
    found = list(wheel_layout.check_layout(contents, configured or [own]))
    told = {_top(finding) for finding in found}
    unexpected = top_level.check_top_level(
        contents,
        asked.project,
        configured=configured,
        declared=[name.partition(".")[0] for name in raw.get("import_names", [])],
    )
    return found + [finding for finding in unexpected if _top(finding) not in told]


def _top(finding: Finding) -> str:
    """Return the top-level name in the place of a finding."""
    return finding.place.partition(":")[2].partition("/")[0]


def _check_size(artifact: Artifact, most: float) -> Iterator[Finding]:
    if artifact.size > most * MEGABYTE:
        yield Finding(
            code="too-large",
            place=artifact.filename,
            message=f"It has {artifact.size / MEGABYTE:.1f} MB, {most:g} MB are allowed.",
            next_step="Leave out what is not needed, or raise inspect.max-megabytes.",
        )


def _broken(artifact: Artifact, error: BrokenArchiveError) -> Finding:
    return Finding(
        code="archive-broken",
        place=artifact.filename,
        message=f"It cannot be read to its end: {str(error).rstrip('.')}.",
        next_step="Build it again.",
    )
