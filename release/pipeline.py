"""The whole way of a release, top to bottom.

    tag → source → build → inspect → publish → verify → bump → record

No other module knows this order. Each stage looks at the world, decides, and acts; a run
that is repeated, or was killed anywhere, therefore ends in the same place.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from release import outcomes
from release.adapters.processes import in_background
from release.build import build
from release.bump import deliver_bumps, make_bumps, prepare_bumps
from release.errors import ConsumerNotBumped, RegistryError, ReleaseError
from release.inspection import inspect, refuse
from release.model import AlreadyThere
from release.outcomes import counted
from release.publish import look, publish
from release.record import make_record
from release.source import check_built_version, check_out
from release.story import Story
from release.verify import interpreters, verify

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from packaging.utils import NormalizedName

    from release.adapters.builder import Builder
    from release.adapters.clock import Clock
    from release.adapters.git import Git
    from release.adapters.index import Index
    from release.adapters.upload import Uploader
    from release.bump import Bumper, Prepared, Ready
    from release.config import Config
    from release.model import Built, Bump, Finding, Registry, Step
    from release.progress import Progress
    from release.publish import Decision
    from release.record import Record


@dataclass(frozen=True, kw_only=True, slots=True)
class Job:
    """One release to make: what was asked, and the adapters that it is made with.

    ``root`` is the folder of release.toml, ``store`` keeps artifacts between runs, and
    ``scratch`` is gone afterwards. ``internal`` are the names that may come from the registry
    only, the package's own among them; ``tools`` are names and versions, for the record.
    """

    config: Config
    root: Path
    store: Path
    scratch: Path
    registry: Registry
    internal: frozenset[NormalizedName]
    git: Git
    builder: Builder
    index: Index
    uploader: Uploader | None
    bumper: Bumper
    progress: Progress
    clock: Clock
    tools: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True, slots=True)
class Finished:
    """How a run ended: what was planned and done, and the error that ended it early."""

    record: Record | None
    plan: tuple[Step, ...]
    bumps: tuple[Bump, ...]
    error: ReleaseError | None


# the verbs, each the way of a release as far as it goes ---------------------------------


def run(job: Job, story: Story) -> None:
    """Do the whole release."""
    built = prepare(job, story)
    consumers = look_everywhere(job, story, built)
    job.progress.plan(story.steps)
    publish_files(job, story, built)
    # Both only read the index; a bump is delivered when the install is proven.
    with in_background(lambda: make_bumps(consumers, job.bumper, say=job.progress.say)) as ready:
        verify_install(job, story, built)
        bump_consumers(job, story, built, ready)


def plan(job: Job, story: Story) -> None:
    """Build and inspect, look everywhere, change nothing."""
    look_everywhere(job, story, prepare(job, story))
    refuse_unbumped(story.bumps)


def prepare(job: Job, story: Story) -> Built:
    """Take the tag's source, build it twice, and refuse what must not be published."""
    package = job.config.package
    checkout = story.tell(
        "source",
        f"clone {package.repository}",
        lambda: check_out(package, root=job.root, folder=job.scratch / "source", git=job.git),
        outcomes.source_ending,
    )
    built = story.built = story.tell(
        "build",
        f"build {checkout.release}",
        lambda: build(
            checkout,
            config=package,
            store=job.store,
            builder=job.builder,
            public_index_url=job.config.public_index.url,
            say=job.progress.say,
        ),
        outcomes.build_ending,
    )

    def inspected() -> tuple[Finding, ...]:
        check_built_version(built, checkout)
        findings = inspect(
            built,
            checkout,
            config=job.config.inspect,
            internal=job.internal,
            tracked=frozenset(job.git.tracked_files(checkout.folder)),
        )
        refuse(findings)
        return findings

    story.tell("inspect", "look for what must not be published", inspected, outcomes.inspect_ending)
    return built


def publish_only(job: Job, story: Story) -> None:
    """Publish, and look at nothing else."""
    built = prepare(job, story)
    publish_files(job, story, built)


def verify_only(job: Job, story: Story) -> None:
    """Prove a clean install of what is published."""
    verify_install(job, story, prepare(job, story))


def bump_only(job: Job, story: Story) -> None:
    """Bump the consumers to what is published."""
    built = prepare(job, story)
    refuse_unpublished(built, look(built, job.index))
    consumers = prepare_bumps(job.config.consumer, built, job.bumper)
    bump_consumers(
        job, story, built, lambda: make_bumps(consumers, job.bumper, say=job.progress.say)
    )


