"""uv.lock, read into a lock."""

from __future__ import annotations

import tomllib
from typing import TYPE_CHECKING, Any, Final

from packaging.utils import canonicalize_name

from release.errors import LockFailed
from release.formats.lock import Lock, LockedFile, LockedPackage, Source

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from packaging.utils import NormalizedName

_SHA256: Final = "sha256:"


def parse(text: str) -> Lock:
    """Read the text of a uv.lock.

    Raises:
        LockFailed: It is not TOML, or has not the shape of a uv.lock.
    """
    try:
        table = tomllib.loads(text)
        return Lock(
            packages=tuple(_package(entry) for entry in table.get("package", [])),
            revision=table.get("revision", 0),
            requires_python=table.get("requires-python"),
        )
    except (tomllib.TOMLDecodeError, KeyError, TypeError, AttributeError) as error:
        raise LockFailed(
            f"uv.lock cannot be read: {error}.",
            next_step="Restore uv.lock from the repository, or delete it and run `uv lock`.",
        ) from error


def _package(entry: Mapping[str, Any]) -> LockedPackage:
    return LockedPackage(
        name=canonicalize_name(entry["name"]),
        version=entry.get("version"),
        source=_source(entry["source"]),
        files=tuple(_files(entry)),
        needs=frozenset(_needs(entry)),
    )


def _source(table: Mapping[str, str]) -> Source:
    """Read ``{ registry = "…" }``; the first key is the kind, others (subdirectory) detail."""
    for kind in ("registry", "git", "url", "path", "directory", "editable", "virtual"):
        if kind in table:
            return Source(kind=kind, location=table[kind])
    raise KeyError(f"source {dict(table)!r}")


def _files(entry: Mapping[str, Any]) -> Iterator[LockedFile]:
    sdist = entry.get("sdist")
    for file in (*([sdist] if sdist else []), *entry.get("wheels", [])):
        digest: str = file.get("hash", "")
        yield LockedFile(
            # A flat index in a folder has paths; a direct URL has neither.
            url=file.get("url") or file.get("path") or file.get("filename") or "",
            sha256=digest.removeprefix(_SHA256) if digest.startswith(_SHA256) else None,
        )


def _needs(entry: Mapping[str, Any]) -> Iterator[NormalizedName]:
    groups = (
        entry.get("dependencies", []),
        *entry.get("optional-dependencies", {}).values(),
        *entry.get("dev-dependencies", {}).values(),
    )
    for group in groups:
        for need in group:
            yield canonicalize_name(need["name"])
