"""source: tag → Checkout.

Looks at the tags, the tag's own pyproject.toml and the remote; decides whether that tag
can be released; checks its commit out into a clean folder. The working tree that the
maintainer has open is never read, so what is uncommitted there does not matter.
"""

from __future__ import annotations

import re
import tomllib
from typing import TYPE_CHECKING, Final

from packaging.utils import (
    InvalidName,
    canonicalize_name,
    parse_sdist_filename,
    parse_wheel_filename,
)
from packaging.version import InvalidVersion, Version

from release.adapters.git import NoSuchTag, is_address
from release.errors import ConfigurationError, ProcessFailed, SourceRefused
from release.formats.project_table import ProjectTable
from release.formats.urls import without_users
from release.model import Checkout, Release

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from release import config
    from release.adapters.git import Git, Tag
    from release.model import Built

_PLACE: Final = "{version}"


def find_version(package: config.Package, *, root: Path, git: Git) -> Version:
    """Return the version to release: the configured one, else the newest that is tagged.

    Pre-releases count only where nothing else is tagged.

    Raises:
        SourceRefused: No tag fits, the version is not one that clients can reach, or the
            repository cannot be read.
    """
    if package.version is not None:
        return check_version(package.version, place="package.version")
    tags = _read_tags(package, root, git)
    found = newest(package.tag, tags)
    if found is None:
        some = ", ".join(tags[-5:])
        raise SourceRefused(
            f"No tag of {_shown(package)} fits {package.tag!r}; "
            + (f"its tags are: {some}." if tags else "it has none at all."),
            next_step=f"Tag the release: git tag -a {package.tag.replace(_PLACE, '0.1.0')}",
        )
    return check_version(found, place=f"the tag {package.tag.replace(_PLACE, found)}")


def check_out(package: config.Package, *, root: Path, folder: Path, git: Git) -> Checkout:
    """Check the tag's commit out into ``folder``, and refuse what cannot be released.

    Args:
        package: What the configuration says of the package.
        root: The folder of release.toml, against which a path is meant.
        folder: A folder of the run's own, empty or not there yet.
        git: The git to use.

    Raises:
        SourceRefused: For each promise that the tag breaks, with a sentence of its own.
    """
    check_name(package.name, place="package.name")
    version = find_version(package, root=root, git=git)
    tag = package.tag.replace(_PLACE, str(version))
    source, below = _locate(package, root, git)
    folder.mkdir(parents=True, exist_ok=True)
    found = _fetch(package, source, tag, folder=folder, git=git)
    _check_remote(package, found, tag, root=root, git=git)
    _check_submodules(folder, tag, git)
    table = _read_project(folder / below, tag)
    _check_project(table, package, version, tag)
    if table.version_is_from_git:
        _complete_history(package, source, tag, folder=folder, root=root, git=git)
    release = Release(
        name=canonicalize_name(package.name),
        version=version,
        tag=tag,
        tag_object=found.object,
        commit=found.commit,
        commit_time=found.commit_time,
    )
    return Checkout(release=release, folder=folder / below)


def check_built_version(built: Built, checkout: Checkout) -> None:
    """Refuse artifacts of another name or version than the tag's (a version from git).

    Raises:
        SourceRefused: The backend gave another name or version.
    """
    release = checkout.release
    for artifact in built.artifacts:
        parse = parse_wheel_filename if artifact.kind == "wheel" else parse_sdist_filename
        name, version = parse(artifact.filename)[:2]
        if (name, str(version)) != (release.name, str(release.version)):
            raise SourceRefused(
                f"The tag {release.tag} is of {release}, and its backend built "
                f"{artifact.filename}.",
                next_step="Compare package.name and package.tag with what the project's "
                "version is made from.",
            )


# deciding ---------------------------------------------------------------------------


