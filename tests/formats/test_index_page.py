"""The page of a project is read right, or not at all."""

from __future__ import annotations

import json
import tracemalloc
from html import escape
from typing import TYPE_CHECKING
from urllib.parse import quote

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from packaging.version import Version

from release.errors import RegistryUnreadable
from release.formats.index_page import parse_page
from release.model import IndexFile

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

URL = "http://127.0.0.1:3000/api/packages/acme/pypi/simple/issue-core/"
FILES = "http://127.0.0.1:3000/api/packages/acme/pypi/files/issue-core/0.2.0/"
HTML = "text/html; charset=utf-8"
JSON = "application/vnd.pypi.simple.v1+json"
WHEEL = "issue_core-0.2.0-py3-none-any.whl"
SDIST = "issue_core-0.2.0.tar.gz"
DIGEST = "ab" * 32
OTHER = "cd" * 32


def html(*rows: str, head: str = "<title>Links for issue-core</title>") -> bytes:
    """Write a page as Gitea's template does."""
    lines = "".join(f"\t\t{row}<br>\n" for row in rows)
    return (
        f"<!DOCTYPE html>\n<html>\n\t<head>\n\t\t{head}\n\t</head>\n\t<body>\n"
        f"\t\t<h1>Links for issue-core</h1>\n{lines}\t</body>\n</html>\n"
    ).encode()


def link(name: str = WHEEL, *, fragment: str = f"#sha256={DIGEST}", more: str = "") -> str:
    """Write one link as Gitea does."""
    return f'<a href="{escape(FILES + name)}{fragment}"{more}>{escape(name)}</a>'


def files(body: bytes, kind: str = HTML, wanted: set[str] | None = None) -> tuple[IndexFile, ...]:
    """Read a page's files."""
    return parse_page(body, content_type=kind, url=URL, wanted=wanted).files


def refused(body: bytes, kind: str = HTML) -> str:
    """Return the sentence with which a page is refused."""
    with pytest.raises(RegistryUnreadable) as caught:
        parse_page(body, content_type=kind, url=URL)
    assert caught.value.next_step
    return caught.value.message


# HTML -------------------------------------------------------------------------------


def test_a_page_of_gitea_is_read_with_digest_and_requires_python() -> None:
    """The template's own shape, escapes included."""
    name = "issue_core-0.2.0+local.1-py3-none-any.whl"
    row = (
        f'<a href="{FILES}{name.replace("+", "&#43;")}#sha256={DIGEST}" '
        f'data-requires-python="&gt;=3.11">{name.replace("+", "&#43;")}</a>'
    )
    assert files(html(row)) == (
        IndexFile(filename=name, url=FILES + name, sha256=DIGEST, requires_python=">=3.11"),
    )


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        (f'<a href="../../files/{WHEEL}">{WHEEL}</a>', (None, None)),
        (link(fragment=f"#sha256-{DIGEST}"), (DIGEST, None)),
        (link(fragment=f"#egg=x&amp;sha256={DIGEST.upper()}"), (DIGEST, None)),
        (link(fragment="#md5=" + "0" * 32), (None, None)),
        (link(fragment="#sha256="), (None, None)),
        (link(more=' data-yanked="broken"'), (DIGEST, "broken")),
        (link(more=" data-yanked"), (DIGEST, "")),
        (link(more=' data-yanked=""'), (DIGEST, "")),
        (f"<A HREF='{FILES}{WHEEL}#sha256={DIGEST}' >\n {WHEEL}\n</A >", (DIGEST, None)),
        (f"<a rel=internal href={FILES}{WHEEL}#x><b>{WHEEL}</b></a>", (None, None)),
        (f"<!-- {link(SDIST)} -->{link()}", (DIGEST, None)),
        (f"<script>if (1 < 2) {{}}; '{link(SDIST)}'</script>{link()}", (DIGEST, None)),
        (f'<a id="top"></a>{link()}', (DIGEST, None)),
        (f"{link()} and again {link()}", (DIGEST, None)),
    ],
)
def test_every_lawful_form_of_a_link_is_read(
    row: str, expected: tuple[str | None, str | None]
) -> None:
    """Quotes, case, order, fragments, comments and scripts are as in HTML."""
    (file,) = files(html(row))
    assert (file.filename, file.sha256, file.yanked) == (WHEEL, *expected)


