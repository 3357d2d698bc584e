"""A clean install is proven on real registries, with real uv and pip, whatever lies around."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from packaging.utils import canonicalize_name

from release.adapters.embedded_registry import serve
from release.adapters.index import Index
from release.adapters.sandbox import uv_executable
from release.config import Verify
from release.errors import ConfigurationError, RegistryNotPermitted, VerificationFailed
from release.verify import verify
from tests.support.hostile import bad_settings, make_built, make_wheel, watch

if TYPE_CHECKING:
    from collections.abc import Iterator

    from release.model import Built, Proof
    from release.secret import Credentials
    from tests.support.hostile import WatchingIndex

PYTHON = ".".join(map(str, sys.version_info[:3]))
CODE = """\
__version__ = "0.2.0"


def main() -> None:
    import sys

    import blue

    print("issue-core 0.2.0 with blue", blue.__version__)
    sys.exit("--fail" in sys.argv and "it fails as asked")
"""


@dataclass(frozen=True, kw_only=True)
class Place:
    """A registry with issue-core, a public index with what it needs, and a folder."""

    registry: Path
    index_url: str
    public: WatchingIndex
    folder: Path
    credentials: Credentials
    said: list[str] = field(default_factory=list)

    def release(self, *requires: str, code: str = CODE) -> Built:
        """Put issue-core 0.2.0 on the registry."""
        return make_built(
            make_wheel(
                self.registry,
                "issue-core",
                "0.2.0",
                requires=requires,
                files={"issue_core/__init__.py": code, "issue_core/data.txt": "data"},
                scripts={"issue": "issue_core:main"},
            )
        )

    def verify(  # each is one thing that a test changes
        self,
        built: Built,
        *,
        config: Verify | None = None,
        index_url: str = "",
        credentials: Credentials | None = None,
        internal: tuple[str, ...] = (),
        budget: float = 5,
    ) -> tuple[Proof, ...]:
        """Verify against the registry."""
        return verify(
            built,
            index=Index(url=index_url or self.index_url, credentials=credentials, timeout=10),
            index_name="coulomb",
            credentials=credentials,
            config=config or Verify(),
            internal=frozenset(map(canonicalize_name, internal)),
            public_index_url=self.public.url,
            folder=self.folder,
            budget=budget,
            say=self.said.append,
        )


def _place(tmp_path: Path, *, read_needs_token: bool) -> Iterator[Place]:
    for version in ("1.0", "2.0"):
        make_wheel(tmp_path / "public", "blue", version)
    with (
        serve(tmp_path / "registry", read_needs_token=read_needs_token) as registry,
        watch(tmp_path / "public") as public,
    ):
        yield Place(
            registry=tmp_path / "registry",
            index_url=f"{registry.url}/simple/",
            public=public,
            folder=tmp_path / "verify",
            credentials=registry.credentials,
        )


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    """Serve a registry that anybody may read."""
    yield from _place(tmp_path, read_needs_token=False)


@pytest.fixture
def private(tmp_path: Path) -> Iterator[Place]:
    """Serve a registry that wants a token to be read."""
    yield from _place(tmp_path, read_needs_token=True)


def installed(proof: Proof) -> dict[str, tuple[str, str]]:
    """Return version and index of each package."""
    return {item.name: (item.version, item.index) for item in proof.installed}


# a clean install --------------------------------------------------------------------


def test_both_installers_prove_the_same(place: Place) -> None:
    """The package from the registry, what it needs from the public index, and it works."""
    built = place.release("blue>=1")
    config = Verify(installers=("uv", "pip"), commands=(("issue", "-v"),))
    proofs = place.verify(built, config=config)
    assert [(proof.python, proof.installer) for proof in proofs] == [
        (PYTHON, "uv"),
        (PYTHON, "pip"),
    ]
    for proof in proofs:
        assert installed(proof) == {
            "issue-core": ("0.2.0", place.index_url),
            "blue": ("2.0", place.public.url),
        }
        assert proof.imports == ("issue_core",)
        assert proof.commands == ("issue -v",)
    assert f"Python {PYTHON} with pip: installing issue-core 0.2.0 from coulomb" in place.said


@pytest.mark.public_index
def test_the_tools_own_public_index(tmp_path: Path) -> None:
    """Where no public index is configured, that of the tools has the public packages."""
    built = make_built(make_wheel(tmp_path / "r", "issue-core", "0.2.0", requires=["idna>=3"]))
    make_wheel(tmp_path / "r", "idna", "99.0", files={"idna.py": "raise SystemExit('planted')"})
    with serve(tmp_path / "r") as registry:
        proofs = verify(
            built,
            index=Index(url=f"{registry.url}/simple", credentials=None, timeout=10),
            index_name="coulomb",
            credentials=None,
            config=Verify(imports=("issue_core", "idna")),
            internal=frozenset(),
            public_index_url=None,
            folder=tmp_path / "verify",
            budget=5,
            say=print,
        )
    for proof in proofs:
        assert {item.name for item in proof.installed} == {"issue-core", "idna"}
        assert "99.0" not in {item.version for item in proof.installed}


def test_an_internal_package_that_the_public_index_has_too(place: Place) -> None:
    """What is internal comes from the registry, nothing else does, and nobody else is asked.

    Not even for a higher version: of an internal package on the public index, or of a
    public one on the registry.
    """
    built = place.release("tender-core>=1", 'ghost-core; python_version < "3"', "blue<2")
    make_wheel(place.registry, "tender-core", "1.0", requires=["blue", "issue-core"])
    make_wheel(place.public.folder, "tender-core", "99.0")
    make_wheel(place.registry, "blue", "99.0")
    for proof in place.verify(
        built,
        config=Verify(installers=("uv", "pip")),
        internal=("issue-core", "tender-core", "ghost-core"),
    ):
        assert installed(proof) == {
            "issue-core": ("0.2.0", place.index_url),
            "tender-core": ("1.0", place.index_url),
            "blue": ("1.0", place.public.url),
        }
    assert not [path for path in place.public.requests if "-core" in path]


def test_an_internal_package_that_an_internal_one_needs(place: Place) -> None:
    """The second step of a chain is led to the registry as well."""
    built = place.release("tender-core")
    make_wheel(place.registry, "tender-core", "1.0", requires=["deep-core>=1"])
    make_wheel(place.registry, "deep-core", "1.0")
    make_wheel(place.public.folder, "deep-core", "99.0")
    config = Verify(installers=("uv", "pip"))
    for proof in place.verify(built, config=config, internal=("tender-core", "deep-core")):
        assert installed(proof)["deep-core"] == ("1.0", place.index_url)


def test_a_chain_that_ends_at_the_public_index(place: Place) -> None:
    """What no registry has is not taken from elsewhere, at whatever depth."""
    built = place.release("tender-core")
    make_wheel(place.registry, "tender-core", "1.0", requires=["deep-core"])
    make_wheel(place.public.folder, "deep-core", "99.0")
    with pytest.raises(VerificationFailed, match="deep-core"):
        place.verify(built, internal=("tender-core", "deep-core"))


@pytest.mark.parametrize("installer", ["uv", "pip"])
def test_an_internal_package_that_only_the_public_index_has(place: Place, installer: str) -> None:
    """Nothing falls through to the public index: whoever took the name there gets nothing."""
    built = place.release("tender-core")
    make_wheel(place.public.folder, "tender-core", "99.0")
    config = Verify(installers=("uv",) if installer == "uv" else ("pip",))
    with pytest.raises(VerificationFailed, match="tender-core"):
        place.verify(built, config=config, internal=("tender-core",))
    assert not [path for path in place.public.requests if "-core" in path]


def test_the_package_only_on_the_public_index(place: Place, tmp_path: Path) -> None:
    """A release that is not on the registry is not verified by a namesake elsewhere."""
    built = make_built(make_wheel(tmp_path / "dist", "issue-core", "0.2.0"))
    make_wheel(place.public.folder, "issue-core", "0.2.0")
    with pytest.raises(VerificationFailed, match=r"does not list issue_core-0\.2\.0") as caught:
        place.verify(built, budget=0.1)
    assert "Run `release publish` first" in caught.value.next_step
    assert place.public.requests == []


def test_several_pythons(place: Place) -> None:
    """Each Python that is asked for gets its own environment; a path names one too."""
    version = ".".join(map(str, sys.version_info[:2]))
    config = Verify(python=(sys.executable, version), imports=("issue_core",))
    first, second = place.verify(place.release(), config=config)
    assert first.python == PYTHON
    assert second.python.startswith(f"{version}.")


def test_a_python_that_is_not_there(place: Place) -> None:
    """A missing interpreter is a fault of the configuration, told before any install."""
    built = place.release()
    for wanted in ("3.77", "/nowhere/python", __file__):
        with pytest.raises(ConfigurationError, match=f"verify.python asks for {wanted}") as caught:
            place.verify(built, config=Verify(python=(wanted,)))
        assert "give its path instead" in caught.value.next_step


# a hostile machine ------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class Machine:
    """A hostile index with higher versions, and every setting that would lead there."""

    hostile: WatchingIndex
    settings: dict[str, str]
    cwd: Path


@pytest.fixture
def machine(tmp_path: Path) -> Iterator[Machine]:
    """Lay out the settings and a folder whose modules shadow ours."""
    cwd = tmp_path / "cwd"
    for name in ("issue-core", "blue"):
        make_wheel(
            tmp_path / "hostile",
            name,
            "0.2.99" if name == "issue-core" else "99.0",
            files={f"{name.replace('-', '_')}.py": "raise SystemExit('the hostile one ran')"},
        )
    cwd.mkdir()
    (cwd / "issue_core.py").write_text("raise SystemExit('the shadow was imported')")
    (cwd / "blue").mkdir()
    (cwd / "blue" / "__init__.py").write_text("raise SystemExit('the shadow was imported')")
    with watch(tmp_path / "hostile") as hostile:
        settings = bad_settings(tmp_path / "bad", hostile.url, hostile.folder)
        yield Machine(hostile=hostile, settings=settings, cwd=cwd)


def test_settings_of_the_machine_change_nothing(
    private: Place, machine: Machine, tmp_path: Path
) -> None:
    """PIP_*, UV_*, PYTHON*, pip.conf, uv.toml, a .netrc with another password, a shadow."""
    built = private.release("blue")
    arguments = {
        "settings": json.dumps(machine.settings),
        "cwd": str(machine.cwd),
        "wheel": str(built.wheel.path),
        "index": private.index_url,
        "public": private.public.url,
        "folder": str(private.folder),
        "token": private.credentials.token.reveal(),
    }
    child = subprocess.run(
        [sys.executable, "-m", "tests.support.hostile"],
        input=json.dumps(arguments),
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert child.returncode == 0, child.stderr
    wanted = {"issue-core": ["0.2.0", private.index_url], "blue": ["2.0", private.public.url]}
    assert json.loads(child.stdout) == [wanted, wanted]
    assert machine.hostile.requests == []
    assert not (tmp_path / "bad" / "target").exists()


def test_those_settings_do_lead_astray(place: Place, machine: Machine, tmp_path: Path) -> None:
    """The same machine, not sealed: uv asks the hostile index. So the test above can fail."""
    place.release("blue")
    names = ("UV_INDEX", "UV_DEFAULT_INDEX", "UV_INDEX_STRATEGY")
    subprocess.run(
        [uv_executable(), "pip", "install", "-p", sys.executable, "--target", "astray", "blue"],
        env={name: machine.settings[name] for name in names},
        cwd=tmp_path,
        capture_output=True,
        check=True,
        timeout=60,
    )
    assert (tmp_path / "astray" / "blue-99.0.dist-info").is_dir()
    assert machine.hostile.requests


def test_a_project_around_the_scratch_folder_changes_nothing(
    place: Place, machine: Machine, tmp_path: Path
) -> None:
    """A pyproject.toml and uv.toml above the run's folder are none of its settings."""
    (tmp_path / "pyproject.toml").write_text(
        '[project]\nname = "around"\nversion = "1"\n[tool.uv.workspace]\nmembers = ["verify/*/*"]\n'
    )
    (tmp_path / "uv.toml").write_text(f'[[index]]\nurl = "{machine.hostile.url}"\ndefault = true\n')
    (proof,) = place.verify(place.release("blue"))
    assert installed(proof)["blue"] == ("2.0", place.public.url)
    assert machine.hostile.requests == []


