"""What a bump must never contain: a clean bump, and one fault at a time in it."""

from __future__ import annotations

import tomllib
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from packaging.utils import canonicalize_name

from release.bump.guard import guard
from release.bump.lock_tools import compare
from release.formats.lock import Lock, LockedFile, LockedPackage, Source
from release.model import FileChange
from tests.support.hostile import make_wanted

if TYPE_CHECKING:
    from release.model import Finding

HOST = "https://gitea.example.org/api/packages/coulomb/pypi"
WHEEL = "issue_core-0.2.0-py3-none-any.whl"
SDIST = "issue_core-0.2.0.tar.gz"
WANTED = make_wanted(f"{HOST}/simple", digests=[(WHEEL, "ab" * 32), (SDIST, "cd" * 32)])
OURS = Source(kind="registry", location=f"{HOST}/simple/")
PUBLIC = Source(kind="registry", location="https://public.example.org/simple")

MANIFEST = f"""\
[project]
name = "app"
dependencies = ["issue-core>=0.2,<0.3", "django"]

[[tool.uv.index]]
name = "coulomb"
url = "{HOST}/simple"
explicit = true

[tool.uv.sources]
Issue_Core = {{ index = "coulomb" }}
"""

APP = LockedPackage(
    name=canonicalize_name("app"), version="1", source=Source(kind="virtual", location=".")
)
CORE = LockedPackage(
    name=canonicalize_name("issue-core"),
    version="0.2.0",
    source=OURS,
    files=(
        LockedFile(url=f"{HOST}/files/{SDIST}", sha256="cd" * 32),
        LockedFile(url=f"{HOST}/files/{WHEEL}", sha256="ab" * 32),
    ),
    needs=frozenset({canonicalize_name("attrs")}),
)
DJANGO = LockedPackage(
    name=canonicalize_name("django"),
    version="5.2",
    source=PUBLIC,
    files=(LockedFile(url="https://files.example.org/django-5.2.whl", sha256="01" * 32),),
)
BEFORE = Lock(
    packages=(
        APP,
        replace(CORE, version="0.1", source=Source(kind="editable", location="../i"), files=()),
        DJANGO,
    )
)
AFTER = Lock(packages=(APP, CORE, DJANGO))


def look(
    *,
    after: Lock | None = AFTER,
    before: Lock | None = BEFORE,
    manifest: str = MANIFEST,
    image: str = "",
) -> tuple[Finding, ...]:
    """Return what the guard finds in a bump with these files."""
    return guard(
        manifest_path="pyproject.toml",
        lockfile_path="uv.lock",
        changes=(
            FileChange(
                path="pyproject.toml",
                kind="manifest",
                before=b'[project]\nname = "app"\n',
                after=manifest.encode(),
            ),
            FileChange(path="uv.lock", kind="lockfile", before=b"", after=b"version = 1\n"),
            FileChange(
                path="Dockerfile",
                kind="image",
                before=b"ENV SECRET_KEY=only-for-collectstatic\n",
                after=image.encode(),
            ),
        ),
        before=before,
        after=after,
        moved=compare(before, after, WANTED) if after else (),
        wanted=WANTED,
        manifest=tomllib.loads(manifest),
    )


def core(**changed: Any) -> Lock:  # noqa: ANN401  # any field of the entry
    """Return the new lockfile with another entry for the package."""
    return Lock(packages=(APP, replace(CORE, **changed), DJANGO))


def wheel(url: str = f"{HOST}/files/{WHEEL}", sha256: str | None = "ab" * 32) -> LockedFile:
    """Return the locked wheel, perhaps another one."""
    return LockedFile(url=url, sha256=sha256)


def only(findings: tuple[Finding, ...]) -> Finding:
    """Return the one finding; more or fewer are a failure."""
    (finding,) = findings
    return finding


def test_clean_bump() -> None:
    """A bump that does what it was asked to do has no finding."""
    assert look() == ()
    assert look(before=None) == ()
    assert look(after=None) == ()


def test_a_package_that_moved_without_cause() -> None:
    """Another package that moves is a change that nobody asked for."""
    moved = Lock(packages=(APP, CORE, replace(DJANGO, version="5.3", files=())))
    finding = only(look(after=moved))
    assert (finding.code, finding.place) == ("moved-without-cause", "uv.lock")
    assert "django moved from 5.2 to 5.3" in finding.message


def test_packages_that_came_and_went_without_cause() -> None:
    """A package that appears or vanishes moved too."""
    other = replace(DJANGO, name=canonicalize_name("flask"))
    messages = [finding.message for finding in look(after=Lock(packages=(APP, CORE, other)))]
    assert "django moved from 5.2 to nothing" in messages[0]
    assert "flask moved from nothing to 5.2" in messages[1]


def test_what_the_package_needs_may_move() -> None:
    """A new dependency of the release is a cause."""
    attrs = replace(DJANGO, name=canonicalize_name("attrs"))
    assert look(after=Lock(packages=(APP, CORE, DJANGO, attrs))) == ()


