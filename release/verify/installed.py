"""What is installed, compared with the wheel that was built: file by file."""

from __future__ import annotations

import hashlib
import zipfile
from base64 import urlsafe_b64encode
from typing import TYPE_CHECKING, Final

from release.formats.wheel import (
    parse_record,
    project_name,
    read_record,
    record_path,
    scheme_of,
)

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from release.adapters.environments import Environment

_BY_INSTALLER: Final = frozenset({"INSTALLER", "RECORD", "REQUESTED", "uv_cache.json"})


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


def _headers(environment: Environment, wheel: Path) -> Path:
    """Return where headers go: below the project's name as its metadata spells it."""
    folder = environment.folder / "include" / "site" / f"python{environment.minor_version}"
    return folder / project_name(wheel)


def _target(path: str, environment: Environment, headers: Path) -> Path:
    scheme, place = scheme_of(path)
    schemes = {"scripts": environment.scripts, "data": environment.folder, "headers": headers}
    return schemes.get(scheme, environment.site_packages) / place


def _has_digest(path: Path, digest: str) -> bool:
    algorithm, _, wanted = digest.partition("=")
    with path.open("rb") as stream:
        found = hashlib.file_digest(stream, algorithm).digest()
    return urlsafe_b64encode(found).decode().rstrip("=") == wanted


def _is_rewritten_script(path: str, wheel: Path) -> bool:
    """Tell whether installers write this script anew, with the environment's own Python."""
    if scheme_of(path)[0] != "scripts":
        return False
    with zipfile.ZipFile(wheel) as archive, archive.open(path) as stream:
        return stream.read(8) == b"#!python"


def _foreign(environment: Environment, wheel: Path, expected: set[Path]) -> Iterator[str]:
    """Yield what is installed under the package's name and is not in the wheel."""
    record = record_path(wheel)
    folder = environment.site_packages / record.parent
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