def test_links_are_relative_to_the_page_or_to_its_base() -> None:
    """Relative, absolute by path, and with a <base>; the query stays, the fragment goes."""
    relative = f'<a href="../../files/{WHEEL}?x=1#sha256={DIGEST}">{WHEEL}</a>'
    assert files(html(relative))[0].url == (
        f"http://127.0.0.1:3000/api/packages/acme/pypi/files/{WHEEL}?x=1"
    )
    assert files(html(f'<a href="/f/{WHEEL}">{WHEEL}</a>'))[0].url == (
        f"http://127.0.0.1:3000/f/{WHEEL}"
    )
    based = html(
        f'<a href="f/{WHEEL}">{WHEEL}</a>',
        head='<base href="https://files.example/a/"><base href="https://second.example/">',
    )
    assert files(based)[0].url == f"https://files.example/a/f/{WHEEL}"


def test_a_page_with_nothing_on_it_has_no_files() -> None:
    """An empty project page is a page; so is one without any text."""
    assert files(html()) == ()
    assert files(b"<!doctype html><html><head></head><body></body></html>") == ()
    assert parse_page(html(), content_type=HTML, url=URL).exists


@pytest.mark.parametrize(
    ("body", "told"),
    [
        (b"", "no <html> and no <body>"),
        (b"OK", "no <html> and no <body>"),
        (b"<!DOCTYPE html>", "no <html> and no <body>"),
        (link().encode(), "no <html> and no <body>"),
        (html(link())[:-9], "before </html>"),
        (html(link()).replace(b"</body>", b"")[:-10], "before </html>"),
        (html(f'<a href="{FILES}{WHEEL}'), "markup that does not end"),
        (html(link(), "<!-- never ended"), "markup that does not end"),
        (html(f"<!-->{link()}<!-- -->"), "markup that does not end"),
        (html("<script>never ended"), "markup that does not end"),
        (html() + b"<p>and more</p>", "<p> after </html>"),
        (html() + b"and more", "text after </html>"),
        (html() + link().encode(), "<a> after </html>"),
        (html() + b"</html>", "</html> that nothing opened"),
        (html("<body>"), "a second <body>"),
        (html(link()[:-4]), "an end before </html>"),
        (html(f'<a href="x">{link()}</a>'), "a link inside a link"),
        (html('<a href="../">../</a>', link()), "'../' that is no distribution file"),
        (html('<a href="/user/login">Sign in</a>'), "'Sign in' that is no distribution file"),
        (html(f'<a href="{FILES}{SDIST}">{WHEEL}</a>'), "that is no distribution file"),
        (html(f'<a href="http://[bad/{WHEEL}">{WHEEL}</a>'), "that is no distribution file"),
        (html(f'<a href="ftp://h/{WHEEL}">{WHEEL}</a>'), "that is not http or https"),
        (html(link(), head='<base href="http://[bad/">').replace(FILES.encode(), b""), "no URL"),
        (html(link("another-0.2.0.tar.gz")), "no file of issue-core but 'another-0.2.0.tar.gz'"),
        (html(link("issue_core_more-0.2.0.tar.gz")), "no file of issue-core but 'issue_core_more"),
        (html(f'<a href="http://h:99999/{WHEEL}">{WHEEL}</a>'), "that is no URL"),
        (html('<form><input name="user"></form>'), "no file but <form>"),
        (html(link(), '<input type="Password">'), "a login page"),
        (html('<div id="app"></div>'), "no file but <div>"),
        (html("<script src='app.js'></script>"), "no file but <script>"),
        (html(head='<meta http-equiv="Refresh" content="0;url=/login">'), "a redirect"),
        (
            b"<html><head><title>Sign in</title></head><body>Please sign in</body></html>",
            "no file but the text 'Sign in Please sign in'",
        ),
        (html(link(), link(fragment=f"#sha256={OTHER}")), "twice, with different digests"),
        (html(link(), link(fragment="")), "twice, with different digests"),
        (html("\xff").replace("\xff".encode(), b"\xff"), "bytes that are not utf-8"),
        (html()[:-1] + b"\xc3", "bytes that are not utf-8"),
        (html(f"<script>{'x' * 1_100_000}"), "markup that does not end"),
    ],
)
def test_what_is_no_whole_project_page_is_refused(body: bytes, told: str) -> None:
    """A login page, a cut page and a foreign page are never a page without files."""
    assert told in refused(body)


