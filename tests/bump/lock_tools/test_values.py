"""What is decided from lockfiles as values."""

from __future__ import annotations

import pytest
from packaging.utils import canonicalize_name

from release.bump.lock_tools import choose, compare, has_release, uv
from release.errors import LockFailed
from release.formats.lock import Lock, LockedFile, LockedPackage, Source
from release.model import Moved
from tests.support.hostile import make_wanted

INDEX = "https://gitea.example.org/api/packages/coulomb/pypi/simple"
PUBLIC = Source(kind="registry", location="https://public.example.org/simple")
WHEEL = "issue_core-0.2.0-py3-none-any.whl"
WANTED = make_wanted(INDEX, digests=[(WHEEL, "ab" * 32), ("issue_core-0.2.0.tar.gz", "cd" * 32)])


def package(
    name: str, version: str | None, *needs: str, source: Source = PUBLIC, **files: str
) -> LockedPackage:
    """Return an entry of a lockfile."""
    return LockedPackage(
        name=canonicalize_name(name),
        version=version,
        source=source,
        needs=frozenset(map(canonicalize_name, needs)),
        files=tuple(LockedFile(url=url, sha256=sha256) for url, sha256 in files.items()),
    )


def lock(*packages: LockedPackage) -> Lock:
    """Return a lockfile of these entries."""
    return Lock(packages=packages)


TEXT = """
version = 1
revision = 3
requires-python = ">=3.11"

[[package]]
name = "app"
source = { virtual = "." }
dependencies = [
    { name = "Issue_Core", extra = ["cli"] },
    { name = "numpy", version = "1.0", source = { registry = "https://p/simple" } },
]

[package.dev-dependencies]
dev = [{ name = "pytest" }]

[[package]]
name = "issue-core"
version = "0.2.0"
source = { registry = "https://i/simple" }
sdist = { url = "https://i/files/issue_core-0.2.0.tar.gz", hash = "sha256:cd" }
wheels = [
    { url = "https://i/files/issue_core-0.2.0%2B1-py3-none-any.whl", hash = "sha256:ab" },
    { url = "https://i/files/no.whl" },
    { path = "flat/other.whl", hash = "md5:ab" },
    { filename = "third.whl" },
]

[package.optional-dependencies]
cli = [{ name = "click" }]

[[package]]
name = "numpy"
version = "1.0"
source = { registry = "https://p/simple" }

[[package]]
name = "numpy"
version = "2.0"
source = { git = "https://g/numpy?rev=main#0123" }
"""


def test_parse_reads_sources_files_and_needs() -> None:
    """Every fact that a decision rests on is read, forks and extras among them."""
    read = uv.parse(TEXT)
    assert (read.revision, read.requires_python) == (3, ">=3.11")
    app, core, *numpy = read.packages
    assert app.source == Source(kind="virtual", location=".")
    assert app.version is None
    assert app.needs == {"issue-core", "numpy", "pytest"}
    assert core.needs == {"click"}
    assert [(file.filename, file.sha256) for file in core.files] == [
        ("issue_core-0.2.0.tar.gz", "cd"),
        ("issue_core-0.2.0+1-py3-none-any.whl", "ab"),
        ("no.whl", None),
        ("other.whl", None),
        ("third.whl", None),
    ]
    assert [entry.source.kind for entry in numpy] == ["registry", "git"]
    assert read.entries(canonicalize_name("numpy")) == tuple(numpy)


@pytest.mark.parametrize(
    "text",
    [
        "package = [",
        "[[package]]\nversion = '1'",
        "package = 3",
        "[[package]]\nname = 'a'",
        "[[package]]\nname = 'a'\nsource = { moon = 'x' }",
    ],
)
def test_parse_refuses_what_is_no_lockfile(text: str) -> None:
    """A broken lockfile is one sentence and not a trace."""
    with pytest.raises(LockFailed, match=r"uv\.lock cannot be read"):
        uv.parse(text)


FILES = {
    f"https://gitea.example.org/files/{WHEEL}": "ab" * 32,
    "https://gitea.example.org/files/issue_core-0.2.0.tar.gz": "cd" * 32,
}
OURS = Source(kind="registry", location=INDEX)
CURRENT = package("issue-core", "0.2.0", source=OURS, **FILES)


def test_has_release() -> None:
    """The exact version, from the index, with the digests that were built: nothing to do."""
    assert has_release(lock(CURRENT), WANTED)
    slash = Source(kind="registry", location=f"{INDEX}/")
    assert has_release(lock(package("issue-core", "0.2.0", source=slash, **FILES)), WANTED)