# a private registry -----------------------------------------------------------------


def test_a_private_registry(private: Place) -> None:
    """Both installers read it with the reader's credentials, which no file keeps."""
    built = private.release("tender-core", "blue")
    make_wheel(private.registry, "tender-core", "1.0")
    config = Verify(installers=("uv", "pip"), commands=(("issue", "--fail"),))
    with pytest.raises(VerificationFailed, match="it fails as asked"):
        private.verify(
            built, config=config, credentials=private.credentials, internal=("tender-core",)
        )
    # The folders of a failed install stay for a look.
    token = private.credentials.token.reveal().encode()
    kept = [path for path in private.folder.rglob("*") if path.is_file()]
    assert {"uv.lock", "report"} <= {path.name for path in kept}
    assert not [path for path in kept if token in path.read_bytes()]


def test_a_private_registry_without_credentials(private: Place) -> None:
    """Without them, a sentence says that reading is not permitted."""
    with pytest.raises(RegistryNotPermitted, match="401"):
        private.verify(private.release())


# what arrives is not what was built -------------------------------------------------


def test_a_replaced_wheel(place: Place) -> None:
    """Both digests are told when the index has other bytes under the name."""
    built = place.release()
    other = place.release(code="__version__ = 'another'\n")
    with pytest.raises(VerificationFailed) as caught:
        place.verify(built)
    assert built.wheel.sha256 in caught.value.message
    assert other.wheel.sha256 in caught.value.message
    assert "somebody replaced the published file" in caught.value.next_step


