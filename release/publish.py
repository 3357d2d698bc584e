"""Publish: put each artifact on the index, if it is not there already.

Looks at the project page, decides file by file, and only then sends anything. The page
has the last word: after each answer, and each failure to get one, it is read again, and
whether a file is published is what the page says. So a lost answer, another publisher
and a run that was killed all end the same way.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Final, Literal, NoReturn

from release.adapters.clock import Clock
from release.adapters.files import temporary_folder
from release.errors import (
    RegistryConflict,
    RegistryNotPermitted,
    RegistryUnreadable,
    UploadFailed,
)
from release.formats.spellings import VersionFiles
from release.formats.urls import shown
from release.model import AlreadyThere, Conflict, Published, Upload

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence

    from release.adapters.index import Index
    from release.adapters.upload import Answer, Uploader
    from release.model import Artifact, Built, IndexFile, IndexPage

Decision = Upload | AlreadyThere | Conflict
Verdict = Literal["stored", "perhaps later", "refused"]

_TRANSIENT: Final = frozenset({408, 425, 429})
_SERVER_ERRORS: Final = range(500, 600)
_SUCCESSES: Final = range(200, 300)
_DUPLICATE: Final = 409
_REFUSALS: Final = {
    404: "Is the owner in [registry] url right, and does the registry exist there?",
    413: "The server, or a proxy before it, limits the size of a request: raise that limit.",
}
_FIRST_PAUSE: Final = 0.25
_LONGEST_PAUSE: Final = 8.0


# look -------------------------------------------------------------------------------


def look(built: Built, index: Index) -> tuple[Decision, ...]:
    """Read the project page and decide about each artifact; nothing is changed.

    Raises:
        RegistryConflict: The page lists this version in another spelling.
        RegistryError: The page cannot be read, which never counts as "not there".
    """
    page = _page(built, index)
    _refuse_other_spellings(built, page)
    return tuple(decide(artifact, page) for artifact in built.artifacts)


def _page(built: Built, index: Index) -> IndexPage:
    """Read the page, with a sha256 for each of our files that it lists.

    It keeps the other files of the version too.

    Where the page tells none, the file is downloaded and hashed: a name alone proves
    nothing.
    """
    wanted = {artifact.filename for artifact in built.artifacts}
    page = index.page(built.release.name, wanted=wanted, version=built.release.version)
    files = (_with_digest(file, index, wanted) for file in page.files)
    return replace(page, files=tuple(files))


def _with_digest(file: IndexFile, index: Index, wanted: Collection[str]) -> IndexFile:
    if file.sha256 is not None or file.filename not in wanted:
        return file
    with temporary_folder("published") as folder:
        return replace(file, sha256=index.download(file, folder / "file"))


# decide -----------------------------------------------------------------------------


def decide(artifact: Artifact, page: IndexPage) -> Decision:
    """Decide what one artifact needs; a page that tells no sha256 proves no equality."""
    published = page.find(artifact.filename)
    if published is None:
        return Upload(artifact=artifact)
    if published.sha256 == artifact.sha256:
        return AlreadyThere(artifact=artifact, url=published.url, yanked=published.yanked)
    return Conflict(artifact=artifact, published_sha256=published.sha256)


def judge(answer: Answer) -> Verdict:
    """Say what an answer means for a file that the page does not list (yet)."""
    status = answer.status
    if status is None or status in _TRANSIENT or status in _SERVER_ERRORS:
        return "perhaps later"
    # Older Gitea says 400 for a duplicate, newer 409; pypiserver 400 to twine.
    if status in _SUCCESSES or status == _DUPLICATE or "already exists" in answer.text.lower():
        return "stored"
    return "refused"


# act --------------------------------------------------------------------------------


def publish(
    built: Built,
    *,
    index: Index,
    uploader: Uploader | None,
    budget: float,
    say: Callable[[str], None],
    clock: Clock | None = None,
    missing_token: str = "",
) -> tuple[Published, ...]:
    """Bring every artifact onto the index, the wheel first, one after another.

    Args:
        built: What to publish.
        index: Where it is looked for.
        uploader: Where it is sent; None where there is no token.
        budget: Seconds that repetitions, and waiting for the page, may take for one file.
        say: Told each thing that happens, as one sentence.
        clock: Time; the machine's own when not given.
        missing_token: Why there is no token, in a sentence.

    Raises:
        RegistryConflict: The index has a file of that name with other content; when it
            is seen at the start, nothing has been uploaded.
        RegistryNotPermitted: There is no token, or it may not publish.
        RegistryUnreadable: The page cannot be read.
        UploadFailed: A file is not on the index in the end.
    """
    decisions = look(built, index)
    _refuse_conflicts(decisions)
    if uploader is None:
        refuse = partial(_refuse_without_token, missing_token)
        return tuple(_carry_out(decision, refuse, say) for decision in decisions)
    sending = _Sending(
        built=built,
        index=index,
        uploader=uploader,
        budget=budget,
        say=say,
        clock=clock or Clock(),
    )
    return tuple(_carry_out(decision, sending.bring, say) for decision in decisions)


def _carry_out(
    decision: Decision, bring: Callable[[Artifact], Published], say: Callable[[str], None]
) -> Published:
    artifact = decision.artifact
    if isinstance(decision, AlreadyThere):
        say(f"{artifact.filename} is on the index with the same sha256; nothing to do.")
        _tell_yanked(decision, say)
        return Published(artifact=artifact, url=decision.url, uploaded=False)
    return bring(artifact)


def _tell_yanked(decision: AlreadyThere, say: Callable[[str], None]) -> None:
    if decision.yanked is not None:
        reason = f" ({decision.yanked})" if decision.yanked else ""
        say(
            f"{decision.artifact.filename} is yanked{reason}: installers take it only where "
            "the version is pinned exactly."
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class _Sending:
    """Sending files, with everything that it needs."""

    built: Built
    index: Index
    uploader: Uploader
    budget: float
    say: Callable[[str], None]
    clock: Clock

    def bring(self, artifact: Artifact) -> Published:
        """Send one file until the index lists it, an answer refuses it, or time is over."""
        spent = _Budget(clock=self.clock, seconds=self.budget)
        growing = self.clock.growing_pauses(first=_FIRST_PAUSE, longest=_LONGEST_PAUSE)
        while True:
            self.say(f"Uploading {artifact.filename} ({artifact.size:,} bytes).")
            answer = self.uploader.upload(artifact)
            spent.start()
            verdict = judge(answer)
            published = self._listed(artifact, spent, keep_looking=verdict == "stored")
            if published is not None:
                return published
            if verdict != "perhaps later":
                _refuse(artifact, answer, self.uploader.url, self.budget)
            pause = max(next(growing), answer.retry_after or 0.0)
            if not spent.has(pause):
                _refuse(artifact, answer, self.uploader.url, self.budget)
            self.say(f"{_told(answer)}; trying again in {pause:.1f} s.")
            self.clock.sleep(pause)
            published = self._listed(artifact, spent, keep_looking=False)
            if published is not None:
                return published

    def _listed(
        self, artifact: Artifact, spent: _Budget, *, keep_looking: bool
    ) -> Published | None:
        """Look at the page, once or until it lists the file; a page in trouble gets time."""
        growing = self.clock.growing_pauses(first=_FIRST_PAUSE, longest=_LONGEST_PAUSE)
        while True:
            pause = next(growing)
            try:
                decision = decide(artifact, _page(self.built, self.index))
            except RegistryUnreadable as error:
                if not spent.has(pause):
                    raise RegistryUnreadable(
                        f"{error.message} {artifact.filename} was sent and may be on the index.",
                        next_step="Run it again when the registry answers; what is there stays.",
                    ) from None
            else:
                if isinstance(decision, AlreadyThere):
                    self.say(f"{artifact.filename} is on the index.")
                    _tell_yanked(decision, self.say)
                    return Published(artifact=artifact, url=decision.url, uploaded=True)
                _refuse_conflicts([decision])
                if not keep_looking or not spent.has(pause):
                    return None
            self.clock.sleep(pause)


class _Budget:
    """Seconds that begin with the first answer: a long upload is no waiting."""

    def __init__(self, *, clock: Clock, seconds: float) -> None:
        self._clock = clock
        self._seconds = seconds
        self._end: float | None = None

    def start(self) -> None:
        """Begin, if it has not begun."""
        if self._end is None:
            self._end = self._clock.now() + self._seconds

    def has(self, pause: float) -> bool:
        """Tell whether a pause of so many seconds still fits."""
        return self._end is not None and self._clock.now() + pause <= self._end


# refuse -----------------------------------------------------------------------------


def _refuse_other_spellings(built: Built, page: IndexPage) -> None:
    """Refuse where clients would find files of our version under names that are not ours.

    Wheels for other platforms begin with our spelling and are no conflict.
    """
    version_files = VersionFiles(built.release.name, built.release.version)
    ours = {artifact.filename for artifact in built.artifacts}
    spellings = {version_files.read(name) for name in ours}
    lowered = {name.lower() for name in ours}
    others = [
        file.filename
        for file in page.files
        if file.filename not in ours
        and (version_files.read(file.filename) not in spellings or file.filename.lower() in lowered)
    ]
    if others:
        raise RegistryConflict(
            f"The index has {' and '.join(sorted(others))}, which for every installer is "
            f"{built.release} too, beside {' and '.join(sorted(ours))}.",
            next_step="Delete what was published in the other spelling from the registry, or "
            "tag the next version.",
        )


def _refuse_conflicts(decisions: Sequence[Decision]) -> None:
    conflicts = [decision for decision in decisions if isinstance(decision, Conflict)]
    if conflicts:
        raise RegistryConflict(
            " ".join(
                f"{conflict.artifact.filename} is on the index with sha256 "
                f"{conflict.published_sha256 or '(none told)'}, yours has "
                f"{conflict.artifact.sha256}."
                for conflict in conflicts
            ),
            next_step="A published file cannot be replaced: tag the next version. If the same "
            "commit was built with other versions of the build tools, pin them ([package] "
            "constraints); a backend that never builds the same bytes twice (package.second-build "
            "is off) needs the artifacts of its first build in .release/artifacts.",
        )


def _refuse_without_token(why: str, artifact: Artifact) -> NoReturn:
    missing = f"{artifact.filename} is not on the index, and there is no token to upload it with."
    raise RegistryNotPermitted(
        f"{missing} {why}".rstrip(),
        next_step="Name it in release.toml, [registry] "
        'token = { env = "RELEASE_TOKEN" } for example, and give that variable a token '
        "that may write packages (write:package).",
    )


def _refuse(artifact: Artifact, answer: Answer, url: str, budget: float) -> NoReturn:
    """Raise for an answer after which the page still does not list the file."""
    status, told = answer.status, _told(answer)
    where = f"{artifact.filename} is not on the index; {shown(url)}"
    if status in {401, 403}:
        raise RegistryNotPermitted(
            f"{where} did not permit the upload: {told}.",
            next_step="The token needs the right to write packages of this owner "
            "(write:package). A 403 of Gitea may also be a quota: its sentence says which.",
        )
    verdict = judge(answer)
    if verdict == "stored":
        raise UploadFailed(
            f"{where} took it ({told}), but its page does not list it after {budget:g} s.",
            next_step="Run it again later; if a proxy caches the index, exempt it, or give "
            "more time ([registry] budget).",
        )
    if verdict == "perhaps later":
        raise UploadFailed(
            f"{where} did not take it within {budget:g} s; the last answer: {told}.",
            next_step="Run it again when the registry works; what is there stays there.",
        )
    raise UploadFailed(
        f"{where} refused it: {told}.",
        next_step=_REFUSALS.get(status or 0, "Correct what the server names, and run it again."),
    )


def _told(answer: Answer) -> str:
    if answer.status is None:
        return answer.text
    return f"{answer.status} {answer.text}".rstrip(" .")
