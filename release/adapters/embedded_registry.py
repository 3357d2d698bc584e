"""The embedded registry: pypiserver's library on loopback, in this process.

It lives in a thread of ours, so it ends with the run whatever happens to the run.
"""

from __future__ import annotations

import contextlib
import hmac
import secrets
import socketserver
import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

from release.errors import RegistryError
from release.model import Credentials, Secret

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from wsgiref.types import WSGIApplication

LOOPBACK: Final = "127.0.0.1"
USERNAME: Final = "__token__"


@dataclass(frozen=True, kw_only=True, slots=True)
class EmbeddedRegistry:
    """A running registry: its base URL, and who may upload to it."""

    url: str
    port: int
    credentials: Credentials


@contextlib.contextmanager
def serve(
    folder: Path, *, port: int = 0, read_needs_token: bool = False
) -> Iterator[EmbeddedRegistry]:
    """Serve the packages of ``folder`` on loopback until the block ends.

    Args:
        folder: Where the registry keeps its files; made when it does not exist.
        port: The port to listen on; 0 takes a free one.
        read_needs_token: Whether index pages and downloads need the token too.

    Raises:
        RegistryError: The port is taken by another program.
    """
    folder.mkdir(parents=True, exist_ok=True)
    token = Secret(secrets.token_urlsafe(24))
    application = _application(folder, token, read_needs_token=read_needs_token)
    try:
        server = make_server(
            LOOPBACK, port, application, server_class=_Server, handler_class=_QuietHandler
        )
    except OSError as error:
        raise RegistryError(
            f"The embedded registry cannot listen on {LOOPBACK}:{port}: {error.strerror}.",
            next_step="End the program that listens there, or remove the rehearsal folder "
            "so that another port is taken.",
        ) from error
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield EmbeddedRegistry(
            url=f"http://{LOOPBACK}:{server.server_port}",
            port=server.server_port,
            credentials=Credentials(username=USERNAME, token=token),
        )
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _application(folder: Path, token: Secret, *, read_needs_token: bool) -> WSGIApplication:
    # Imported here: only a rehearsal pays for it.
    from pypiserver import app

    def is_ours(username: str, password: str) -> bool:
        return username == USERNAME and hmac.compare_digest(password, token.reveal())

    application: WSGIApplication = app(
        roots=[folder],
        authenticate=["update", *(("list", "download") if read_needs_token else ())],
        auther=is_ours,
        hash_algo="sha256",
        disable_fallback=True,
        overwrite=False,
    )
    return application


class _Server(socketserver.ThreadingMixIn, WSGIServer):
    daemon_threads = True


class _QuietHandler(WSGIRequestHandler):
    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Say nothing: stderr is the progress of the release."""
