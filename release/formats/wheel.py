"""A wheel as a file: its RECORD, its metadata, and the names that it lets one import."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from dataclasses import dataclass
from email import message_from_bytes
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from email.message import Message
    from pathlib import Path


@dataclass(frozen=True, kw_only=True, slots=True)
class Row:
    """One file of a RECORD; ``digest`` as it is written there: ``sha256=…``, or empty."""

    path: str
    digest: str


def parse_record(text: str) -> tuple[Row, ...]:
    """Read the text of a RECORD."""
    rows = csv.reader(io.StringIO(text))
    return tuple(Row(path=row[0], digest=row[1] if len(row) > 1 else "") for row in rows if row)


def read_record(wheel: Path) -> tuple[Row, ...]:
    """Return the rows of the wheel's RECORD, without those that carry no digest."""
    with zipfile.ZipFile(wheel) as archive:
        text = archive.read(_member(archive, _RECORD)).decode()
    return tuple(row for row in parse_record(text) if row.digest)


def record_path(wheel: Path) -> PurePosixPath:
    """Return where RECORD lies in the wheel."""
    with zipfile.ZipFile(wheel) as archive:
        return PurePosixPath(_member(archive, _RECORD))


def project_name(wheel: Path) -> str:
    """Return the project's name as the wheel's metadata spells it."""
    return str(_metadata(wheel)["Name"])


def requirements(wheel: Path) -> tuple[str, ...]:
    """Return what the wheel's metadata says it needs (Requires-Dist)."""
    return tuple(_metadata(wheel).get_all("Requires-Dist", []))


def _metadata(wheel: Path) -> Message:
    with zipfile.ZipFile(wheel) as archive:
        return message_from_bytes(archive.read(_member(archive, _METADATA)))


def _member(archive: zipfile.ZipFile, wanted: re.Pattern[str]) -> str:
    return next(name for name in archive.namelist() if wanted.fullmatch(name))


def top_level_names(wheel: Path) -> tuple[str, ...]:
    """Return the modules and packages at the wheel's top level that can be imported."""
    placed = (scheme_of(row.path) for row in read_record(wheel))
    names = {_module(PurePosixPath(path).parts) for scheme, path in placed if not scheme}
    return tuple(sorted(name for name in names if name.isidentifier()))


def scheme_of(path: str) -> tuple[str, str]:
    """Return the scheme that installs a member, and its place there; ``""`` is the library."""
    data = _DATA.fullmatch(path)
    if data is None:
        return "", path
    scheme = "" if data["scheme"] in {"purelib", "platlib"} else data["scheme"]
    return scheme, data["rest"]


# the layout of wheels ---------------------------------------------------------------

_RECORD: Final = re.compile(r"[^/]+\.dist-info/RECORD")
_METADATA: Final = re.compile(r"[^/]+\.dist-info/METADATA")
_DATA: Final = re.compile(r"[^/]+-[^-/]+\.data/(?P<scheme>[^/]+)/(?P<rest>.+)")
_MODULE_SUFFIXES: Final = (".py", ".so", ".pyd")


def _module(parts: tuple[str, ...]) -> str:
    """Return the module's or package's name; empty for a file that holds no code."""
    if not parts[-1].endswith(_MODULE_SUFFIXES):
        return ""
    return parts[0] if len(parts) > 1 else parts[0].partition(".")[0]
