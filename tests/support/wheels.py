"""Real wheels and sdists, written member by member, so that a fault can be planted."""

from __future__ import annotations

import base64
import hashlib
import io
import stat
import tarfile
import zipfile
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from packaging.utils import canonicalize_name
from packaging.version import Version

from release.config import Inspect
from release.inspection import inspect
from release.model import Artifact, ArtifactKind, Built, Checkout, Release

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from packaging.utils import NormalizedName

    from release.model import Finding

LICENSE = "Permission is granted.\n"
README = "# issue-core\n\nA small library.\n"
METADATA = f"""\
Metadata-Version: 2.4
Name: issue-core
Version: 0.2.0
Summary: A small library.
License-Expression: MIT
License-File: LICENSE
Requires-Python: >=3.11
Requires-Dist: packaging>=24
Requires-Dist: vergabe-types<2,>=1.4
Description-Content-Type: text/markdown

{README}"""
WHEEL = """\
Wheel-Version: 1.0
Generator: by hand
Root-Is-Purelib: true
Tag: py3-none-any
"""
ENTRY_POINTS = "[console_scripts]\nissue-core = issue_core.cli:main\n"
MODULES = {
    "issue_core/__init__.py": '"""A small library."""\n',
    "issue_core/cli.py": '"""Its command."""\n\n\ndef main() -> None:\n    """Do nothing."""\n',
    "issue_core/py.typed": "",
    "issue_core/templates/report.html": "<p>{{ report }}</p>\n",
}
PYPROJECT = """\
[build-system]
requires = ["hatchling"]
build-backend = "hatchling.build"

[project]
name = "issue-core"
"""


def _unchanged(record: str) -> str | None:
    return record


def _nothing(_archive: object) -> None:
    """Leave the archive as it is."""