def test_another_content_type_is_refused() -> None:
    """The content type decides, and an unknown one is no page."""
    assert "content type 'application/json'" in refused(b"{}", "application/json")
    assert "content type ''" in refused(html(link()), "")
    assert "not klingon" in refused(html(link()), "text/html; charset=klingon")


def test_the_charset_of_the_content_type_is_used() -> None:
    """A page in another encoding is read, and a byte order mark is no text."""
    body = html(link("issue_core-0.2.0+é.tar.gz"))
    assert files(body.decode().encode("latin-1"), 'text/html; Charset="ISO-8859-1"')
    assert files(b"\xef\xbb\xbf" + html(link()))[0].filename == WHEEL


# JSON -------------------------------------------------------------------------------


def json_file(name: str = WHEEL, digest: str | None = DIGEST, **more: object) -> dict[str, object]:
    """Return one file as PEP 691 has it."""
    hashes = {"sha256": digest} if digest else {}
    return {"filename": name, "url": f"../../files/{name}", "hashes": hashes, **more}


def json_page(*items: object, **more: object) -> bytes:
    """Write a page as PEP 691 has it."""
    page = {"meta": {"api-version": "1.1"}, "name": "issue-core", "files": list(items), **more}
    return json.dumps(page).encode()


def test_a_json_page_is_read() -> None:
    """Digest, requires-python, and yanked in its three forms."""
    page = json_page(
        json_file("issue_core-1.tar.gz", **{"requires-python": ">=3.11", "yanked": "broken"}),
        json_file("issue_core-2.tar.gz", digest=None, yanked=True, size=10),
        json_file("issue_core-3.tar.gz", yanked=False, **{"requires-python": None}),
    )
    base = "http://127.0.0.1:3000/api/packages/acme/pypi/files/"
    assert files(page, JSON) == (
        IndexFile(
            filename="issue_core-1.tar.gz",
            url=f"{base}issue_core-1.tar.gz",
            sha256=DIGEST,
            requires_python=">=3.11",
            yanked="broken",
        ),
        IndexFile(
            filename="issue_core-2.tar.gz", url=f"{base}issue_core-2.tar.gz", sha256=None, yanked=""
        ),
        IndexFile(filename="issue_core-3.tar.gz", url=f"{base}issue_core-3.tar.gz", sha256=DIGEST),
    )
    assert files(json_page(), JSON) == ()


