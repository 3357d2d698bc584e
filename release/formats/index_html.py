"""Reading the links of an HTML project page (PEP 503), piece by piece.

The reader is stricter than a browser. What a browser would repair (a tag that is never
ended, a body that is never closed) is here the sign of a page that was cut off.
"""

from __future__ import annotations

import re
from html import unescape
from typing import TYPE_CHECKING, Final
from urllib.parse import unquote, urlsplit

from packaging.utils import canonicalize_name

from release.formats.index_links import (
    EXTENSIONS,
    PENDING_LIMIT,
    Link,
    NotAProjectPage,
    OwnerCheck,
    digest,
    is_distribution,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from packaging.utils import NormalizedName

    from release.formats.spellings import Wanted

_ATTRIBUTE: Final = r"""\s+([a-z_:][-a-z0-9_:.]*)(?:\s*=\s*("[^"]*"|'[^']*'|[^\s"'=<>`]+))?"""
_ATTRIBUTES: Final = f"(?:{_ATTRIBUTE.replace('(', '(?:').replace('(?:?:', '(?:')})*+"
_RAW: Final = "script|style|title|textarea"

# An empty or dashed comment (`<!-->`) ends at once for a browser and later for a naive
# reader, which would lose the links between; such comments match nothing here.
_TOKEN: Final = re.compile(
    rf"""
      (?P<text>[^<]+)
    | </(?P<end>[a-z][a-z0-9:-]*)\s*>
    | <(?P<start>(?!(?:{_RAW})[\s/>])[a-z][a-z0-9:-]*)(?P<attributes>{_ATTRIBUTES})\s*/?>
    | <(?P<raw>{_RAW})(?:{_ATTRIBUTES})\s*>(?P<inside>.*?)</(?P=raw)\s*>
    | <!--(?!-?>)(?:[^-]|-(?!-))*+-->
    | <!doctype\b[^>]*>
    """,
    re.IGNORECASE | re.DOTALL | re.VERBOSE,
)
_ATTRIBUTE_PATTERN: Final = re.compile(_ATTRIBUTE, re.IGNORECASE)

# Whole lines of files whose text is the last part of their href, letter by letter. It is
# a subset of what the tokens above read, so passing over them at once loses nothing.
_PLAIN_FILES: Final = re.compile(
    rf"""
    (?:
        <a\s+href="(?:[^"<>?#]*/)?
        ([A-Za-z0-9_.+!-]+(?:{"|".join(map(re.escape, EXTENSIONS))}))(?:\#[^"]*)?"
        (?:\s+data-[a-z-]+="[^"]*")*+\s*>\1</a>\s*(?:<br\s*/?>\s*)?
    )++
    """,
    re.VERBOSE,
)
_FRAGMENT_DIGEST: Final = re.compile(r"(?:^|&)sha256[=-]([^&]*)")

# What a page without files may consist of; anything else is another page (a login, an
# application that draws itself by script).
_PLAIN_ELEMENTS: Final = frozenset(
    {"html", "head", "meta", "link", "base", "title", "style", "body", "h1", "br", "hr", "p"}
)
_HEADING_LIMIT: Final = 2_000


def read_links(
    texts: Iterable[str], *, project: NormalizedName, wanted: Wanted | None
) -> Iterator[Link]:
    """Yield the links of a page that arrives in pieces; keep no more of it than one piece.

    Args:
        texts: The page, in pieces of any length.
        project: Whose page it has to be: it has a file of it, or speaks of it.
        wanted: The files of interest; others are checked and passed over.

    Raises:
        NotAProjectPage: The page is another one, or is not complete. It may be raised
            after links were yielded, which then count for nothing.
    """
    page = _Page(project)
    pending = ""
    for text in texts:
        pending += text
        position = 0
        quick = wanted is not None and not wanted.is_near(pending)
        while position < len(pending):
            plain = _PLAIN_FILES.match(pending, position) if quick and page.has_own_file else None
            if plain is not None:
                page.pass_over()
                position = plain.end()
                continue
            token = _TOKEN.match(pending, position)
            if token is None:
                break
            position = token.end()
            link = page.take(token)
            if link is not None and (wanted is None or wanted.keeps(link.filename)):
                yield link
        pending = pending[position:]
        if len(pending) > PENDING_LIMIT:
            break
    page.close(pending)


class _Page:
    """What has been seen of the page so far."""

    def __init__(self, project: NormalizedName) -> None:
        self._project = project
        self._owner = OwnerCheck(project)
        self._opened: list[str] = []
        self._closed: list[str] = []
        self._base: str | None = None
        self._anchor: dict[str, str | None] | None = None
        self._texts: list[str] = []
        self._heading = ""
        self._has_files = False
        self._foreign: str | None = None

    @property
    def has_own_file(self) -> bool:
        """Whether a file of the project was seen, so that the rest may be passed over."""
        return self._owner.has_own_file

    def pass_over(self) -> None:
        """Note files that nobody asked for."""
        self._must_be_open("a link")
        if self._anchor is not None:
            raise NotAProjectPage("a link inside a link")
        self._has_files = True

    def take(self, token: re.Match[str]) -> Link | None:
        """Take the next piece of markup; return the link that it completes."""
        kind = token.lastgroup
        if kind == "text":
            self._text(token["text"])
        elif kind == "end":
            return self._end(token["end"].lower())
        elif kind == "attributes":
            self._start(token["start"].lower(), _attributes(token["attributes"]))
        elif kind == "inside":
            self._raw(token["raw"].lower(), token["inside"])
        return None

    def close(self, pending: str) -> None:
        """Check at the end that the page was a whole one."""
        if pending:
            raise NotAProjectPage(f"markup that does not end: {pending[:40]!r}")
        if not self._opened:
            raise NotAProjectPage("no <html> and no <body>, so that its end cannot be told")
        if self._anchor is not None or self._is_open():
            raise NotAProjectPage(f"an end before </{self._opened[0]}>: it was cut off")
        if not self._has_files:
            self._must_be_empty_project()
        self._owner.close()

    def _must_be_empty_project(self) -> None:
        if self._foreign:
            raise NotAProjectPage(f"no file but <{self._foreign}>, as a login page has it")
        words = unescape(self._heading).split()
        if words and self._project not in {canonicalize_name(word) for word in words}:
            raise NotAProjectPage(f"no file but the text {' '.join(words)[:60]!r}")

    def _is_open(self) -> bool:
        return len(self._closed) < len(self._opened)

    def _must_be_open(self, what: str) -> None:
        if self._opened and not self._is_open():
            raise NotAProjectPage(f"{what} after </{self._opened[0]}>")

    def _text(self, text: str) -> None:
        if self._anchor is not None:
            self._texts.append(text)
        elif not self._has_files and len(self._heading) < _HEADING_LIMIT:
            self._heading += text
        if self._closed and text.strip():
            self._must_be_open("text")

    def _raw(self, name: str, inside: str) -> None:
        self._element(name)
        if name == "title":
            self._heading += f" {inside} "

    def _element(self, name: str) -> None:
        self._must_be_open(f"<{name}>")
        if self._anchor is None and name not in _PLAIN_ELEMENTS and name != "a":
            self._foreign = self._foreign or name

    def _start(self, name: str, attributes: dict[str, str | None]) -> None:
        self._element(name)
        if name in {"html", "body"}:
            if name in self._opened:
                raise NotAProjectPage(f"a second <{name}>")
            self._opened.append(name)
        elif name == "base" and self._base is None:
            self._base = attributes.get("href")
        elif name == "input" and (attributes.get("type") or "").lower() == "password":
            raise NotAProjectPage("a field for a password: it is a login page")
        elif name == "meta" and (attributes.get("http-equiv") or "").lower() == "refresh":
            raise NotAProjectPage("a redirect to another page")
        elif name == "a":
            if self._anchor is not None:
                raise NotAProjectPage("a link inside a link")
            self._anchor = attributes
            self._texts = []

    def _end(self, name: str) -> Link | None:
        if name in {"html", "body"}:
            if name not in self._opened or name in self._closed:
                raise NotAProjectPage(f"a </{name}> that nothing opened")
            self._closed.append(name)
        if name != "a" or self._anchor is None:
            return None
        anchor, self._anchor = self._anchor, None
        return self._link(anchor)

    def _link(self, anchor: dict[str, str | None]) -> Link | None:
        href = anchor.get("href")
        if href is None:
            return None
        text = unescape("".join(self._texts)).strip()
        if not _names_file(href, text):
            raise NotAProjectPage(f"a link {text[:60]!r} that is no distribution file")
        self._has_files = True
        self._owner.note(text)
        claimed = _FRAGMENT_DIGEST.search(href.partition("#")[2])
        return Link(
            filename=text,
            url=href,
            base=self._base,
            sha256=digest(claimed[1]) if claimed else None,
            requires_python=anchor.get("data-requires-python") or None,
            yanked=(anchor["data-yanked"] or "") if "data-yanked" in anchor else None,
        )


def _names_file(href: str, text: str) -> bool:
    if not is_distribution(text):
        return False
    try:
        path = urlsplit(href.strip()).path
    except ValueError:
        return False
    return unquote(path).rpartition("/")[2] == text


def _attributes(text: str) -> dict[str, str | None]:
    """Return the attributes by name; of two with one name the first counts, as in HTML."""
    found: dict[str, str | None] = {}
    for match in _ATTRIBUTE_PATTERN.finditer(text):
        name, value = match.groups()
        if value is not None:
            value = unescape(value[1:-1] if value[0] in "\"'" else value)
        found.setdefault(name.lower(), value)
    return found
