"""What has happened so far in one run: the facts that stages found, and how each ended."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeVar

from release.errors import RefusedBeforePublishing, ReleaseError
from release.model import Outcome

if TYPE_CHECKING:
    from collections.abc import Callable

    from release.model import Built, Bump, OutcomeStatus, Proof, Published, Stage, Step
    from release.progress import Progress

T = TypeVar("T")


@dataclass(frozen=True, kw_only=True, slots=True)
class Ending:
    """What is said of a stage that ended: a status, one sentence, perhaps a digest."""

    status: OutcomeStatus
    summary: str
    digest: str = ""


@dataclass(kw_only=True, slots=True)
class Story:
    """Grows while a run goes on; what is in it when the run ends becomes the record."""

    progress: Progress
    now: Callable[[], float]
    built: Built | None = None
    steps: tuple[Step, ...] = ()
    published: tuple[Published, ...] = ()
    proofs: tuple[Proof, ...] = ()
    bumps: tuple[Bump, ...] = ()
    outcomes: list[Outcome] = field(default_factory=list)

    def tell(self, stage: Stage, text: str, act: Callable[[], T], said: Callable[[T], Ending]) -> T:
        """Let a stage act; tell when it begins, how long it took, and how it ended.

        Raises:
            ReleaseError: What the stage raised, after it was told as this stage's outcome.
        """
        self.progress.begin(stage, text)
        began = self.now()
        try:
            result = act()
        except ReleaseError as error:
            refused = isinstance(error, RefusedBeforePublishing)
            self._end(
                stage,
                began,
                Ending(status="refused" if refused else "failed", summary=error.message),
            )
            raise
        self._end(stage, began, said(result))
        return result

    def _end(self, stage: Stage, began: float, ending: Ending) -> None:
        outcome = Outcome(
            stage=stage,
            status=ending.status,
            summary=ending.summary,
            seconds=self.now() - began,
            digest=ending.digest,
        )
        self.outcomes.append(outcome)
        self.progress.end(outcome)
