"""The first difference of two artifacts, in words; members are read one after another."""

from __future__ import annotations

import tarfile
import zipfile
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from itertools import zip_longest
from typing import IO, TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

_PIECE = 1 << 16


@dataclass(frozen=True, kw_only=True, slots=True)
class Member:
    """One member of an archive; ``facts`` are what is compared besides its content."""

    name: str
    time: float
    facts: tuple[tuple[str, str], ...]
    open: Callable[[], IO[bytes] | None]


def first_difference(first: Path, second: Path) -> str | None:
    """Return how two wheels or two sdists differ first, or None where they are the same.

    The sentence names the member and what of it differs: content, mode, time, order.
    """
    if _is_same(first.open("rb"), second.open("rb")):
        return None
    for one, other in zip_longest(_members(first), _members(second)):
        told = _compare(one, other, first, second)
        if told:
            return told
    return _header(first, second)


def later_than(path: Path, commit_time: int) -> str | None:
    """Return what in the artifact has a time later than the commit's, or None.

    Two builds at the same moment take the same time from the clock, and a comparison
    alone would not see it.
    """
    told = _gzip_time(path)
    if told is not None and told > commit_time:
        return f"its gzip header has the time {_said(told)}, later than the commit's"
    for member in _members(path):
        if member.time > commit_time:
            return f"{member.name}: its time is {_said(member.time)}, later than the commit's"
    return None


def _header(first: Path, second: Path) -> str:
    times = _gzip_time(first), _gzip_time(second)
    if None not in times and times[0] != times[1]:
        one, other = (_said(time or 0) for time in times)
        return f"its gzip header has the time {one} in the first build, {other} in the second"
    return "all members are the same; the archive itself (its header or compression) differs"


def _gzip_time(path: Path) -> int | None:
    with path.open("rb") as stream:
        head = stream.read(8)
    return int.from_bytes(head[4:8], "little") if head[:2] == b"\x1f\x8b" else None


def _said(time: float) -> str:
    return f"{datetime.fromtimestamp(time, UTC):%Y-%m-%d %H:%M:%S}"


def _compare(one: Member | None, other: Member | None, first: Path, second: Path) -> str | None:
    if one is None or other is None or one.name != other.name:
        return (
            _missing(one, second, "first") or _missing(other, first, "second") or _order(one, other)
        )
    for (fact, mine), (_, theirs) in zip(one.facts, other.facts, strict=True):
        if mine != theirs:
            return f"{one.name}: its {fact} is {mine} in the first build, {theirs} in the second"
    if not _is_same(one.open(), other.open()):
        return f"{one.name}: its content differs"
    return None


def _missing(member: Member | None, archive: Path, build: str) -> str | None:
    if member is None or any(member.name == other.name for other in _members(archive)):
        return None
    return f"{member.name}: only the {build} build has it"


def _order(one: Member | None, other: Member | None) -> str:
    names = [member.name if member else "nothing more" for member in (one, other)]
    return f"{names[0]}: the order differs, where the second build has {names[1]}"


def _is_same(one: IO[bytes] | None, other: IO[bytes] | None) -> bool:
    if one is None or other is None:
        return one is other
    with one, other:
        while True:
            mine, theirs = one.read(_PIECE), other.read(_PIECE)
            if mine != theirs:
                return False
            if not mine:
                return True


def _nothing() -> None:
    """Stand for the content of a member that has none, such as a link."""


def _members(path: Path) -> Iterator[Member]:
    return _zip_members(path) if zipfile.is_zipfile(path) else _tar_members(path)


def _zip_members(path: Path) -> Iterator[Member]:
    with zipfile.ZipFile(path) as archive:
        for info in archive.infolist():
            time = _zip_time(info)
            facts = (
                ("mode", f"{info.external_attr >> 16 & 0o7777:03o}"),
                ("time", _said(time)),
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
                ("time", _said(info.mtime)),
                ("owner", f"{info.uid}:{info.gid} {info.uname}:{info.gname}".strip()),
            )
            content = partial(archive.extractfile, info) if info.isreg() else _nothing
            yield Member(name=info.name, time=info.mtime, facts=facts, open=content)