@pytest.mark.parametrize("sha256", ["02" * 32, None])
def test_a_changed_hash_for_an_unchanged_version(sha256: str | None) -> None:
    """The bytes behind a version never change."""
    file = LockedFile(url="https://mirror.example.org/django-5.2.whl", sha256=sha256)
    finding = only(look(after=Lock(packages=(APP, CORE, replace(DJANGO, files=(file,))))))
    assert finding.code == "changed-hash"
    assert f"{'01' * 32} and is now locked with {sha256 or 'none'}" in finding.message


def test_a_package_that_stays_but_comes_from_elsewhere() -> None:
    """A lock that flips to another index was made with some machine's settings."""
    mirror = Source(kind="registry", location="https://mirror.example.org/simple")
    finding = only(look(after=Lock(packages=(APP, CORE, replace(DJANGO, source=mirror)))))
    assert finding.code == "changed-source"
    assert "from https://public.example.org/simple and is now" in finding.message


def test_a_package_that_is_not_locked() -> None:
    """A lockfile without the package is no bump to it."""
    assert only(look(before=None, after=Lock(packages=(APP, DJANGO)))).code == "not-locked"


def test_another_version_on_some_fork() -> None:
    """Each fork of the resolution has the release."""
    forked = Lock(packages=(APP, CORE, replace(CORE, version="0.1.9"), DJANGO))
    finding = only(look(after=forked))
    assert finding.code == "other-version"
    assert "locked at 0.1.9, not at 0.2.0" in finding.message


def test_a_missing_hash() -> None:
    """A file without a sha256 could be any file."""
    assert only(look(after=core(files=(wheel(sha256=None),)))).code == "missing-hash"


def test_no_wheel() -> None:
    """What was verified is the wheel, so the wheel is what must be locked."""
    finding = only(look(after=core(files=CORE.files[:1])))
    assert (finding.code, finding.message) == (
        "missing-hash",
        "No wheel of issue-core 0.2.0 is locked.",
    )


def test_another_hash_than_the_published_one() -> None:
    """A file of our name with other bytes is somebody else's."""
    finding = only(look(after=core(files=(wheel(sha256="ee" * 32),))))
    assert finding.code == "other-hash"
    assert f"published was {'ab' * 32}" in finding.message


def test_a_file_that_nobody_published() -> None:
    """A file that the release did not build has no place in its version."""
    planted = wheel(f"{HOST}/files/issue_core-0.2.0-cp311-cp311-linux_x86_64.whl")
    finding = only(look(after=core(files=(*CORE.files, planted))))
    assert finding.code == "other-hash"
    assert "published was no file of that name" in finding.message


def test_a_file_on_another_host() -> None:
    """A file that the lock finds elsewhere is out of reach for others, or a trap."""
    finding = only(look(after=core(files=(wheel(f"http://10.0.0.7:3000/{WHEEL}"),))))
    assert finding.code == "other-host"
    assert "on the host 10.0.0.7; the index is on gitea.example.org" in finding.message


def test_the_package_from_the_public_index() -> None:
    """The name on the public index belongs to somebody else."""
    finding = only(look(after=core(source=PUBLIC)))
    assert finding.code == "other-index"
    assert "issue-core is locked from https://public.example.org/simple" in finding.message


@pytest.mark.parametrize("kind", ["editable", "directory", "path", "git", "url"])
def test_the_package_from_a_path_or_url(kind: Any) -> None:  # noqa: ANN401  # a literal type
    """A lockfile that needs the sibling folder works on one machine."""
    finding = only(look(after=core(source=Source(kind=kind, location="../issue-core"))))
    assert finding.code == "direct-source"
    assert f"locked from the {kind} ../issue-core" in finding.message


def test_an_internal_package_from_elsewhere() -> None:
    """Every name that is internal comes from the registry, not only the package's."""
    tender = replace(DJANGO, name=canonicalize_name("tender-core"))
    before = Lock(packages=(*BEFORE.packages, tender))
    finding = only(look(before=before, after=Lock(packages=(*AFTER.packages, tender))))
    assert (finding.code, finding.message.split()[0]) == ("other-index", "tender-core")


def test_a_consumer_that_is_internal_itself() -> None:
    """The consumer's own entry is its folder, whatever its name is."""
    own = replace(APP, name=canonicalize_name("tender-core"))
    packages = (own, CORE, DJANGO)
    before = Lock(packages=(own, *BEFORE.packages[1:]))
    manifest = MANIFEST.replace('name = "app"', 'name = "tender_core"')
    assert look(before=before, after=Lock(packages=packages), manifest=manifest) == ()