def newest(template: str, tags: Iterable[str]) -> str | None:
    """Return how the newest version is spelled among the tags that fit the template."""
    if template.count(_PLACE) != 1:
        raise ConfigurationError(
            f"package.tag is {template!r}, which does not hold {_PLACE} once.",
            next_step='For example: tag = "v{version}"',
        )
    before, after = template.split(_PLACE)
    spelled = [
        tag.removeprefix(before).removesuffix(after)
        for tag in tags
        if tag.startswith(before) and tag.endswith(after) and len(tag) > len(before) + len(after)
    ]
    versions = [(version, text) for text in spelled if (version := _version(text)) is not None]
    finals = [pair for pair in versions if not pair[0].is_prerelease]
    return max(finals or versions, default=(None, None), key=_age)[1]


def check_version(text: str, *, place: str) -> Version:
    """Return the version, which is spelled as every tool will spell it, or refuse it."""
    version = _version(text)
    reason = _fault(text, version)
    if version is None or reason:
        raise SourceRefused(
            f"{place} gives the version {text!r}, {reason}.",
            next_step=f"Use {version.public!r}." if version else "Use a version such as 0.2.0.",
        )
    return version


def check_name(name: str, *, place: str) -> None:
    """Refuse a name under which the package could be stored but not found."""
    if re.search(r"[-_.]{2,}", name):
        raise SourceRefused(
            f"{place} is {name!r}, which has a run of separators: a registry may store it so, "
            f"but every client asks for {canonicalize_name(name)!r}.",
            next_step=f"Name the project {canonicalize_name(name)!r}.",
        )
    try:
        canonicalize_name(name, validate=True)
    except InvalidName:
        raise SourceRefused(
            f"{place} is {name!r}, which is no name of a package.",
            next_step="Use letters, digits, and single '-', '_' or '.' between them.",
        ) from None


def _fault(text: str, version: Version | None) -> str:
    if version is None:
        return "which is no PEP 440 version"
    if version.local is not None:
        return "which is a local version: its part after '+' must not reach an index"
    if text != text.lower():
        return f"which has upper case, where every client asks for {str(version)!r}"
    if text != str(version):
        return f"which is not in PEP 440 normal form: that is {str(version)!r}"
    return ""


def _version(text: str) -> Version | None:
    try:
        return Version(text)
    except InvalidVersion:
        return None


def _age(pair: tuple[Version | None, str | None]) -> Version:
    return pair[0] or Version("0")


def _check_project(
    table: ProjectTable, package: config.Package, version: Version, tag: str
) -> None:
    """Compare what the tag's pyproject.toml says with name and version of the release."""
    if table.name is not None:
        check_name(table.name, place=f"{tag}: the project's name in pyproject.toml")
        if canonicalize_name(table.name) != canonicalize_name(package.name):
            raise SourceRefused(
                f"pyproject.toml at {tag} names the project {table.name!r}, "
                f"package.name is {package.name!r}.",
                next_step="Set package.name to the project's name.",
            )
    if table.version is None:
        return
    said = check_version(table.version, place=f"pyproject.toml at {tag}")
    if str(said) != str(version):
        raise SourceRefused(
            f"The tag {tag} is of version {version}, its pyproject.toml says {said}.",
            next_step=f"Set the version to {version}, commit, and tag that commit; a tag "
            "that others have seen is not moved but followed by the next version.",
        )


# looking ----------------------------------------------------------------------------


def _shown(package: config.Package) -> str:
    return without_users(package.repository)


def _locate(package: config.Package, root: Path, git: Git) -> tuple[str, str]:
    """Return what git fetches from, and the package's folder below the repository's root."""
    if is_address(package.repository):
        return package.repository, ""
    path = root / package.repository
    try:
        location = git.locate(path)
    except ProcessFailed as error:
        raise SourceRefused(
            f"package.repository is {package.repository!r}, and {path} is no git repository: "
            f"{error.stderr.strip()}",
            next_step="Name a repository, or make one: git init, git add, git commit.",
        ) from error
    return str(location.repository), location.subfolder