def build_only(job: Job, story: Story) -> None:
    """Build and inspect."""
    prepare(job, story)


VERBS: Final[Mapping[str, Callable[[Job, Story], None]]] = {
    "run": run,
    "plan": plan,
    "build": build_only,
    "publish": publish_only,
    "verify": verify_only,
    "bump": bump_only,
}


# the stages that look at the world outside -----------------------------------------------


def look_everywhere(job: Job, story: Story, built: Built) -> tuple[Prepared, ...]:
    """Read the index, the interpreters and every consumer, and decide each step."""
    interpreters(job.config.verify, job.scratch / "interpreters")
    decisions = look(built, job.index)
    consumers = prepare_bumps(job.config.consumer, built, job.bumper)
    story.bumps = tuple(prepared.bump for prepared in consumers)
    story.steps = (
        *outcomes.publish_steps(decisions),
        *outcomes.verify_steps(job.config.verify),
        *outcomes.bump_steps(consumers),
    )
    return consumers


def publish_files(job: Job, story: Story, built: Built) -> None:
    """Bring each file to the index, unless it is there with our sha256."""
    story.published = story.tell(
        "publish",
        f"publish to {job.registry.name}",
        lambda: publish(
            built,
            index=job.index,
            uploader=job.uploader,
            missing_token=job.registry.missing_token,
            budget=job.config.registry.budget,
            say=job.progress.say,
            clock=job.clock,
        ),
        outcomes.publish_ending,
    )


def verify_install(job: Job, story: Story, built: Built) -> None:
    """Install from the index into fresh environments, and prove what came."""
    story.proofs = story.tell(
        "verify",
        f"install {built.release} from {job.registry.name}",
        lambda: verify(
            built,
            index=job.index,
            index_name=job.registry.name,
            credentials=job.registry.reader,
            config=job.config.verify,
            internal=job.internal,
            public_index_url=job.config.public_index.url,
            folder=job.scratch / "verify",
            budget=job.config.registry.budget,
            say=job.progress.say,
            clock=job.clock,
        ),
        outcomes.verify_ending,
    )


def bump_consumers(
    job: Job, story: Story, built: Built, made: Callable[[], tuple[Ready, ...]]
) -> None:
    """Bring the release into each consumer; one that cannot be bumped blocks no other."""
    story.bumps = story.tell(
        "bump",
        f"bring {built.release} to {counted(len(job.config.consumer), 'consumer')}",
        lambda: deliver_bumps(made()),
        outcomes.bump_ending,
    )
    refuse_unbumped(story.bumps)


def refuse_unbumped(bumps: tuple[Bump, ...]) -> None:
    """Say which consumers are not bumped.

    Raises:
        ConsumerNotBumped: There is one; the others are bumped all the same.
    """
    refused = [bump for bump in bumps if bump.status == "refused"]
    if refused:
        raise ConsumerNotBumped(
            f"Not bumped: {', '.join(bump.consumer for bump in refused)}.",
            next_step="Mend what is said of each, and run again: the others have nothing to do.",
        )


def refuse_unpublished(built: Built, decisions: tuple[Decision, ...]) -> None:
    """Refuse to bump to what the index does not serve: a lock would fall through to PyPI.

    Raises:
        RegistryError: A file is not on the index with our sha256.
    """
    if not all(isinstance(decision, AlreadyThere) for decision in decisions):
        raise RegistryError(
            f"{built.release} is not on the index as it was built.",
            next_step="`release publish` first.",
        )


# the end ---------------------------------------------------------------------------------


def carry_out(verb: str, job: Job) -> Finished:
    """Do what a verb names; an error comes back as a value, with the record so far."""
    story = Story(progress=job.progress, now=job.clock.now)
    error = None
    try:
        VERBS[verb](job, story)
    except ReleaseError as caught:
        error = caught
    record = None
    if story.built is not None:
        record = make_record(
            built=story.built,
            registry=job.registry,
            published=story.published,
            proofs=story.proofs,
            bumps=story.bumps,
            outcomes=story.outcomes,
            tools=job.tools,
        )
    return Finished(record=record, plan=story.steps, bumps=story.bumps, error=error)
