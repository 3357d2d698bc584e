"""The record's forms: one JSON file per release, its schema, a table, and Markdown."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from release.record.parts import Record

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from release.record.parts import ConsumerRecord


def to_json(record: Record) -> bytes:
    """Return the record as JSON: indented, ending in a newline, the same for the same record."""
    return msgspec.json.format(msgspec.json.encode(record), indent=2) + b"\n"


def from_json(content: bytes) -> Record | None:
    """Return a record that was written before, or None where it is not one of this schema."""
    try:
        return msgspec.json.decode(content, type=Record)
    except msgspec.DecodeError:
        return None


def schema() -> dict[str, Any]:
    """Return the JSON schema of the record."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **msgspec.json.schema(Record),
    }


def rows(record: Record) -> tuple[tuple[str, str, str, str], ...]:
    """Return the closing table: stage, outcome, time and digest."""
    return tuple(
        (
            step.stage,
            f"{step.status}: {step.summary}",
            f"{step.seconds:.1f} s",
            step.digest,
        )
        for step in record.steps
    )


def to_markdown(record: Record) -> str:
    """Return the record for a job summary or a pull request."""
    parts = [
        f"# {record.package} {record.version}\n",
        f"Tag `{record.tag}`, commit `{record.commit}`.\n",
        f"Published to `{record.registry.name}` ({record.registry.simple_url}).\n",
        _markdown_table(("stage", "outcome", "time", "digest"), rows(record)),
        "## Artifacts\n",
        _markdown_table(
            ("file", "bytes", "sha256"),
            (
                (artifact.filename, f"{artifact.size:,}", artifact.sha256)
                for artifact in record.artifacts
            ),
        ),
    ]
    for consumer in record.consumers:
        parts.extend(_consumer_markdown(consumer))
    return "\n".join(parts)


def _consumer_markdown(consumer: ConsumerRecord) -> Iterable[str]:
    yield f"## {consumer.repository}: {consumer.status}\n"
    if consumer.reason:
        yield f"{consumer.reason} {consumer.next_step}".strip() + "\n"
    for change in consumer.ranges:
        label = "**breaking** " if change.breaking else ""
        yield f"- {label}`{change.before or 'no range'}` → `{change.after}`"
    if consumer.moved:
        yield ""
        yield _markdown_table(
            ("package", "before", "after", "why"),
            (
                (moved.name, moved.before or "-", moved.after or "-", moved.cause)
                for moved in consumer.moved
            ),
        )
    for report in consumer.reports:
        yield f"- {report}"


def _markdown_table(columns: Sequence[str], lines: Iterable[Sequence[str]]) -> str:
    def line(cells: Sequence[str]) -> str:
        return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"

    return "\n".join([line(columns), line(["---"] * len(columns)), *map(line, lines)]) + "\n"
