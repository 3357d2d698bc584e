"""Registries on loopback that do what they are told, fault by fault, over real sockets."""

from __future__ import annotations

import contextlib
import gzip
import hashlib
import io
import socket
import tarfile
import threading
import zipfile
from dataclasses import dataclass, field
from email.parser import BytesParser
from email.policy import HTTP
from html import escape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING

from packaging.utils import canonicalize_name
from packaging.version import Version

from release.model import Artifact, Built, Release
from release.secret import Credentials, Secret

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

TOKEN = "canary/+tok en~7f3a9c"
CREDENTIALS = Credentials(username="__token__", token=Secret(TOKEN))

HTML = "text/html; charset=utf-8"


def html_page(files: dict[str, str | None], *, prefix: str = "/files/") -> bytes:
    """Write a project page as Gitea does: absolute or relative links, and digests."""
    rows = "".join(
        f'<a href="{escape(prefix + name)}{f"#sha256={digest}" if digest else ""}"'
        f' data-requires-python="&gt;=3.11">{escape(name)}</a><br>\n'
        for name, digest in files.items()
    )
    return (
        "<!DOCTYPE html>\n<html>\n<head>\n<title>Links for issue-core</title>\n</head>\n<body>\n"
        f"<h1>Links for issue-core</h1>\n{rows}</body>\n</html>\n"
    ).encode()


@dataclass(kw_only=True)
class Registry:
    """What a scripted registry has stored and seen, and what it shall do next.

    ``on_get`` and ``on_post`` are taken first in, first out; without one left, the
    registry behaves as Gitea does.
    """

    url: str = ""
    stored: dict[str, bytes] = field(default_factory=dict)
    on_get: list[Callable[[Request], None]] = field(default_factory=list)
    on_post: list[Callable[[Request], None]] = field(default_factory=list)
    always_get: Callable[[Request], None] | None = None
    always_post: Callable[[Request], None] | None = None
    digests: bool = True
    seen: list[tuple[str, str, dict[str, str]]] = field(default_factory=list)
    uploads: list[str] = field(default_factory=list)
    released: threading.Event = field(default_factory=threading.Event)
    """Set when the test is over; a reply that hangs waits for it."""

    @property
    def simple_url(self) -> str:
        """The base of the simple index."""
        return f"{self.url}/simple"

    def page(self) -> bytes:
        """Write the page of what is stored."""
        return html_page(
            {
                name: hashlib.sha256(content).hexdigest() if self.digests else None
                for name, content in self.stored.items()
            }
        )


class Request(BaseHTTPRequestHandler):
    """One request to a scripted registry."""

    server: _Server
    protocol_version = "HTTP/1.1"

    @property
    def registry(self) -> Registry:
        """The registry that was asked."""
        return self.server.registry

    def do_GET(self) -> None:
        """Answer as scripted, else the page, a file or 404."""
        self.registry.seen.append(("GET", self.path, dict(self.headers)))
        script = self.registry.on_get.pop(0) if self.registry.on_get else self.registry.always_get
        if script is not None:
            return script(self)
        if self.path.startswith("/files/"):
            return self.answer(200, self.registry.stored[self.path.rpartition("/")[2]])
        if not self.registry.stored:
            return self.answer(404)
        return self.answer(200, self.registry.page(), "text/html; charset=utf-8")

    def do_POST(self) -> None:
        """Answer as scripted, else keep the file."""
        self.registry.seen.append(("POST", self.path, dict(self.headers)))
        script = (
            self.registry.on_post.pop(0) if self.registry.on_post else self.registry.always_post
        )
        if script is not None:
            return script(self)
        name, content = self.read_upload()
        if name in self.registry.stored:
            return self.answer(409, b"package file already exists")
        self.registry.stored[name] = content
        return self.answer(201)

    def read_upload(self) -> tuple[str, bytes]:
        """Read the form, and return the file's name and content."""
        body = self.rfile.read(int(self.headers["Content-Length"]))
        head = f"Content-Type: {self.headers['Content-Type']}\r\n\r\n".encode()
        message = BytesParser(policy=HTTP).parsebytes(head + body)
        for part in message.iter_parts():
            name = part.get_filename()
            if name:
                content = part.get_payload(decode=True)
                assert isinstance(content, bytes)
                self.registry.uploads.append(name)
                return name, content
        raise AssertionError("an upload without a file")

    def answer(
        self, status: int, body: bytes = b"", kind: str = "text/plain", **headers: str
    ) -> None:
        """Send one whole answer; underscores in header names are dashes."""
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(body)

    def hang(self) -> None:
        """Say nothing until the test is over."""
        self.registry.released.wait(20)
        self.close_connection = True

    def lose(self) -> None:
        """Cut the connection without a word."""
        self.close_connection = True
        with contextlib.suppress(OSError):
            self.connection.shutdown(socket.SHUT_RDWR)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # the base's name
        """Say nothing."""


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    registry: Registry

    def server_bind(self) -> None:
        # Without a look-up of the host's name.
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.socket.bind(self.server_address)
        self.server_address = self.socket.getsockname()

    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing: a client that gives up is what is tested."""


@contextlib.contextmanager
def scripted() -> Iterator[Registry]:
    """Serve a registry on loopback until the block ends."""
    server = _Server(("127.0.0.1", 0), Request)
    registry = Registry(url=f"http://127.0.0.1:{server.server_address[1]}")
    server.registry = registry
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield registry
    finally:
        registry.released.set()
        server.shutdown()
        server.server_close()
        thread.join()


def answering(
    status: int, body: bytes = b"", kind: str = "text/plain", **headers: str
) -> Callable[[Request], None]:
    """Return a reply with this status, the request's body read first."""

    def reply(request: Request) -> None:
        request.rfile.read(int(request.headers.get("Content-Length", 0)))
        request.answer(status, body, kind, **headers)

    return reply