MANIFEST_FAULTS = {
    "no source": (("Issue_Core =", "other ="), "no-source", "the public index is asked for it"),
    "a path": (
        ('{ index = "coulomb" }', '{ path = "../issue-core", editable = true }'),
        "direct-source",
        "is { path = '../issue-core', editable = True }",
    ),
    "one path of several": (
        ('{ index = "coulomb" }', '[{ index = "coulomb" }, { git = "https://g/i" }]'),
        "direct-source",
        "is { git = 'https://g/i' }",
    ),
    "another index": (
        ('Issue_Core = { index = "coulomb" }', 'Issue_Core = { index = "pytorch" }'),
        "other-index",
        "not the index coulomb",
    ),
    "an internal path": (
        ("[tool.uv.sources]", '[tool.uv.sources]\ntender-core = { path = "../t" }'),
        "direct-source",
        "The source of tender-core",
    ),
    "no index": (
        (f'name = "coulomb"\nurl = "{HOST}/simple"', 'name = "o"\nurl = "https://o.example.org"'),
        "no-index",
        "has the name coulomb",
    ),
    "a source that names no declared index": (
        ('name = "coulomb"', 'name = "columb"'),
        "other-index",
        "not the index coulomb",
    ),
    "an index elsewhere": (
        (f'url = "{HOST}/simple"', 'url = "https://evil.example.org/simple"'),
        "other-index",
        "is on evil.example.org/simple, not at",
    ),
    "an index that is not explicit": (
        ("explicit = true", "explicit = false"),
        "index-not-explicit",
        "it is asked for every package",
    ),
    "a direct requirement": (
        ("issue-core>=0.2,<0.3", "issue-core @ file:///home/me/issue-core"),
        "direct-source",
        "required by a direct URL",
    ),
    "a direct requirement of a group": (
        ("[[tool.uv.index]]", ('[dependency-groups]\nd = [{ include-group = "e" }, "tender-core @ '
         'https://t/t.whl", "a @@ b"]\n[[tool.uv.index]]')),
        "direct-source",
        "tender-core is required by a direct URL",
    ),
}  # fmt: skip  # a table of replacements


@pytest.mark.parametrize("name", MANIFEST_FAULTS)
def test_a_manifest_that_leads_elsewhere(name: str) -> None:
    """The manifest names the index, explicit and by its URL, and no other source."""
    (old, new), code, says = MANIFEST_FAULTS[name]
    assert old in MANIFEST
    finding = only(look(manifest=MANIFEST.replace(old, new)))
    assert (finding.code, finding.place) == (code, "pyproject.toml")
    assert says in finding.message


CANARY = "s3cr3tC4naryV4lueOf40Characters000000000"

CREDENTIALS = [
    f"RUN pip install --index-url https://bot:{CANARY}@gitea.example.org/simple issue-core",
    f"RUN pip install --index-url https://{CANARY}@gitea.example.org/simple issue-core",
    f"ENV UV_INDEX_COULOMB_PASSWORD={CANARY}",
    f'password: "{CANARY}"',
    f"ARG TOKEN=ghp_{CANARY[:36]}",
    f"# glpat-{CANARY[:20]}",
    "-----BEGIN OPENSSH PRIVATE KEY-----",
    "# 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",
]


@pytest.mark.parametrize("line", CREDENTIALS)
def test_a_credential(line: str) -> None:
    """A credential in any changed file is found, and never told again."""
    finding = only(look(image=f"FROM python\n{line}\n"))
    assert (finding.code, finding.place) == ("credential", "Dockerfile:2")
    assert CANARY[:20] not in str(finding)


NO_CREDENTIALS = [
    "RUN pip install --index-url https://${USER}:${TOKEN}@gitea.example.org/simple",
    "RUN pip install git+ssh://git@gitea.example.org/x/y.git",
    "RUN pip install git+https://github.com/x/y@0123456789012345678901234567890123456789",
    "RUN curl https://bot@gitea.example.org:3000/x",
    "ENV SECRET_KEY=only-for-collectstatic",
    "RUN --mount=type=secret,id=index_password,env=UV_INDEX_COULOMB_PASSWORD uv sync",
    'ENV UV_INDEX_COULOMB_PASSWORD="${PASSWORD}"',
    f'{{ url = "https://h/token-1.0.tar.gz", hash = "sha256:{"ab" * 32}" }}',
]


@pytest.mark.parametrize("line", NO_CREDENTIALS)
def test_what_only_looks_like_a_credential(line: str) -> None:
    """Placeholders, plain user names, commits, hashes and old lines raise no alarm."""
    assert look(image=f"FROM python\n{line}\n") == ()


def test_a_credential_in_the_index_url() -> None:
    """A token in the URL of the index is found where it stands, and told nowhere."""
    url = f"https://bot:{CANARY}@gitea.example.org/api/packages/coulomb/pypi/simple"
    findings = look(manifest=MANIFEST.replace(f"{HOST}/simple", url))
    assert {finding.code for finding in findings} == {"credential", "other-index"}
    assert not [finding for finding in findings if CANARY in str(finding)]
