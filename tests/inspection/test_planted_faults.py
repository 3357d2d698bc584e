"""Each planted fault is found, by its own code and no other, and a clean package has none."""

from __future__ import annotations

import re
import tarfile
import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

from release.config import Inspect
from release.inspection import CODES
from tests.support.wheels import Draft, add_link_to_wheel, add_to_sdist

if TYPE_CHECKING:
    import zipfile
    from collections.abc import Callable
    from pathlib import Path

BODY = "\n".join(
    "MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQC7VJTUt9Us8cKj" for _ in range(4)
)
PEM = f"-----BEGIN PRIVATE KEY-----\n{BODY}\n-----END PRIVATE KEY-----\n"
RANDOM = "q7Zt4XwB9sLk2VnR8mYc1HdJ6fPg3TaE5uQo"
HEX = "9f3c1a7be04d5826c1f09e7d3b8a4c62d05e71fa"


@dataclass(frozen=True, kw_only=True, slots=True)
class Fault:
    """One fault: how it is planted, the code that tells it, and where."""

    name: str
    code: str
    place: str
    plant: Callable[[Draft], object]


def fault(
    name: str, code: str, place: str
) -> Callable[[Callable[[Draft], object]], Callable[[Draft], object]]:
    """Add the decorated function to the list of faults."""

    def add(plant: Callable[[Draft], object]) -> Callable[[Draft], object]:
        FAULTS.append(Fault(name=name, code=code, place=place, plant=plant))
        return plant

    return add


FAULTS: list[Fault] = []
WHEEL = "issue_core-0.2.0-py3-none-any.whl"
SDIST = "issue_core-0.2.0.tar.gz"
METADATA = f"{WHEEL}:issue_core-0.2.0.dist-info/METADATA"
ROOT = f"{SDIST}:issue_core-0.2.0"


def in_module(text: str, *, name: str = "issue_core/settings.py") -> Callable[[Draft], object]:
    """Return what puts a module with this text into the package."""
    return lambda draft: draft.shared.update({name: text})


def in_sdist(name: str, text: str = "") -> Callable[[Draft], object]:
    """Return what puts a file of the commit into the sdist only."""

    def plant(draft: Draft) -> None:
        draft.sdist_only[name] = text
        draft.tracked_only.add(name)

    return plant


def in_metadata(before: str, after: str) -> Callable[[Draft], object]:
    """Return what changes the metadata of both artifacts."""
    return lambda draft: draft.change_metadata(before, after)


# names and versions -------------------------------------------------------------------


@fault("the metadata name another project", "name-differs", METADATA)
def _(draft: Draft) -> None:
    draft.pkg_info = draft.metadata
    draft.change_metadata("Name: issue-core", "Name: issue-tools")


@fault("the file is named after another project", "name-differs", WHEEL.replace("core", "tools"))
def _(draft: Draft) -> None:
    draft.wheel_name = draft.wheel_name.replace("core", "tools")
    draft.dist_info = draft.dist_info.replace("core", "tools")


@fault("a name with a run of separators", "name-unreachable", METADATA)
def _(draft: Draft) -> None:
    draft.pkg_info = draft.metadata
    draft.change_metadata("Name: issue-core", "Name: issue__core")


@fault("the metadata have another version", "version-differs", METADATA)
def _(draft: Draft) -> None:
    draft.pkg_info = draft.metadata
    draft.change_metadata("Version: 0.2.0", "Version: 0.2.1")


@fault("the sdist has another version", "version-differs", f"{ROOT}/PKG-INFO")
def _(draft: Draft) -> None:
    draft.pkg_info = draft.metadata.replace("Version: 0.2.0", "Version: 0.1.dev1")


@fault("a version that is not in normal form", "version-not-normal", METADATA)
def _(draft: Draft) -> None:
    draft.pkg_info = draft.metadata
    draft.change_metadata("Version: 0.2.0", "Version: v0.2.0")


