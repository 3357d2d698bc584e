"""What inspection knows of one archive, once every byte of it has been read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping

    from release.leaks import Leak
    from release.model import Artifact

MemberKind = Literal["file", "folder", "link", "special"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Member:
    """One entry of an archive; ``sha256`` (raw) of a file, ``target`` of a link.

    ``is_hard`` tells a hard link, whose target counts from the root of the archive.
    """

    name: str
    kind: MemberKind
    size: int = 0
    sha256: bytes = b""
    target: str = ""
    is_hard: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Contents:
    """All that inspection needs to know of one archive.

    ``kept`` are the describing files by name: those of ``*.dist-info``, and PKG-INFO.
    """

    artifact: Artifact
    members: tuple[Member, ...]
    kept: Mapping[str, bytes]
    leaks: tuple[Leak, ...]

    @property
    def files(self) -> frozenset[str]:
        """The names of all files."""
        return frozenset(member.name for member in self.members if member.kind == "file")

    @property
    def root(self) -> str:
        """The one folder of an sdist, named as its file is; a wheel has none."""
        return (
            self.artifact.filename.removesuffix(".tar.gz") if self.artifact.kind == "sdist" else ""
        )
