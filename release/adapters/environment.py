"""Environment variables: reading ours, and making sealed ones for the tools we run.

A sealed environment holds nothing of the caller's settings (no PIP_*, UV_*, PYTHON*,
TWINE_*, GIT_*, no token of any name) and an empty home, so no pip.conf, uv.toml,
.netrc or .pypirc is found. What a machine needs to reach the network at all stays.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

NETWORK: Final = frozenset(
    {
        "HTTP_PROXY",
        "HTTPS_PROXY",
        "ALL_PROXY",
        "NO_PROXY",
        "SSL_CERT_FILE",
        "SSL_CERT_DIR",
        "REQUESTS_CA_BUNDLE",
        "CURL_CA_BUNDLE",
        "GIT_SSL_CAINFO",
        "GIT_SSL_CAPATH",
        "NODE_EXTRA_CA_CERTS",
    }
)
"""Names (in either case) without which a machine behind a proxy reaches nothing."""

_SYSTEM: Final = frozenset({"PATH", "SYSTEMROOT", "COMSPEC", "PATHEXT", "WINDIR"})
_GIT_KEPT: Final = ("GIT_SSH", "GIT_SSL_", "GIT_PROXY_")


def variables() -> dict[str, str]:
    """Return a copy of this process's environment."""
    return dict(os.environ)


def sealed(
    folder: Path,
    *,
    caller: Mapping[str, str] | None = None,
    extra: Mapping[str, str] | None = None,
) -> dict[str, str]:
    """Return an environment in which no setting of this machine or caller is left.

    Args:
        folder: An existing folder of the run's own; home, configuration and temporary
            files of the tool go into it.
        caller: The environment to seal; this process's own when not given.
        extra: Variables that the tool needs on top (index names, SOURCE_DATE_EPOCH).

    uv reads ``/etc/uv/uv.toml`` only when it finds no ``uv/uv.toml`` below
    XDG_CONFIG_DIRS, so an empty one is put there; pip reads its machine-wide file
    unless PIP_CONFIG_FILE names another.
    """
    source = os.environ if caller is None else caller
    kept = {
        name: value
        for name, value in source.items()
        if name.upper() in NETWORK or name.upper() in _SYSTEM
    }
    home = folder / "home"
    machine = folder / "machine"
    for made in (home, machine / "uv", folder / "tmp"):
        made.mkdir(parents=True, exist_ok=True)
    (machine / "uv" / "uv.toml").touch()
    return {
        **kept,
        "HOME": str(home),
        "USERPROFILE": str(home),
        "XDG_CONFIG_HOME": str(home / ".config"),
        "XDG_CONFIG_DIRS": str(machine),
        "XDG_DATA_HOME": str(home / ".local" / "share"),
        "TMPDIR": str(folder / "tmp"),
        "LANG": "C.UTF-8",
        "LC_ALL": "C.UTF-8",
        "TZ": "UTC",
        "PIP_CONFIG_FILE": os.devnull,
        "PIP_DISABLE_PIP_VERSION_CHECK": "1",
        "UV_PYTHON_DOWNLOADS": "never",
        **(extra or {}),
    }


def for_git(caller: Mapping[str, str] | None = None) -> dict[str, str]:
    """Return the caller's environment without what would point git at another repository.

    Home and the ssh agent stay, since a maintainer's own access to a private remote lives
    there; nothing is asked on a terminal.
    """
    source = os.environ if caller is None else caller
    kept = {
        name: value
        for name, value in source.items()
        if not name.startswith("GIT_") or name.startswith(_GIT_KEPT)
    }
    return {**kept, "GIT_TERMINAL_PROMPT": "0", "LC_ALL": "C.UTF-8"}


def uv_cache_folder(caller: Mapping[str, str] | None = None) -> str | None:
    """Return the caller's own uv cache, the one thing of theirs that a run may share.

    A cache is no setting: what is taken from it is compared with a sha256 or refreshed.
    """
    source = os.environ if caller is None else caller
    cache = _base_folder(source, "XDG_CACHE_HOME", ".cache")
    return source.get("UV_CACHE_DIR") or (f"{cache}/uv" if cache else None)


def verify_cache_folder() -> str | None:
    """Return the uv cache of clean installs: beside the caller's, and nobody else's.

    Another uv that reads the same index at the same time (a consumer's lock does) marks the
    package's page as fresh in a shared cache, and with it a file that was replaced since.
    """
    shared = uv_cache_folder()
    return f"{shared}-of-verify" if shared else None


def uv_python_folder(caller: Mapping[str, str] | None = None) -> str | None:
    """Return where the caller's uv keeps the Pythons that it installed."""
    source = os.environ if caller is None else caller
    data = _base_folder(source, "XDG_DATA_HOME", ".local/share")
    return source.get("UV_PYTHON_INSTALL_DIR") or (f"{data}/uv/python" if data else None)


def _base_folder(source: Mapping[str, str], variable: str, below_home: str) -> str | None:
    """Return a base folder as XDG has it; None where there is no home either."""
    home = source.get("HOME")
    return source.get(variable) or (f"{home}/{below_home}" if home else None)
