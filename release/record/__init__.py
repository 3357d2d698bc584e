"""Outcomes → record: what was done for one release, as values.

The record tells what was done; nothing ever reads it to decide what to do. Its JSON
schema is generated from the types below (``release.record.forms``).
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Final, Literal

import msgspec

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from release.model import Built, Bump, Outcome, Proof, Published, Registry

SCHEMA_VERSION: Final = 1


class _Part(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A part of the record."""


class ArtifactRecord(_Part, frozen=True):
    """One distribution: ``size`` in bytes, ``url`` where the index serves it."""

    filename: str
    kind: Literal["wheel", "sdist"]
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
    installer: Literal["uv", "pip"]
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
    status: Literal["bumped", "nothing to do", "planned", "refused"]
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

    stage: Literal["source", "build", "inspect", "publish", "verify", "bump", "record"]
    status: Literal["done", "nothing to do", "planned", "refused", "failed"]
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


def make_record(
    *,
    built: Built,
    registry: Registry,
    published: Sequence[Published] = (),
    proofs: Sequence[Proof] = (),
    bumps: Sequence[Bump] = (),
    outcomes: Sequence[Outcome] = (),
    tools: Mapping[str, str],
) -> Record:
    """Return the record of what this run saw and did; pure."""
    urls = {file.artifact.filename: file.url for file in published}
    release = built.release
    return Record(
        schema_version=SCHEMA_VERSION,
        package=str(release.name),
        version=str(release.version),
        tag=release.tag,
        tag_object=release.tag_object,
        commit=release.commit,
        commit_time=dt.datetime.fromtimestamp(release.commit_time, tz=dt.UTC).isoformat(),
        registry=RegistryRecord(
            name=registry.name, url=registry.url, simple_url=registry.simple_url
        ),
        build=BuildRecord(
            requirements=built.requirements,
            reproduced=built.reproduced,
            source_date_epoch=release.commit_time,
        ),
        artifacts=tuple(
            ArtifactRecord(
                filename=artifact.filename,
                kind=artifact.kind,
                sha256=artifact.sha256,
                size=artifact.size,
                url=urls.get(artifact.filename),
            )
            for artifact in built.artifacts
        ),
        proofs=tuple(_proof_record(proof) for proof in proofs),
        consumers=tuple(_consumer_record(bump) for bump in bumps),
        steps=tuple(
            StepRecord(
                stage=outcome.stage,
                status=outcome.status,
                summary=outcome.summary,
                seconds=round(outcome.seconds, 2),
                digest=outcome.digest,
            )
            for outcome in outcomes
        ),
        tools=dict(tools),
    )


def _proof_record(proof: Proof) -> ProofRecord:
    return ProofRecord(
        python=proof.python,
        installer=proof.installer,
        installed=tuple(
            InstalledRecord(name=str(item.name), version=item.version, index=item.index)
            for item in proof.installed
        ),
        imports=proof.imports,
        commands=proof.commands,
    )


def _consumer_record(bump: Bump) -> ConsumerRecord:
    return ConsumerRecord(
        repository=bump.consumer,
        delivery=bump.delivery,
        status=bump.status,
        files=tuple(change.path for change in bump.changes),
        ranges=tuple(
            RangeRecord(before=change.before, after=change.after, breaking=change.breaking)
            for change in bump.ranges
        ),
        moved=tuple(
            MovedRecord(
                name=str(moved.name), before=moved.before, after=moved.after, cause=moved.cause
            )
            for moved in bump.moved
        ),
        checks=bump.checks,
        reports=tuple(str(report) for report in bump.reports),
        delivered_to=bump.delivered_to,
        reason=bump.reason,
        next_step=bump.next_step,
    )


# one record for many runs -------------------------------------------------------------


def merge(previous: Record | None, now: Record) -> Record:
    """Return the record to keep, when a run has seen a release that has one already.

    A later run that finds nothing to do must not wipe out what an earlier one did, and
    changes no byte. So a part of ``previous`` stays where ``now`` has nothing for it, or
    says "nothing to do", or tells the same again.
    """
    if previous is None or _identity(previous) != _identity(now):
        return now
    return msgspec.structs.replace(
        now,
        build=previous.build if _same_artifacts(previous, now) else now.build,
        artifacts=_merge_artifacts(previous, now),
        proofs=now.proofs or previous.proofs,
        consumers=_merge_consumers(previous.consumers, now.consumers),
        steps=_merge_steps(previous.steps, now.steps),
    )


def _identity(record: Record) -> tuple[object, ...]:
    digests = {artifact.sha256 for artifact in record.artifacts}
    return (record.package, record.version, record.tag_object, record.registry, digests)


def _same_artifacts(previous: Record, now: Record) -> bool:
    return previous.build.requirements == now.build.requirements or now.build.reproduced is None


def _merge_artifacts(previous: Record, now: Record) -> tuple[ArtifactRecord, ...]:
    urls = {artifact.filename: artifact.url for artifact in previous.artifacts}
    return tuple(
        msgspec.structs.replace(artifact, url=artifact.url or urls.get(artifact.filename))
        for artifact in now.artifacts
    )


def _merge_consumers(
    previous: Sequence[ConsumerRecord], now: Sequence[ConsumerRecord]
) -> tuple[ConsumerRecord, ...]:
    told = {consumer.repository: consumer for consumer in now}
    kept = [
        before
        if (after := told.pop(before.repository, None)) is None or _says_nothing_new(before, after)
        else after
        for before in previous
    ]
    return (*kept, *told.values())


def _says_nothing_new(before: ConsumerRecord, after: ConsumerRecord) -> bool:
    return after.status == "nothing to do" and before.status in {"bumped", "nothing to do"}


def _merge_steps(
    previous: Sequence[StepRecord], now: Sequence[StepRecord]
) -> tuple[StepRecord, ...]:
    order = list(dict.fromkeys(step.stage for step in (*previous, *now)))
    return tuple(
        step
        for stage in sorted(order, key=_STAGES.index)
        for step in _merge_stage(
            [step for step in previous if step.stage == stage],
            [step for step in now if step.stage == stage],
        )
    )


_STAGES: Final = ("source", "build", "inspect", "publish", "verify", "bump", "record")


def _merge_stage(previous: Sequence[StepRecord], now: Sequence[StepRecord]) -> Sequence[StepRecord]:
    if not now:
        return previous
    if not previous:
        return now
    was_done = all(step.status in {"done", "nothing to do"} for step in previous)
    nothing_new = all(step.status == "nothing to do" for step in now)
    if was_done and (nothing_new or list(map(_content, previous)) == list(map(_content, now))):
        return previous
    return now


def _content(step: StepRecord) -> tuple[str, ...]:
    return (step.stage, step.status, step.summary, step.digest)
