"""The read side of a registry: project pages and downloads of the simple index."""

from __future__ import annotations

import contextlib
import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from urllib.parse import unquote, urljoin, urlsplit

from packaging.utils import canonicalize_name

from release.adapters.deadline import Deadline
from release.errors import RegistryNotPermitted, RegistryUnreadable
from release.formats.index_page import ACCEPT, parse_page
from release.formats.urls import origin, shown
from release.model import IndexPage

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator
    from pathlib import Path

    from packaging.utils import NormalizedName
    from packaging.version import Version
    from requests import Response

    from release.model import IndexFile
    from release.secret import Credentials

PAGE_TIMES: Final = 3
"""A whole page may take so many times the timeout of one silence."""
DOWNLOAD_TIMES: Final = 20
"""A whole file may take so many times the timeout of one silence."""

_PIECE: Final = 65_536
_MOST_REDIRECTS: Final = 5
_REDIRECTS: Final = frozenset({301, 302, 303, 307, 308})


@dataclass(frozen=True, kw_only=True, slots=True)
class Index:
    """A simple index: ``url`` is its base (``https://…/simple``).

    ``timeout`` is in seconds, for one silence of the server. Credentials reach the
    origin of ``url`` and no other.
    """

    url: str
    credentials: Credentials | None
    timeout: float

    def page(
        self,
        name: NormalizedName,
        *,
        wanted: Collection[str] | None = None,
        version: Version | None = None,
    ) -> IndexPage:
        """Read the project's page; only a 404 means that the project is absent.

        Args:
            name: The project.
            wanted: The file names to keep; all, when not given. Of a long page, naming
                them costs a small part of the time and no memory for the rest.
            version: Whose files are kept besides, however they are spelled.

        Raises:
            RegistryNotPermitted: The answer is 401 or 403.
            RegistryUnreadable: There is no answer, another one, or no project page.
        """
        url = f"{self.url.rstrip('/')}/{name}/"
        with self._get(url, self.timeout * PAGE_TIMES, accept=ACCEPT, project=name) as response:
            answered = response.url or url
            if response.status_code == 404:  # noqa: PLR2004  # the one meaning of absent
                return IndexPage(url=shown(answered), files=(), exists=False)
            self._must_be_ok(response)
            return parse_page(
                response.raw.stream(_PIECE, decode_content=True),
                content_type=response.headers.get("Content-Type", ""),
                url=answered,
                wanted=wanted,
                version=version,
            )

    def download(self, file: IndexFile, target: Path) -> str:
        """Write the file to ``target`` as it comes in, and return its sha256.

        Raises:
            RegistryNotPermitted: The answer is 401 or 403.
            RegistryUnreadable: There is no answer, another one, or not the whole file;
                nothing is left at ``target``.
        """
        with self._get(file.url, self.timeout * DOWNLOAD_TIMES, accept="*/*") as response:
            self._must_be_ok(response)
            if response.headers.get("Content-Type", "").startswith("text/html"):
                raise _unreadable(response.url, "it answers a web page where a file belongs")
            try:
                return _write(response, target)
            except BaseException:
                target.unlink(missing_ok=True)
                raise

    @contextlib.contextmanager
    def _get(
        self, url: str, seconds: float, *, accept: str, project: NormalizedName | None = None
    ) -> Iterator[Response]:
        """Yield the answer, redirects followed, and turn every failure into a sentence."""
        # Imported here: `release --help` needs no network.
        from release.adapters import connections

        with Deadline(seconds) as deadline, contextlib.ExitStack() as stack:
            try:
                yield self._answer(url, deadline, stack, accept=accept, project=project)
                deadline.check()
            except (*connections.FAILURES, RegistryUnreadable) as error:
                if deadline.is_over:
                    # What was shut down may look like an end, so its own error misleads.
                    raise _unreadable(url, f"no whole answer within {seconds:g} s") from None
                if isinstance(error, RegistryUnreadable):
                    raise
                told = connections.reason(error, timeout=self.timeout)
                raise _unreadable(url, told) from None

    def _answer(
        self,
        url: str,
        deadline: Deadline,
        stack: contextlib.ExitStack,
        *,
        accept: str,
        project: NormalizedName | None,
    ) -> Response:
        for _ in range(_MOST_REDIRECTS + 1):
            response = stack.enter_context(self._request(url, deadline, stack, accept))
            deadline.check()
            if response.status_code not in _REDIRECTS:
                return response
            url = self._redirected(url, response, project)
        raise _unreadable(url, f"it redirects more than {_MOST_REDIRECTS} times")

    def _request(
        self, url: str, deadline: Deadline, stack: contextlib.ExitStack, accept: str
    ) -> Response:
        import requests

        from release.adapters import connections

        is_ours = origin(url) == origin(self.url)
        session = connections.open_session(
            stack.enter_context(requests.Session()),
            credentials=self.credentials if is_ours else None,
            timeout=self.timeout,
            deadline=deadline,
        )
        headers = {"Accept": accept, "Cache-Control": "no-cache"}
        if accept == "*/*":  # a file is hashed as it is stored
            headers["Accept-Encoding"] = "identity"
        return session.get(url, headers=headers, allow_redirects=False)

    def _redirected(self, url: str, response: Response, project: NormalizedName | None) -> str:
        """Return where a redirect leads, if it is one that an index makes.

        A page may move on its own origin, to a path that still ends with the project's
        name (a slash was missing); everything else is a way to a login. A file may lie
        anywhere, as with Gitea's storage elsewhere, and its digest tells.
        """
        try:
            target = urljoin(url, response.headers.get("Location", ""))
            stays = origin(target) == origin(url)
        except ValueError:
            raise _unreadable(url, "it redirects to what is no URL") from None
        if project is not None:
            last = unquote(urlsplit(target).path.rstrip("/").rpartition("/")[2])
            if not stays or canonicalize_name(last) != project:
                raise _unreadable(url, f"it redirects to {shown(target)}, which may be a login")
        elif urlsplit(url).scheme == "https" and urlsplit(target).scheme != "https":
            raise _unreadable(url, f"it redirects to {shown(target)}, without TLS")
        return target

    def _must_be_ok(self, response: Response) -> None:
        from release.adapters import connections

        status = response.status_code
        if status == 200:  # noqa: PLR2004  # nothing else carries a whole page or file
            return
        text = connections.said(response, credentials=self.credentials, timeout=self.timeout)
        told = f"it answers {status}" + (f": {text}" if text else "")
        if status in {401, 403}:
            raise RegistryNotPermitted(
                f"{shown(response.url)} may not be read: {told}.",
                next_step="Give a token that may read packages as [registry] read-token"
                if self.credentials is None
                else "Check that the token is valid and may read packages (read:package).",
            )
        raise _unreadable(response.url, told)


def _write(response: Response, target: Path) -> str:
    digest = hashlib.sha256()
    with target.open("wb") as stream:
        for piece in response.raw.stream(_PIECE, decode_content=True):
            digest.update(piece)
            stream.write(piece)
    return digest.hexdigest()


def _unreadable(url: str | None, told: str) -> RegistryUnreadable:
    return RegistryUnreadable(
        f"{shown(url or '')} cannot be read: {told}.",
        next_step="Nothing is concluded from that; try again when the registry answers.",
    )