@fault("a version in upper case", "version-not-normal", METADATA.replace("0.2.0", "0.2.0rc1"))
def _(draft: Draft) -> None:
    draft.release_version = "0.2.0rc1"
    draft.wheel_name = "issue_core-0.2.0rc1-py3-none-any.whl"
    draft.dist_info = "issue_core-0.2.0rc1.dist-info"
    draft.sdist_name, draft.sdist_root = "issue_core-0.2.0rc1.tar.gz", "issue_core-0.2.0rc1"
    draft.pkg_info = draft.metadata.replace("Version: 0.2.0", "Version: 0.2.0rc1")
    draft.change_metadata("Version: 0.2.0", "Version: 0.2.0RC1")


@fault("a local version", "version-local", f"{WHEEL.replace('0.2.0', '0.2.0+g12')}")
def _(draft: Draft) -> None:
    draft.release_version = "0.2.0+g12"
    draft.wheel_name = "issue_core-0.2.0+g12-py3-none-any.whl"
    draft.dist_info = "issue_core-0.2.0+g12.dist-info"
    draft.sdist_name, draft.sdist_root = "issue_core-0.2.0+g12.tar.gz", "issue_core-0.2.0+g12"
    draft.change_metadata("Version: 0.2.0", "Version: 0.2.0+g12")


@fault("a file name that is none", "file-name-invalid", "issue_core-0.2.0.whl")
def _(draft: Draft) -> None:
    draft.wheel_name = "issue_core-0.2.0.whl"


# metadata -----------------------------------------------------------------------------

for kind, url in {
    "a file": "file:///srv/issue-tools",
    "git": "git+https://forge.example.org/issue-tools.git@v1",
    "an https": "https://files.example.org/issue_tools-1.0-py3-none-any.whl",
}.items():
    fault(f"{kind} reference", "direct-reference", METADATA)(
        in_metadata("Requires-Dist: packaging>=24", f"Requires-Dist: issue-tools @ {url}")
    )

fault("an internal dependency without a bound", "unbounded-internal", METADATA)(
    in_metadata("vergabe-types<2,>=1.4", "vergabe-types")
)
fault("an internal dependency with an upper bound only", "unbounded-internal", METADATA)(
    in_metadata("vergabe-types<2,>=1.4", "vergabe-types<2")
)


@fault("a dependency that uv took from a path", "unbounded-internal", METADATA)
def _(draft: Draft) -> None:
    draft.change_metadata("Requires-Dist: packaging>=24", "Requires-Dist: issue_tools")
    draft.pyproject += '\n[tool.uv.sources]\nissue-tools = { path = "../issue-tools" }\n'


@fault("a dependency that poetry took from a path", "unbounded-internal", METADATA)
def _(draft: Draft) -> None:
    draft.change_metadata("Requires-Dist: packaging>=24", "Requires-Dist: issue_tools")
    draft.pyproject += '\n[tool.poetry.dependencies]\nissue-tools = { path = "../issue-tools" }\n'


fault("a dependency that cannot be read", "metadata-invalid", METADATA)(
    in_metadata("Requires-Dist: packaging>=24", "Requires-Dist: ../packaging")
)
fault("a Requires-Python that cannot be read", "metadata-invalid", METADATA)(
    in_metadata("Requires-Python: >=3.11", "Requires-Python: 3.11 or so")
)
fault("no Requires-Python", "requires-python-missing", METADATA)(
    in_metadata("Requires-Python: >=3.11\n", "")
)
fault("no type of the description", "description-type-missing", METADATA)(
    in_metadata("Description-Content-Type: text/markdown\n", "")
)


@fault("no description", "description-missing", METADATA)
def _(draft: Draft) -> None:
    draft.metadata = draft.metadata.partition("\n\n")[0] + "\n"


@fault("a description that cannot be rendered", "description-broken", METADATA)
def _(draft: Draft) -> None:
    draft.change_metadata("text/markdown", "text/x-rst")
    draft.metadata += "\n.. nothing-that-exists::\n\n   text\n"


