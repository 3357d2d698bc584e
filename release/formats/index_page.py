"""Reading a project page of the simple index, HTML (PEP 503) or JSON (PEP 691).

The page decides whether something is uploaded, so a page that cannot be read, or is
another page, must never look like one that lists nothing. It is read as it arrives, and
only the files of interest are kept: ten thousand files cost no more memory than ten.
"""

from __future__ import annotations

import codecs
from typing import TYPE_CHECKING, Final
from urllib.parse import unquote, urldefrag, urljoin, urlsplit

from packaging.utils import canonicalize_name

from release.errors import RegistryUnreadable
from release.formats import index_html, index_json
from release.formats.index_links import NotAProjectPage
from release.formats.spellings import VersionFiles, Wanted
from release.formats.urls import origin, shown, without_user
from release.model import Finding, IndexFile, IndexPage

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

    from packaging.utils import NormalizedName
    from packaging.version import Version

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
    version: Version | None = None,
) -> IndexPage:
    """Read a project page.

    A fragment ``#sha256-HEX``, which older Gitea writes, is read as a digest: it is the
    server's own claim, like ``#sha256=HEX``.

    Args:
        body: The page, whole or in pieces of any length.
        content_type: The header; it alone says whether this is HTML or JSON.
        url: Where the page was read; relative links start there, and its last part names
            the project whose page it has to be.
        wanted: The file names to keep; all, when not given.
        version: Whose files are kept besides, however they spell project and version.

    Raises:
        RegistryUnreadable: The body is not one complete project page.
    """
    pieces = (body,) if isinstance(body, bytes) else body
    files: dict[str, IndexFile] = {}
    project = canonicalize_name(unquote(urlsplit(url).path.rstrip("/").rpartition("/")[2]))
    kept = _wanted(wanted, version, project)
    try:
        for link in _links(pieces, content_type=content_type, project=project, wanted=kept):
            _keep(_file(link, url), files)
    except NotAProjectPage as error:
        raise RegistryUnreadable(
            f"{shown(url)} is not a project page: it has {error}.",
            next_step="Open it in a browser. Is [registry] url right, and does reading need "
            "a token ([registry] read-token)?",
        ) from None
    return IndexPage(url=shown(url), files=tuple(files.values()))


def _wanted(
    filenames: Collection[str] | None, version: Version | None, project: NormalizedName
) -> Wanted | None:
    if filenames is None:
        return None
    return Wanted(
        filenames=frozenset(filenames),
        version=VersionFiles(project, version) if version else None,
    )


def _links(
    pieces: Iterable[bytes],
    *,
    content_type: str,
    project: NormalizedName,
    wanted: Wanted | None,
) -> Iterator[Link]:
    media, charset = _media_type(content_type)
    texts = _decoded(pieces, charset)
    if media in _HTML:
        return index_html.read_links(texts, project=project, wanted=wanted)
    if media in _JSON:
        return index_json.read_links(texts, project=project, wanted=wanted)
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
        origin(joined)  # raises where the port is none
    except ValueError:
        raise NotAProjectPage(f"a link to {link.filename} that is no URL") from None
    if urlsplit(joined).scheme not in {"http", "https"}:
        raise NotAProjectPage(f"a link to {link.filename} that is not http or https")
    return IndexFile(
        filename=link.filename,
        url=_without_page_user(joined, page_url),
        sha256=link.sha256,
        requires_python=link.requires_python,
        yanked=link.yanked,
    )


def _without_page_user(joined: str, page_url: str) -> str:
    """Drop a user part that a relative link took over from the page's URL."""
    return without_user(joined) if without_user(page_url) != page_url else joined


def foreign_origins(page: IndexPage, index_url: str) -> tuple[str, ...]:
    """Return the origins (``https://host:3000``) of file links that are not the index's own."""
    return tuple(sorted({origin(file.url) for file in page.files} - {origin(index_url)}))


def foreign_host_finding(page: IndexPage, index_url: str) -> Finding | None:
    """Return what to tell where the page's links lead to another host, else None."""
    origins = foreign_origins(page, index_url)
    if not origins:
        return None
    return Finding(
        code="foreign-host",
        place=page.url,
        message=f"links to its files on {', '.join(origins)}, not on {origin(index_url)}. "
        "Lockfiles would carry that host: who cannot reach it cannot install, and credentials "
        "of the index are not sent there.",
        next_step="Set ROOT_URL in the [server] section of Gitea's app.ini to the URL that "
        "everybody uses, and [registry] url to the same.",
    )
