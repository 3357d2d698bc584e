"""Whatever a registry does, publishing ends with our bytes on the index, or says why not."""

from __future__ import annotations

import base64
import hashlib
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

import pytest

from release.adapters import embedded_registry
from release.adapters.clock import Clock
from release.adapters.index import Index
from release.adapters.upload import Answer, Uploader
from release.errors import (
    RegistryConflict,
    RegistryError,
    RegistryNotPermitted,
    RegistryUnreadable,
    UploadFailed,
)
from release.formats.index_page import foreign_host_finding, foreign_origins
from release.model import AlreadyThere, Built, Conflict, IndexFile, IndexPage, Published, Upload
from release.publish import (
    decide,
    judge,
    look,
    publish,
)
from tests.support.index_servers import (
    CREDENTIALS,
    HTML,
    TOKEN,
    Registry,
    Request,
    answering,
    build,
    closed_port,
    cut_chunks,
    cut_page,
    html_page,
    scripted,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


@pytest.fixture
def registry() -> Iterator[Registry]:
    """A scripted registry, which behaves as Gitea does where no script says otherwise."""
    with scripted() as served:
        yield served


@pytest.fixture
def built(tmp_path: Path) -> Built:
    """A wheel and an sdist."""
    return build(tmp_path / "built")


@dataclass
class Time:
    """Time that passes only in pauses, so that a test waits for nothing."""

    seconds: float = 0.0
    slept: list[float] = field(default_factory=list)

    @property
    def clock(self) -> Clock:
        """The clock that shows it."""
        return Clock(now=lambda: self.seconds, sleep=self.sleep, chance=max)

    def sleep(self, seconds: float) -> None:
        """Pass."""
        self.slept.append(seconds)
        self.seconds += seconds


def index(registry: Registry, *, timeout: float = 5) -> Index:
    """Return the index of a registry."""
    return Index(url=registry.simple_url, credentials=CREDENTIALS, timeout=timeout)


def run(
    built: Built,
    registry: Registry,
    *,
    time: Time | None = None,
    timeout: float = 5,
    said: list[str] | None = None,
) -> tuple[Published, ...]:
    """Publish to a registry with a budget of ten seconds."""
    return publish(
        built,
        index=index(registry, timeout=timeout),
        uploader=Uploader(url=registry.url, credentials=CREDENTIALS, timeout=timeout),
        budget=10,
        say=(said if said is not None else []).append,
        clock=(time or Time()).clock,
    )


def store(registry: Registry, built: Built, *, count: int = 2) -> None:
    """Put our own files onto a registry."""
    for artifact in built.artifacts[:count]:
        registry.stored[artifact.filename] = artifact.path.read_bytes()


def page_of(built: Built, **changes: object) -> IndexPage:
    """Return a page that lists the wheel, changed as told."""
    file = IndexFile(filename=built.wheel.filename, url="http://h/w", sha256=built.wheel.sha256)
    return IndexPage(url="http://h/simple/x/", files=(replace(file, **changes),))  # type: ignore[arg-type]  # by name


# decide -----------------------------------------------------------------------------


def test_the_page_decides_by_name_and_sha256(built: Built) -> None:
    """Absent, equal, different, and without a digest, which proves nothing."""
    wheel, sdist = built.artifacts
    page = page_of(built)
    assert decide(sdist, page) == Upload(artifact=sdist)
    assert decide(wheel, page) == AlreadyThere(artifact=wheel, url="http://h/w")
    other = "0" * 64
    assert decide(wheel, page_of(built, sha256=other)) == Conflict(
        artifact=wheel, published_sha256=other
    )
    assert decide(wheel, page_of(built, sha256=None)) == Conflict(
        artifact=wheel, published_sha256=None
    )


@pytest.mark.parametrize(
    ("status", "text", "verdict"),
    [
        (200, "", "stored"),
        (201, "", "stored"),
        (409, "", "stored"),
        (400, "package file already exists", "stored"),
        (None, "connection refused", "perhaps later"),
        (408, "", "perhaps later"),
        (425, "", "perhaps later"),
        (429, "", "perhaps later"),
        (500, "", "perhaps later"),
        (504, "", "perhaps later"),
        (302, "redirect", "refused"),
        (400, "hash mismatch", "refused"),
        (401, "", "refused"),
        (403, "", "refused"),
        (404, "", "refused"),
        (413, "", "refused"),
    ],
)
def test_an_answer_is_final_or_not(status: int | None, text: str, verdict: str) -> None:
    """Only what may pass by itself is tried again."""
    assert judge(Answer(status=status, text=text)) == verdict


def test_hosts_that_are_not_the_index_are_found() -> None:
    """ROOT_URL of another host or port would stand in every lockfile."""
    files = tuple(
        IndexFile(filename=f"x-{number}.whl", url=url, sha256=None)
        for number, url in enumerate(
            [
                "http://gitea:3000/a",
                "http://gitea:3001/a",
                "https://gitea:3000/a",
                "http://u:p@localhost/a",
                "http://gitea:3001/b",
            ]
        )
    )
    page = IndexPage(url="http://gitea:3000/simple/x/", files=files)
    told = ("http://gitea:3001", "http://localhost", "https://gitea:3000")
    assert foreign_origins(page, "http://gitea:3000/simple") == told
    finding = foreign_host_finding(page, "http://canary:canary@gitea:3000/simple")
    assert finding is not None
    assert "http://localhost, https://gitea:3000, not on http://gitea:3000." in finding.message
    assert "ROOT_URL" in finding.next_step
    assert "canary" not in str(finding)
    assert foreign_host_finding(replace(page, files=files[:1]), "http://gitea:3000/s") is None


# look -------------------------------------------------------------------------------


def test_looking_changes_nothing(registry: Registry, built: Built) -> None:
    """A plan is made of what the page says, with a single GET."""
    store(registry, built, count=1)
    wheel, sdist = built.artifacts
    assert look(built, index(registry)) == (
        AlreadyThere(artifact=wheel, url=f"{registry.url}/files/{wheel.filename}"),
        Upload(artifact=sdist),
    )
    assert [method for method, _, _ in registry.seen] == ["GET"]


def test_a_page_without_digests_is_checked_by_downloading(registry: Registry, built: Built) -> None:
    """A name alone is no success, and no conflict either: the bytes tell."""
    registry.digests = False
    store(registry, built, count=1)
    registry.stored[built.artifacts[1].filename] = b"other bytes"
    first, second = look(built, index(registry))
    assert isinstance(first, AlreadyThere)
    assert isinstance(second, Conflict)
    assert second.published_sha256 is not None


@pytest.mark.parametrize(
    "other",
    [
        "issue_core-0.2-py3-none-any.whl",
        "issue_core-0.2.tar.gz",
        "issue_core-v0.2.0.tar.gz",
        "Issue_Core-0.2.0-py3-none-any.whl",
        "issue-core-0.2.0.tar.gz",
        "issue_core-0.2.0-py3-none-ANY.whl",
    ],
)
def test_this_version_in_another_spelling_is_refused(
    registry: Registry, built: Built, other: str
) -> None:
    """Clients would take either of the two, and what is published cannot be undone."""
    registry.stored[other] = b"another"
    with pytest.raises(RegistryConflict) as caught:
        run(built, registry)
    assert other in caught.value.message
    assert "issue-core 0.2.0" in caught.value.message
    assert "Delete" in caught.value.next_step
    assert registry.uploads == []


@pytest.mark.parametrize(
    "other",
    [
        "issue_core-0.2.1.tar.gz",
        "issue_core-0.2.0rc1.tar.gz",
        "issue_core-0.2.0.post1.tar.gz",
        "issue_core-0.2.0-cp311-cp311-linux_x86_64.whl",
    ],
)
def test_other_versions_and_platforms_are_no_conflict(
    registry: Registry, built: Built, other: str
) -> None:
    """What an index holds besides is not our business, nor is it downloaded."""
    registry.digests = False
    registry.stored[other] = b"another"
    assert [type(decision) for decision in look(built, index(registry))] == [Upload, Upload]
    assert [path for _, path, _ in registry.seen] == ["/simple/issue-core/"]


def test_a_page_of_another_project_is_not_absence(registry: Registry, built: Built) -> None:
    """Nothing is sent where the index shows the files of something else."""
    registry.stored["another-0.2.0.tar.gz"] = b"another"
    with pytest.raises(RegistryUnreadable, match="no file of issue-core"):
        run(built, registry)
    assert registry.uploads == []


# publish ----------------------------------------------------------------------------


@pytest.mark.parametrize(("reason", "told"), [("", ""), ("broken", " (broken)")])
def test_a_yanked_file_is_there_and_is_told(
    registry: Registry, built: Built, reason: str, told: str
) -> None:
    """It is not uploaded again, and nobody wonders why installers pass over it."""
    wheel, _ = built.artifacts
    row = f'<a href="/files/{wheel.filename}#sha256={wheel.sha256}" data-yanked="{reason}">'
    page = f"<html><body>{row}{wheel.filename}</a></body></html>".encode()
    registry.on_get = [lambda request: request.answer(200, page, HTML)]
    said: list[str] = []
    assert [file.uploaded for file in run(built, registry, said=said)] == [False, True]
    assert said[:2] == [
        f"{wheel.filename} is on the index with the same sha256; nothing to do.",
        (
            f"{wheel.filename} is yanked{told}: installers take it only where the version is "
            "pinned exactly."
        ),
    ]


def test_both_files_are_published_the_wheel_first(registry: Registry, built: Built) -> None:
    """Gitea takes the version's metadata from its first file."""
    said: list[str] = []
    wheel, sdist = built.artifacts
    assert run(built, registry, said=said) == tuple(
        Published(artifact=artifact, url=f"{registry.url}/files/{artifact.filename}", uploaded=True)
        for artifact in (wheel, sdist)
    )
    assert registry.uploads == [wheel.filename, sdist.filename]
    assert said == [
        f"Uploading {wheel.filename} ({wheel.size:,} bytes).",
        f"{wheel.filename} is on the index.",
        f"Uploading {sdist.filename} ({sdist.size:,} bytes).",
        f"{sdist.filename} is on the index.",
    ]


def test_a_second_run_uploads_nothing(registry: Registry, built: Built) -> None:
    """Already there with the same sha256 is a success, and needs no token."""
    run(built, registry)
    registry.seen.clear()
    said: list[str] = []
    again = publish(built, index=index(registry), uploader=None, budget=10, say=said.append)
    assert [published.uploaded for published in again] == [False, False]
    assert [method for method, _, _ in registry.seen] == ["GET"]
    assert said[0] == (
        f"{built.wheel.filename} is on the index with the same sha256; nothing to do."
    )


def test_what_a_killed_run_left_is_completed(registry: Registry, built: Built) -> None:
    """The wheel is there and the sdist is not: only the sdist is sent."""
    store(registry, built, count=1)
    assert [published.uploaded for published in run(built, registry)] == [False, True]
    assert registry.uploads == [built.artifacts[1].filename]


def test_a_conflict_is_told_before_any_upload(registry: Registry, built: Built) -> None:
    """Both digests and the next step; the missing wheel is not sent either."""
    sdist = built.artifacts[1]
    registry.stored[sdist.filename] = b"other bytes"
    with pytest.raises(RegistryConflict) as caught:
        run(built, registry)
    assert caught.value.message == (
        f"{sdist.filename} is on the index with sha256 "
        f"{hashlib.sha256(b'other bytes').hexdigest()}, yours has {sdist.sha256}."
    )
    assert "tag the next version" in caught.value.next_step
    assert [method for method, _, _ in registry.seen] == ["GET"]


def test_without_a_token_the_missing_setting_is_named(registry: Registry, built: Built) -> None:
    """There is something to upload and nobody to do it."""
    with pytest.raises(RegistryNotPermitted, match=built.wheel.filename) as caught:
        publish(built, index=index(registry), uploader=None, budget=10, say=list[str]().append)
    assert "RELEASE_TOKEN" in caught.value.next_step
    assert [method for method, _, _ in registry.seen] == ["GET"]


# faults, by name --------------------------------------------------------------------


@pytest.mark.parametrize("status", [401, 403])
def test_401_and_403_on_upload_end_at_once(registry: Registry, built: Built, status: int) -> None:
    """The server's sentence is told: a 403 of Gitea may be a quota."""
    registry.always_post = answering(status, b"maximum allowed package count exceeded")
    with pytest.raises(RegistryNotPermitted, match=f"{status} maximum allowed") as caught:
        run(built, registry)
    assert "quota" in caught.value.next_step
    assert [method for method, _, _ in registry.seen] == ["GET", "POST", "GET"]


@pytest.mark.parametrize(
    ("status", "told"),
    [
        (404, "owner in [registry] url"),
        (413, "limits the size"),
        (400, "what the server names"),
        (302, "what the server names"),
    ],
)
def test_404_413_400_and_redirects_on_upload_end_at_once(
    registry: Registry, built: Built, status: int, told: str
) -> None:
    """What does not pass by itself is not repeated."""
    registry.always_post = answering(status, b"the reason", Location="/user/login")
    with pytest.raises(UploadFailed, match=str(status)) as caught:
        run(built, registry)
    assert told in caught.value.next_step
    assert "/user/login" in caught.value.message or "the reason" in caught.value.message
    assert [method for method, _, _ in registry.seen] == ["GET", "POST", "GET"]


def _and(
    after: Callable[[Request], None], content: bytes | None = None
) -> Callable[[Request], None]:
    """Return a reply that stores the file (or other content), and then does something else."""

    def reply(request: Request) -> None:
        name, sent = request.read_upload()
        request.registry.stored[name] = sent if content is None else content
        request.headers.replace_header("Content-Length", "0")
        after(request)

    return reply


def _duplicate(request: Request) -> None:
    request.answer(409, b"package file already exists")


@pytest.mark.parametrize(
    "after",
    [
        _duplicate,
        Request.lose,
        Request.hang,
        answering(400, b"duplicate"),
        answering(403, b"quota"),
        answering(500),
    ],
    ids=["409", "reply lost", "slow answer", "400", "403", "500"],
)
def test_an_upload_that_is_listed_with_our_content_is_a_success(
    registry: Registry, built: Built, after: Callable[[Request], None]
) -> None:
    """409 with the same content, a reply lost after the body was stored, and all the like."""
    registry.on_post = [_and(after)]
    published = run(built, registry, timeout=1)
    assert [file.uploaded for file in published] == [True, True]
    assert registry.uploads == [artifact.filename for artifact in built.artifacts]


@pytest.mark.parametrize("after", [_duplicate, answering(500), Request.lose, answering(201)])
def test_an_upload_that_is_listed_with_other_content_is_a_conflict(
    registry: Registry, built: Built, after: Callable[[Request], None]
) -> None:
    """409 with other content: somebody was faster, with another build."""
    registry.on_post = [_and(after, b"other bytes")]
    with pytest.raises(RegistryConflict, match=built.wheel.sha256):
        run(built, registry)
    assert registry.uploads == [built.wheel.filename]


def test_5xx_then_success(registry: Registry, built: Built) -> None:
    """Trouble that passes is waited for, longer each time, and each end is looked at."""
    time, said = Time(), list[str]()
    registry.on_post = [answering(500), answering(503), answering(429), Request.lose]
    run(built, registry, time=time, said=said)
    assert time.slept == [0.25, 0.5, 1.0, 2.0]
    assert said[1] == "500 Internal Server Error; trying again in 0.2 s."
    methods = "".join(method[0] for method, _, _ in registry.seen)
    assert methods == "G" + "PGG" * 4 + "PG" + "PG"


def test_another_publisher_in_the_pause_ends_the_repetition(
    registry: Registry, built: Built
) -> None:
    """Before it is sent again, the page is read again."""
    time = Time()

    def other(seconds: float) -> None:
        time.sleep(seconds)
        store(registry, built)

    registry.always_post = answering(503)
    (first, _) = publish(
        built,
        index=index(registry),
        uploader=Uploader(url=registry.url, credentials=CREDENTIALS, timeout=5),
        budget=10,
        say=list[str]().append,
        clock=replace(time.clock, sleep=other),
    )
    assert first.uploaded
    assert [method for method, _, _ in registry.seen].count("POST") == 1 + 1


def test_retry_after_is_kept_where_the_budget_reaches(registry: Registry, built: Built) -> None:
    """The server's own time counts; one that is too far away ends it at once."""
    time = Time()
    registry.on_post = [answering(503, Retry_After="4")]
    run(built, registry, time=time)
    assert time.slept == [4.0]
    registry.stored.clear()
    registry.always_post = answering(503, b"busy", Retry_After="3600")
    with pytest.raises(UploadFailed, match="within 10 s; the last answer: 503 busy"):
        run(built, registry, time=time)
    assert time.slept == [4.0]


def test_trouble_that_does_not_pass_ends_with_the_budget(registry: Registry, built: Built) -> None:
    """The repetition is bounded in time."""
    time = Time()
    registry.always_post = answering(502, b"bad gateway")
    with pytest.raises(UploadFailed, match="502 bad gateway"):
        run(built, registry, time=time)
    assert time.slept == [0.25, 0.5, 1.0, 2.0, 4.0]


def test_connection_refused_on_upload_is_told(registry: Registry, built: Built) -> None:
    """The index can be read, but nobody listens where uploads go."""
    with pytest.raises(UploadFailed, match="the last answer: connection refused"):
        publish(
            built,
            index=index(registry),
            uploader=Uploader(
                url=f"http://127.0.0.1:{closed_port()}", credentials=CREDENTIALS, timeout=1
            ),
            budget=1,
            say=list[str]().append,
            clock=Time().clock,
        )


def test_connection_refused_on_reading_stops(built: Built) -> None:
    """What cannot be read is not absent."""
    with pytest.raises(RegistryUnreadable, match="connection refused"):
        run(built, Registry(url=f"http://127.0.0.1:{closed_port()}"))


def test_a_slow_answer_is_a_timeout_and_is_tried_again(registry: Registry, built: Built) -> None:
    """Nothing was stored, so the file is sent again."""
    registry.on_post = [Request.hang]
    said: list[str] = []
    run(built, registry, timeout=1, said=said)
    assert said[1] == "no answer within 1 s; trying again in 0.2 s."
    assert registry.stored[built.wheel.filename] == built.wheel.path.read_bytes()


@pytest.mark.parametrize(
    "reply",
    [
        answering(200, b"<html><body><form><input type=password></form></body></html>", HTML),
        answering(302, Location="/user/login"),
        cut_page,
        cut_chunks,
        answering(500),
        answering(429),
        Request.lose,
        Request.hang,
    ],
    ids=["login page", "login redirect", "cut", "cut chunks", "500", "429", "lost", "timeout"],
)
def test_a_page_that_cannot_be_read_never_counts_as_absent(
    registry: Registry, built: Built, reply: Callable[[Request], None]
) -> None:
    """At the start it stops everything; nothing is uploaded on a guess."""
    registry.always_get = reply
    with pytest.raises(RegistryUnreadable):
        run(built, registry, timeout=1)
    assert registry.uploads == []


@pytest.mark.parametrize("status", [401, 403])
def test_a_page_that_may_not_be_read_stops(registry: Registry, built: Built, status: int) -> None:
    """Not permitted is not absent."""
    registry.always_get = answering(status)
    with pytest.raises(RegistryNotPermitted):
        run(built, registry)
    assert registry.uploads == []


def test_a_page_in_trouble_after_the_upload_is_waited_for(registry: Registry, built: Built) -> None:
    """The file may well be there, so the page gets its time."""
    time = Time()
    registry.on_get = [answering(404), answering(503), cut_page]
    run(built, registry, time=time)
    assert time.slept == [0.25, 0.5]
    assert registry.uploads == [artifact.filename for artifact in built.artifacts]


def test_a_page_that_stays_in_trouble_after_the_upload_is_told(
    registry: Registry, built: Built
) -> None:
    """It says that the file was sent."""
    registry.on_get = [answering(404)]
    registry.always_get = answering(503)
    with pytest.raises(RegistryUnreadable, match="was sent and may be on the index"):
        run(built, registry)
    assert registry.uploads == [built.wheel.filename]


def test_a_page_that_lists_late_is_waited_for(registry: Registry, built: Built) -> None:
    """201 but not listed yet: looked at again within the budget, not sent again."""
    time = Time()
    empty = answering(200, html_page({}), HTML)
    registry.on_get = [empty, empty, empty, empty]
    run(built, registry, time=time)
    assert time.slept == [0.25, 0.5, 1.0]
    assert registry.uploads == [artifact.filename for artifact in built.artifacts]


def test_a_page_that_never_lists_is_told(registry: Registry, built: Built) -> None:
    """The registry took the file, and its page does not show it."""
    registry.always_get = answering(200, html_page({}), HTML)
    with pytest.raises(UploadFailed, match=r"took it \(201 Created\)") as caught:
        run(built, registry)
    assert "cache" in caught.value.next_step
    assert registry.uploads == [built.wheel.filename]


# at the same time -------------------------------------------------------------------


def test_two_publishers_at_once_end_the_same(tmp_path: Path, built: Built) -> None:
    """Against the embedded registry: both succeed, and the bytes are ours."""
    for turn in range(5):
        folder = tmp_path / str(turn)
        with embedded_registry.serve(folder) as served:
            start = threading.Barrier(2)

            def one(
                served: embedded_registry.EmbeddedRegistry = served,
                start: threading.Barrier = start,
            ) -> list[str]:
                start.wait(5)
                done = publish(
                    built,
                    index=Index(url=f"{served.url}/simple", credentials=None, timeout=5),
                    uploader=Uploader(url=served.url, credentials=served.credentials, timeout=5),
                    budget=10,
                    say=list[str]().append,
                )
                return [published.artifact.sha256 for published in done]

            with ThreadPoolExecutor(2) as pool:
                results = [future.result() for future in [pool.submit(one), pool.submit(one)]]
        assert results[0] == results[1] == [artifact.sha256 for artifact in built.artifacts]
        assert sorted(path.name for path in folder.iterdir()) == sorted(
            artifact.filename for artifact in built.artifacts
        )


KILLED = """
import os, sys, pathlib
from tests.support.index_servers import CREDENTIALS, build
from release.adapters.index import Index
from release.adapters.upload import Uploader
from release.publish import publish
url, folder = sys.argv[1:]
def say(sentence):
    if sentence.startswith("Uploading") and "tar.gz" in sentence:
        os.kill(os.getpid(), 9)
publish(build(pathlib.Path(folder)), index=Index(url=url + "/simple", credentials=None, timeout=5),
        uploader=Uploader(url=url, credentials=CREDENTIALS, timeout=5), budget=5, say=say)
"""


def test_a_run_that_is_killed_between_the_files_is_completed_by_the_next(
    registry: Registry, built: Built
) -> None:
    """A real process, killed without a chance to clean up; the same files afterwards."""
    root = Path(__file__).parents[1]
    killed = subprocess.run(
        [sys.executable, "-c", KILLED, registry.url, str(built.wheel.path.parent)],
        cwd=root,
        env={"PYTHONPATH": str(root)},
        timeout=60,
        check=False,
    )
    assert killed.returncode == -9
    assert list(registry.stored) == [built.wheel.filename]
    assert [published.uploaded for published in run(built, registry)] == [False, True]


# secrets ----------------------------------------------------------------------------


def test_nothing_that_publishing_says_or_raises_shows_the_token(
    registry: Registry, built: Built
) -> None:
    """With servers that echo it in every form."""
    whole = base64.b64encode(f"__token__:{TOKEN}".encode()).decode()
    forms = {TOKEN, quote(TOKEN), quote(TOKEN, safe=""), whole}
    forms.add(base64.b64encode(TOKEN.encode()).decode())
    echo = " ".join(sorted(forms)).encode()
    said: list[str] = []
    for status in (400, 401, 403, 404, 409, 413, 500):
        registry.always_post = answering(status, echo)
        with pytest.raises(RegistryError) as caught:
            run(built, registry, said=said)
        said += [repr(caught.value), str(caught.value), caught.value.next_step]
    everything = "\n".join(said)
    assert "***" in everything
    assert not [form for form in forms if form in everything]
