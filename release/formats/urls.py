"""URLs: what of one may be shown, and whether two lie on one server."""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import urlsplit, urlunsplit

_DEFAULT_PORTS: Final = {"http": 80, "https": 443}
_USER_PART: Final = re.compile(r"(?<=://)[^/\s'\"]*@")


def without_user(url: str) -> str:
    """Return the URL without its user part, which may hold a secret; else just as it is.

    Raises:
        ValueError: It is no URL.
    """
    parts = urlsplit(url)
    if "@" not in parts.netloc:
        return url
    return urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2]))


def without_users(text: str) -> str:
    """Return a text with the user part of every URL in it left out."""
    return _USER_PART.sub("", text)


def shown(url: str) -> str:
    """Return the URL as people may see it: no user, no password, no query, no fragment."""
    try:
        parts = urlsplit(without_user(url))
    except ValueError:
        return "(a URL that cannot be read)"
    return urlunsplit((parts.scheme, parts.netloc, parts.path, "", ""))


def url_fault(url: str) -> str:
    """Return what keeps a URL from being one of a web server; empty where nothing does."""
    if re.search(r"[\s\x00-\x1f\x7f]", url):
        return "which has a space or a control character"
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError:  # its own text would quote what may be a password
        return "which has no host and port that can be read"
    if parts.scheme not in _DEFAULT_PORTS:
        return "which is not http or https"
    return "" if host else "which names no host"


def origin(url: str) -> str:
    """Return ``https://host:3000``: scheme, host, and a port that is not the default one.

    Raises:
        ValueError: It is no URL.
    """
    parts = urlsplit(url)
    host = parts.hostname or ""
    host = f"[{host}]" if ":" in host else host
    is_default = parts.port in {None, _DEFAULT_PORTS.get(parts.scheme)}
    return f"{parts.scheme}://{host}" if is_default else f"{parts.scheme}://{host}:{parts.port}"
