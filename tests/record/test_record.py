"""The record: what it holds, how it outlives a second run, and its published schema."""

import json
from dataclasses import replace
from pathlib import Path

import msgspec
import pytest
from packaging.utils import canonicalize_name
from packaging.version import Version

from release.model import (
    Artifact,
    Built,
    Bump,
    FileChange,
    Installed,
    Moved,
    Outcome,
    OutcomeStatus,
    Proof,
    Published,
    RangeChange,
    Registry,
    Release,
    Stage,
)
from release.record import Record, make_record, merge
from release.record import forms as record_forms

RELEASE = Release(
    name=canonicalize_name("demo"),
    version=Version("1.0"),
    tag="v1.0",
    tag_object="b" * 40,
    commit="a" * 40,
    commit_time=1_700_000_000,
)
WHEEL = Artifact(path=Path("demo-1.0-py3-none-any.whl"), kind="wheel", sha256="c" * 64, size=10)
BUILT = Built(
    release=RELEASE, artifacts=(WHEEL,), requirements=("hatchling==1.33.0",), reproduced=True
)
REGISTRY = Registry(
    name="acme", url="http://h", simple_url="http://h/simple", reader=None, writer=None
)
BUMPED = Bump(
    consumer="app",
    delivery="working-tree",
    status="bumped",
    changes=(FileChange(path="uv.lock", kind="lockfile", before=b"", after=b"x"),),
    ranges=(RangeChange(before="demo", after="demo>=1,<2", breaking=False),),
    moved=(Moved(name=canonicalize_name("demo"), before=None, after="1.0", cause="released"),),
    delivered_to="working tree app",
)


def outcome(
    stage: Stage, status: OutcomeStatus, summary: str = "", seconds: float = 1.0
) -> Outcome:
    """Return how a step ended."""
    return Outcome(stage=stage, status=status, summary=summary, seconds=seconds)


def made(*outcomes: Outcome, bumps: tuple[Bump, ...] = (), uploaded: bool = True) -> Record:
    """Return the record of a run with these outcomes."""
    return make_record(
        built=BUILT,
        registry=REGISTRY,
        published=[Published(artifact=WHEEL, url="http://h/demo.whl", uploaded=uploaded)],
        proofs=[
            Proof(
                python="3.11.7",
                installer="uv",
                installed=(
                    Installed(
                        name=canonicalize_name("demo"), version="1.0", index="http://h/simple"
                    ),
                ),
                imports=("demo",),
            )
        ],
        bumps=bumps,
        outcomes=outcomes,
        tools={"uv": "0.13.9"},
    )


def test_a_second_run_that_finds_nothing_to_do_changes_no_byte() -> None:
    """What the first run did stays; the later run's "already there" does not replace it."""
    first = made(outcome("publish", "done", "uploaded"), bumps=(BUMPED,))
    idle = replace(BUMPED, status="nothing to do", changes=(), delivered_to=None)
    second = made(outcome("publish", "nothing to do", "already there", 9.0), bumps=(idle,))

    assert record_forms.to_json(merge(first, second)) == record_forms.to_json(first)


def test_the_same_outcome_in_another_time_changes_no_byte() -> None:
    """A clean install takes another time on each run and proves the same."""
    first = made(outcome("verify", "done", "works", 1.0))
    second = made(outcome("verify", "done", "works", 2.0))

    assert merge(first, second) == first


def test_a_failure_is_replaced_by_what_came_of_the_next_run() -> None:
    """A record that told of a failure tells of the success that followed."""
    first = made(outcome("verify", "failed", "no"))
    second = made(outcome("verify", "nothing to do", "works"))

    assert merge(first, second).steps == second.steps


def test_a_verb_of_its_own_adds_its_stage_in_the_order_of_the_way() -> None:
    """publish, verify and bump run one by one make one record."""
    published = made(outcome("source", "done"), outcome("publish", "done"))
    bumped = made(outcome("source", "done"), outcome("bump", "done"), bumps=(BUMPED,))
    verified = made(outcome("verify", "done"))

    merged = merge(merge(published, bumped), verified)

    assert [step.stage for step in merged.steps] == ["source", "publish", "verify", "bump"]
    assert [consumer.status for consumer in merged.consumers] == ["bumped"]


@pytest.mark.parametrize(
    "other",
    [
        replace(RELEASE, version=Version("1.1")),
        replace(RELEASE, tag_object="d" * 40),
    ],
)
def test_another_release_starts_a_new_record(other: Release) -> None:
    """Nothing of an earlier release, or of a moved tag, is carried over."""
    first = made(outcome("publish", "done"))
    now = make_record(built=replace(BUILT, release=other), registry=REGISTRY, outcomes=(), tools={})

    assert merge(first, now) == now
    assert merge(None, now) == now


def test_the_record_is_read_back_as_it_was_written() -> None:
    """JSON and values say the same."""
    now = made(outcome("publish", "done"), bumps=(BUMPED,))

    assert record_forms.from_json(record_forms.to_json(now)) == now


@pytest.mark.parametrize("content", [b"", b"{", b"{}", b'{"schema_version": 1}'])
def test_a_file_that_is_no_record_is_no_record(content: bytes) -> None:
    """A damaged record is replaced, never trusted."""
    assert record_forms.from_json(content) is None


def test_the_checked_in_schema_is_the_generated_one() -> None:
    """docs/reference/record.schema.json is what other programs rely on."""
    checked_in = json.loads(Path("docs/reference/record.schema.json").read_text("utf-8"))

    assert checked_in == json.loads(msgspec.json.encode(record_forms.schema()))


def test_markdown_tells_what_moved_and_marks_a_breaking_range() -> None:
    """The text of a job summary holds the closing table, digests, and each consumer."""
    breaking = RangeChange(before="demo>=0.9,<1", after="demo>=1,<2", breaking=True)
    refused = Bump(
        consumer="other", delivery="branch", status="refused", reason="No.", next_step="Yes."
    )
    text = record_forms.to_markdown(
        made(
            outcome("publish", "done", "1 file | uploaded"),
            bumps=(replace(BUMPED, ranges=(breaking,)), refused),
        )
    )

    assert "| publish | done: 1 file \\| uploaded | 1.0 s |  |" in text
    assert f"| demo-1.0-py3-none-any.whl | 10 | {'c' * 64} |" in text
    assert "- **breaking** `demo>=0.9,<1` → `demo>=1,<2`" in text
    assert "| demo | - | 1.0 | released |" in text
    assert "## other: refused\n\nNo. Yes.\n" in text
