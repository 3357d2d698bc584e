"""A wheel's RECORD: what it says is in the wheel, compared with what is installed."""

from __future__ import annotations

import csv
import hashlib
import io
import re
import zipfile
from base64 import urlsafe_b64encode
from dataclasses import dataclass
from email import message_from_bytes
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator
    from email.message import Message

    from release.adapters.environments import Environment


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
        name = next(name for name in archive.namelist() if _RECORD.fullmatch(name))
        return tuple(row for row in parse_record(archive.read(name).decode()) if row.digest)


def requirements(wheel: Path) -> tuple[str, ...]:
    """Return what the wheel's metadata says it needs (Requires-Dist)."""
    return tuple(_metadata(wheel).get_all("Requires-Dist", []))


def _metadata(wheel: Path) -> Message:
    with zipfile.ZipFile(wheel) as archive:
        name = next(name for name in archive.namelist() if _METADATA.fullmatch(name))
        return message_from_bytes(archive.read(name))


def top_level_names(wheel: Path) -> tuple[str, ...]:
    """Return the modules and packages at the wheel's top level that can be imported."""
    names = {_module(path.parts) for path in map(_installed_path, read_record(wheel)) if path}
    return tuple(sorted(name for name in names if name.isidentifier()))


def differences(environment: Environment, wheel: Path) -> list[str]:
    """Tell every way in which the installed files are not those of the wheel."""
    problems = []
    expected = set()
    headers = _headers(environment, wheel)
    for row in read_record(wheel):
        target = _target(row.path, environment, headers)
        expected.add(target)
        if not target.is_file():
            problems.append(f"{row.path} of {wheel.name} is not installed.")
        elif not _has_digest(target, row.digest) and not _is_rewritten_script(row.path, wheel):
            problems.append(f"{row.path} is installed with other bytes than {wheel.name} has.")
    return problems + list(_foreign(environment, wheel, expected))


# the layout of wheels ---------------------------------------------------------------

_RECORD: Final = re.compile(r"[^/]+\.dist-info/RECORD")
_METADATA: Final = re.compile(r"[^/]+\.dist-info/METADATA")
_DATA: Final = re.compile(r"[^/]+-[^-/]+\.data/(?P<scheme>[^/]+)/(?P<rest>.+)")
_BY_INSTALLER: Final = frozenset({"INSTALLER", "RECORD", "REQUESTED", "uv_cache.json"})
_MODULE_SUFFIXES: Final = (".py", ".so", ".pyd")


def _installed_path(row: Row) -> PurePosixPath | None:
    """Return where a row lies below site-packages; None for what lies elsewhere."""
    data = _DATA.fullmatch(row.path)
    if data is None:
        return PurePosixPath(row.path)
    inside = data["scheme"] in {"purelib", "platlib"}
    return PurePosixPath(data["rest"]) if inside else None


def _module(parts: tuple[str, ...]) -> str:
    """Return the module's or package's name; empty for a file that holds no code."""
    if not parts[-1].endswith(_MODULE_SUFFIXES):
        return ""
    return parts[0] if len(parts) > 1 else parts[0].partition(".")[0]


def _headers(environment: Environment, wheel: Path) -> Path:
    """Return where headers go: below the project's name as its metadata spells it."""
    folder = environment.folder / "include" / "site" / f"python{environment.minor_version}"
    return folder / str(_metadata(wheel)["Name"])


def _target(path: str, environment: Environment, headers: Path) -> Path:
    data = _DATA.fullmatch(path)
    if data is None:
        return environment.site_packages / path
    schemes = {"scripts": environment.scripts, "data": environment.folder, "headers": headers}
    return schemes.get(data["scheme"], environment.site_packages) / data["rest"]


def _has_digest(path: Path, digest: str) -> bool:
    algorithm, _, wanted = digest.partition("=")
    with path.open("rb") as stream:
        found = hashlib.file_digest(stream, algorithm).digest()
    return urlsafe_b64encode(found).decode().rstrip("=") == wanted


def _is_rewritten_script(path: str, wheel: Path) -> bool:
    """Tell whether installers write this script anew, with the environment's own Python."""
    data = _DATA.fullmatch(path)
    if data is None or data["scheme"] != "scripts":
        return False
    with zipfile.ZipFile(wheel) as archive, archive.open(path) as stream:
        return stream.read(8) == b"#!python"


def _foreign(environment: Environment, wheel: Path, expected: set[Path]) -> Iterator[str]:
    """Yield what is installed under the package's name and is not in the wheel."""
    with zipfile.ZipFile(wheel) as archive:
        record = next(name for name in archive.namelist() if _RECORD.fullmatch(name))
    folder = environment.site_packages / PurePosixPath(record).parent
    if (folder / "direct_url.json").exists():
        yield "it was installed from a direct URL (direct_url.json), not from the index."
    listed = folder / "RECORD"
    if not listed.exists():
        yield f"{record} is not installed."
        return
    for row in parse_record(listed.read_text("utf-8")):
        path = (environment.site_packages / row.path).resolve()
        by_installer = (
            (path.parent == folder and path.name in {*_BY_INSTALLER, "direct_url.json"})
            or path.parent == environment.scripts
            or path.suffix == ".pyc"
        )
        if not by_installer and path not in expected:
            yield f"{row.path} is installed, and is not in {wheel.name}."
