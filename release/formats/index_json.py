"""Reading the links of a JSON project page (PEP 691), piece by piece."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Final

from packaging.utils import canonicalize_name

from release.formats.index_links import (
    PENDING_LIMIT,
    Link,
    NotAProjectPage,
    OwnerCheck,
    digest,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from packaging.utils import NormalizedName

    from release.formats.spellings import Wanted

_SPACE: Final = re.compile(r"[ \t\n\r]*")
_NUMBER: Final = re.compile(r"[-+.0-9eE]+")

# Whole files of which no text has an escape. It is a subset of JSON, so passing over
# them at once loses nothing.
_GAP: Final = r"[ \t\n\r]*+"
_TEXT: Final = r'"[^"\\\x00-\x1f]*+"'
_PLAIN: Final = rf"(?:{_TEXT}|true|false|null|(?:0|[1-9][0-9]*+)(?![.eE]))"
_NEXT: Final = rf'{_GAP}(?:,{_GAP}(?=")|(?=\}}))'
_FLAT: Final = rf"\{{{_GAP}(?:{_TEXT}{_GAP}:{_GAP}{_PLAIN}{_NEXT})*+\}}"
_FILE: Final = rf"\{{{_GAP}(?:{_TEXT}{_GAP}:{_GAP}(?:{_PLAIN}|{_FLAT}){_NEXT})++\}}"
_PLAIN_TEXTS: Final = re.compile(rf"(?:{_GAP}{_TEXT}{_GAP},(?={_GAP}\"))++")
_PLAIN_FILES: Final = re.compile(rf"(?:{_GAP}{_FILE}{_GAP},(?={_GAP}\{{))++")


def read_links(
    texts: Iterable[str], *, project: NormalizedName, wanted: Wanted | None
) -> Iterator[Link]:
    """Yield the links of a page that arrives in pieces; keep no more of it than one piece.

    Args:
        texts: The page, in pieces of any length.
        project: Whose page it has to be, by its name and by the name of a file.
        wanted: The files of interest; others are checked and passed over.

    Raises:
        NotAProjectPage: The page is another one, or is not complete. It may be raised
            after links were yielded, which then count for nothing.
    """
    source = _Source(texts)
    owner = OwnerCheck(project)
    seen: set[str] = set()
    for key in _keys(source):
        if key in seen:
            raise NotAProjectPage(f"the key {key!r} twice")
        seen.add(key)
        if key == "files":
            for link in _files(source, owner, wanted):
                if wanted is None or wanted.keeps(link.filename):
                    yield link
        else:
            _pass_by(key, source, project)
    if source.peek():
        raise NotAProjectPage("something after its end")
    missing = {"meta", "files"} - seen
    if missing:
        raise NotAProjectPage(f"no {' and no '.join(sorted(missing))}")
    owner.close()


def _files(source: _Source, owner: OwnerCheck, wanted: Wanted | None) -> Iterator[Link]:
    """Yield the files, without most of those that nobody wants once one is the project's."""

    def is_needed(text: str) -> bool:
        return wanted is None or wanted.is_near(text)

    def is_quick() -> bool:
        return owner.has_own_file

    for item in _items(source, _PLAIN_FILES, is_needed, is_quick):
        link = _link(item)
        owner.note(link.filename)
        yield link


def _pass_by(key: str, source: _Source, project: NormalizedName) -> None:
    """Take a value that is not the files; a list of any length leaves nothing behind."""
    if key == "meta":
        _must_be_known(source.value())
    elif key == "name":
        _must_be_of(project, source.value())
    elif source.peek() == "[":
        for _ in _items(source, _PLAIN_TEXTS):
            pass
    else:
        source.value()


def _must_be_known(meta: object) -> None:
    version = meta.get("api-version") if isinstance(meta, dict) else None
    if not isinstance(version, str) or version.partition(".")[0] != "1":
        raise NotAProjectPage(f"the API version {version!r}, not 1.x")


