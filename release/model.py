"""The frozen values that the stages hand on, in the order in which they arise."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from pathlib import Path

    from packaging.utils import NormalizedName
    from packaging.version import Version

    from release.secret import Credentials


@dataclass(frozen=True, kw_only=True, slots=True)
class Registry:
    """An index with upload: what consumers call it, where it is, who may do what.

    ``url`` takes uploads, ``simple_url`` serves the simple index. ``writer`` is None where
    no token is at hand, and ``missing_token`` says why in a sentence; ``reader`` is None
    where reading needs none.
    """

    name: str
    url: str
    simple_url: str
    reader: Credentials | None
    writer: Credentials | None
    missing_token: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Finding:
    """Something that inspection or the guard refuses.

    ``place`` is what a person opens: ``wheel:member``, ``file:line`` or a file name.
    """

    code: str
    place: str
    message: str
    next_step: str

    def __str__(self) -> str:
        """One line: place, code, sentence and next step."""
        return f"{self.place}: {self.code}: {self.message} {self.next_step}"


# source ---------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True, slots=True)
class Release:
    """One version of the package, made from one tag.

    ``tag_object`` is the sha of the annotated tag (the commit's own for a lightweight
    one); ``commit_time`` is in Unix seconds and becomes SOURCE_DATE_EPOCH.
    """

    name: NormalizedName
    version: Version
    tag: str
    tag_object: str
    commit: str
    commit_time: int

    def __str__(self) -> str:
        """``issue-core 0.2.0``."""
        return f"{self.name} {self.version}"


@dataclass(frozen=True, kw_only=True, slots=True)
class Checkout:
    """A clean clone of the tag's commit, in a folder of its own."""

    release: Release
    folder: Path


# build ----------------------------------------------------------------------------