@pytest.mark.parametrize(
    "packages",
    [
        (),
        (package("other", "0.2.0", source=OURS, **FILES),),
        (package("issue-core", "0.1.0", source=OURS, **FILES),),
        (package("issue-core", "0.2.0", source=PUBLIC, **FILES),),
        (package("issue-core", "0.2.0", source=Source(kind="editable", location="../x")),),
        (package("issue-core", "0.2.0", source=OURS),),
        (package("issue-core", "0.2.0", source=OURS, **{f"https://h/{WHEEL}": "ee" * 32}),),
        (package("issue-core", "0.2.0", source=OURS, **{f"https://h/{WHEEL}": ""}),),
        (package("issue-core", "0.2.0", source=OURS, **FILES, **{"https://h/x.whl": "1"}),),
        (CURRENT, package("issue-core", "0.1.0", source=OURS, **FILES)),
    ],
    ids=lambda packages: str(len(packages)),
)
def test_has_not_the_release(packages: tuple[LockedPackage, ...]) -> None:
    """Anything that differs from what was published is something to do."""
    assert not has_release(lock(*packages), WANTED)


def test_is_current_reads_the_text() -> None:
    """The lock tool decides on the file's own text."""
    assert not uv.is_current(TEXT, WANTED)


def test_compare_tells_each_move_with_its_cause() -> None:
    """The package, what it newly needs, what it needs no more; all else is without cause."""
    before = lock(
        package("app", "1", "issue-core", "django", source=Source(kind="virtual", location=".")),
        package("issue-core", "0.1.0", "anyio", source=Source(kind="editable", location="../i")),
        package("anyio", "4.10", "sniffio"),
        package("sniffio", "1.3"),
        package("django", "5.1"),
        package("numpy", "1.0"),
        package("numpy", "2.0"),
    )
    after = lock(
        package("app", "2", "issue-core", "django", source=Source(kind="virtual", location=".")),
        package("issue-core", "0.2.0", "anyio", "pyyaml", source=OURS),
        package("anyio", "4.16", "idna"),
        package("idna", "3.0", "anyio"),
        package("pyyaml", "6.0"),
        package("django", "5.2"),
        package("numpy", "2.0"),
    )
    moved = {move.name: move for move in compare(before, after, WANTED)}
    assert {name: move.cause for name, move in moved.items()} == {
        "anyio": "needed by issue-core 0.2.0",
        "django": "",
        "idna": "needed by issue-core 0.2.0",
        "issue-core": "it is what was released: issue-core 0.2.0",
        "numpy": "",
        "pyyaml": "needed by issue-core 0.2.0",
        "sniffio": "no longer needed by issue-core 0.2.0",
    }
    assert moved[canonicalize_name("numpy")] == Moved(
        name=canonicalize_name("numpy"), before="1.0, 2.0", after="2.0", cause=""
    )
    assert (moved[canonicalize_name("sniffio")].after, moved[canonicalize_name("idna")].before) == (
        None,
        None,
    )


def test_compare_ignores_what_only_looks_different() -> None:
    """Another revision of the file, or a local project's new version, moves nothing."""
    local = Source(kind="editable", location=".")
    before = Lock(packages=(package("app", None, source=local), CURRENT), revision=1)
    after = Lock(packages=(package("app", "2", source=local), CURRENT), revision=5)
    assert compare(before, after, WANTED) == ()


def test_compare_tells_a_local_project_that_left_its_folder() -> None:
    """A neighbour that now comes from an index has moved, and the package did not need it."""
    before = lock(package("tool", "1", source=Source(kind="path", location="../tool")))
    (move,) = compare(before, lock(package("tool", "2")), WANTED)
    assert (move.name, move.cause) == ("tool", "")


def test_compare_without_a_lockfile_before() -> None:
    """Where there was none, every package is new, and that is the cause."""
    (first, second) = compare(None, lock(package("django", "5.2"), CURRENT), WANTED)
    assert (first.name, first.cause) == ("django", "there was no lockfile")
    assert second.cause == "it is what was released: issue-core 0.2.0"


def test_choose_by_the_lockfile_that_is_there() -> None:
    """A project is locked by the tool whose lockfile it has; without one, by none."""
    assert choose(["pyproject.toml", "uv.lock"]) is uv
    assert choose(["pyproject.toml"]) is None