def _must_be_of(project: NormalizedName, name: object) -> None:
    if not isinstance(name, str) or canonicalize_name(name) != project:
        raise NotAProjectPage(f"the name {str(name)[:60]!r}, not {project}")


def _link(item: object) -> Link:
    known = item if isinstance(item, dict) else {}
    filename, url, hashes = (known.get(key) for key in ("filename", "url", "hashes"))
    if not (isinstance(filename, str) and isinstance(url, str) and isinstance(hashes, dict)):
        raise NotAProjectPage("a file without filename, url and hashes")
    requires_python = known.get("requires-python")
    return Link(
        filename=filename,
        url=url,
        sha256=digest(hashes.get("sha256")),
        requires_python=requires_python if isinstance(requires_python, str) else None,
        yanked=_yanked(known.get("yanked", False)),
    )


def _yanked(value: object) -> str | None:
    if isinstance(value, str):
        return value
    return "" if value else None


def _keys(source: _Source) -> Iterator[str]:
    """Yield the keys of the object; the caller takes each value before the next key."""
    source.take("{")
    if source.peek() == "}":
        source.take("}")
        return
    while True:
        key = source.value()
        if not isinstance(key, str):
            raise NotAProjectPage(f"the key {key!r}, which is no text")
        source.take(":")
        yield key
        if source.take(",}") == "}":
            return


def _items(
    source: _Source,
    plain: re.Pattern[str],
    is_needed: Callable[[str], bool] = lambda _: False,
    is_quick: Callable[[], bool] = lambda: True,
) -> Iterator[object]:
    """Yield the items of a list, without most of the plain ones that nobody needs."""
    source.take("[")
    if source.peek() == "]":
        source.take("]")
        return
    while True:
        if is_quick():
            source.pass_over(plain, is_needed)
        yield source.value()
        if source.take(",]") == "]":
            return


class _Source:
    """The text of the page, of which only the part being read is kept."""

    def __init__(self, texts: Iterable[str]) -> None:
        self._texts = iter(texts)
        self._text = ""
        self._position = 0
        self._near: dict[re.Pattern[str], bool] = {}
        self._decode = json.JSONDecoder().raw_decode

    def peek(self) -> str:
        """Return the next character that is no space; "" at the end of the page."""
        while True:
            match = _SPACE.match(self._text, self._position)
            self._position = match.end() if match else self._position
            if self._position < len(self._text):
                return self._text[self._position]
            if not self._more():
                return ""

    def take(self, expected: str) -> str:
        """Take one of the expected characters."""
        found = self.peek()
        if not found or found not in expected:
            seen = repr(found) if found else "the end"
            raise NotAProjectPage(f"{seen} where {' or '.join(expected)} belongs")
        self._position += 1
        return found

    def value(self) -> object:
        """Take one whole value."""
        self._whole_number()
        while True:
            try:
                value, self._position = self._decode(self._text, self._position)
            except (ValueError, RecursionError):
                too_long = len(self._text) - self._position > PENDING_LIMIT
                if too_long or not self._more():
                    raise NotAProjectPage("JSON that does not end, or is none") from None
            else:
                return value

    def pass_over(self, plain: re.Pattern[str], is_needed: Callable[[str], bool]) -> None:
        """Pass over what the pattern matches here, unless the text holds what is needed."""
        if plain not in self._near:  # asked once for each piece of the page
            self._near[plain] = is_needed(self._text)
        match = None if self._near[plain] else plain.match(self._text, self._position)
        if match:
            self._position = match.end()

    def _whole_number(self) -> None:
        """Fetch the rest of a number, of which any beginning would be a number too."""
        self.peek()
        while True:
            match = _NUMBER.match(self._text, self._position)
            if match is None or match.end() < len(self._text) or not self._more():
                return

    def _more(self) -> bool:
        text = next(self._texts, None)
        if text is None:
            return False
        self._text = self._text[self._position :] + text
        self._position = 0
        self._near.clear()
        return True