@dataclass(kw_only=True, slots=True)
class Draft:
    """A package with nothing wrong, to be changed and then written.

    ``shared`` files are in the commit, the wheel (below its root) and the sdist; the
    others are in one of them only. ``links`` of the sdist map a name to its target.
    """

    shared: dict[str, str | bytes] = field(default_factory=lambda: dict(MODULES))
    wheel_only: dict[str, str | bytes] = field(default_factory=dict)
    sdist_only: dict[str, str | bytes] = field(default_factory=dict)
    tracked_only: set[str] = field(default_factory=set)
    untracked: set[str] = field(default_factory=set)
    links: dict[str, str] = field(default_factory=dict)
    metadata: str = METADATA
    pkg_info: str | None = None
    wheel_text: str = WHEEL
    entry_points: str = ENTRY_POINTS
    pyproject: str = PYPROJECT
    wheel_name: str = "issue_core-0.2.0-py3-none-any.whl"
    dist_info: str = "issue_core-0.2.0.dist-info"
    sdist_name: str = "issue_core-0.2.0.tar.gz"
    sdist_root: str = "issue_core-0.2.0"
    release_name: str = "issue-core"
    release_version: str = "0.2.0"
    without: set[str] = field(default_factory=set)
    edit_record: Callable[[str], str | None] = _unchanged
    edit_wheel: Callable[[zipfile.ZipFile], object] = _nothing
    edit_sdist: Callable[[tarfile.TarFile], object] = _nothing
    damage: Callable[[Path], object] = _nothing
    know_tracked: bool = True
    config: Inspect = field(default_factory=Inspect)
    internal: frozenset[NormalizedName] = frozenset(
        {canonicalize_name("issue-core"), canonicalize_name("vergabe-types")}
    )

    def change_metadata(self, before: str, after: str) -> None:
        """Replace a piece of the metadata, which must be there."""
        assert before in self.metadata
        self.metadata = self.metadata.replace(before, after, 1)

    def inspect(self, folder: Path) -> tuple[Finding, ...]:
        """Write both archives and the checkout below ``folder``, and inspect them."""
        release = Release(
            name=canonicalize_name(self.release_name),
            version=Version(self.release_version),
            tag=f"v{self.release_version}",
            tag_object="0" * 40,
            commit="0" * 40,
            commit_time=1_700_000_000,
        )
        checkout = folder / "checkout"
        checkout.mkdir()
        (checkout / "pyproject.toml").write_text(self.pyproject)
        artifacts = (
            as_artifact(self.write_wheel(folder), "wheel"),
            as_artifact(self.write_sdist(folder), "sdist"),
        )
        return inspect(
            Built(release=release, artifacts=artifacts, requirements=(), reproduced=None),
            Checkout(release=release, folder=checkout),
            config=self.config,
            internal=self.internal,
            tracked=self.tracked() if self.know_tracked else None,
        )

    def tracked(self) -> frozenset[str]:
        """Return what the commit holds."""
        own = {"pyproject.toml", "LICENSE", "README.md"}
        return frozenset((own | set(self.shared) | self.tracked_only) - self.untracked)

    def write_wheel(self, folder: Path) -> Path:
        """Write the wheel with a RECORD that fits, unless the draft says otherwise."""
        path = folder / self.wheel_name
        described = {
            "METADATA": self.metadata,
            "WHEEL": self.wheel_text,
            "entry_points.txt": self.entry_points,
            "licenses/LICENSE": LICENSE,
        }
        members: dict[str, str | bytes] = {
            **self.shared,
            **self.wheel_only,
            **{f"{self.dist_info}/{name}": text for name, text in described.items()},
        }
        members = {name: content for name, content in members.items() if name not in self.without}
        record = self.edit_record(_record(members, f"{self.dist_info}/RECORD"))
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, content in members.items():
                archive.writestr(name, content)
            if record is not None:
                archive.writestr(f"{self.dist_info}/RECORD", record)
            self.edit_wheel(archive)
        self.damage(path)
        return path

    def write_sdist(self, folder: Path) -> Path:
        """Write the sdist."""
        path = folder / self.sdist_name
        members: dict[str, str | bytes] = {
            "PKG-INFO": self.metadata if self.pkg_info is None else self.pkg_info,
            "pyproject.toml": self.pyproject,
            "LICENSE": LICENSE,
            "README.md": README,
            **self.shared,
            **self.sdist_only,
        }
        with tarfile.open(path, "w:gz") as archive:
            for name, content in members.items():
                if f"sdist:{name}" not in self.without:
                    add_to_sdist(archive, f"{self.sdist_root}/{name}", content)
            for name, target in self.links.items():
                link = tarfile.TarInfo(f"{self.sdist_root}/{name}")
                link.type, link.linkname = tarfile.SYMTYPE, target
                archive.addfile(link)
            self.edit_sdist(archive)
        return path


def as_artifact(path: Path, kind: ArtifactKind) -> Artifact:
    """Describe a file as the build does."""
    content = path.read_bytes()
    return Artifact(
        path=path, kind=kind, sha256=hashlib.sha256(content).hexdigest(), size=len(content)
    )


def add_to_sdist(archive: tarfile.TarFile, name: str, content: str | bytes) -> None:
    """Add a regular file."""
    data = content.encode() if isinstance(content, str) else content
    info = tarfile.TarInfo(name)
    info.size = len(data)
    archive.addfile(info, io.BytesIO(data))


def add_link_to_wheel(archive: zipfile.ZipFile, name: str, target: str) -> None:
    """Add a symbolic link, as ``zip --symlinks`` writes it."""
    info = zipfile.ZipInfo(name)
    info.external_attr = (stat.S_IFLNK | 0o777) << 16
    archive.writestr(info, target)


def _record(members: Mapping[str, str | bytes], own: str) -> str:
    rows = [_row(name, content) for name, content in members.items()]
    return "".join(f"{row}\n" for row in [*rows, f"{own},,"])


def _row(name: str, content: str | bytes) -> str:
    data = content.encode() if isinstance(content, str) else content
    digest = base64.urlsafe_b64encode(hashlib.sha256(data).digest()).rstrip(b"=").decode()
    quoted = f'"{name}"' if "," in name else name
    return f"{quoted},sha256={digest},{len(data)}"
