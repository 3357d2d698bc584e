"""Reading an index over real sockets: a page, a file, or a sentence why not."""

from __future__ import annotations

import base64
import gzip
import hashlib
import socket
import threading
from typing import TYPE_CHECKING
from urllib.parse import quote

import pytest
from packaging.utils import canonicalize_name

from release.adapters.index import Index
from release.errors import RegistryError, RegistryNotPermitted, RegistryUnreadable
from release.model import IndexFile
from release.secret import Credentials, Secret
from tests.support.index_servers import (
    CREDENTIALS,
    HTML,
    TOKEN,
    Registry,
    Request,
    answering,
    closed_port,
    cut_chunks,
    cut_page,
    html_page,
    scripted,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

NAME = canonicalize_name("issue-core")
WHEEL = "issue_core-0.2.0-py3-none-any.whl"
JSON = "application/vnd.pypi.simple.v1+json"
CONTENT = b"wheel" * 50_000
DIGEST = hashlib.sha256(CONTENT).hexdigest()


@pytest.fixture
def registry() -> Iterator[Registry]:
    """A scripted registry."""
    with scripted() as served:
        yield served


def index(registry: Registry, *, timeout: float = 5, anonymous: bool = False) -> Index:
    """Return the index of a registry."""
    credentials = None if anonymous else CREDENTIALS
    return Index(url=registry.simple_url, credentials=credentials, timeout=timeout)


def unreadable(registry: Registry, *, timeout: float = 5) -> str:
    """Return the sentence with which reading the page is refused."""
    with pytest.raises(RegistryUnreadable) as caught:
        index(registry, timeout=timeout).page(NAME)
    assert caught.value.next_step
    return caught.value.message


def file(registry: Registry, path: str = f"/files/{WHEEL}") -> IndexFile:
    """Return a file of a registry."""
    return IndexFile(filename=WHEEL, url=registry.url + path, sha256=DIGEST)


# pages ------------------------------------------------------------------------------


def test_a_page_is_read_with_one_get_that_no_cache_may_answer(registry: Registry) -> None:
    """GET only (Gitea answers HEAD with 405), credentials at once, JSON asked for first."""
    registry.stored[WHEEL] = CONTENT
    page = index(registry).page(NAME, wanted={WHEEL})
    assert page.exists
    assert page.url == f"{registry.url}/simple/issue-core/"
    assert [(found.filename, found.sha256) for found in page.files] == [(WHEEL, DIGEST)]
    ((method, path, headers),) = registry.seen
    assert (method, path) == ("GET", "/simple/issue-core/")
    assert headers["Accept"].startswith(JSON)
    assert headers["Cache-Control"] == "no-cache"
    assert base64.b64decode(headers["Authorization"].removeprefix("Basic ")).decode() == (
        f"__token__:{TOKEN}"
    )


def test_a_page_without_credentials_sends_none_even_with_a_netrc(
    registry: Registry, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The machine's netrc is a setting that nobody gave us."""
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login canary password canary\n")
    monkeypatch.setenv("NETRC", str(netrc))
    index(registry, anonymous=True).page(NAME)
    assert "Authorization" not in registry.seen[0][2]


def test_only_404_means_absent(registry: Registry) -> None:
    """An unknown project has no files and does not exist."""
    page = index(registry).page(NAME)
    assert (page.exists, page.files) == (False, ())


def test_a_json_page_and_a_packed_page_are_read(registry: Registry) -> None:
    """The content type decides the form; the transfer may be compressed."""
    body = b'{"meta": {"api-version": "1.0"}, "name": "issue-core", "files": []}'
    packed = gzip.compress(html_page({WHEEL: DIGEST}))
    registry.on_get = [
        answering(200, body, JSON),
        answering(200, packed, HTML, Content_Encoding="gzip"),
    ]
    assert index(registry).page(NAME).exists
    assert index(registry).page(NAME).find(WHEEL) is not None


@pytest.mark.parametrize("status", [401, 403])
def test_401_and_403_are_not_permitted_and_not_absent(registry: Registry, status: int) -> None:
    """The server's sentence is told; what to do depends on whether a token was sent."""
    registry.always_get = answering(status, b"reqPackageAccess")
    with pytest.raises(RegistryNotPermitted, match=f"{status}: reqPackageAccess") as caught:
        index(registry).page(NAME)
    assert "read:package" in caught.value.next_step
    with pytest.raises(RegistryNotPermitted) as caught:
        index(registry, anonymous=True).page(NAME)
    assert "read-token" in caught.value.next_step


@pytest.mark.parametrize("status", [204, 206, 304, 400, 405, 410, 429, 500, 502, 503])
def test_any_other_status_is_unreadable(registry: Registry, status: int) -> None:
    """Neither trouble nor an odd success says that a project is absent."""
    registry.on_get = [answering(status, b"" if status in {204, 304} else b"<h1>trouble</h1>")]
    assert f"it answers {status}" in unreadable(registry)


def test_an_html_login_page_with_200_is_unreadable(registry: Registry) -> None:
    """A page for people is no page of a project."""
    body = b"<html><body><form><input type=password></form></body></html>"
    registry.on_get = [answering(200, body, HTML)]
    assert "login page" in unreadable(registry)


@pytest.mark.parametrize(
    ("location", "told"),
    [
        ("/user/login?redirect_to=/simple/issue-core/", "/user/login, which may be a login"),
        ("http://127.0.0.1:1/simple/issue-core/", "http://127.0.0.1:1/simple/issue-core/"),
        ("https://127.0.0.1/simple/issue-core/", "which may be a login"),
        ("", "redirects more than 5 times"),
        ("http://[bad/issue-core", "redirects to what is no URL"),
    ],
)
def test_a_redirect_to_another_place_is_unreadable(
    registry: Registry, location: str, told: str
) -> None:
    """Another origin, another path and a circle are not followed to an answer."""
    registry.always_get = answering(302, Location=location)
    assert told in unreadable(registry)


def test_a_redirect_to_the_spelling_of_the_index_is_followed(registry: Registry) -> None:
    """On its own origin, an index may send us to the name as it writes it."""
    registry.stored[WHEEL] = CONTENT
    registry.on_get = [answering(301, Location="/other/Issue_Core")]
    page = index(registry).page(NAME)
    assert page.url == f"{registry.url}/other/Issue_Core"
    assert registry.seen[1][2]["Authorization"]


def test_a_page_shorter_than_its_length_is_unreadable(registry: Registry) -> None:
    """A body that ends before its Content-Length was cut off, however whole it looks."""
    registry.on_get = [cut_page]
    assert "cut off" in unreadable(registry)


def test_a_chunked_page_without_its_end_is_unreadable(registry: Registry) -> None:
    """The last chunk is missing, so the page is not whole."""
    registry.on_get = [cut_chunks]
    assert "connection was lost" in unreadable(registry)


def test_a_body_that_cannot_be_unpacked_is_unreadable(registry: Registry) -> None:
    """Broken compression is no page."""
    registry.on_get = [answering(200, b"no gzip at all", HTML, Content_Encoding="gzip")]
    assert "cannot be decoded" in unreadable(registry)


def test_a_lost_and_a_refused_connection_are_unreadable(registry: Registry) -> None:
    """No answer is no absence."""
    registry.on_get = [Request.lose]
    assert "the connection was lost" in unreadable(registry)
    gone = Registry(url=f"http://127.0.0.1:{closed_port()}")
    assert "connection refused" in unreadable(gone)
    nowhere = Registry(url="http://no-such-host.invalid")
    assert "cannot be read" in unreadable(nowhere)
    assert "no HTTP URL" in unreadable(Registry(url="gopher://127.0.0.1"))


def test_a_silent_server_is_unreadable_in_time(registry: Registry) -> None:
    """A silence ends after the timeout."""
    registry.on_get = [Request.hang]
    assert "no answer within 0.2 s" in unreadable(registry, timeout=0.2)


@pytest.mark.parametrize("part", [b"HTTP/1.1 200 OK\r\nX-Slow: ", b""])
def test_a_server_that_drips_is_unreadable_in_time(part: bytes) -> None:
    """Bytes that come now and then, in head or body, hold nobody for ever."""
    over = threading.Event()
    head = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 99999\r\n\r\n"

    def drip() -> None:
        connection, _ = listener.accept()
        with connection:
            connection.recv(65_536)
            connection.sendall(part or head)
            while not over.wait(0.02):
                try:
                    connection.sendall(b"a")
                except OSError:
                    return

    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=drip)
        thread.start()
        try:
            slow = Registry(url=f"http://127.0.0.1:{listener.getsockname()[1]}")
            assert "no whole answer within 1.5 s" in unreadable(slow, timeout=0.5)
        finally:
            over.set()
            thread.join()


def test_no_trusted_tls_is_unreadable() -> None:
    """A server that does not speak TLS is not taken for an absence."""
    with scripted() as plain:
        plain.url = plain.url.replace("http", "https")
        assert "no trusted TLS connection" in unreadable(plain)


def test_a_proxy_of_the_machine_is_used(
    registry: Registry, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Many companies are reached through a proxy only."""
    registry.stored[WHEEL] = CONTENT
    monkeypatch.setenv("http_proxy", registry.url)
    monkeypatch.delenv("no_proxy", raising=False)
    monkeypatch.delenv("NO_PROXY", raising=False)
    elsewhere = Index(url="http://registry.invalid/simple", credentials=None, timeout=5)
    assert elsewhere.page(NAME).find(WHEEL) is not None
    assert registry.seen[0][1] == "http://registry.invalid/simple/issue-core/"
    monkeypatch.setenv("http_proxy", f"http://canary:canary@127.0.0.1:{closed_port()}")
    with pytest.raises(RegistryUnreadable, match="proxy did not connect") as caught:
        elsewhere.page(NAME)
    assert "canary" not in str(caught.value)


# downloads --------------------------------------------------------------------------


def test_a_download_is_written_and_hashed(registry: Registry, tmp_path: Path) -> None:
    """The digest is that of what lies on the disk."""
    registry.stored[WHEEL] = CONTENT
    target = tmp_path / WHEEL
    assert index(registry).download(file(registry), target) == DIGEST
    assert target.read_bytes() == CONTENT
    assert registry.seen[0][2]["Accept-Encoding"] == "identity"
    assert "Authorization" in registry.seen[0][2]


def test_credentials_stay_at_the_index(registry: Registry, tmp_path: Path) -> None:
    """A link, or a redirect, to another origin is followed without them."""
    with scripted() as storage:
        storage.stored[WHEEL] = CONTENT
        reader = index(registry)
        assert reader.download(file(storage), tmp_path / "linked") == DIGEST
        registry.on_get = [answering(303, Location=f"{storage.url}/files/{WHEEL}?signed=1")]
        storage.on_get = [answering(200, CONTENT, "application/octet-stream")]
        assert reader.download(file(registry), tmp_path / "redirected") == DIGEST
        assert all("Authorization" not in headers for _, _, headers in storage.seen)
        assert "Authorization" in registry.seen[0][2]


def _cut(request: Request) -> None:
    request.send_response(200)
    request.send_header("Content-Length", str(len(CONTENT)))
    request.end_headers()
    request.wfile.write(CONTENT[:100_000])
    request.lose()


@pytest.mark.parametrize(
    ("reply", "error", "told"),
    [
        (answering(404, b"package file does not exist"), RegistryUnreadable, "404: package file"),
        (answering(401), RegistryNotPermitted, "it answers 401"),
        (answering(500), RegistryUnreadable, "it answers 500"),
        (answering(200, b"<html></html>", HTML), RegistryUnreadable, "a web page where a file"),
        (_cut, RegistryUnreadable, "cut off"),
        (Request.lose, RegistryUnreadable, "connection was lost"),
    ],
)
def test_a_download_that_fails_leaves_nothing(
    registry: Registry,
    tmp_path: Path,
    reply: Callable[[Request], None],
    error: type[RegistryError],
    told: str,
) -> None:
    """A part of a file never stays where a file belongs."""
    registry.on_get = [reply]
    target = tmp_path / WHEEL
    with pytest.raises(error, match=told):
        index(registry).download(file(registry), target)
    assert not target.exists()


def test_a_download_is_not_led_out_of_tls() -> None:
    """What was asked for with TLS does not come without it."""
    reader = Index(url="https://registry.invalid/simple", credentials=None, timeout=1)

    class Answer:
        headers = {"Location": "http://registry.invalid/file"}  # noqa: RUF012  # read only

    with pytest.raises(RegistryUnreadable, match="without TLS"):
        reader._redirected("https://registry.invalid/file", Answer(), None)  # type: ignore[arg-type]  # a header is all that is read


# secrets ----------------------------------------------------------------------------


def forms(token: str) -> set[str]:
    """Return every form in which a token could be written."""
    whole = base64.b64encode(f"__token__:{token}".encode()).decode()
    return {
        token,
        quote(token),
        quote(token, safe=""),
        base64.b64encode(token.encode()).decode(),
        whole,
    }


def test_no_error_and_no_repr_shows_the_token(registry: Registry) -> None:
    """Not even where the server echoes it, or the URL carries it."""
    echo = " ".join(sorted(forms(TOKEN))).encode()
    written = [repr(index(registry))]
    registry.on_get = [answering(status, echo) for status in (400, 401, 403, 500)]
    for _ in range(4):
        with pytest.raises(RegistryError) as caught:
            index(registry).page(NAME)
        written += [repr(caught.value), str(caught.value), caught.value.next_step]
    address = registry.url.removeprefix("http://")
    in_url = Index(
        url=f"http://bot:{quote(TOKEN, safe='')}@{address}/simple", credentials=None, timeout=1
    )
    registry.on_get = [answering(500), Request.lose, answering(302, Location="/login")]
    for _ in range(3):
        with pytest.raises(RegistryError) as caught:
            in_url.page(NAME)
        written += [repr(caught.value), caught.value.next_step]
    everything = "\n".join(written)
    assert "***" in everything
    assert not [form for form in forms(TOKEN) if form in everything]


def test_an_empty_token_masks_nothing(registry: Registry) -> None:
    """Masking nothing must not put stars between all letters."""
    registry.on_get = [answering(500, b"trouble")]
    nobody = Credentials(username="x", token=Secret(""))
    with pytest.raises(RegistryUnreadable, match="500: trouble"):
        Index(url=registry.simple_url, credentials=nobody, timeout=5).page(NAME)
