"""The members of a wheel or an sdist, with all that a build could make different."""

from __future__ import annotations

import tarfile
import zipfile
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import IO, TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path


@dataclass(frozen=True, kw_only=True, slots=True)
class Member:
    """One member of an archive; ``facts`` are what is compared besides its content."""

    name: str
    time: float
    facts: tuple[tuple[str, str], ...]
    open: Callable[[], IO[bytes] | None]


def _nothing() -> None:
    """Stand for the content of a member that has none, such as a link."""


def members(path: Path) -> Iterator[Member]:
    """Yield the members in their own order; each can be opened while this goes on."""
    return _zip_members(path) if zipfile.is_zipfile(path) else _tar_members(path)


def _zip_members(path: Path) -> Iterator[Member]:
    with zipfile.ZipFile(path) as archive:
        for info in archive.infolist():
            time = _zip_time(info)
            facts = (
                ("mode", f"{info.external_attr >> 16 & 0o7777:03o}"),
                ("time", said(time)),
                ("compression", str(info.compress_type)),
                ("extra field", info.extra.hex()),
            )
            yield Member(
                name=info.filename, time=time, facts=facts, open=partial(archive.open, info)
            )


def _zip_time(info: zipfile.ZipInfo) -> float:
    """Return the member's time; one that is no date at all counts as the oldest."""
    try:
        return datetime(*info.date_time, tzinfo=UTC).timestamp()
    except ValueError:
        return 0


def _tar_members(path: Path) -> Iterator[Member]:
    with tarfile.open(path) as archive:
        for info in archive:
            facts = (
                ("kind", f"{info.type!r} {info.linkname}".strip()),
                ("mode", f"{info.mode:03o}"),
                ("time", said(info.mtime)),
                ("owner", f"{info.uid}:{info.gid} {info.uname}:{info.gname}".strip()),
            )
            content = partial(archive.extractfile, info) if info.isreg() else _nothing
            yield Member(name=info.name, time=info.mtime, facts=facts, open=content)


def gzip_time(path: Path) -> int | None:
    """Return the time in the gzip header, in Unix seconds; None where there is none."""
    with path.open("rb") as stream:
        head = stream.read(8)
    return int.from_bytes(head[4:8], "little") if head[:2] == b"\x1f\x8b" else None


def said(time: float) -> str:
    """Return a time in Unix seconds as people read it."""
    return f"{datetime.fromtimestamp(time, UTC):%Y-%m-%d %H:%M:%S}"