def _read_tags(package: config.Package, root: Path, git: Git) -> list[str]:
    source, _ = _locate(package, root, git)
    try:
        return list(git.remote_tags(source, folder=root))
    except ProcessFailed as error:
        raise _unreadable(package, error) from error


def _fetch(package: config.Package, source: str, tag: str, *, folder: Path, git: Git) -> Tag:
    try:
        return git.check_out_tag(source, tag, folder=folder)
    except NoSuchTag as error:
        raise SourceRefused(
            f"{_shown(package)} has no tag {tag!r} that names a commit.",
            next_step=f"Tag the release: git tag -a {tag}; or set package.tag to how tags "
            "are spelled.",
        ) from error
    except ProcessFailed as error:
        raise _unreadable(package, error) from error


def _unreadable(package: config.Package, error: ProcessFailed) -> SourceRefused:
    return SourceRefused(
        f"{_shown(package)} cannot be read: {error.stderr.strip() or error.message}",
        next_step="Check the address, the network and the access; git ls-remote shows the same.",
    )


def _check_remote(package: config.Package, found: Tag, tag: str, *, root: Path, git: Git) -> None:
    """Refuse a tag that the remote does not have, or has with another object."""
    remote, folder = _remote(package, root, git)
    if remote is None:
        return
    shown = without_users(remote)
    try:
        there = git.remote_tags(remote, folder=folder, name=tag).get(tag)
    except ProcessFailed as error:
        raise SourceRefused(
            f"The remote {shown} cannot be read, so whether its {tag} is the same is not "
            f"known: {error.stderr.strip() or error.message}",
            next_step=f"Try git ls-remote {shown}; or name another package.remote.",
        ) from error
    if there is None:
        raise SourceRefused(
            f"The remote {shown} does not have the tag {tag}.",
            next_step=f"git push {shown} {tag}",
        )
    if there != found.object:
        raise SourceRefused(
            f"The tag {tag} is {found.object} here and {there} on the remote {shown}.",
            next_step="One of the two was moved. Find out which is the release, and give the "
            "other content the next version.",
        )


def _remote(package: config.Package, root: Path, git: Git) -> tuple[str | None, Path]:
    if is_address(package.repository):
        return package.remote, root
    folder = root / package.repository
    names = git.remotes(folder)
    if package.remote is None:
        return ("origin" if "origin" in names else None), folder
    if package.remote not in names and not is_address(package.remote):
        raise SourceRefused(
            f"package.remote is {package.remote!r}; the repository's remotes are: "
            f"{', '.join(names) or 'none'}.",
            next_step="Name one of them, or leave package.remote out.",
        )
    return package.remote, folder


def _check_submodules(folder: Path, tag: str, git: Git) -> None:
    submodules = git.submodules(folder)
    if submodules:
        raise SourceRefused(
            f"{tag} has submodules ({', '.join(submodules)}), which are not fetched, so an "
            "artifact would lack their files.",
            next_step="Bring what the package needs into its own repository.",
        )


def _read_project(folder: Path, tag: str) -> ProjectTable:
    path = folder / "pyproject.toml"
    if not path.exists():
        return ProjectTable()
    try:
        return ProjectTable.read(tomllib.loads(path.read_text(encoding="utf-8-sig")))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SourceRefused(
            f"pyproject.toml at {tag} is not TOML: {error}.", next_step="Mend it, and tag anew."
        ) from error


def _complete_history(
    package: config.Package, source: str, tag: str, *, folder: Path, root: Path, git: Git
) -> None:
    """Fetch the history from which the backend tells the version; it must be whole."""
    shallow = not is_address(package.repository) and git.is_shallow(root / package.repository)
    if not shallow:
        git.complete_history(source, tag, folder=folder)
        shallow = git.is_shallow(folder)
    if shallow:
        raise SourceRefused(
            f"{_shown(package)} is a shallow clone, and the version of {package.name} comes "
            "from git: without the history it would be another one.",
            next_step="git fetch --unshallow --tags",
        )
