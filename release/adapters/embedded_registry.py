"""The embedded registry: pypiserver's library on loopback, in this process.

It lives in a thread of ours, so it ends with the run whatever happens to the run.
"""

from __future__ import annotations

import contextlib
import hmac
import os
import random
import secrets
import shutil
import socket
import socketserver
import tempfile
import threading
from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, BinaryIO, Final
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

from release.errors import RegistryError
from release.secret import Credentials, Secret

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path
    from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

    from _typeshed import OptExcInfo

LOOPBACK: Final = "127.0.0.1"
USERNAME: Final = "__token__"

_LASTING_PORTS: Final = range(20_000, 30_000)


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


def free_port(ports: range = _LASTING_PORTS) -> int:
    """Return a port on which nothing listens, below those of outgoing connections.

    A port that the system chooses (0) could be another program's outgoing one the next
    time, and a registry that keeps its address could then not start.
    """
    for port in random.SystemRandom().sample(ports, k=len(ports)):
        with contextlib.suppress(OSError), socket.socket() as probe:
            probe.bind((LOOPBACK, port))
            return port
    raise RegistryError(
        f"No port from {ports[0]} to {ports[-1]} is free on {LOOPBACK}.",
        next_step="End the programs that listen there.",
    )


def _application(folder: Path, token: Secret, *, read_needs_token: bool) -> WSGIApplication:
    # Imported here: only a rehearsal pays for it.
    import pypiserver
    from pypiserver.backend import BackendProxy
    from pypiserver.config import Config

    def is_ours(username: str, password: str) -> bool:
        return username == USERNAME and hmac.compare_digest(
            password.encode(), token.reveal().encode()
        )

    config = Config.default_with_overrides(
        roots=[folder],
        authenticate=["update", *(("list", "download") if read_needs_token else ())],
        auther=is_ours,
        hash_algo="sha256",
        disable_fallback=True,
        overwrite=False,
    )
    config.backend = BackendProxy(_whole_files(config))
    application: WSGIApplication = pypiserver.app_from_config(config)
    return _without_parts(_closing_bodies(application))


def _closing_bodies(application: WSGIApplication) -> WSGIApplication:
    """Close the file into which bottle puts a long request; it leaves that to chance."""

    def closing(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        given = environ["wsgi.input"]
        try:
            return application(environ, start_response)
        finally:
            if environ["wsgi.input"] is not given:
                environ["wsgi.input"].close()

    return closing


def _without_parts(application: WSGIApplication) -> WSGIApplication:
    """Offer no parts of files (uv asks for some): bottle leaves a file open that it parts."""

    def whole(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        environ.pop("HTTP_RANGE", None)

        def start(
            status: str, headers: list[tuple[str, str]], exc_info: OptExcInfo | None = None
        ) -> Callable[[bytes], object]:
            kept = [header for header in headers if header[0].lower() != "accept-ranges"]
            return start_response(status, kept, exc_info)

        return application(environ, start)

    return whole


def _whole_files(config: Any) -> Any:  # noqa: ANN401  # pypiserver has no types
    """Return pypiserver's own way of keeping files, but one in which a file appears whole.

    It writes into the file that it already lists. A page read at that moment shows the
    digest of a half, and a second publisher would take it for a conflict.
    """
    from pypiserver.backend import SimpleFileBackend
    from pypiserver.bottle_wrapper import HTTPError

    class WholeFiles(SimpleFileBackend):
        def add_package(self, filename: str, stream: BinaryIO) -> None:
            with tempfile.NamedTemporaryFile(dir=self.roots[0], prefix=".upload-") as incoming:
                shutil.copyfileobj(stream, incoming)
                incoming.flush()
                try:
                    # A link is made only where nothing of that name is: the first one wins.
                    os.link(incoming.name, self.roots[0] / filename)
                except FileExistsError:
                    said = f"{filename} already exists"
                    raise HTTPError(HTTPStatus.CONFLICT, said) from None  # type: ignore[no-untyped-call]  # bottle has no types

    return WholeFiles(config)


class _Server(socketserver.ThreadingMixIn, WSGIServer):
    daemon_threads = True
    request_queue_size = 64

    def server_bind(self) -> None:
        """Bind without the look-up of our own host name, which can take seconds."""
        socketserver.TCPServer.server_bind(self)
        self.server_name, self.server_port = LOOPBACK, self.socket.getsockname()[1]
        self.setup_environ()


class _QuietHandler(WSGIRequestHandler):
    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # its name there
        """Say nothing: stderr is the progress of the release."""