ArtifactKind = Literal["wheel", "sdist"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Artifact:
    """A wheel or an sdist on disk; ``size`` in bytes, ``sha256`` in lower-case hex."""

    path: Path
    kind: ArtifactKind
    sha256: str
    size: int

    @property
    def filename(self) -> str:
        """The distribution's file name, as the index will carry it."""
        return self.path.name


@dataclass(frozen=True, kw_only=True, slots=True)
class Built:
    """What one release was built into: the wheel first, then the sdist.

    ``requirements`` are the exact versions of the build environment
    (``hatchling==1.33.0``). ``reproduced`` is None where the second build was turned off.
    ``reused`` tells that the files lay in the artifact folder from an earlier run.
    """

    release: Release
    artifacts: tuple[Artifact, ...]
    requirements: tuple[str, ...]
    reproduced: bool | None
    reused: bool = False

    @property
    def wheel(self) -> Artifact:
        """The wheel."""
        return next(artifact for artifact in self.artifacts if artifact.kind == "wheel")


# publish --------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True, slots=True)
class IndexFile:
    """One file of a project page (PEP 503, PEP 691); ``url`` is absolute, unescaped.

    ``sha256`` is None where the page offers no such digest; ``yanked`` is the reason
    (perhaps empty) or None.
    """

    filename: str
    url: str
    sha256: str | None
    requires_python: str | None = None
    yanked: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class IndexPage:
    """The project page as read; an absent project (404) has no files."""

    url: str
    files: tuple[IndexFile, ...]
    exists: bool = True

    def find(self, filename: str) -> IndexFile | None:
        """Return the file of that name, or None where the page does not list it."""
        return next((file for file in self.files if file.filename == filename), None)


@dataclass(frozen=True, kw_only=True, slots=True)
class Upload:
    """Decision: the index does not have the file, so it is sent."""

    artifact: Artifact


@dataclass(frozen=True, kw_only=True, slots=True)
class AlreadyThere:
    """Decision: the index has the file with the same sha256; nothing to do.

    ``yanked`` is the reason (perhaps empty) or None.
    """

    artifact: Artifact
    url: str
    yanked: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Conflict:
    """Decision: the index has a file of this name with another sha256 (None: none told)."""

    artifact: Artifact
    published_sha256: str | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Published:
    """One artifact that the index lists with our sha256; ``uploaded`` by this run or before."""

    artifact: Artifact
    url: str
    uploaded: bool


# verify ---------------------------------------------------------------------------

Installer = Literal["uv", "pip"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Installed:
    """One distribution in the fresh environment, and the index that it came from."""

    name: NormalizedName
    version: str
    index: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Proof:
    """One clean install that was checked: what was installed, imported and run."""

    python: str
    installer: Installer
    installed: tuple[Installed, ...]
    imports: tuple[str, ...] = ()
    commands: tuple[str, ...] = ()


# bump -----------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True, slots=True)
class Wanted:
    """What a bump asks of one consumer.

    ``specifier`` is the range for the manifest (``>=0.2,<0.3``); ``digests`` are the
    published files with their sha256; ``internal`` are the names that may come from the
    registry only (the package's own among them).
    """

    release: Release
    specifier: str
    index_name: str
    index_url: str
    digests: tuple[tuple[str, str], ...]
    internal: frozenset[NormalizedName]


@dataclass(frozen=True, kw_only=True, slots=True)
class Rewritten:
    """A consumer's file after its edit, and what was done to it.

    ``text`` equals the text before where nothing had to change. ``reports`` are places
    that stay as they are and that a person should look at.
    """

    text: str
    reasons: tuple[str, ...] = ()
    ranges: tuple[RangeChange, ...] = ()
    reports: tuple[Finding, ...] = ()


FileKind = Literal["manifest", "lockfile", "image"]


@dataclass(frozen=True, kw_only=True, slots=True)
class FileChange:
    """One file of a consumer, before and after; ``path`` is relative to its root.

    ``before`` is None for a file that does not exist yet.
    """

    path: str
    kind: FileKind
    before: bytes | None
    after: bytes
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Moved:
    """One package whose locked version changed; None means absent on that side.

    ``cause`` says why it moved: it is the package itself, or something that it needs.
    """

    name: NormalizedName
    before: str | None
    after: str | None
    cause: str


@dataclass(frozen=True, kw_only=True, slots=True)
class RangeChange:
    """How the consumer's requirement changed.

    ``breaking`` where the new range allows what the old one excluded on its upper side.
    """

    before: str
    after: str
    breaking: bool

    def __str__(self) -> str:
        """``BREAKING: >=0.2,<0.3 → >=0.3,<0.4``."""
        label = "BREAKING: " if self.breaking else ""
        return f"{label}{self.before or 'no range'} → {self.after}"


BumpStatus = Literal["bumped", "nothing to do", "planned", "refused"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Bump:
    """What happened, or will happen, to one consumer."""

    consumer: str
    delivery: str
    status: BumpStatus
    changes: tuple[FileChange, ...] = ()
    ranges: tuple[RangeChange, ...] = ()
    moved: tuple[Moved, ...] = ()
    checks: tuple[str, ...] = ()
    reports: tuple[Finding, ...] = ()
    delivered_to: str | None = None
    reason: str = ""
    next_step: str = ""

    @property
    def is_breaking(self) -> bool:
        """Whether a range now allows what its upper bound excluded before."""
        return any(change.breaking for change in self.ranges)


# plan and record ------------------------------------------------------------------

Stage = Literal["source", "build", "inspect", "publish", "verify", "bump", "record"]
OutcomeStatus = Literal["done", "nothing to do", "planned", "refused", "failed"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Step:
    """One thing that will be done, with its reason; ``needed`` False: nothing to do."""

    stage: Stage
    description: str
    reason: str
    needed: bool = True


@dataclass(frozen=True, kw_only=True, slots=True)
class Outcome:
    """How one step ended; ``seconds`` of wall time, ``digest`` where one proves it."""

    stage: Stage
    status: OutcomeStatus
    summary: str
    seconds: float
    digest: str = ""
