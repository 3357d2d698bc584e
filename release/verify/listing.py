"""What the index lists and serves: awaited, downloaded, and compared with what was built."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from release.errors import VerificationFailed
from release.formats.index_page import foreign_host_finding
from release.model import IndexPage

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from release.adapters.clock import Clock
    from release.adapters.index import Index
    from release.model import Artifact, Built, IndexFile

_FIRST_PAUSE: Final = 0.05
_LONGEST_PAUSE: Final = 5.0


def await_files(
    built: Built, index: Index, *, budget: float, clock: Clock, say: Callable[[str], None]
) -> tuple[tuple[Artifact, IndexFile], ...]:
    """Return what the index lists for each artifact, waiting for it within the budget."""
    end = clock.now() + budget
    pauses = clock.growing_pauses(first=_FIRST_PAUSE, longest=_LONGEST_PAUSE)
    wanted = [artifact.filename for artifact in built.artifacts]
    while True:
        page = index.page(built.release.name, wanted=wanted)
        listed = [(artifact, page.find(artifact.filename)) for artifact in built.artifacts]
        missing = [artifact.filename for artifact, file in listed if file is None]
        if not missing:
            return tuple((artifact, file) for artifact, file in listed if file)
        left = end - clock.now()
        if left <= 0:
            raise VerificationFailed(
                f"{page.url} does not list {' and '.join(missing)} after {budget:g} s.",
                next_step="Run `release publish` first; where a cache stands before the index, "
                "raise registry.budget.",
            )
        say(f"waiting for {page.url} to list {' and '.join(missing)}")
        clock.sleep(min(next(pauses), left))


def download_files(
    listed: Sequence[tuple[Artifact, IndexFile]], index: Index, *, folder: Path
) -> None:
    """Fetch each file as a reader does, and compare its sha256 with what was built."""
    page = IndexPage(url=index.url, files=tuple(file for _, file in listed))
    foreign = foreign_host_finding(page, index.url)
    if foreign is not None:
        raise VerificationFailed(f"{foreign.place} {foreign.message}", next_step=foreign.next_step)
    folder.mkdir(parents=True, exist_ok=True)
    for artifact, file in listed:
        target = folder / artifact.filename
        sha256 = index.download(file, target)
        target.unlink(missing_ok=True)
        if sha256 != artifact.sha256:
            raise VerificationFailed(
                f"{artifact.filename} on the index has sha256 {sha256}; "
                f"what was built has {artifact.sha256}.",
                next_step="Where the backend never builds the same bytes twice "
                "(package.second-build is off), .release/artifacts of the first build is needed. "
                "Else somebody replaced the published file: find out who, and release the next "
                "version.",
            )