fault("a license file that is not there", "license-file-missing", METADATA)(
    in_metadata("License-File: LICENSE", "License-File: LICENSE\nLicense-File: NOTICE")
)


@fault("other dependencies in the sdist", "metadata-differs", METADATA)
def _(draft: Draft) -> None:
    draft.pkg_info = draft.metadata.replace("packaging>=24", "packaging>=25")


@fault("no METADATA", "metadata-missing", WHEEL)
def _(draft: Draft) -> None:
    draft.without = {"issue_core-0.2.0.dist-info/METADATA"}


@fault("no PKG-INFO", "metadata-missing", SDIST)
def _(draft: Draft) -> None:
    draft.without = {"sdist:PKG-INFO"}


@fault("other tags than the file name", "tags-differ", f"{WHEEL}:issue_core-0.2.0.dist-info/WHEEL")
def _(draft: Draft) -> None:
    draft.wheel_text = draft.wheel_text.replace("py3-none-any", "cp311-cp311-linux_x86_64")


ENTRY_POINTS = f"{WHEEL}:issue_core-0.2.0.dist-info/entry_points.txt"


@fault("an entry point to a module that is not there", "entry-point-invalid", ENTRY_POINTS)
def _(draft: Draft) -> None:
    draft.entry_points = "[console_scripts]\nissue-core = issue_core.commands:main\n"


@fault("an entry point without a function", "entry-point-invalid", ENTRY_POINTS)
def _(draft: Draft) -> None:
    draft.entry_points = "[console_scripts]\nissue-core = issue_core.cli\n"


@fault("an entry point that cannot be read", "entry-point-invalid", ENTRY_POINTS)
def _(draft: Draft) -> None:
    draft.entry_points = "[console_scripts]\nissue-core = issue core!\n"


@fault("entry points that cannot be read", "entry-point-invalid", ENTRY_POINTS)
def _(draft: Draft) -> None:
    draft.entry_points = "issue-core = issue_core.cli:main\n"


# RECORD -------------------------------------------------------------------------------

RECORD = f"{WHEEL}:issue_core-0.2.0.dist-info/RECORD"


@fault("no RECORD", "record-missing", RECORD)
def _(draft: Draft) -> None:
    draft.edit_record = lambda _record: None


@fault("a RECORD that cannot be read", "record-missing", RECORD)
def _(draft: Draft) -> None:
    draft.edit_record = lambda record: record.replace(",", " ")


@fault("a member that RECORD does not list", "record-incomplete", RECORD)
def _(draft: Draft) -> None:
    draft.edit_record = lambda record: re.sub(r"issue_core/cli\.py.*\n", "", record)


@fault("a member that only RECORD lists", "record-incomplete", RECORD)
def _(draft: Draft) -> None:
    draft.edit_record = lambda record: f"{record}issue_core/gone.py,sha256=AAAA,3\n"


@fault("a member with other bytes than RECORD says", "record-wrong", f"{WHEEL}:issue_core/cli.py")
def _(draft: Draft) -> None:
    draft.edit_record = lambda record: re.sub(
        r"(issue_core/cli\.py,sha256=)....", r"\1AAAA", record
    )


@fault("a member with another size than RECORD says", "record-wrong", f"{WHEEL}:issue_core/cli.py")
def _(draft: Draft) -> None:
    draft.edit_record = lambda record: re.sub(r"(issue_core/cli\.py,.*),\d+", r"\1,1", record)


@fault("a WHEEL that says nothing of its library", "wheel-invalid", WHEEL)
def _(draft: Draft) -> None:
    draft.wheel_text = draft.wheel_text.replace("Root-Is-Purelib: true\n", "")


# members ------------------------------------------------------------------------------


@fault("a wheel that is cut short", "archive-broken", WHEEL)
def _(draft: Draft) -> None:
    draft.damage = lambda wheel: wheel.write_bytes(wheel.read_bytes()[:-40])


@fault("a member above the folder", "unsafe-path", f"{WHEEL}:../evil.py")
def _(draft: Draft) -> None:
    draft.wheel_only["../evil.py"] = ""


