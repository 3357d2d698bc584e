"""HTTP connections to the registry: sessions, their timeouts, and words for failures.

requests does the work, since twine brings it along; a second HTTP library would cost
each run its import. Proxies and certificate bundles of the machine are honoured, its
netrc is not: the credentials of a request are those that the caller gave, or none.
"""

from __future__ import annotations

import base64
import os
import re
import socket
from html import unescape
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote

import requests
from requests.adapters import HTTPAdapter
from urllib3.exceptions import HTTPError

from release.adapters.deadline import Deadline

if TYPE_CHECKING:
    from collections.abc import Iterator

    from requests import PreparedRequest, Response, Session

    from release.secret import Credentials

FAILURES: Final = (requests.RequestException, HTTPError, OSError, UnicodeError)
"""Everything by which a request can fail without an answer."""

_SAID_LIMIT: Final = 4096
_SHOWN_LIMIT: Final = 500
_TAG: Final = re.compile(r"<(script|style)\b.*?</\1\s*>|<[^>]*>", re.DOTALL | re.IGNORECASE)
_SENTENCES: Final = (
    ({"ConnectTimeoutError"}, "no connection within {timeout:g} s"),
    ({"ReadTimeoutError", "TimeoutError"}, "no answer within {timeout:g} s"),
    ({"IncompleteRead", "InvalidChunkLength"}, "the answer was cut off"),
    ({"DecodeError"}, "the answer cannot be decoded"),
    ({"SSLError", "SSLCertVerificationError"}, "no trusted TLS connection ({verdict})"),
    ({"ProxyError"}, "the proxy did not connect"),
    ({"NameResolutionError"}, "the host name is not known"),
    ({"InvalidURL", "InvalidSchema", "MissingSchema", "LocationParseError"}, "it is no HTTP URL"),
)


def open_session(
    session: Session,
    *,
    credentials: Credentials | None,
    timeout: float,
    deadline: Deadline | None = None,
) -> Session:
    """Make the session one of ours: one try, timeouts, our credentials and no others.

    Args:
        session: A new session, by requests or twine.
        credentials: Sent with every request of the session; None sends none.
        timeout: Seconds for the connect, and for each read.
        deadline: What bounds the whole time.
    """
    for scheme in ("http://", "https://"):
        session.mount(scheme, _BoundedAdapter(timeout, deadline))
    session.auth = _Authorization(credentials)
    session.stream = True
    # No redirect is followed here, and a broken one is an answer like any other; requests
    # would read it all the same and raise.
    session.get_redirect_target = _no_target  # type: ignore[method-assign]  # on this one only
    # requests itself heeds REQUESTS_CA_BUNDLE and CURL_CA_BUNDLE, which outrank this one.
    session.verify = os.environ.get("SSL_CERT_FILE") or os.environ.get("SSL_CERT_DIR") or True
    return session


def said(response: Response, *, credentials: Credentials | None, timeout: float) -> str:
    """Return what the server said, short and without markup; "" if it cannot be read."""
    try:
        with Deadline(timeout) as deadline:
            deadline.watch(response.raw.shutdown)
            body = response.raw.read(_SAID_LIMIT, decode_content=True)
    except FAILURES:
        return ""
    text = unescape(_TAG.sub(" ", body.decode("utf-8", errors="replace")))
    return masked(" ".join(text.split()), credentials)[:_SHOWN_LIMIT]


def masked(text: str, credentials: Credentials | None) -> str:
    """Replace the token, in every form in which it travels, by ``***``."""
    if credentials is None or not credentials.token.reveal():
        return text
    token = credentials.token.reveal()
    basic = _basic(credentials)
    in_base64 = base64.b64encode(token.encode()).decode()
    forms = {token, quote(token, safe=""), quote(token), basic, in_base64, in_base64.rstrip("=")}
    for form in sorted(forms, key=len, reverse=True):
        text = text.replace(form, "***")
    return text


def reason(error: BaseException, *, timeout: float) -> str:
    """Return a sentence for a failure; nothing of its own text, which may hold a URL."""
    chain = list(_causes(error))
    kinds = {type(cause).__name__ for cause in chain}
    for names, sentence in _SENTENCES:
        if kinds & names:
            return sentence.format(timeout=timeout, verdict=_verdict(chain))
    told = next((c.strerror for c in chain if isinstance(c, OSError) and c.strerror), None)
    return told.lower() if told else "the connection was lost"


def _no_target(resp: Response) -> str | None:
    """Stand for: this answer leads nowhere, as far as requests is concerned."""
    del resp
    return None


def _verdict(chain: list[BaseException]) -> str:
    messages = (getattr(cause, "verify_message", None) for cause in chain)
    return next((message for message in messages if message), "handshake failed")


def _causes(error: BaseException) -> Iterator[BaseException]:
    """Yield the error, its causes, and the errors that libraries put into arguments."""
    pending, seen = [error], set[int]()
    while pending:
        current = pending.pop(0)
        if id(current) in seen:
            continue
        seen.add(id(current))
        yield current
        inner = [*current.args, current.__cause__, current.__context__]
        inner.append(getattr(current, "reason", None))
        pending += [cause for cause in inner if isinstance(cause, BaseException)]


def _basic(credentials: Credentials) -> str:
    plain = f"{credentials.username}:{credentials.token.reveal()}"
    return base64.b64encode(plain.encode()).decode()


class _Authorization(requests.auth.AuthBase):
    """HTTP Basic in UTF-8, or nothing; its presence alone keeps netrc out."""

    def __init__(self, credentials: Credentials | None) -> None:
        self._credentials = credentials

    def __call__(self, request: PreparedRequest) -> PreparedRequest:
        """Sign the request."""
        if self._credentials is not None:
            request.headers["Authorization"] = f"Basic {_basic(self._credentials)}"
        return request


class _BoundedAdapter(HTTPAdapter):
    """One try for each request, its socket bounded in time."""

    def __init__(self, timeout: float, deadline: Deadline | None) -> None:
        self._timeout = timeout
        self._deadline = deadline
        super().__init__(max_retries=0)

    # requests names each setting; whatever it names, the timeout is ours.
    def send(self, request: PreparedRequest, **settings: Any) -> Response:  # type: ignore[override]  # noqa: ANN401
        """Send with our timeouts, whatever the caller of the library gave."""
        return super().send(request, **{**settings, "timeout": (self._timeout, self._timeout)})

    def get_connection_with_tls_context(self, *arguments: Any, **settings: Any) -> Any:  # noqa: ANN401  # urllib3's
        """Let the deadline watch each connection from its first moment on."""
        pool = super().get_connection_with_tls_context(*arguments, **settings)
        deadline = self._deadline
        if deadline is not None:
            pool.ConnectionCls = _watched(pool.ConnectionCls, deadline)
        return pool


def _watched(kind: Any, deadline: Deadline) -> Any:  # noqa: ANN401  # a class of urllib3's
    class Watched(kind):  # type: ignore[misc]  # made from what the pool would use
        def connect(self) -> None:
            super().connect()
            deadline.watch(lambda: self.sock.shutdown(socket.SHUT_RDWR))

    return Watched
