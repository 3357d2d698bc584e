"""What a bump must never contain: the last look at the whole change, before delivery; pure.

It trusts no edit and no lock tool: it reads what is about to be delivered and compares it
with what was published.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from packaging.requirements import InvalidRequirement, Requirement
from packaging.utils import canonicalize_name

from release.bump.credentials import credentials
from release.formats.lock import is_same_index
from release.formats.toml_data import array_at, table_at
from release.formats.urls import origin
from release.model import Finding

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

    from packaging.utils import NormalizedName

    from release.formats.lock import Lock, LockedPackage
    from release.model import FileChange, Moved, Wanted


def guard(
    *,
    changes: Sequence[FileChange],
    before: Lock | None,
    after: Lock | None,
    moved: Sequence[Moved],
    wanted: Wanted,
    manifest: Mapping[str, Any],
    manifest_path: str,
    lockfile_path: str,
) -> tuple[Finding, ...]:
    """Return every finding; a bump that has one is not delivered.

    Args:
        changes: Every file that will be delivered.
        before: The lockfile that the consumer had; None where it had none.
        after: The new lockfile; None where the consumer has none.
        moved: The packages whose version changed, each with its cause.
        wanted: What the bump was to do.
        manifest: The new pyproject.toml, parsed.
        manifest_path: How a finding names the manifest.
        lockfile_path: How a finding names the lockfile.
    """
    return (
        *_moved_without_cause(moved, wanted, lockfile_path),
        *(_lock(before, after, wanted, manifest, lockfile_path) if after else ()),
        *_manifest(manifest, wanted, manifest_path),
        *credentials(changes),
    )


def _lock(
    before: Lock | None, after: Lock, wanted: Wanted, manifest: Mapping[str, Any], place: str
) -> Iterator[Finding]:
    yield from _changed_hashes(before, after, place)
    yield from _changed_sources(before, after, wanted, place)
    yield from _locked_package(after, wanted, place)
    yield from _locked_internal(after, wanted, manifest, place)


def _moved_without_cause(moved: Sequence[Moved], wanted: Wanted, place: str) -> Iterator[Finding]:
    for package in moved:
        if not package.cause:
            yield Finding(
                code="moved-without-cause",
                place=place,
                message=f"{package.name} moved from {package.before or 'nothing'} to "
                f"{package.after or 'nothing'}, and {wanted.release} does not need that.",
                next_step="Bring the lockfile up to date in a change of its own, then bump.",
            )


def _changed_hashes(before: Lock | None, after: Lock, place: str) -> Iterator[Finding]:
    known = {
        (package.name, package.version, file.filename): file.sha256
        for package in (before.packages if before else ())
        for file in package.files
        if file.sha256
    }
    for package in after.packages:
        for file in package.files:
            old = known.get((package.name, package.version, file.filename))
            if old and old != file.sha256:
                yield Finding(
                    code="changed-hash",
                    place=place,
                    message=f"{file.filename} was locked with sha256 {old} and is now locked with "
                    f"{file.sha256 or 'none'}, for the same version.",
                    next_step="A published file was replaced: find out by whom before anything "
                    "installs it.",
                )


def _changed_sources(
    before: Lock | None, after: Lock, wanted: Wanted, place: str
) -> Iterator[Finding]:
    """Yield packages that stayed but would come from elsewhere (a mirror, another index)."""
    old: dict[object, set[str]] = {}
    for package in before.packages if before else ():
        old.setdefault((package.name, package.version), set()).add(package.source.location)
    for package in after.packages:
        sources = old.get((package.name, package.version), set())
        is_ours = package.name in wanted.internal | {wanted.release.name}
        if sources and package.source.location not in sources and not is_ours:
            yield Finding(
                code="changed-source",
                place=place,
                message=f"{package.name} {package.version} was locked from "
                f"{', '.join(sorted(sources))} and is now locked from {package.source.location}.",
                next_step="Name the consumer's index in its pyproject.toml, so that each machine "
                "locks from the same place.",
            )


# the lockfile against what was published --------------------------------------------


def _locked_package(after: Lock, wanted: Wanted, place: str) -> Iterator[Finding]:
    release = wanted.release
    entries = after.entries(release.name)
    if not entries:
        yield Finding(
            code="not-locked",
            place=place,
            message=f"{release.name} is not in the new lockfile.",
            next_step=f"Add {release.name} to the consumer's dependencies, or take the consumer "
            "out of release.toml.",
        )
    for entry in entries:
        if entry.version != str(release.version):
            yield Finding(
                code="other-version",
                place=place,
                message=f"{release.name} is locked at {entry.version}, not at {release.version}.",
                next_step=f"Let the consumer's requirements allow {release.version} on all of its "
                "platforms and Pythons.",
            )
        else:
            yield from _locked_files(entry, wanted, place)


def _locked_files(entry: LockedPackage, wanted: Wanted, place: str) -> Iterator[Finding]:
    """Yield files that are not the published ones; a wheel with its sha256 must be there."""
    digests = dict(wanted.digests)
    for file in entry.files:
        if file.sha256 is None:
            yield Finding(
                code="missing-hash",
                place=place,
                message=f"{file.filename} is locked without a sha256.",
                next_step="The index does not tell digests as `#sha256=…`: update the server, "
                "and bump again.",
            )
        elif digests.get(file.filename) != file.sha256:
            yield Finding(
                code="other-hash",
                place=place,
                message=f"{file.filename} is locked with sha256 {file.sha256}; published was "
                f"{digests.get(file.filename, 'no file of that name')}.",
                next_step="Somebody else put or replaced a file on the index: find out who.",
            )
        if origin(file.url) != origin(wanted.index_url):
            yield Finding(
                code="other-host",
                place=place,
                message=f"{file.filename} is locked on the host {urlsplit(file.url).hostname}; "
                f"the index is on {urlsplit(wanted.index_url).hostname}.",
                next_step="Give registry.url the address that the server calls its own "
                "(ROOT_URL of a Gitea).",
            )
    if not any(file.filename.endswith(".whl") for file in entry.files):
        yield Finding(
            code="missing-hash",
            place=place,
            message=f"No wheel of {wanted.release} is locked.",
            next_step="Look at what the index lists for this version.",
        )


def _locked_internal(
    after: Lock, wanted: Wanted, manifest: Mapping[str, Any], place: str
) -> Iterator[Finding]:
    """Yield internal packages that come from a path, a URL or another index."""
    own = _own_name(manifest)
    for package in after.packages:
        if package.name not in wanted.internal | {wanted.release.name} or package.name == own:
            continue
        source = package.source
        if source.kind != "registry":
            yield Finding(
                code="direct-source",
                place=place,
                message=f"{package.name} is locked from the {source.kind} {source.location}.",
                next_step=f"Let it come from the index {wanted.index_name}.",
            )
        elif not is_same_index(source.location, wanted.index_url):
            yield Finding(
                code="other-index",
                place=place,
                message=f"{package.name} is locked from {source.location}, and may come from "
                f"{wanted.index_url} only.",
                next_step=f'Name the index for it: {package.name} = {{ index = "'
                f'{wanted.index_name}" }} in [tool.uv.sources].',
            )


# the manifest -----------------------------------------------------------------------


def _manifest(manifest: Mapping[str, Any], wanted: Wanted, place: str) -> Iterator[Finding]:
    sources = {
        canonicalize_name(name): value
        for name, value in table_at(manifest, ("tool", "uv", "sources")).items()
    }
    if wanted.release.name not in sources:
        yield Finding(
            code="no-source",
            place=place,
            message=f"No source says where {wanted.release.name} comes from, so the public index "
            "is asked for it.",
            next_step=f'Add {wanted.release.name} = {{ index = "{wanted.index_name}" }} to '
            "[tool.uv.sources].",
        )
    declared = array_at(manifest, ("tool", "uv", "index"))
    indexes = _ours([index for index in declared if isinstance(index, dict)], wanted)
    named = {str(index.get("name")) for index in indexes} or {wanted.index_name}
    for name in sorted(wanted.internal | {wanted.release.name}):
        value = sources.get(name, [])
        for source in value if isinstance(value, list) else [value]:
            yield from _manifest_source(name, source, named, wanted, place)
    yield from _manifest_index(indexes, wanted, place)
    yield from _direct_requirements(manifest, wanted, place)


def _ours(indexes: Sequence[Mapping[str, Any]], wanted: Wanted) -> tuple[Mapping[str, Any], ...]:
    """Return the consumer's entries of the registry's index, by our name or by our URL."""
    return tuple(
        index
        for index in indexes
        if index.get("name") == wanted.index_name
        or is_same_index(str(index.get("url", "")), wanted.index_url)
    )


def _manifest_source(
    name: NormalizedName,
    source: Mapping[str, Any],
    named: Collection[str],
    wanted: Wanted,
    place: str,
) -> Iterator[Finding]:
    if source.get("index") not in named:
        code = "other-index" if "index" in source else "direct-source"
        told = ", ".join(f"{key} = {value!r}" for key, value in source.items())
        yield Finding(
            code=code,
            place=place,
            message=f"The source of {name} is {{ {told} }}, not the index {wanted.index_name}.",
            next_step=f'Make it {name} = {{ index = "{wanted.index_name}" }}.',
        )


def _manifest_index(
    indexes: Sequence[Mapping[str, Any]], wanted: Wanted, place: str
) -> Iterator[Finding]:
    if not indexes:
        yield Finding(
            code="no-index",
            place=place,
            message=f"No [[tool.uv.index]] has the name {wanted.index_name}.",
            next_step=f"Declare it with the URL {wanted.index_url} and explicit = true.",
        )
    for index in indexes:
        name = index.get("name", wanted.index_name)
        if not is_same_index(str(index.get("url", "")), wanted.index_url):
            yield Finding(
                code="other-index",
                place=place,
                # Without its user part: the URL may hold a credential.
                message=f"The index {name} is on {urlsplit(index['url']).hostname}"
                f"{urlsplit(index['url']).path}, not at {wanted.index_url}.",
                next_step=f"Give it the URL {wanted.index_url}.",
            )
        if index.get("explicit") is not True:
            yield Finding(
                code="index-not-explicit",
                place=place,
                message=f"The index {name} is not explicit, so it is asked for every package.",
                next_step="Add explicit = true to it.",
            )


def _direct_requirements(
    manifest: Mapping[str, Any], wanted: Wanted, place: str
) -> Iterator[Finding]:
    for text in _requirement_texts(manifest):
        try:
            requirement = Requirement(text)
        except InvalidRequirement:
            continue  # the lock tool has its own word on that
        name = canonicalize_name(requirement.name)
        if requirement.url and name in wanted.internal | {wanted.release.name}:
            yield Finding(
                code="direct-source",
                place=place,
                message=f"{name} is required by a direct URL.",
                next_step=f"Require it by a range: {name}{wanted.specifier}",
            )


def _requirement_texts(manifest: Mapping[str, Any]) -> Iterator[str]:
    project = manifest.get("project", {})
    lists = (
        project.get("dependencies", []),
        *project.get("optional-dependencies", {}).values(),
        *manifest.get("dependency-groups", {}).values(),
    )
    for items in lists:
        yield from (item for item in items if isinstance(item, str))


def _own_name(manifest: Mapping[str, Any]) -> str:
    return canonicalize_name(manifest.get("project", {}).get("name", ""))
