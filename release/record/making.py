"""What a run saw and did → its record; pure."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from release.record.parts import (
    SCHEMA_VERSION,
    ArtifactRecord,
    BuildRecord,
    ConsumerRecord,
    InstalledRecord,
    MovedRecord,
    ProofRecord,
    RangeRecord,
    Record,
    RegistryRecord,
    StepRecord,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from release.model import Built, Bump, Outcome, Proof, Published, Registry


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
