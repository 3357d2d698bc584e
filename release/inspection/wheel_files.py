"""The files that describe a wheel: RECORD, which lists the others, and WHEEL."""

from __future__ import annotations

import base64
import csv
import re
from typing import TYPE_CHECKING, Final

from packaging.tags import parse_tag

from release.model import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from packaging.tags import Tag

    from release.inspection.contents import Contents, Member

BUILD_AGAIN: Final = "Build the wheel again; nothing may change it afterwards."
_UNLISTED: Final = re.compile(r"[^/]+\.dist-info/RECORD(?:\.jws|\.p7s)?")


def check_record(contents: Contents, dist_info: str) -> Iterator[Finding]:
    """Compare RECORD with the members: the same names, hashes and sizes."""
    place = f"{contents.artifact.filename}:{dist_info}/RECORD"
    rows = _rows(contents.kept.get(f"{dist_info}/RECORD"))
    if rows is None:
        yield Finding(
            code="record-missing",
            place=place,
            message="There is no RECORD that can be read.",
            next_step=BUILD_AGAIN,
        )
        return
    members = {member.name: member for member in contents.members if member.kind == "file"}
    yield from _differing_names(rows, members, place)
    for name in sorted(rows.keys() & members.keys()):
        if not _UNLISTED.fullmatch(name) and not _agrees(*rows[name], members[name]):
            yield Finding(
                code="record-wrong",
                place=f"{contents.artifact.filename}:{name}",
                message="Its bytes are not those that RECORD names.",
                next_step=BUILD_AGAIN,
            )


def _rows(content: bytes | None) -> dict[str, tuple[str, str]] | None:
    if content is None:
        return None
    try:
        rows = list(csv.reader(content.decode().splitlines()))
        return {name: (digest, size) for name, digest, size in rows}
    except (ValueError, csv.Error):
        return None


def _differing_names(
    rows: Mapping[str, object], members: Mapping[str, object], place: str
) -> Iterator[Finding]:
    unlisted = [name for name in members.keys() - rows.keys() if not _UNLISTED.fullmatch(name)]
    lost = [name for name in rows.keys() - members.keys() if not name.endswith("/")]
    for names, what in ((unlisted, "does not list"), (lost, "lists what is not there:")):
        for name in sorted(names):
            yield Finding(
                code="record-incomplete",
                place=place,
                message=f"RECORD {what} {name!r}.",
                next_step=BUILD_AGAIN,
            )


def _agrees(digest: str, size: str, member: Member) -> bool:
    algorithm, _, encoded = digest.partition("=")
    is_size = size in {"", str(member.size)}
    if algorithm in {"sha384", "sha512"}:
        return is_size
    expected = base64.urlsafe_b64encode(member.sha256).rstrip(b"=").decode()
    return algorithm == "sha256" and encoded.rstrip("=") == expected and is_size


def check_tags(contents: Contents, dist_info: str, tags: frozenset[Tag]) -> Iterator[Finding]:
    """Compare the tags of WHEEL with those of the file name."""
    member = f"{dist_info}/WHEEL"
    text = contents.kept.get(member, b"").decode("utf-8", "replace")
    written = re.findall(r"^Tag:\s*(\S+)\s*$", text, re.MULTILINE)
    listed = frozenset(tag for line in written if line.count("-") == 2 for tag in parse_tag(line))  # noqa: PLR2004 - python-abi-platform
    if listed != tags:
        yield Finding(
            code="tags-differ",
            place=f"{contents.artifact.filename}:{member}",
            message=f"Its tags are {', '.join(written) or 'missing'}, "
            f"the file name's are {', '.join(sorted(map(str, tags)))}.",
            next_step=BUILD_AGAIN,
        )
