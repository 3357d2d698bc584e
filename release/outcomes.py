"""Stage results → sentences: the steps of a plan, and how each stage ended; pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from release.model import AlreadyThere, Conflict, Step, Upload
from release.story import Ending

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from release.bump import Prepared
    from release.config import Verify
    from release.model import Built, Bump, Checkout, Finding, Proof, Published
    from release.publish import Decision


def source_ending(checkout: Checkout) -> Ending:
    """Tell which commit is released."""
    release = checkout.release
    return Ending(
        status="done", summary=f"{release} is tag {release.tag}", digest=f"commit {release.commit}"
    )


def build_ending(built: Built) -> Ending:
    """Tell what was built, and whether a second build gave the same bytes."""
    names = " and ".join(artifact.filename for artifact in built.artifacts)
    if built.reused:
        return Ending(
            status="nothing to do", summary=f"{names} are built already", digest=_wheel(built)
        )
    twice = {
        True: "a second build gave the same bytes",
        False: "a second build gave other bytes",
        None: "the second build is turned off",
    }[built.reproduced]
    return Ending(status="done", summary=f"{names}; {twice}", digest=_wheel(built))


def inspect_ending(findings: Sequence[Finding]) -> Ending:
    """Tell that nothing was found (findings raise before this is asked)."""
    return Ending(status="done", summary=counted(len(findings), "finding"))


def publish_ending(published: Sequence[Published]) -> Ending:
    """Tell how many files were sent, and how many were there already."""
    sent = sum(file.uploaded for file in published)
    there = len(published) - sent
    digest = f"sha256 {published[0].artifact.sha256}" if published else ""
    if not sent:
        return Ending(
            status="nothing to do", summary=f"{counted(there, 'file')} already there", digest=digest
        )
    already = f", {there} already there" if there else ""
    return Ending(
        status="done", summary=f"{counted(sent, 'file')} uploaded{already}", digest=digest
    )


def verify_ending(proofs: Sequence[Proof]) -> Ending:
    """Tell on which interpreters a clean install was proven."""
    places = ", ".join(f"Python {proof.python} with {proof.installer}" for proof in proofs)
    return Ending(status="done", summary=f"a clean install works: {places}")


def bump_ending(bumps: Sequence[Bump]) -> Ending:
    """Tell how the consumers ended; one that was refused makes the stage a failure."""
    refused = [bump for bump in bumps if bump.status == "refused"]
    bumped = [bump for bump in bumps if bump.status == "bumped"]
    if refused:
        names = ", ".join(bump.consumer for bump in refused)
        return Ending(
            status="failed", summary=f"{len(refused)} of {len(bumps)} not bumped: {names}"
        )
    if not bumped:
        return Ending(status="nothing to do", summary=_up_to_date(bumps))
    return Ending(status="done", summary="; ".join(_bump_summary(bump) for bump in bumps))


def publish_steps(decisions: Sequence[Decision]) -> Iterator[Step]:
    """Yield one step for each file."""
    for decision in decisions:
        filename = decision.artifact.filename
        match decision:
            case Upload():
                yield Step(
                    stage="publish", description=f"upload {filename}", reason="the index lacks it"
                )
            case AlreadyThere():
                yield Step(
                    stage="publish",
                    description=f"leave {filename}",
                    reason="already there, with the same sha256",
                    needed=False,
                )
            case Conflict():
                yield Step(
                    stage="publish",
                    description=f"stop at {filename}",
                    reason="the index has a file of this name with another sha256",
                )


def verify_steps(config: Verify) -> Iterator[Step]:
    """Yield one step for each clean install."""
    for python in config.python or ("of this run",):
        for installer in config.installers:
            yield Step(
                stage="verify",
                description=f"install with {installer} on Python {python}",
                reason="an install from the index alone is the proof",
            )


def bump_steps(prepared: Sequence[Prepared]) -> Iterator[Step]:
    """Yield one step for each thing that a consumer needs."""
    for consumer in prepared:
        plan = consumer.bump
        if plan.status != "planned":
            reason = plan.reason or "it has this release already"
            verb = "refuse" if plan.status == "refused" else "leave"
            yield Step(
                stage="bump",
                description=f"{verb} {plan.consumer}",
                reason=reason,
                needed=plan.status == "refused",
            )
            continue
        for change in plan.changes:
            yield Step(
                stage="bump",
                description=f"edit {change.path} of {plan.consumer}",
                reason="; ".join(change.reasons),
            )
        if consumer.lockfile:
            yield Step(
                stage="bump",
                description=f"regenerate {consumer.lockfile} of {plan.consumer}",
                reason=plan.reason,
            )


def _up_to_date(bumps: Sequence[Bump]) -> str:
    if not bumps:
        return "no consumer is configured"
    return "; ".join(map(_bump_summary, bumps))


def _bump_summary(bump: Bump) -> str:
    if bump.status != "bumped":
        return f"{bump.consumer}: {bump.reason or 'it has this release already'}"
    files = ", ".join(change.path for change in bump.changes)
    ranges = "".join(f"; {change}" for change in bump.ranges)
    return f"{bump.consumer}: {files}{ranges}; {bump.delivered_to}"


def _wheel(built: Built) -> str:
    return f"sha256 {built.wheel.sha256}"


def counted(number: int, noun: str) -> str:
    """Return ``1 file``, ``2 files``."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
