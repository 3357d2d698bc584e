"""The first difference of two artifacts, in words; members are read one after another."""

from __future__ import annotations

from itertools import zip_longest
from typing import IO, TYPE_CHECKING

from release.build.archive_members import gzip_time, members, said

if TYPE_CHECKING:
    from pathlib import Path

    from release.build.archive_members import Member

_PIECE = 1 << 16


def first_difference(first: Path, second: Path) -> str | None:
    """Return how two wheels or two sdists differ first, or None where they are the same.

    The sentence names the member and what of it differs: content, mode, time, order.
    """
    if _is_same(first.open("rb"), second.open("rb")):
        return None
    for one, other in zip_longest(members(first), members(second)):
        told = _compare(one, other, first, second)
        if told:
            return told
    return _header(first, second)


def later_than(path: Path, commit_time: int) -> str | None:
    """Return what in the artifact has a time later than the commit's, or None.

    Two builds at the same moment take the same time from the clock, and a comparison
    alone would not see it.
    """
    told = gzip_time(path)
    if told is not None and told > commit_time:
        return f"its gzip header has the time {said(told)}, later than the commit's"
    for member in members(path):
        if member.time > commit_time:
            return f"{member.name}: its time is {said(member.time)}, later than the commit's"
    return None


def _header(first: Path, second: Path) -> str:
    times = gzip_time(first), gzip_time(second)
    if None not in times and times[0] != times[1]:
        one, other = (said(time or 0) for time in times)
        return f"its gzip header has the time {one} in the first build, {other} in the second"
    return "all members are the same; the archive itself (its header or compression) differs"


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
    if member is None or any(member.name == other.name for other in members(archive)):
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