@fault("a member with an absolute path", "unsafe-path", f"{SDIST}:/etc/passwd")
def _(draft: Draft) -> None:
    draft.edit_sdist = lambda archive: add_to_sdist(archive, "/etc/passwd", "")
    draft.tracked_only = {"etc/passwd"}


@fault("a member that is there twice", "duplicate-member", f"{WHEEL}:issue_core/cli.py")
def _(draft: Draft) -> None:
    def twice(archive: zipfile.ZipFile) -> None:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            archive.writestr("issue_core/cli.py", draft.shared["issue_core/cli.py"])

    draft.edit_wheel = twice


@fault("a link out of the sdist", "link-outside", f"{ROOT}/data")
def _(draft: Draft) -> None:
    draft.links["data"] = "../../srv"
    draft.tracked_only = {"data"}


@fault("a link in a wheel", "link-outside", f"{WHEEL}:issue_core/latest.py")
def _(draft: Draft) -> None:
    draft.edit_wheel = lambda archive: add_link_to_wheel(archive, "issue_core/latest.py", "cli.py")


@fault("a pipe", "special-file", f"{ROOT}/pipe")
def _(draft: Draft) -> None:
    def pipe(archive: tarfile.TarFile) -> None:
        info = tarfile.TarInfo(f"{draft.sdist_root}/pipe")
        info.type = tarfile.FIFOTYPE
        archive.addfile(info)

    draft.edit_sdist = pipe
    draft.tracked_only = {"pipe"}


@fault("two folders in the sdist", "sdist-root", f"{SDIST}:other")
def _(draft: Draft) -> None:
    draft.edit_sdist = lambda archive: add_to_sdist(archive, "other/LICENSE", "")


fault("bytecode", "bytecode", f"{WHEEL}:issue_core/__pycache__/cli.cpython-311.pyc")(
    in_module("", name="issue_core/__pycache__/cli.cpython-311.pyc")
)
for junk in (".DS_Store", "cli.py~", ".cli.py.swp", ".idea/workspace.xml", ".git/HEAD"):
    fault(f"the file {junk}", "junk-file", f"{WHEEL}:issue_core/{junk}")(
        in_module("", name=f"issue_core/{junk}")
    )

# what the wheel installs --------------------------------------------------------------

for common in ("tests", "test", "examples", "example", "docs"):
    fault(f"a package {common} at the top level", "top-level-common", f"{WHEEL}:{common}/")(
        in_module("", name=f"{common}/__init__.py")
    )
fault("a second package", "top-level-unexpected", f"{WHEEL}:benchmarks")(
    in_module("", name="benchmarks/__init__.py")
)
fault("a second module", "top-level-unexpected", f"{WHEEL}:noxfile.py")(
    in_module("", name="noxfile.py")
)


@fault("a package that is not configured", "top-level-unexpected", f"{WHEEL}:_issue_core.py")
def _(draft: Draft) -> None:
    draft.config = Inspect(top_level=("issue_core",))
    draft.shared["_issue_core.py"] = ""


@fault("no package of the configured name", "top-level-missing", WHEEL)
def _(draft: Draft) -> None:
    draft.config = Inspect(top_level=("issue_core", "issue_core_types"))


@fault("no package of the declared name", "top-level-missing", WHEEL)
def _(draft: Draft) -> None:
    draft.pyproject += '\n[tool.hatch.build.targets.wheel]\npackages = ["src/issue_core_types"]\n'


fault("a readme in site-packages", "top-level-file", f"{WHEEL}:README.md")(
    lambda draft: draft.wheel_only.update({"README.md": "# Read me\n"})
)
fault("an __init__.py in site-packages", "top-level-init", f"{WHEEL}:__init__.py")(
    in_module("", name="__init__.py")
)
fault("a folder of data at the top level", "top-level-without-modules", f"{WHEEL}:assets/")(
    in_module("", name="assets/logo.txt")
)
fault("a package that cannot be imported", "not-importable", f"{WHEEL}:issue-core/__init__.py")(
    in_module("", name="issue-core/__init__.py")
)