@pytest.mark.parametrize(
    ("body", "told"),
    [
        (json_page(name="another"), "the name 'another', not issue-core"),
        (json_page(name=1), "the name '1', not issue-core"),
        (json_page(json_file("another-0.2.0.tar.gz")), "no file of issue-core but 'another-0.2"),
        (json_page(json_file() | {"url": "http://h:99999/"}), "that is no URL"),
        (b"", "the end where { belongs"),
        (b"[]", "'[' where { belongs"),
        (b"{}", "no files and no meta"),
        (b'{"files": []}', "no meta"),
        (b'{"meta": {"api-version": "1.0"}}', "no files"),
        (b'{"meta": {"api-version": "2.0"}, "files": []}', "API version '2.0'"),
        (b'{"meta": 1, "files": []}', "API version None"),
        (b'{"x": 12', "the end where , or } belongs"),
        (b'{"meta": {"api-version": "1.0"}, "files": 1}', "'1' where [ belongs"),
        (b'{"meta": {"api-version": "1.0"}, "files": {}}', "'{' where [ belongs"),
        (b"{1: 2}", "the key 1"),
        (json_page("a"), "a file without filename"),
        (json_page({"filename": "a", "url": "b"}), "a file without filename"),
        (json_page() + b"x", "something after its end"),
        (json_page()[:-1] + b', "files": []}', "the key 'files' twice"),
        (json_page(json_file())[:-2], "the end where"),
        (json_page(json_file())[:-20], "JSON that does not end"),
        (json_page(json_file(), json_file(digest=OTHER)), "twice, with different digests"),
        (json_page(json_file() | {"url": "http://[bad/"}), "that is no URL"),
        (b"<html><body></body></html>", "'<' where { belongs"),
        (b'{"x": ' + b"[" * 100_000, "JSON that does not end"),
        (b'{"x": "' + b"y" * 1_100_000 + b'"', "where"),
        (b"\xff", "bytes that are not utf-8"),
    ],
)
def test_json_that_is_no_whole_project_page_is_refused(body: bytes, told: str) -> None:
    """Cut, foreign and contradicting pages are told apart from empty ones."""
    assert told in refused(body, JSON)


def test_a_value_without_an_end_does_not_fill_the_memory() -> None:
    """A text of any length is given up after a megabyte."""
    body = iter([b'{"x": "', *[b"y" * 65_536] * 1_000])
    with pytest.raises(RegistryUnreadable, match="does not end"):
        parse_page(body, content_type=JSON, url=URL)
    assert len(list(body)) > 900


# both, generated --------------------------------------------------------------------

names = st.builds(
    "{}-{}{}{}".format,
    st.sampled_from(["issue_core", "Issue-Core", "issue.core"]),
    st.sampled_from(["0.1", "1.0+local.1", "2!1.0", "1.0 beta", "1.0é", "10.0"]),
    st.text("abcxyzABC019_.", max_size=8),
    st.sampled_from([".tar.gz", "-py3-none-any.whl", ".zip"]),
)
listed = st.lists(
    st.builds(
        IndexFile,
        filename=names,
        url=st.just(""),
        sha256=st.none() | st.text("0123456789abcdef", min_size=64, max_size=64),
        requires_python=st.none() | st.sampled_from([">=3.11", '>=3.9,!=3.10.*,<"4', "~=3.8"]),
        yanked=st.none() | st.sampled_from(["", "broken & <bad>", 'a "quoted" one']),
    ),
    unique_by=lambda file: file.filename,
    max_size=6,
)


def as_html(expected: list[IndexFile]) -> bytes:
    """Write the files as an HTML page, in several ways of writing it."""
    rows = []
    for position, file in enumerate(expected):
        quoted = quote(file.filename) if position % 2 else file.filename
        fragment = f"#sha256={file.sha256}" if file.sha256 else ""
        more = ""
        if file.requires_python is not None:
            more += f' data-requires-python="{escape(file.requires_python)}"'
        if file.yanked is not None:
            more += f' data-yanked="{escape(file.yanked)}"'
        rows.append(
            f'<a href="{escape(FILES + quoted)}{fragment}"{more}>'
            f"{escape(file.filename).replace('+', '&#43;')}</a>"
        )
    return html(*rows)


