"""One record for many runs: what an earlier one did stays told; pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, get_args

import msgspec

from release.model import Stage

if TYPE_CHECKING:
    from collections.abc import Sequence

    from release.record.parts import ArtifactRecord, ConsumerRecord, Record, StepRecord

_STAGES: Final = get_args(Stage)


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