def test_files_on_another_host(place: Place) -> None:
    """An index whose links leave its host is refused, since no client could follow."""
    built = place.release()
    told = r"links to its files on http://10\.0\.0\.7:3000"
    with watch(place.registry, links="http://10.0.0.7:3000") as index:
        with pytest.raises(VerificationFailed, match=told) as caught:
            place.verify(built, index_url=index.url)
        assert not [path for path in index.requests if "/files/" in path]
    assert "ROOT_URL" in caught.value.next_step


def test_an_index_that_lists_late(place: Place) -> None:
    """The page is read again until it has the files, within the budget."""
    built = place.release()
    with watch(place.registry, lists_after=3) as index:
        (proof,) = place.verify(built, index_url=index.url)
    assert installed(proof)["issue-core"] == ("0.2.0", index.url)
    assert sum(line.startswith("waiting for") for line in place.said) == 3


def test_an_index_that_never_lists(place: Place) -> None:
    """The wait ends with the budget."""
    built = place.release()
    with (
        watch(place.registry, lists_after=1000) as index,
        pytest.raises(VerificationFailed, match=r"issue_core-0\.2\.0.* after 0\.2 s"),
    ):
        place.verify(built, index_url=index.url, budget=0.2)


# it does not work -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("code", "says"),
    [
        ("import no_such_module", r"issue_core cannot be imported\.(.|\n)*no_such_module"),
        ("import sys; print('loud'); sys.exit(0)", r"issue_core cannot be imported"),
        ("import os; os._exit(0)", r"issue_core cannot be imported\.\nThe interpreter ended"),
        ("import os; os._exit(7)", r"importing issue_core failed \(exit code 7\)"),
        ("import threading; threading.Event().wait()", r"did not end in its time"),
    ],
)
def test_a_broken_import(place: Place, code: str, says: str) -> None:
    """A package that does not import is told with its name and the reason."""
    built = place.release(code=code)
    with pytest.raises(VerificationFailed, match=says):
        place.verify(built, config=Verify(timeout=4))


