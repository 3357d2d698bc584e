"""An index that answers at once: one project page, made beforehand, and what was uploaded.

A real registry takes the longer the more files it lists; that time is not ours, so it must
not hide what ours is.
"""

from __future__ import annotations

import contextlib
import hashlib
import re
import threading
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, ClassVar, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

PIECE: Final = 65_536
KEPT: Final = 5_000_000
"""A larger upload is counted and thrown away."""

_CONTENT: Final = re.compile(rb'name="content"; ?filename="([^"]+)".*?\r\n\r\n', re.DOTALL)


@dataclass(kw_only=True, slots=True)
class Server:
    """What the index has; ``links`` are the older files of its project page, as HTML."""

    project: str = "large"
    links: bytes = b""
    url: str = ""
    files: dict[str, bytes] = field(default_factory=dict)
    received: int = 0

    def page(self) -> bytes:
        """Return the project page: the older files, then those that were uploaded."""
        own = [link(name, hashlib.sha256(body).hexdigest()) for name, body in self.files.items()]
        return b"".join((b"<!DOCTYPE html><html><body>", self.links, *own, b"</body></html>"))

    def keep(self, body: bytes) -> None:
        """Keep the file of a legacy upload."""
        boundary = body.partition(b"\r\n")[0]
        found = _CONTENT.search(body)
        if found:
            end = body.index(b"\r\n" + boundary, found.end())
            self.files[found[1].decode()] = body[found.end() : end]


def link(filename: str, sha256: str) -> bytes:
    """Return a link of the project page, as Gitea writes it."""
    return (
        f'<a href="/files/{filename}#sha256={sha256}" data-requires-python="&gt;=3.11">'
        f"{filename}</a><br>\n"
    ).encode()


@contextlib.contextmanager
def serve(project: str = "large", links: bytes = b"") -> Iterator[Server]:
    """Serve on loopback, in a thread of this process, until the block ends."""
    server = Server(project=project, links=links)
    handler = type("Bound", (_Handler,), {"server_state": server})
    http = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.url = f"http://127.0.0.1:{http.server_address[1]}"
    thread = threading.Thread(target=http.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield server
    finally:
        http.shutdown()
        http.server_close()
        thread.join()


class _Handler(BaseHTTPRequestHandler):
    server_state: ClassVar[Server]
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        """Answer the project page and the files; all else is absent."""
        state = self.server_state
        name = self.path.rpartition("/")[2]
        if self.path == f"/simple/{state.project}/":
            self._answer(200, state.page(), "text/html; charset=utf-8")
        elif self.path.startswith("/files/") and name in state.files:
            self._answer(200, state.files[name], "application/octet-stream")
        else:
            self._answer(404, b"absent", "text/plain")

    def do_HEAD(self) -> None:
        """Answer as to GET, without the body: uv asks for a wheel's size first."""
        self.do_GET()

    def do_POST(self) -> None:
        """Take an upload."""
        left = int(self.headers["Content-Length"])
        pieces, keeps = [], left <= KEPT
        while left:
            piece = self.rfile.read(min(left, PIECE))
            left -= len(piece)
            if keeps:
                pieces.append(piece)
            self.server_state.received += len(piece)
        self.server_state.keep(b"".join(pieces))
        self._answer(200, b"", "text/plain")

    def _answer(self, status: int, body: bytes, kind: str) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # the base's name
        """Say nothing."""