@fault("an empty wheel", "wheel-empty", WHEEL)
def _(draft: Draft) -> None:
    draft.without = set(draft.shared)
    draft.entry_points = ""


@fault("py.typed forgotten", "missing-file", f"{WHEEL}:issue_core/py.typed")
def _(draft: Draft) -> None:
    draft.without = {"issue_core/py.typed"}


@fault("a template forgotten", "missing-file", f"{WHEEL}:issue_core/templates/report.html")
def _(draft: Draft) -> None:
    draft.without = {"issue_core/templates/report.html"}


@fault("a module that is not in the commit", "untracked-file", f"{WHEEL}:issue_core/scratch.py")
def _(draft: Draft) -> None:
    draft.wheel_only["issue_core/scratch.py"] = ""


@fault("a file that is not in the commit", "untracked-file", f"{ROOT}/notes.txt")
def _(draft: Draft) -> None:
    draft.sdist_only["notes.txt"] = "Call back.\n"


@fault("a file that is too large", "too-large", WHEEL)
def _(draft: Draft) -> None:
    draft.config = Inspect(max_megabytes=0.001)


# leaks --------------------------------------------------------------------------------

for name in (".env", ".env.production", ".pypirc", ".netrc", "id_ed25519"):
    fault(f"the file {name}", "secret-file", f"{ROOT}/{name}")(in_sdist(name))
fault("a private key", "private-key", f"{WHEEL}:issue_core/server.key:1")(
    in_module(PEM, name="issue_core/server.key")
)
fault("an OpenSSH key", "private-key", f"{WHEEL}:issue_core/settings.py:2")(
    in_module(f'KEY = """\n{PEM.replace("PRIVATE", "OPENSSH PRIVATE")}"""\n')
)
fault("a PGP key", "private-key", f"{WHEEL}:issue_core/key.asc:1")(
    in_module(
        f"-----BEGIN PGP PRIVATE KEY BLOCK-----\nVersion: 1\n\n{BODY}\n", name="issue_core/key.asc"
    )
)
fault("a PuTTY key", "private-key", f"{WHEEL}:issue_core/key.ppk:1")(
    in_module(
        f"PuTTY-User-Key-File-3: ssh-ed25519\nPublic-Lines: 2\n{BODY}\nPrivate-Lines: 1\n{BODY}\n",
        name="issue_core/key.ppk",
    )
)
fault("an age key", "private-key", f"{WHEEL}:issue_core/settings.py:1")(
    in_module(f'KEY = "AGE-SECRET-KEY-1{("QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L" * 2)[:58]}"\n')
)
fault("a key of the tests", "private-key-in-tests", f"{ROOT}/tests/server.key:1")(
    in_sdist("tests/server.key", PEM)
)
for kind, token in {
    "GitHub": f"ghp_{RANDOM}",
    "fine-grained GitHub": f"github_pat_{RANDOM}{RANDOM}",
    "GitLab": f"glpat-{RANDOM[:20]}",
    "PyPI": f"pypi-AgEIcHlwaS5vcmc{RANDOM}{RANDOM}",
    "Slack": f"xoxb-{RANDOM}",
    "AWS": "AKIAQ7ZT4XWB5SLK2VNR",
    "Google": f"AIza{RANDOM[:35]}",
    "npm": f"npm_{RANDOM}",
    "Stripe": f"sk_live_{RANDOM}",
    "Docker": f"dckr_pat_{RANDOM}",
    "DigitalOcean": f"dop_v1_{HEX}{HEX[:24]}",
    "Hugging Face": "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",
    "Anthropic": f"sk-ant-api03-{RANDOM}",
    "SendGrid": f"SG.{RANDOM[:22]}.{RANDOM}{RANDOM[:7]}",
}.items():
    fault(f"a {kind} token", "token", f"{WHEEL}:issue_core/settings.py:2")(
        in_module(f'"""Settings."""\nVALUE = "{token}"\n')
    )
