"""What a record holds. Its JSON schema comes from these types (``release.record.forms``)."""

from __future__ import annotations

from typing import Final

import msgspec

from release.model import (  # noqa: TC001  # msgspec reads the annotations when it runs
    ArtifactKind,
    BumpStatus,
    Installer,
    OutcomeStatus,
    Stage,
)

SCHEMA_VERSION: Final = 1


class _Part(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A part of the record."""


class ArtifactRecord(_Part, frozen=True):
    """One distribution: ``size`` in bytes, ``url`` where the index serves it."""

    filename: str
    kind: ArtifactKind
    sha256: str
    size: int
    url: str | None = None


class BuildRecord(_Part, frozen=True):
    """How the artifacts came about.

    ``requirements`` is the whole build environment, pinned. ``reproduced`` is null where
    the second build was turned off.
    """

    requirements: tuple[str, ...]
    reproduced: bool | None
    source_date_epoch: int


class RegistryRecord(_Part, frozen=True):
    """Where it was published: the index as consumers name it."""

    name: str
    url: str
    simple_url: str


class InstalledRecord(_Part, frozen=True):
    """One distribution of a clean install, and the index that it came from."""

    name: str
    version: str
    index: str


class ProofRecord(_Part, frozen=True):
    """One clean install that was checked."""

    python: str
    installer: Installer
    installed: tuple[InstalledRecord, ...]
    imports: tuple[str, ...]
    commands: tuple[str, ...]


class RangeRecord(_Part, frozen=True):
    """How one requirement changed."""

    before: str
    after: str
    breaking: bool


class MovedRecord(_Part, frozen=True):
    """One package whose locked version changed; null means absent on that side."""

    name: str
    before: str | None
    after: str | None
    cause: str


class ConsumerRecord(_Part, frozen=True):
    """What happened to one consumer; ``files`` are the paths that changed."""

    repository: str
    delivery: str
    status: BumpStatus
    files: tuple[str, ...] = ()
    ranges: tuple[RangeRecord, ...] = ()
    moved: tuple[MovedRecord, ...] = ()
    checks: tuple[str, ...] = ()
    reports: tuple[str, ...] = ()
    delivered_to: str | None = None
    reason: str = ""
    next_step: str = ""


class StepRecord(_Part, frozen=True):
    """How one step ended; ``seconds`` of wall time."""

    stage: Stage
    status: OutcomeStatus
    summary: str
    seconds: float
    digest: str = ""


class Record(_Part, frozen=True):
    """What was done for one release. It holds no secret."""

    schema_version: int
    package: str
    version: str
    tag: str
    tag_object: str
    commit: str
    commit_time: str
    registry: RegistryRecord
    build: BuildRecord
    artifacts: tuple[ArtifactRecord, ...]
    proofs: tuple[ProofRecord, ...]
    consumers: tuple[ConsumerRecord, ...]
    steps: tuple[StepRecord, ...]
    tools: dict[str, str]