def as_json(expected: list[IndexFile]) -> bytes:
    """Write the files as a JSON page, the list of versions before them."""
    items = [
        {
            "filename": file.filename,
            "url": FILES + quote(file.filename),
            "hashes": {"sha256": file.sha256} if file.sha256 else {},
            **({"requires-python": file.requires_python} if file.requires_python else {}),
            "yanked": False if file.yanked is None else file.yanked or True,
            "core-metadata": {"sha256": DIGEST},
        }
        for file in expected
    ]
    page = {"versions": ["1", "2"], "n": -12.5e3, "meta": {"api-version": "1.4"}, "files": items}
    return json.dumps(page, ensure_ascii=len(expected) % 2 == 0).encode()


def pieces(body: bytes, size: int) -> Iterator[bytes]:
    """Yield the body in pieces of so many bytes."""
    return (body[start : start + size] for start in range(0, len(body), size))


def facts(found: tuple[IndexFile, ...] | list[IndexFile]) -> list[tuple[str | None, ...]]:
    """Return what a round trip must keep."""
    return [(file.filename, file.sha256, file.requires_python, file.yanked) for file in found]


def reads_back(expected: list[IndexFile], size: int, keep: int) -> None:
    """Every piece size gives the same files; naming some gives just those."""
    wanted = {file.filename for file in expected[:keep]} | {"absent-1.tar.gz"}
    for write, kind in ((as_html, HTML), (as_json, JSON)):
        body = write(expected)
        read = parse_page(pieces(body, size), content_type=kind, url=URL)
        assert facts(read.files) == facts(expected)
        some = parse_page(pieces(body, size), content_type=kind, url=URL, wanted=wanted)
        assert facts(some.files) == facts(expected[:keep])


def never_loses(expected: list[IndexFile], cut: int, size: int) -> None:
    """A page that ends early is refused, or nothing of it was lost."""
    wanted = {file.filename for file in expected[:1]}
    for write, kind in ((as_html, HTML), (as_json, JSON)):
        body = write(expected)
        for asked in (None, wanted):
            full = parse_page(body, content_type=kind, url=URL, wanted=asked)
            short = body[: cut % len(body)]
            try:
                read = parse_page(pieces(short, size), content_type=kind, url=URL, wanted=asked)
            except RegistryUnreadable:
                continue
            assert read == full


sizes = st.integers(1, 400)
quick = settings(deadline=None, max_examples=200, suppress_health_check=[HealthCheck.too_slow])
many = settings(quick, max_examples=10_000)
PLAIN = IndexFile(filename=SDIST, url="", sha256=DIGEST)


