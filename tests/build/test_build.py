"""From a checkout to artifacts: real backends, sealed, twice, and kept between runs."""

from __future__ import annotations

import itertools
import json
import os
import subprocess
import zipfile
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

import pytest

from release.adapters.builder import Builder
from release.adapters.files import sha256
from release.adapters.git import Git
from release.adapters.processes import run_together
from release.adapters.sandbox import uv_executable
from release.build import build, hashed_pins
from release.build.kept import Kept, keep, read_kept
from release.config import Package
from release.errors import BuildFailed, ConfigurationError, NotReproducible
from release.source import check_built_version, check_out
from tests.support.backends import inside_files
from tests.support.repositories import VERSION_FROM_GIT, commit, make_repository, package_files, tag

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from release.model import Built, Checkout

NUMBERS = itertools.count()
REPRODUCIBLE = ["hatchling", "hatch-vcs", "flit-core", "poetry-core", "uv_build"]
INSIDE: dict[str, Any] = {"second_build": False}


def take(files: Mapping[str, str], root: Path, version: str = "1.0") -> Checkout:
    """Make a repository of the files, and check its tag out."""
    name = f"project-{next(NUMBERS)}"
    make_repository(root / name, files, tags=[f"v{version}"])
    package = Package(name="sample", repository=name)
    return check_out(package, root=root, folder=root / f"checkout-of-{name}", git=Git())


def make(
    checkout: Checkout,
    root: Path,
    *,
    said: list[str] | None = None,
    index: str | None = None,
    **settings: Any,  # noqa: ANN401  # any key of the table
) -> Built:
    """Build into ``root/store`` with the configuration that the settings make."""
    return build(
        checkout,
        config=Package(name="sample", **settings),
        store=root / "store",
        builder=Builder(timeout=100),
        public_index_url=index,
        say=(said if said is not None else []).append,
    )


def member(built: Built, name: str) -> str:
    """Return a text file of the wheel."""
    with zipfile.ZipFile(built.wheel.path) as archive:
        return archive.read(name).decode()


# real backends ----------------------------------------------------------------------


@pytest.mark.parametrize("backend", REPRODUCIBLE)
def test_backends_build_the_same_twice(tmp_path: Path, backend: str) -> None:
    """Wheel and sdist of the tag's version, and what the environment held."""
    checkout = take(package_files("sample", "0.2.0", backend=backend), tmp_path, "0.2.0")
    built = make(checkout, tmp_path)
    check_built_version(built, checkout)
    assert [artifact.filename for artifact in built.artifacts] == [
        "sample-0.2.0-py3-none-any.whl",
        "sample-0.2.0.tar.gz",
    ]
    assert built.reproduced is True
    assert built.reused is False
    assert any(line.startswith(backend.replace("_", "-") + "==") for line in built.requirements)
    assert "ANSWER = 42" in member(built, "sample/__init__.py")


@pytest.mark.parametrize(
    ("backend", "difference"),
    [
        ("setuptools", "sample-0.2.0: its mode is 755 in the first build, 700 in the second"),
        ("pdm-backend", "its gzip header has the time "),
    ],
)
def test_backends_that_are_not_reproducible_are_stopped(
    tmp_path: Path, backend: str, difference: str
) -> None:
    """The umask in setuptools' sdists, and the clock in pdm-backend's gzip header, are told."""
    checkout = take(package_files("sample", "0.2.0", backend=backend), tmp_path, "0.2.0")
    with pytest.raises(NotReproducible) as caught:
        make(checkout, tmp_path)
    assert str(caught.value).startswith(
        f"Not every build of the same commit is the same: sample-0.2.0.tar.gz: {difference}"
    )
    assert "package.second-build = false" in caught.value.next_step
    assert not (tmp_path / "store").exists()


@pytest.mark.parametrize("backend", ["setuptools-scm", "pdm-backend"])
def test_the_second_build_can_be_turned_off_but_not_silently(tmp_path: Path, backend: str) -> None:
    """What is not shown is said; a version from git is the tag's."""
    assert {"hatch-vcs", "setuptools-scm"} == VERSION_FROM_GIT
    checkout = take(package_files("sample", "0.2.0", backend=backend), tmp_path, "0.2.0")
    said: list[str] = []
    built = make(checkout, tmp_path, said=said, second_build=False)
    check_built_version(built, checkout)
    assert built.reproduced is None
    assert len(said) == 1
    assert said[0].startswith("sample 0.2.0: the second build is turned off")


