"""Wheel or sdist → contents: one pass over every byte, in memory that does not grow.

What is kept: the list of members, the small files that describe the package, and leaks.
"""

from __future__ import annotations

import contextlib
import hashlib
import stat
import tarfile
import zipfile
import zlib
from typing import IO, TYPE_CHECKING, Final

from release.inspection.contents import Contents, Member
from release.leaks import find_leaks

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator

    from release.inspection.contents import MemberKind
    from release.leaks import Leak
    from release.model import Artifact

PIECE: Final = 1 << 18
KEPT_AT_MOST: Final = 16 << 20
"""Bytes of one describing file; no real METADATA or RECORD comes near."""


class BrokenArchiveError(Exception):
    """The archive cannot be read to its end."""


def read(artifact: Artifact) -> Contents:
    """Read an archive once, from its first byte to its last.

    Raises:
        BrokenArchiveError: It is no archive of its kind, or is damaged.
    """
    members: list[Member] = []
    kept: dict[str, bytes] = {}
    leaks: list[Leak] = []
    with _explained(), contextlib.closing(_entries(artifact)) as entries:
        for member, stream in entries:
            if stream is None:
                members.append(member)
                continue
            digest = hashlib.sha256()
            text = bytearray() if _describes(member) else None
            leaks += find_leaks(member.name, member.size, _pieces(stream, digest, text))
            members.append(
                Member(name=member.name, kind="file", size=member.size, sha256=digest.digest())
            )
            if text is not None:
                kept[member.name] = bytes(text)
    return Contents(artifact=artifact, members=tuple(members), kept=kept, leaks=tuple(leaks))


@contextlib.contextmanager
def _explained() -> Iterator[None]:
    try:
        yield
    except (
        zipfile.BadZipFile,
        tarfile.TarError,
        zlib.error,
        EOFError,
        OSError,
        NotImplementedError,  # a compression that zipfile does not know
        RuntimeError,  # an encrypted member
    ) as error:
        raise BrokenArchiveError(str(error) or type(error).__name__) from error


def _entries(artifact: Artifact) -> Generator[tuple[Member, IO[bytes] | None], None, None]:
    return _wheel_entries(artifact) if artifact.kind == "wheel" else _sdist_entries(artifact)


def _wheel_entries(artifact: Artifact) -> Generator[tuple[Member, IO[bytes] | None], None, None]:
    with zipfile.ZipFile(artifact.path) as archive:
        for info in archive.infolist():
            kind = _zip_kind(info)
            member = Member(name=info.filename, kind=kind, size=info.file_size)
            if kind == "file":
                with archive.open(info) as stream:
                    yield member, stream
            else:
                yield member, None


def _zip_kind(info: zipfile.ZipInfo) -> MemberKind:
    if info.is_dir():
        return "folder"
    mode = info.external_attr >> 16
    if stat.S_ISLNK(mode):
        return "link"
    return "file" if stat.S_IFMT(mode) in {0, stat.S_IFREG} else "special"


def _sdist_entries(artifact: Artifact) -> Generator[tuple[Member, IO[bytes] | None], None, None]:
    with tarfile.open(artifact.path, "r:gz") as archive:
        for info in archive:
            yield _tar_member(info), archive.extractfile(info) if info.isreg() else None


def _tar_member(info: tarfile.TarInfo) -> Member:
    if info.issym() or info.islnk():
        return Member(name=info.name, kind="link", target=info.linkname, is_hard=info.islnk())
    if info.isdir():
        return Member(name=info.name, kind="folder")
    return Member(name=info.name, kind="file" if info.isreg() else "special", size=info.size)


def _describes(member: Member) -> bool:
    folder, _, name = member.name.rpartition("/")
    small = member.size <= KEPT_AT_MOST and folder.count("/") == 0
    return small and (folder.endswith(".dist-info") or name in {"PKG-INFO", "setup.cfg"})


def _pieces(stream: IO[bytes], digest: hashlib._Hash, text: bytearray | None) -> Iterator[bytes]:
    """Yield the stream in pieces; every byte goes into the digest, whoever reads on."""
    while piece := stream.read(PIECE):
        digest.update(piece)
        if text is not None:
            text += piece
        yield piece