def also(settled: settings) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Return the decorator for one amount of examples."""

    def decorate(test: Callable[..., None]) -> Callable[..., None]:
        return settled(given(listed, sizes, st.integers(0, 6))(test))

    return decorate


@example([PLAIN, IndexFile(filename=WHEEL, url="", sha256=DIGEST)], 400, 1)
@also(quick)
def test_a_generated_page_reads_back_whole_and_in_pieces(
    expected: list[IndexFile], size: int, keep: int
) -> None:
    """What was written is read, however the bytes arrive."""
    reads_back(expected, size, keep)


@pytest.mark.many
@also(many)
def test_ten_thousand_generated_pages_read_back(
    expected: list[IndexFile], size: int, keep: int
) -> None:
    """The same, ten thousand times."""
    reads_back(expected, size, keep)


@quick
@given(listed, st.integers(0, 5_000), sizes)
def test_a_page_that_was_cut_never_lacks_a_file_silently(
    expected: list[IndexFile], cut: int, size: int
) -> None:
    """Cut anywhere, a page is refused or complete."""
    never_loses(expected, cut, size)


@pytest.mark.many
@many
@given(listed, st.integers(0, 5_000), sizes)
def test_ten_thousand_pages_that_were_cut_never_lack_a_file(
    expected: list[IndexFile], cut: int, size: int
) -> None:
    """The same, ten thousand times."""
    never_loses(expected, cut, size)


@quick
@given(
    st.binary(max_size=200) | st.text(max_size=200).map(str.encode), st.sampled_from([HTML, JSON])
)
def test_any_bytes_are_a_page_or_are_refused(body: bytes, kind: str) -> None:
    """No input raises anything else."""
    try:
        read = parse_page(body, content_type=kind, url=URL)
    except RegistryUnreadable:
        return
    assert read.files == ()


@pytest.mark.parametrize(("write", "kind"), [(as_html, HTML), (as_json, JSON)])
def test_a_long_page_costs_no_memory(write: Callable[[list[IndexFile]], bytes], kind: str) -> None:
    """Ten thousand files take about as much as a hundred, when two are wanted."""

    def peak(count: int) -> int:
        body = write(
            [
                IndexFile(filename=f"issue_core-{number}.tar.gz", url="", sha256=DIGEST)
                for number in range(count)
            ]
        )
        wanted = {"issue_core-7.tar.gz", f"issue_core-{count - 1}.tar.gz"}
        tracemalloc.start()
        read = parse_page(pieces(body, 65_536), content_type=kind, url=URL, wanted=wanted)
        used = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert {file.filename for file in read.files} == wanted
        return used

    assert peak(10_000) < peak(1_000) * 2 < 4_000_000


def test_the_fast_way_past_files_refuses_what_the_slow_way_refuses() -> None:
    """Passing over unwanted files checks them as reading them does."""
    for body in (
        html(f'<a href="x{SDIST}">y</a>', link()),
        html() + link().encode(),
        html(f'<a href="y">{link()}'),
        html(link())[:-9],
    ):
        with pytest.raises(RegistryUnreadable):
            files(body, wanted={"absent-1.tar.gz"})
    assert files(html(link(), link(SDIST)), wanted={"absent-1.tar.gz"}) == ()


@pytest.mark.parametrize(("write", "kind"), [(as_html, HTML), (as_json, JSON)])
def test_files_of_another_project_do_not_hide_behind_the_fast_way(
    write: Callable[[list[IndexFile]], bytes], kind: str
) -> None:
    """A page of a hundred foreign files is refused too; one of ours makes it our page."""
    foreign = [
        IndexFile(filename=f"another-{number}.tar.gz", url="", sha256=DIGEST)
        for number in range(100)
    ]
    with pytest.raises(RegistryUnreadable, match="no file of issue-core"):
        files(write(foreign), kind, wanted={WHEEL})
    assert files(write([*foreign, PLAIN]), kind, wanted={WHEEL}) == ()
    assert len(files(write([*foreign, PLAIN]), kind, wanted={SDIST})) == 1


@pytest.mark.parametrize(("write", "kind"), [(as_html, HTML), (as_json, JSON)])
def test_other_spellings_of_a_version_are_kept_from_a_long_page(
    write: Callable[[list[IndexFile]], bytes], kind: str
) -> None:
    """However the pieces are cut, the spelling is found among files that nobody wants."""
    other = "Issue-Core-0.2.tar.gz"
    others = [f"issue_core-0.1.{number}.tar.gz" for number in range(300)]
    body = write(
        [
            IndexFile(filename=name, url="", sha256=DIGEST)
            for name in (*others[:200], other, *others[200:])
        ]
    )
    for size in (65_536, 4_096, 333):
        read = parse_page(
            pieces(body, size), content_type=kind, url=URL, wanted={WHEEL}, version=Version("0.2.0")
        )
        assert [file.filename for file in read.files] == [other]


def test_a_page_carries_no_user_part() -> None:
    """Neither a message nor a page carries what may be secret in a URL."""
    page = parse_page(
        html(f'<a href="/f/{WHEEL}">{WHEEL}</a>', link(SDIST)),
        content_type=HTML,
        url="http://bot:canary@h:1/simple/issue-core/",
    )
    assert page.url == "http://h:1/simple/issue-core/"
    assert page.files[0].url == f"http://h:1/f/{WHEEL}"