def cut_page(request: Request) -> None:
    """Reply with a page that is shorter than its Content-Length says, however whole it looks."""
    body = html_page({})
    request.send_response(200)
    request.send_header("Content-Type", HTML)
    request.send_header("Content-Length", str(len(body) + 100))
    request.end_headers()
    request.wfile.write(body)
    request.lose()


def cut_chunks(request: Request) -> None:
    """Reply with a page whose last chunk is missing."""
    body = html_page({})
    request.send_response(200)
    request.send_header("Content-Type", HTML)
    request.send_header("Transfer-Encoding", "chunked")
    request.end_headers()
    request.wfile.write(b"%x\r\n%s\r\n" % (len(body), body))
    request.lose()


def closed_port() -> int:
    """Return a port on which nothing listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


METADATA = b"Metadata-Version: 2.4\nName: issue-core\nVersion: 0.2.0\nRequires-Python: >=3.11\n\n"


def build(folder: Path, *, content: bytes = b"VALUE = 1\n") -> Built:
    """Write a small wheel and sdist of issue-core 0.2.0, the same bytes each time."""
    folder.mkdir(parents=True, exist_ok=True)
    wheel = folder / "issue_core-0.2.0-py3-none-any.whl"
    with zipfile.ZipFile(wheel, "w") as archive:
        for name, data in (
            ("issue_core/__init__.py", content),
            ("issue_core-0.2.0.dist-info/METADATA", METADATA),
            ("issue_core-0.2.0.dist-info/WHEEL", b"Wheel-Version: 1.0\n"),
            ("issue_core-0.2.0.dist-info/RECORD", b""),
        ):
            archive.writestr(zipfile.ZipInfo(name), data)
    sdist = folder / "issue_core-0.2.0.tar.gz"
    with (
        gzip.GzipFile(sdist, "wb", mtime=0) as packed,
        tarfile.open(fileobj=packed, mode="w") as tar,
    ):
        for name, data in (("PKG-INFO", METADATA), ("src/issue_core/__init__.py", content)):
            member = tarfile.TarInfo(f"issue_core-0.2.0/{name}")
            member.size = len(data)
            tar.addfile(member, io.BytesIO(data))
    return Built(
        release=RELEASE,
        artifacts=(
            Artifact(path=wheel, kind="wheel", sha256=_sha256(wheel), size=wheel.stat().st_size),
            Artifact(path=sdist, kind="sdist", sha256=_sha256(sdist), size=sdist.stat().st_size),
        ),
        requirements=(),
        reproduced=True,
    )


RELEASE = Release(
    name=canonicalize_name("issue-core"),
    version=Version("0.2.0"),
    tag="v0.2.0",
    tag_object="a" * 40,
    commit="b" * 40,
    commit_time=1_700_000_000,
)


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
