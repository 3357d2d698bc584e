"""How two builds differ, in words."""

from __future__ import annotations

import gzip
import io
import tarfile
import time
import zipfile
from typing import TYPE_CHECKING

import pytest

from release.build.differences import first_difference, later_than

if TYPE_CHECKING:
    from pathlib import Path

TIME = 1_700_000_000
Member = tuple[str, str, int, int]
BASE: list[Member] = [
    ("a", "one", 0o644, TIME),
    ("b", "two", 0o755, TIME),
    ("c", "three", 0o600, TIME),
]


def make_zip(path: Path, members: list[Member], *, compression: int = zipfile.ZIP_STORED) -> Path:
    """Write a wheel's kind of archive."""
    with zipfile.ZipFile(path, "w") as archive:
        for name, text, mode, made in members:
            info = zipfile.ZipInfo(name, time.gmtime(made)[:6])
            info.external_attr = mode << 16
            info.compress_type = compression
            archive.writestr(info, text)
    return path


def make_tar(path: Path, members: list[Member], *, made: int = TIME, owner: str = "") -> Path:
    """Write an sdist's kind of archive."""
    with (
        path.open("wb") as raw,
        gzip.GzipFile("", "wb", fileobj=raw, mtime=made) as packed,
        tarfile.open(fileobj=packed, mode="w") as archive,
    ):
        for name, text, mode, when in members:
            info = tarfile.TarInfo(name)
            info.size, info.mode, info.mtime, info.uname = len(text), mode, when, owner
            archive.addfile(info, io.BytesIO(text.encode()))
    return path


def changed(position: int, member: Member) -> list[Member]:
    """Return the members with one of them replaced."""
    return [*BASE[:position], member, *BASE[position + 1 :]]


CASES = [
    (changed(1, ("b", "TWO", 0o755, TIME)), "b: its content differs"),
    (
        changed(1, ("b", "two", 0o644, TIME)),
        "b: its mode is 755 in the first build, 644 in the second",
    ),
    (
        changed(2, ("c", "three", 0o600, TIME + 60)),
        "c: its time is 2023-11-14 22:13:20 in the first build, 2023-11-14 22:14:20 in the second",
    ),
    ([BASE[1], BASE[0], BASE[2]], "a: the order differs, where the second build has b"),
    (BASE[:2], "c: only the first build has it"),
    ([*BASE, ("d", "", 0o644, TIME)], "d: only the second build has it"),
    ([("x", "", 0o644, TIME), *BASE], "x: only the second build has it"),
]


@pytest.mark.parametrize(("members", "expected"), CASES)
@pytest.mark.parametrize("make", [make_zip, make_tar])
def test_the_first_member_that_differs_is_named(
    tmp_path: Path, make: object, members: list[Member], expected: str
) -> None:
    """With what of it differs, in wheels and sdists alike."""
    assert callable(make)
    one, other = make(tmp_path / "one", BASE), make(tmp_path / "other", members)
    assert first_difference(one, other) == expected
    assert first_difference(one, make(tmp_path / "again", BASE)) is None


def test_large_members_are_compared_to_their_end(tmp_path: Path) -> None:
    """A difference in the last byte of a member that is read in pieces."""
    text = "x" * 300_000
    one = make_zip(tmp_path / "one", [("a", text, 0o644, TIME)])
    other = make_zip(tmp_path / "other", [("a", text[:-1] + "y", 0o644, TIME)])
    assert first_difference(one, other) == "a: its content differs"


def test_what_is_around_the_members_is_compared(tmp_path: Path) -> None:
    """Gzip's time, owners, kinds, compression, and whatever else makes other bytes."""
    one = make_tar(tmp_path / "one", BASE)
    assert first_difference(one, make_tar(tmp_path / "two", BASE, made=TIME + 1)) == (
        "its gzip header has the time 2023-11-14 22:13:20 in the first build, "
        "2023-11-14 22:13:21 in the second"
    )
    assert "a: its owner is" in str(
        first_difference(one, make_tar(tmp_path / "3", BASE, owner="x"))
    )
    (tmp_path / "four").write_bytes(one.read_bytes() + b"\0" * 512)
    assert first_difference(one, tmp_path / "four") == (
        "all members are the same; the archive itself (its header or compression) differs"
    )
    packed = make_zip(tmp_path / "five", BASE, compression=zipfile.ZIP_DEFLATED)
    assert "a: its compression is 0" in str(
        first_difference(make_zip(tmp_path / "6", BASE), packed)
    )


def test_links_are_compared(tmp_path: Path) -> None:
    """A link has no content; where it leads is compared."""
    for name, target in (("one", "a"), ("other", "b")):
        with tarfile.open(tmp_path / name, "w") as archive:
            info = tarfile.TarInfo("link")
            info.type, info.linkname, info.mtime = tarfile.SYMTYPE, target, TIME
            archive.addfile(info)
            archive.addfile(tarfile.TarInfo(name))
    assert "link: its kind is" in str(first_difference(tmp_path / "one", tmp_path / "other"))
    with tarfile.open(tmp_path / "third", "w") as archive:
        info = tarfile.TarInfo("link")
        info.type, info.linkname, info.mtime = tarfile.SYMTYPE, "a", TIME
        archive.addfile(info)
    assert (
        first_difference(tmp_path / "one", tmp_path / "third") == "one: only the first build has it"
    )


def test_a_time_after_the_commit_is_told(tmp_path: Path) -> None:
    """It is the clock's, which two builds at the same moment share."""
    assert later_than(make_tar(tmp_path / "1", BASE), TIME) is None
    assert later_than(make_zip(tmp_path / "2", BASE), TIME) is None
    assert later_than(make_tar(tmp_path / "3", BASE, made=0), TIME) is None
    assert later_than(make_tar(tmp_path / "4", BASE, made=TIME + 1), TIME) == (
        "its gzip header has the time 2023-11-14 22:13:21, later than the commit's"
    )
    late = changed(1, ("b", "two", 0o755, TIME + 2))
    expected = "b: its time is 2023-11-14 22:13:22, later than the commit's"
    assert later_than(make_tar(tmp_path / "5", late), TIME) == expected
    assert later_than(make_zip(tmp_path / "6", late), TIME) == expected


def test_a_time_that_is_no_date_is_no_later_one(tmp_path: Path) -> None:
    """Some writers of zip files leave it empty."""
    path = make_zip(tmp_path / "1", BASE[:1])
    content = path.read_bytes()
    dated = content[10:14]
    path.write_bytes(content.replace(dated, bytes(4)))
    assert later_than(path, TIME) is None