# sealed -----------------------------------------------------------------------------

DUMP = """
def content():
    mask = os.umask(0)
    os.umask(mask)
    return json.dumps({
        "environ": dict(os.environ), "umask": mask, "cwd": os.getcwd(),
        "locale": locale.setlocale(locale.LC_ALL, ""), "zone": list(time.tzname),
        "path": sys.path, "argv": sys.argv, "stdin": sys.stdin.read(),
    })
"""

CANARIES = [
    *("RELEASE_TOKEN", "TWINE_PASSWORD", "UV_PUBLISH_TOKEN", "UV_INDEX_X_PASSWORD", "GIT_DIR"),
    *("PIP_INDEX_URL", "UV_INDEX_URL", "PYTHONPATH", "PYTHONWARNINGS", "GITEA_TOKEN", "SECRET_X"),
]


def test_a_backend_sees_nothing_of_the_caller(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No variable of ours reaches it, whatever its name; the way to the network does."""
    checkout = take(inside_files(DUMP), tmp_path)
    for name in CANARIES:
        monkeypatch.setenv(name, f"CANARY-{name}")
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:3128")
    monkeypatch.setenv("SSL_CERT_FILE", "/certificates.pem")
    index = "http://127.0.0.1:9/simple"
    text = member(make(checkout, tmp_path, index=index, **INSIDE), "sample.py")
    seen = json.loads(text)
    assert "CANARY" not in text
    assert not [name for name in seen["environ"] if name.startswith(("UV_", "PYTHON"))]
    assert seen["environ"]["HTTPS_PROXY"] == "http://127.0.0.1:3128"
    assert seen["environ"]["SSL_CERT_FILE"] == "/certificates.pem"
    assert seen["environ"]["SOURCE_DATE_EPOCH"] == str(checkout.release.commit_time)
    assert seen["environ"]["PATH"].endswith(os.environ["PATH"])
    assert seen["environ"]["HOME"] not in {os.environ["HOME"], ""}
    assert (seen["umask"], seen["zone"], seen["locale"]) == (0o022, ["UTC", "UTC"], "C.UTF-8")
    assert seen["stdin"] == ""
    assert seen["argv"][1] == "build_wheel"
    assert not [
        path for path in seen["path"] if "release/adapters" in path or "build_child" in path
    ]
    assert not os.path.lexists(seen["cwd"])


@pytest.mark.parametrize(
    "differing",
    [
        "oct(os.umask(0o022))",
        "time.strftime('%H %z', time.localtime(EPOCH))",
        "str(locale.setlocale(locale.LC_ALL, ''))",
        "os.getcwd()",
        "oct(pathlib.Path('pyproject.toml').stat().st_mode)",
    ],
)
def test_what_a_second_machine_changes_is_found(tmp_path: Path, differing: str) -> None:
    """Umask, time zone, locale, path, hash seed and permissions of files differ."""
    checkout = take(inside_files(f"def content():\n    return {differing}\n"), tmp_path)
    with pytest.raises(NotReproducible, match=r"none-any\.whl: sample\.py: its content differs"):
        make(checkout, tmp_path)


def test_another_file_name_is_found(tmp_path: Path) -> None:
    """A build whose version has the time in it, for one."""
    extra = """
def build_wheel(folder, config_settings=None, metadata_directory=None):
    name = f"sample-1.0-{len(os.getcwd())}-py3-none-any.whl"
    pathlib.Path(folder, name).write_bytes(b"")
    return name
"""
    with pytest.raises(NotReproducible, match=r"the second build names it sample-1\.0-"):
        make(take(inside_files(extra), tmp_path), tmp_path)


# failures ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name",
    [
        "nope-1.whl",
        "bad name.whl",
        "../x.whl",
        "../sample-1.0-py3-none-any.whl",
        "sample-nonsense-py3-none-any.whl",
        "sample-1.0-py3-none-absent.whl",
    ],
)
def test_a_wrong_file_name_of_the_wheel_is_a_failed_build(tmp_path: Path, name: str) -> None:
    """What no index could carry, and what is not in the folder, never leaves the build."""
    write = "" if "absent" in name else f'open(os.path.join(folder, "{name}"), "w").close()'
    backend = (
        f"def build_wheel(folder, config_settings=None, metadata_directory=None):\n"
        f'    {write or "pass"}\n    return "{name}"\n'
    )
    checkout = take(inside_files(backend), tmp_path)
    with pytest.raises(BuildFailed) as caught:
        make(checkout, tmp_path, **INSIDE)
    assert repr(name.removeprefix("../")) in caught.value.message
    assert "NAME-VERSION-PYTHON-ABI-PLATFORM.whl" in caught.value.message
    assert not (tmp_path / "store").exists()


def test_a_wrong_file_name_of_the_sdist_is_a_failed_build(tmp_path: Path) -> None:
    """The sdist's name is read as every client reads it."""
    backend = (
        "made = build_sdist\n\ndef build_sdist(folder, config_settings=None):\n"
        '    os.rename(os.path.join(folder, made(folder)), os.path.join(folder, "x.tar.gz"))\n'
        '    return "x.tar.gz"\n'
    )
    with pytest.raises(BuildFailed, match=r"'x\.tar\.gz', where NAME-VERSION\.tar\.gz"):
        make(take(inside_files(backend), tmp_path), tmp_path, **INSIDE)


def test_a_failing_backend_is_told_with_its_last_lines(tmp_path: Path) -> None:
    """The end of what it printed, and addresses without their user part."""
    extra = """
def content():
    for number in range(100):
        print("line", number, "http://user:CANARY@example.org/")
    raise SystemExit("the backend gave up")
"""
    with pytest.raises(BuildFailed) as caught:
        make(take(inside_files(extra), tmp_path), tmp_path, **INSIDE)
    said = str(caught.value)
    assert said.startswith("The backend could not build the wheel: ")
    assert said.endswith("the backend gave up")
    assert "line 99 http://example.org/" in said
    assert "line 50 " not in said
    assert "CANARY" not in said


UNSUPPORTED = """
class UnsupportedOperation(Exception):
    pass

def build_sdist(*_):
    raise UnsupportedOperation
"""
NO_ARCHIVE = """
def build_sdist(folder, config_settings=None):
    pathlib.Path(folder, "x.tar.gz").write_text("")
    return "x.tar.gz"
"""
KILLED = "def build_sdist(*_):\n    os.kill(os.{}(), 9)\n"


@pytest.mark.parametrize(
    ("extra", "expected"),
    [
        ("raise ImportError('none')", "Backend 'inside' is not available"),
        (KILLED.format("getpid"), "could not build the sdist"),
        (KILLED.format("getppid"), "could not build the sdist"),
        (UNSUPPORTED, "could not build the sdist"),
        (NO_ARCHIVE, r"x\.tar\.gz cannot be unpacked"),
    ],
    ids=["absent", "killed", "server killed", "unsupported", "no archive"],
)
def test_a_broken_backend_is_told(tmp_path: Path, extra: str, expected: str) -> None:
    """One that is not there, dies, refuses sdists, or makes none."""
    with pytest.raises(BuildFailed, match=expected):
        make(take(inside_files(extra), tmp_path), tmp_path, **INSIDE)


def test_a_broken_build_system_table_is_told(tmp_path: Path) -> None:
    """The words are those of ``build``."""
    files = {"pyproject.toml": '[build-system]\nrequires = "hatchling"\n'}
    with pytest.raises(BuildFailed, match="`requires` must be an array of strings"):
        make(take(files, tmp_path), tmp_path, **INSIDE)


def test_a_build_that_does_not_end_is_ended(tmp_path: Path) -> None:
    """With all that it started."""
    extra = "def content():\n    print('waiting', flush=True)\n    time.sleep(600)\n"
    checkout = take(inside_files(extra), tmp_path)
    with pytest.raises(BuildFailed, match=r"did not end in its time\.\nwaiting"):
        build(
            checkout,
            config=Package(name="sample", second_build=False),
            store=tmp_path / "store",
            builder=Builder(timeout=2),
            public_index_url=None,
            say=print,
        )


def test_a_requirement_that_cannot_be_had_is_told(tmp_path: Path) -> None:
    """With uv's own words; what to do depends on whether there was a network."""
    files = inside_files(requires='["surely-not>=1,<1"]')
    with pytest.raises(BuildFailed) as caught:
        make(take(files, tmp_path), tmp_path, **INSIDE)
    assert "surely-not" in str(caught.value)
    assert caught.value.next_step == "Mend build-system.requires, or the constraints file."
    files = inside_files(requires='["sample @ http://127.0.0.1:9/sample-1.0-py3-none-any.whl"]')
    with pytest.raises(BuildFailed) as caught:
        make(take(files, tmp_path), tmp_path, **INSIDE)
    assert caught.value.next_step.startswith("Check the network")


# build requirements -----------------------------------------------------------------


@pytest.fixture(scope="module")
def hashes(tmp_path_factory: pytest.TempPathFactory) -> str:
    """flit-core pinned, with its hashes."""
    return subprocess.run(
        [uv_executable(), "pip", "compile", "--quiet", "--no-header", "--generate-hashes", "-"],
        input="flit-core==3.12.0",
        cwd=tmp_path_factory.mktemp("hashes"),
        capture_output=True,
        encoding="utf-8",
        check=True,
    ).stdout


def test_constraints_pin_the_build_requirements(tmp_path: Path, hashes: str) -> None:
    """The newest is not taken, and the hash is compared."""
    files = {**package_files("sample", "1.0", backend="flit-core"), "build.txt": hashes}
    checkout = take(files, tmp_path)
    assert make(checkout, tmp_path, constraints="build.txt", **INSIDE).requirements == (
        "flit-core==3.12.0",
    )


@pytest.mark.parametrize("fault", ["wrong", "absent"])
def test_hashes_are_enforced(tmp_path: Path, fault: str) -> None:
    """A wrong one, and a requirement without one beside others that have them."""
    none = "--hash=sha256:" + "0" * 64
    text = {
        "wrong": f"flit-core==3.12.0 {none}\n",
        "absent": f"flit-core==3.12.0\nother==1.0 {none}\n",
    }[fault]
    files = {**package_files("sample", "1.0", backend="flit-core"), "build.txt": text}
    expected = {
        "wrong": "Hash mismatch",
        "absent": "has hashes, but none for flit-core==3.12.0",
    }
    with pytest.raises(BuildFailed, match=expected[fault]):
        make(take(files, tmp_path), tmp_path, constraints="build.txt", **INSIDE)


@pytest.mark.parametrize("name", ["absent.txt", "../outside.txt"])
def test_constraints_must_be_in_the_repository(tmp_path: Path, name: str) -> None:
    """Not there, or outside of it, is an error of the configuration."""
    checkout = take(inside_files(), tmp_path)
    (checkout.folder.parent / "outside.txt").write_text("", encoding="utf-8")
    with pytest.raises(ConfigurationError, match=r"which v1\.0 does not have"):
        make(checkout, tmp_path, constraints=name)


def test_hashed_pins_are_read_over_lines() -> None:
    """Markers, comments and continued lines; None where no hash is given."""
    text = (
        "# --hash=sha256:1\nA_b==1.0 ; python_version > '3' \\\n    --hash=sha256:1 \\\n"
        "    --hash=sha256:2\nc==2 --hash=sha256:3 # why\nd==3 # --hash=sha256:4\n-r x\n"
    )
    assert hashed_pins(text) == frozenset({"a-b==1.0", "c==2"})
    assert hashed_pins("a==1\n") is None
    assert hashed_pins("") is None


def test_a_package_in_a_subfolder_is_built(tmp_path: Path) -> None:
    """The whole repository is at hand, and the package's folder is built."""
    files = {f"packages/sample/{path}": text for path, text in inside_files().items()}
    make_repository(tmp_path / "mono", files, tags=["v1.0"])
    package = Package(name="sample", repository="mono/packages/sample")
    checkout = check_out(package, root=tmp_path, folder=tmp_path / "checkout", git=Git())
    assert make(checkout, tmp_path).wheel.filename == "sample-1.0-py3-none-any.whl"


# kept between runs ------------------------------------------------------------------


@pytest.fixture
def first(tmp_path: Path) -> tuple[Checkout, Built]:
    """A package that was built once."""
    checkout = take(inside_files("def content():\n    return os.getcwd()\n"), tmp_path)
    return checkout, make(checkout, tmp_path, **INSIDE)


def test_a_later_run_uses_the_same_files(first: tuple[Checkout, Built], tmp_path: Path) -> None:
    """They are those of the first run, byte for byte, though a build would differ."""
    checkout, built = first
    assert built.wheel.path.parent == tmp_path / "store" / "sample-1.0"
    said: list[str] = []
    again = make(checkout, tmp_path, said=said, **INSIDE)
    assert again == replace(built, reused=True)
    assert said == ["sample 1.0: the artifacts of an earlier run are used."]
    assert sorted(path.name for path in built.wheel.path.parent.iterdir()) == [
        "build.json",
        "sample-1.0-py3-none-any.whl",
        "sample-1.0.tar.gz",
    ]


@pytest.mark.parametrize(
    "off", ["changed", "gone", "report", "nested", "schema", "commit", "constraints"]
)
def test_whatever_is_off_is_built_anew(
    first: tuple[Checkout, Built], tmp_path: Path, off: str
) -> None:
    """A file that was changed or removed, a report that is broken, another origin."""
    checkout, built = first
    settings: dict[str, Any] = dict(INSIDE)
    report = built.wheel.path.with_name("build.json")
    if off == "changed":
        built.wheel.path.write_bytes(b"x" * built.wheel.size)
    elif off == "gone":
        built.wheel.path.unlink()
    elif off == "report":
        report.write_text("[]", encoding="utf-8")
    elif off == "nested":
        report.write_text('{"x":' + "[" * 100_000, encoding="utf-8")
    elif off == "schema":
        report.write_text(
            report.read_text().replace('"schema": 1', '"schema": 2'), encoding="utf-8"
        )
    elif off == "commit":
        checkout = replace(checkout, release=replace(checkout.release, tag_object="0" * 40))
    else:
        (checkout.folder / "none.txt").write_text("# nothing\n", encoding="utf-8")
        settings["constraints"] = "none.txt"
    again = make(checkout, tmp_path, **settings)
    assert again.reused is False
    assert again.wheel.sha256 != built.wheel.sha256
    assert make(checkout, tmp_path, **settings) == replace(again, reused=True)


def test_files_that_were_not_reproduced_are_built_anew(
    first: tuple[Checkout, Built], tmp_path: Path
) -> None:
    """Once the second build is asked for again, what was made without it does not count."""
    with pytest.raises(NotReproducible):
        make(first[0], tmp_path)


def test_of_two_runs_at_once_the_quicker_ones_files_stay(
    first: tuple[Checkout, Built], tmp_path: Path
) -> None:
    """Both end with the same files: one of the two may be publishing them."""
    checkout, built = first
    wanted = Kept(release=checkout.release, constraints=None, must_be_reproduced=False)
    folder = tmp_path / "other" / "sample-1.0"

    def run(number: int) -> Built:
        path = tmp_path / f"run-{number}" / built.wheel.filename
        path.parent.mkdir()
        path.write_bytes(b"%d" % number)
        wheel = replace(
            built.wheel,
            path=path,
            size=1,
            sha256=sha256(path),
        )
        return keep(replace(built, artifacts=(wheel, built.artifacts[1])), folder, wanted)

    results = run_together([partial(run, number) for number in range(8)])
    assert len({result.wheel.sha256 for result in results}) == 1
    assert read_kept(folder, wanted) == replace(results[0], reused=True)
    assert [path.name for path in folder.parent.iterdir() if path.is_dir()] == ["sample-1.0"]


def test_another_release_has_another_folder(first: tuple[Checkout, Built], tmp_path: Path) -> None:
    """The earlier one's files stay."""
    repository = tmp_path / "project-next"
    make_repository(repository, inside_files())
    commit(repository, {"pyproject.toml": inside_files()["pyproject.toml"].replace("1.0", "1.1")})
    tag(repository, "v1.1")
    package = Package(name="sample", repository=str(repository))
    make(check_out(package, root=tmp_path, folder=tmp_path / "c", git=Git()), tmp_path, **INSIDE)
    assert first[1].wheel.path.exists()
    assert (tmp_path / "store" / "sample-1.1").exists()
