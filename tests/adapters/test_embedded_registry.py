"""The embedded registry: uploads need its token, files appear whole, it ends with the run."""

from __future__ import annotations

import contextlib
import hashlib
import socket
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from packaging.utils import canonicalize_name

from release.adapters import embedded_registry
from release.adapters.index import Index
from release.adapters.upload import Uploader
from release.errors import RegistryError, RegistryNotPermitted
from release.secret import Secret
from tests.support.index_servers import build

if TYPE_CHECKING:
    from pathlib import Path

    from release.adapters.embedded_registry import EmbeddedRegistry
    from release.model import Artifact
    from release.secret import Credentials

NAME = canonicalize_name("issue-core")


def index(served: EmbeddedRegistry, credentials: Credentials | None = None) -> Index:
    """Return the index of an embedded registry."""
    return Index(url=f"{served.url}/simple", credentials=credentials, timeout=5)


def upload(served: EmbeddedRegistry, artifact: Artifact, token: Secret | None = None) -> int | None:
    """Upload and return the status."""
    credentials = served.credentials
    if token is not None:
        credentials = replace(credentials, token=token)
    return Uploader(url=served.url, credentials=credentials, timeout=5).upload(artifact).status


def test_what_is_uploaded_is_listed_and_downloaded(tmp_path: Path) -> None:
    """The folder is made, and survives the registry."""
    built = build(tmp_path / "built")
    folder = tmp_path / "deep" / "packages"
    with embedded_registry.serve(folder) as served:
        assert not index(served).page(NAME).exists
        assert [upload(served, artifact) for artifact in built.artifacts] == [200, 200]
    with embedded_registry.serve(folder) as served:
        page = index(served).page(NAME)
        for artifact in built.artifacts:
            listed = page.find(artifact.filename)
            assert listed is not None
            assert listed.sha256 == artifact.sha256
            assert index(served).download(listed, tmp_path / "got") == artifact.sha256


def test_uploads_need_the_token_of_this_run(tmp_path: Path) -> None:
    """A wrong token, a wrong user and a token of no ASCII are refused."""
    wheel = build(tmp_path / "built").wheel
    with embedded_registry.serve(tmp_path / "packages") as served:
        assert upload(served, wheel, Secret("canary")) == 403
        assert upload(served, wheel, Secret("cänary")) == 403
        other = replace(served, credentials=replace(served.credentials, username="bot"))
        assert upload(other, wheel) == 403
        assert not index(served).page(NAME).exists
        assert served.credentials.token.reveal() not in repr(served)


def test_reading_can_need_the_token_too(tmp_path: Path) -> None:
    """As on a private owner's registry."""
    wheel = build(tmp_path / "built").wheel
    with embedded_registry.serve(tmp_path / "packages", read_needs_token=True) as served:
        assert upload(served, wheel) == 200
        with pytest.raises(RegistryNotPermitted):
            index(served).page(NAME)
        listed = index(served, served.credentials).page(NAME).find(wheel.filename)
        assert listed is not None
        with pytest.raises(RegistryNotPermitted):
            index(served).download(listed, tmp_path / "got")


def test_a_published_file_is_never_replaced(tmp_path: Path) -> None:
    """Neither by equal nor by other bytes; of several at once exactly one is kept."""
    built = [build(tmp_path / str(turn), content=b"%d" % turn).wheel for turn in range(8)]
    folder = tmp_path / "packages"
    with embedded_registry.serve(folder) as served:
        start = threading.Barrier(len(built))

        def one(artifact: Artifact) -> int | None:
            start.wait(5)
            return upload(served, artifact)

        with ThreadPoolExecutor(len(built)) as pool:
            statuses = list(pool.map(one, built))
        assert statuses.count(200) == 1
        assert set(statuses) <= {200, 400, 409}
        first = built[statuses.index(200)]
        assert upload(served, built[0]) == 400
        (kept,) = folder.iterdir()
        assert hashlib.sha256(kept.read_bytes()).hexdigest() == first.sha256


def test_a_file_is_listed_only_when_it_is_whole(tmp_path: Path) -> None:
    """A page that is read during an upload never shows the digest of a half."""
    wheel = build(tmp_path / "built", content=b"x" * 20_000_000).wheel
    seen: set[str | None] = set()
    with embedded_registry.serve(tmp_path / "packages") as served:
        with ThreadPoolExecutor(1) as pool:
            uploading = pool.submit(upload, served, wheel)
            while not uploading.done():
                seen |= {file.sha256 for file in index(served).page(NAME).files}
            assert uploading.result() == 200
        seen |= {file.sha256 for file in index(served).page(NAME).files}
    assert seen == {wheel.sha256}


def test_a_port_that_is_taken_is_told(tmp_path: Path) -> None:
    """With what to do, and not with a traceback."""
    with embedded_registry.serve(tmp_path) as served:
        second = embedded_registry.serve(tmp_path, port=served.port)
        with pytest.raises(RegistryError, match=f"cannot listen on 127.0.0.1:{served.port}") as it:
            second.__enter__()
    assert it.value.next_step


def test_it_ends_with_its_block_whatever_happens(tmp_path: Path) -> None:
    """Nothing listens afterwards, and no thread is left."""
    before = threading.active_count()
    with contextlib.suppress(KeyboardInterrupt), embedded_registry.serve(tmp_path) as served:
        raise KeyboardInterrupt
    assert threading.active_count() == before
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", served.port), timeout=5)


def test_a_lasting_port_is_free_and_below_those_of_outgoing_connections() -> None:
    """It is found among few, and its absence is told."""
    port = embedded_registry.free_port()
    assert 20_000 <= port < 30_000
    with socket.create_server(("127.0.0.1", 0)) as taken:
        number = taken.getsockname()[1]
        with pytest.raises(RegistryError, match=f"No port from {number} to {number} is free"):
            embedded_registry.free_port(range(number, number + 1))


def test_two_registries_in_one_process_keep_their_files_apart(tmp_path: Path) -> None:
    """The settings that pypiserver keeps in a module are those of one registry each."""
    built = build(tmp_path / "built")
    with (
        embedded_registry.serve(tmp_path / "one") as one,
        embedded_registry.serve(tmp_path / "two") as two,
    ):
        assert upload(one, built.wheel) == 200
        assert not index(two).page(NAME).exists
        assert index(one).page(NAME).exists