def test_an_import_from_elsewhere(place: Place) -> None:
    """A module that lies outside of the environment proves nothing about the package."""
    with pytest.raises(VerificationFailed, match="outside of the fresh environment"):
        place.verify(place.release(), config=Verify(imports=("json",)))


def test_every_place_is_told(place: Place) -> None:
    """Two installs that fail are two paragraphs of one error."""
    built = place.release(code="1 / 0")
    with pytest.raises(VerificationFailed) as caught:
        place.verify(built, config=Verify(python=(sys.executable, sys.executable)))
    assert caught.value.message.count("ZeroDivisionError: division by zero") == 2
    assert caught.value.next_step == "Do not bump anyone to this version until this is understood."


@pytest.mark.parametrize(
    ("argv", "says"),
    [
        (("issue", "--fail"), r"'issue --fail' failed \(exit code 1\)\.\n(.|\n)*it fails as asked"),
        (("sh", "-c", "true"), r"sh is no program of the environment"),
        (("../../bin/python",), r"is no program of the environment"),
        (("python", "-c", "import threading; threading.Event().wait()"), r"not end in its time"),
    ],
)
def test_a_command_that_fails(place: Place, argv: tuple[str, ...], says: str) -> None:
    """A command is one of the environment's own, and its output is shown when it fails."""
    built = place.release("blue")
    with pytest.raises(VerificationFailed, match=says) as caught:
        place.verify(built, config=Verify(commands=(argv,), timeout=4))
    assert "mend the package, raise the version" in caught.value.next_step
