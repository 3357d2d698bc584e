"""Sealed places in which other people's tools run for us."""

from __future__ import annotations

import contextlib
import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from release.adapters import environment, processes

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from release.adapters.processes import Completed
    from release.secret import Credentials, Secret

_FINDING_UV: Final = threading.Lock()


@dataclass(frozen=True, kw_only=True, slots=True)
class Sandbox:
    """A folder of the run's own; what runs in it sees no setting of machine or caller.

    ``cache`` is where uv keeps what it fetched; the caller's own uv cache when not given (a
    cache is no setting).
    """

    folder: Path
    cache: str | None = None

    def environment(self, extra: Mapping[str, str] | None = None) -> dict[str, str]:
        """Return the sealed environment (see ``release.adapters.environment.sealed``)."""
        return environment.sealed(self.folder, extra=extra)

    def run(
        self,
        argv: Sequence[str],
        *,
        cwd: Path,
        timeout: float,
        extra: Mapping[str, str] | None = None,
        secrets: Sequence[Secret] = (),
        check: bool = True,
        umask: int = -1,
    ) -> Completed:
        """Run a program sealed; arguments and errors are those of ``processes.run``."""
        return processes.run(
            argv,
            cwd=cwd,
            env=self.environment(extra),
            timeout=timeout,
            secrets=secrets,
            check=check,
            umask=umask,
        )

    @contextlib.contextmanager
    def netrc(self, url: str, credentials: Credentials | None) -> Iterator[dict[str, str]]:
        """Yield the variable by which uv and pip find the credentials for one host.

        A netrc file binds them to the host of ``url``, and is gone with the block. Variables
        named after an index would not do: another index of the same name gets them, and so
        does the environment of every build that uv runs.
        """
        if credentials is None:
            yield {}
            return
        file = self.folder / "netrc"
        self.folder.mkdir(parents=True, exist_ok=True)
        file.touch(mode=0o600)
        try:
            file.write_text(
                f"machine {urlsplit(url).hostname}\n"
                f"login {credentials.username}\npassword {credentials.token.reveal()}\n",
                "utf-8",
            )
            yield {"NETRC": str(file)}
        finally:
            file.unlink()

    def uv(
        self,
        arguments: Sequence[str],
        *,
        cwd: Path,
        timeout: float,
        extra: Mapping[str, str] | None = None,
        secrets: Sequence[Secret] = (),
        check: bool = True,
    ) -> Completed:
        """Run our own uv sealed, with ``cache``."""
        cache = self.cache or environment.uv_cache_folder()
        cached = {"UV_CACHE_DIR": cache} if cache else {}
        return self.run(
            [uv_executable(), *arguments],
            cwd=cwd,
            timeout=timeout,
            extra={"UV_NO_PROGRESS": "1", **cached, **(extra or {})},
            secrets=secrets,
            check=check,
        )


def uv_executable() -> str:
    """Return the uv that was installed with us, not the first one on PATH."""
    from uv import find_uv_bin

    # It reads sysconfig, which Python 3.11 fills in without a lock: a second thread that
    # asks meanwhile finds it half full.
    with _FINDING_UV:
        return find_uv_bin()
