"""Reading a project page of the simple index, HTML (PEP 503) or JSON (PEP 691).

The page decides whether something is uploaded, so a page that cannot be read, or is
another page, must never look like one that lists nothing. It is read as it arrives, and
only the files of interest are kept: ten thousand files cost no more memory than ten.
"""

from __future__ import annotations

import codecs
from typing import TYPE_CHECKING, Final
from urllib.parse import unquote, urldefrag, urljoin, urlsplit, urlunsplit

from packaging.utils import canonicalize_name

from release.errors import RegistryUnreadable
from release.formats import index_html, index_json
from release.formats.index_links import NotAProjectPage
from release.model import IndexFile, IndexPage

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

    from release.formats.index_links import Link

ACCEPT: Final = (
    "application/vnd.pypi.simple.v1+json, "
    "application/vnd.pypi.simple.v1+html;q=0.2, text/html;q=0.1"
)
"""What to ask an index for: JSON before HTML. (Gitea always answers HTML.)"""

_HTML: Final = frozenset({"text/html", "application/vnd.pypi.simple.v1+html"})
_JSON: Final = frozenset({"application/vnd.pypi.simple.v1+json"})


def parse_page(
    body: bytes | Iterable[bytes],
    *,
    content_type: str,
    url: str,
    wanted: Collection[str] | None = None,
) -> IndexPage:
    """Read a project page.

    A fragment ``#sha256-HEX``, which older Gitea writes, is read as a digest: it is the
    server's own claim, like ``#sha256=HEX``.

    Args:
        body: The page, whole or in pieces of any length.
        content_type: The header; it alone says whether this is HTML or JSON.
        url: Where the page was read; relative links start there.
        wanted: The file names to keep; all, when not given.

    Raises:
        RegistryUnreadable: The body is not one complete project page.
    """
    pieces = (body,) if isinstance(body, bytes) else body
    files: dict[str, IndexFile] = {}
    try:
        for link in _links(pieces, content_type=content_type, url=url, wanted=wanted):
            _keep(_file(link, url), files)
    except NotAProjectPage as error:
        raise RegistryUnreadable(
            f"{without_user(url)} is not a project page: it has {error}.",
            next_step="Open it in a browser. Is [registry] url right, and does reading need "
            "a token ([registry] read-token)?",
        ) from None
    return IndexPage(url=without_user(url), files=tuple(files.values()))


def without_user(url: str) -> str:
    """Return the URL as it may be shown: no user, no password, no query, no fragment."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return "(a URL that cannot be read)"
    netloc = parts.netloc.rpartition("@")[2]
    return urlunsplit((parts.scheme, netloc, parts.path, "", ""))


def _links(
    pieces: Iterable[bytes], *, content_type: str, url: str, wanted: Collection[str] | None
) -> Iterator[Link]:
    media, charset = _media_type(content_type)
    texts = _decoded(pieces, charset)
    if media in _HTML:
        project = canonicalize_name(unquote(urlsplit(url).path.rstrip("/").rpartition("/")[2]))
        return index_html.read_links(texts, project=project, wanted=wanted)
    if media in _JSON:
        return index_json.read_links(texts, wanted=wanted)
    raise NotAProjectPage(f"the content type {content_type!r}, not HTML or JSON of an index")


def _media_type(content_type: str) -> tuple[str, str]:
    media, *parameters = (part.strip() for part in content_type.split(";"))
    pairs = (parameter.partition("=") for parameter in parameters)
    named = {name.strip().lower(): value.strip(' "') for name, _, value in pairs}
    return media.lower(), named.get("charset") or "utf-8"


def _decoded(pieces: Iterable[bytes], charset: str) -> Iterator[str]:
    try:
        name = codecs.lookup(charset).name
        # A byte order mark may stand before UTF-8; it is not part of the text.
        decoder = codecs.getincrementaldecoder("utf-8-sig" if name == "utf-8" else name)()
        for piece in pieces:
            yield decoder.decode(piece)
        yield decoder.decode(b"", final=True)
    except (LookupError, UnicodeError):
        raise NotAProjectPage(f"bytes that are not {charset}") from None


def _keep(file: IndexFile, files: dict[str, IndexFile]) -> None:
    known = files.setdefault(file.filename, file)
    if known.sha256 != file.sha256:
        raise NotAProjectPage(f"{file.filename} twice, with different digests")


def _file(link: Link, page_url: str) -> IndexFile:
    try:
        base = urljoin(page_url, link.base) if link.base else page_url
        joined = urldefrag(urljoin(base, link.url.strip())).url
    except ValueError:
        raise NotAProjectPage(f"a link to {link.filename} that is no URL") from None
    if urlsplit(joined).scheme not in {"http", "https"}:
        raise NotAProjectPage(f"a link to {link.filename} that is not http or https")
    return IndexFile(
        filename=link.filename,
        url=_kept_from_user(joined, page_url),
        sha256=link.sha256,
        requires_python=link.requires_python,
        yanked=link.yanked,
    )


def _kept_from_user(joined: str, page_url: str) -> str:
    """Drop a user part that a relative link took over from the page's URL."""
    if "@" not in urlsplit(page_url).netloc:
        return joined
    parts = urlsplit(joined)
    return urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2]))