for kind, line in {
    "Gitea": f"GITEA_TOKEN={HEX}",
    "Gitea in JSON": f'  "access_token": "{HEX}",',
    "Gitea in a header": f'headers = {{"Authorization": "token {HEX}"}}',
    "AWS secret": f"aws_secret_access_key = {RANDOM}1234",
    "npm registry": f"//npm.internal.net/:_authToken={RANDOM}",
    "Slack webhook": f"https://hooks.slack.com/services/T0A1B2C3D/B0A1B2C3D/{RANDOM[:24]}",
}.items():
    fault(f"a {kind} token", "token", f"{WHEEL}:issue_core/defaults.cfg:1")(
        in_module(f"{line}\n", name="issue_core/defaults.cfg")
    )
for kind, url in {
    "a random password": "https://bot:q7Zt4XwB9sLk2Vn@gitea.example.org/api",
    "a human password": "postgres://billing:wintergarden@db.internal.net/billing",
    "no user": "redis://:wintergarden@cache.internal.net:6379/0",
    "a host without a dot": "postgres://billing:q7Zt4XwB9sLk2Vn@db:5432/billing",
}.items():
    fault(f"a URL with {kind}", "url-credentials", f"{WHEEL}:issue_core/settings.py:1")(
        in_module(f'URL = "{url}"\n')
    )
for path in (
    "/home/tegwick/src/issue-core/data",
    "/Users/maren/issue-core",
    r"C:\\Users\\maren\\issue-core",
    "file:///home/tegwick/issue-core",
    "/root/issue-core/data",
):
    fault(f"the path {path}", "home-path", f"{WHEEL}:issue_core/settings.py:2")(
        in_module(f'"""Settings."""\nDATA = "{path}/"\n')
    )
fault("a home path in a setting", "home-path", f"{WHEEL}:issue_core/defaults.toml:2")(
    in_module('[data]\nfolder = "/home/tegwick/data/"\n', name="issue_core/defaults.toml")
)
fault("a home path of a compiler", "home-path", f"{WHEEL}:issue_core/_fast.json:1")(
    in_module('{"flags": "-O2 -I/home/tegwick/include"}', name="issue_core/_fast.json")
)
fault("a home path in a module for Python 2", "home-path", f"{WHEEL}:issue_core/settings.py:1")(
    in_module('print "/home/tegwick/data"\n')
)


@pytest.mark.parametrize("planted", FAULTS, ids=lambda planted: planted.name)
def test_a_planted_fault_is_found_by_its_code(planted: Fault, tmp_path: Path) -> None:
    """The fault, and nothing else, is told, with its place and a next step."""
    draft = Draft()
    planted.plant(draft)
    findings = draft.inspect(tmp_path)
    assert {finding.code for finding in findings} == {planted.code}, findings
    assert planted.place in {finding.place for finding in findings}
    assert all(finding.message and finding.next_step for finding in findings)


def test_a_clean_package_has_no_finding(tmp_path: Path) -> None:
    """The draft itself, in which the faults are planted, is clean."""
    assert Draft().inspect(tmp_path) == ()


def test_every_code_has_a_fault() -> None:
    """No code is without a test, and none is made up here."""
    assert {planted.code for planted in FAULTS} == set(CODES)


def test_a_leak_is_never_shown(tmp_path: Path) -> None:
    """No finding gives away more than four characters of what it found."""
    draft = Draft()
    draft.shared["issue_core/settings.py"] = (
        f'A = "ghp_{RANDOM}"\nGITEA_TOKEN = "{HEX}"\nU = "https://bot:{RANDOM}@db.internal.net/"\n'
        f'K = """{PEM}"""\n'
    )
    text = "\n".join(str(finding) for finding in draft.inspect(tmp_path))
    assert len(text.splitlines()) == 8
    for secret in (RANDOM, HEX, BODY):
        assert secret[5:12] not in text
