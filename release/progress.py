"""What a running release tells those who watch it; the terminal adapter shows it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence

    from release.model import Outcome, Stage, Step


class Progress(Protocol):
    """Told of each stage as it begins and ends; results go elsewhere."""

    def plan(self, steps: Sequence[Step]) -> None:
        """Show what will be done, before any of it is."""

    def begin(self, stage: Stage, text: str) -> None:
        """Show that a stage has begun."""

    def say(self, text: str) -> None:
        """Show one sentence from within the stage."""

    def end(self, outcome: Outcome) -> None:
        """Show how a step of the stage ended."""
