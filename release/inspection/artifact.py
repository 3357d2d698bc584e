"""One artifact → findings: every check, in the order in which one can rely on the other."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from packaging.utils import canonicalize_name

from release.inspection import contents as members
from release.inspection import file_set, metadata, names, wheel_files
from release.inspection.archives import BrokenArchiveError, read
from release.model import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from packaging.metadata import RawMetadata
    from packaging.utils import NormalizedName

    from release import config
    from release.inspection.archives import Contents
    from release.inspection.leaks import Leak
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
    findings += file_set.check_links(contents)
    findings += (_leaked(artifact, leak) for leak in contents.leaks)
    if isinstance(parsed, Finding):
        return Inspected(kind=artifact.kind, findings=tuple(findings))
    return _inspect_described(contents, parsed, asked, findings)


def _inspect_described(
    contents: Contents, parsed: FileName, asked: Asked, findings: list[Finding]
) -> Inspected:
    artifact = contents.artifact
    folder, name = _description(contents)
    place = f"{artifact.filename}:{folder}/{name}"
    content = contents.kept.get(f"{folder}/{name}")
    raw = metadata.read_metadata(content) if content is not None else None
    if artifact.kind == "sdist":
        findings += file_set.check_root(contents, parsed)
        findings += file_set.check_sdist(contents, asked.project)
    if raw is None:
        findings.append(_without_metadata(artifact, name))
    else:
        findings += _check_metadata(contents, parsed, asked, raw, place)
        findings += metadata.check_license_files(raw, contents.files, folder, place)
        if _UNREADABLE_FOR_TWINE.isdisjoint(finding.code for finding in findings):
            findings += metadata.check_description(artifact.path, place)
    if artifact.kind == "wheel" and raw is not None:
        findings += _check_wheel(contents, parsed, asked, raw, folder)
        findings += _check_library(contents, asked, raw, findings)
    return Inspected(kind=artifact.kind, findings=tuple(findings), metadata=raw, place=place)


def _description(contents: Contents) -> tuple[str, str]:
    """Return the folder and the name of the file that holds the metadata."""
    filename = contents.artifact.filename
    if contents.artifact.kind == "sdist":
        return filename.removesuffix(".tar.gz"), "PKG-INFO"
    written = "-".join(filename.split("-")[:2])
    tops = {name.partition("/")[0] for name in contents.files}
    own = sorted(top for top in tops if _is_dist_info_of(top, written))
    return own[0] if own else f"{written}.dist-info", "METADATA"


def _is_dist_info_of(folder: str, written: str) -> bool:
    stem = folder.removesuffix(".dist-info")
    return stem != folder and canonicalize_name(stem.partition("-")[0]) == canonicalize_name(
        written.partition("-")[0]
    )


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
    yield from metadata.check_requirements(
        raw,
        own=asked.release.name,
        internal=asked.internal,
        local=asked.project.local,
        place=place,
    )
    yield from metadata.check_pythons(raw, place)


def _check_wheel(
    contents: Contents, parsed: FileName, asked: Asked, raw: RawMetadata, folder: str
) -> Iterator[Finding]:
    yield from wheel_files.check_record(contents, folder)
    yield from wheel_files.check_tags(contents, folder, parsed.tags)
    yield from wheel_files.check_entry_points(
        contents, folder, has_dependencies=bool(raw.get("requires_dist"))
    )
    top_level = members.top_level_names(contents.files)
    yield from file_set.check_wheel(contents, asked.project, top_level)


def _check_library(
    contents: Contents, asked: Asked, raw: RawMetadata, before: list[Finding]
) -> list[Finding]:
    if not _UNREADABLE_FOR_LIBRARIES.isdisjoint(finding.code for finding in before):
        return []
    configured = asked.config.top_level
    # a package may be called "build": its own name is nobody else's
    own = asked.release.name.replace("-", "_")
    found = list(members.check_library(contents, configured or [own]))
    told = {_top(finding) for finding in found}
    unexpected = members.check_top_level(
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


def _without_metadata(artifact: Artifact, name: str) -> Finding:
    return Finding(
        code="metadata-missing",
        place=artifact.filename,
        message=f"There is no {name} in the folder that the file name asks for.",
        next_step="Build it again with a backend that works.",
    )


_NEXT_STEP: Final = {
    "home-path": "Take the path from a setting, or make it relative.",
    "url-credentials": "Renew the password, and read it from the environment.",
    "private-key": "Renew the key, and take it out of the repository and its history.",
    "private-key-in-tests": "Let the tests make a key, or let this code pass.",
    "token": "Revoke the token, and read it from the environment.",
}
_WHAT: Final = {
    "home-path": "It names a path into a home folder: {}.",
    "url-credentials": "It has a URL with a password: {}.",
    "private-key": "It holds {}.",
    "private-key-in-tests": "It holds {}.",
    "token": "It holds {}.",
}


def _leaked(artifact: Artifact, leak: Leak) -> Finding:
    return Finding(
        code=leak.code,
        place=f"{artifact.filename}:{leak.member}:{leak.line}",
        message=_WHAT[leak.code].format(leak.shown),
        next_step=_NEXT_STEP[leak.code],
    )
