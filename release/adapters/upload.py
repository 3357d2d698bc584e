"""The write side of a registry: one upload by twine's library, and what was answered."""

from __future__ import annotations

import contextlib
import os
import tarfile
import zipfile
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING
from urllib.parse import urljoin

from release.errors import UploadFailed
from release.formats.urls import shown

if TYPE_CHECKING:
    from collections.abc import Iterator

    from requests import Response
    from twine.repository import Repository

    from release.model import Artifact
    from release.secret import Credentials


@dataclass(frozen=True, kw_only=True, slots=True)
class Answer:
    """What came back for one upload: a status and the server's words.

    ``status`` is None where no answer came; ``text`` says why then. ``retry_after`` is
    in seconds, where the server named a time.
    """

    status: int | None
    text: str
    retry_after: float | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Uploader:
    """Where uploads go, and the token that goes with them and nowhere else.

    ``timeout`` is in seconds, for the connect and for each read and write.
    """

    url: str
    credentials: Credentials
    timeout: float

    def upload(self, artifact: Artifact) -> Answer:
        """Send one file once; whatever comes back, or does not, is an answer.

        Raises:
            UploadFailed: twine itself refuses the file or the URL; nothing was sent.
        """
        # Imported here: twine costs half a second, and only an upload needs it.
        from twine.exceptions import TwineException
        from twine.package import PackageFile

        from release.adapters import connections

        try:
            package = PackageFile.from_filename(str(artifact.path), None)
            repository = self._repository()
        except (TwineException, OSError, zipfile.BadZipFile, tarfile.TarError) as error:
            raise UploadFailed(
                f"twine does not send {artifact.filename}: {error}",
                next_step="Check [registry] url, and build again if it is about the file.",
            ) from None
        try:
            with _quiet_twine(), contextlib.closing(repository):
                # One try: what twine calls redirects here are its tries after a 5xx.
                return self._answer(repository.upload(package, max_redirects=1))
        except connections.FAILURES as error:
            return Answer(status=None, text=connections.reason(error, timeout=self.timeout))

    def _repository(self) -> Repository:
        from twine.settings import Settings

        from release.adapters import connections

        # With both given, twine asks neither keyring nor terminal; the token itself goes
        # into the session only, so that nothing of twine's can show it.
        settings = Settings(
            repository_url=self.url,
            config_file=os.devnull,
            username="",
            password="",
            non_interactive=True,
            disable_progress_bar=True,
        )
        repository = settings.create_repository()
        connections.open_session(
            repository.session, credentials=self.credentials, timeout=self.timeout
        )
        return repository

    def _answer(self, response: Response) -> Answer:
        from release.adapters import connections

        with response:
            text = connections.said(response, credentials=self.credentials, timeout=self.timeout)
            location = response.headers.get("Location")
            if response.is_redirect and location:
                text = f"redirect to {_redirect_target(self.url, location)}"
            return Answer(
                status=response.status_code,
                text=text or str(response.reason or ""),
                retry_after=_seconds(response.headers.get("Retry-After"), response),
            )


def _redirect_target(url: str, location: str) -> str:
    with contextlib.suppress(ValueError):
        location = urljoin(url, location)
    return shown(location)


def _seconds(told: str | None, response: Response) -> float | None:
    """Read Retry-After: seconds, or a date that is compared with the server's own."""
    if told is None:
        return None
    with contextlib.suppress(ValueError, OverflowError):
        return max(0.0, float(int(told)))
    with contextlib.suppress(ValueError, TypeError, OverflowError):
        now = parsedate_to_datetime(response.headers.get("Date", ""))
        return max(0.0, (parsedate_to_datetime(told) - now).total_seconds())
    return None


@contextlib.contextmanager
def _quiet_twine() -> Iterator[None]:
    """Keep twine from writing to our streams: it prints through rich's global console."""
    import rich

    console = rich.get_console()
    before, console.quiet = console.quiet, True
    try:
        yield
    finally:
        console.quiet = before
