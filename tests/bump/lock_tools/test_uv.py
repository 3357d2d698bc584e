"""uv itself, on real registries: what it locks, what it leaves, and what it refuses."""

from __future__ import annotations

import sys
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import pytest

from release.adapters.embedded_registry import serve
from release.adapters.sandbox import Sandbox
from release.bump.lock_tools import Bench, compare, has_release, uv
from release.errors import LockFailed
from tests.support.hostile import bad_settings, make_built, make_wanted, make_wheel, watch

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from release.formats.lock import Lock
    from release.model import Wanted
    from release.secret import Credentials
    from tests.support.hostile import WatchingIndex

MANIFEST = """\
[project]
name = "consumer"
version = "0.1"
requires-python = ">=3.11"
dependencies = ["issue-core{range}", "blue>=1"]

[tool.uv]
package = false
{settings}

[[tool.uv.index]]
url = "{public}"
default = true

[[tool.uv.index]]
name = "coulomb"
url = "{registry}"
explicit = true

[tool.uv.sources]
issue-core = {source}
"""


@dataclass(frozen=True, kw_only=True)
class Place:
    """A consumer, the registry that has issue-core, and a public index of two packages."""

    folder: Path
    public: WatchingIndex
    wanted: Wanted
    credentials: Credentials
    bench: Bench

    def write(
        self,
        *,
        version_range: str = ">=0.2,<0.3",
        source: str = '{ index = "coulomb" }',
        settings: str = "",
        registry: str = "",
    ) -> None:
        """Write the consumer's manifest."""
        text = MANIFEST.format(
            range=version_range,
            source=source,
            settings=settings,
            public=self.public.url,
            registry=registry or self.wanted.index_url,
        )
        self.folder.mkdir(exist_ok=True)
        (self.folder / "pyproject.toml").write_text(text)

    def relock(self, **changed: object) -> Lock:
        """Lock, and return what was locked."""
        bench = replace(self.bench, **changed) if changed else self.bench  # type: ignore[arg-type]  # by name
        uv.relock(self.folder, self.wanted, bench=bench)
        return self.locked()

    def locked(self) -> Lock:
        """Return the lockfile as it is."""
        return uv.parse((self.folder / "uv.lock").read_text())


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    """Serve a registry that wants a token to be read, and a public index."""
    wheel = make_wheel(
        tmp_path / "registry",
        "issue-core",
        "0.2.0",
        requires=["green>=2"],
        scripts={"issue": "issue_core:main"},
    )
    make_wheel(tmp_path / "registry", "issue-core", "0.2.9")
    for name in ("blue", "green"):
        for version in ("1.0", "2.0"):
            make_wheel(tmp_path / "public", name, version)
    sandbox = Sandbox(folder=tmp_path / "sandbox")
    with (
        serve(tmp_path / "registry", read_needs_token=True) as registry,
        watch(tmp_path / "public") as public,
    ):
        artifact = make_built(wheel).wheel
        yield Place(
            folder=tmp_path / "consumer",
            public=public,
            wanted=make_wanted(
                f"{registry.url}/simple/", digests=[(artifact.filename, artifact.sha256)]
            ),
            credentials=registry.credentials,
            bench=Bench(
                sandbox=sandbox,
                credentials=registry.credentials,
                timeout=60,
                python=sys.executable,
            ),
        )


def _lock_by_path(place: Place) -> Lock:
    """Lock the consumer as it was: issue-core 0.1 by its path, blue and green at 1.0."""
    sibling = place.folder.parent / "issue-core"
    sibling.mkdir()
    (sibling / "pyproject.toml").write_text(
        '[project]\nname = "issue-core"\nversion = "0.1"\ndependencies = ["green"]\n'
        "[tool.uv]\npackage = false\n"
    )
    place.write(
        version_range="",
        source='{ path = "../issue-core" }',
        settings='constraint-dependencies = ["blue<2", "green<2"]',
    )
    place.bench.sandbox.uv(["lock", "-p", sys.executable], cwd=place.folder, timeout=60)
    (sibling / "pyproject.toml").unlink()
    sibling.rmdir()
    return place.locked()


def test_only_the_package_and_what_it_needs_move(place: Place) -> None:
    """From a path to the index: the sibling is gone, the rest stays though newer is there."""
    before = _lock_by_path(place)
    place.write()
    after = place.relock()
    moved = {
        move.name: (move.before, move.after, move.cause)
        for move in compare(before, after, place.wanted)
    }
    assert moved == {
        "issue-core": ("0.1", "0.2.0", "it is what was released: issue-core 0.2.0"),
        "green": ("1.0", "2.0", "needed by issue-core 0.2.0"),
    }
    assert has_release(after, place.wanted)


def test_released_version_is_taken_and_not_the_newest(place: Place) -> None:
    """The range allows 0.2.9 too; the lock gets the version that was released."""
    place.write()
    assert has_release(place.relock(), place.wanted)
    first = (place.folder / "uv.lock").read_bytes()
    place.relock()
    assert (place.folder / "uv.lock").read_bytes() == first


def test_credentials_reach_uv_and_no_file(place: Place) -> None:
    """The registry wants the token; neither manifest nor lockfile nor sandbox holds it."""
    place.write()
    place.relock()
    token = place.credentials.token.reveal().encode()
    folders = (place.folder, place.bench.sandbox.folder)
    found = [path for folder in folders for path in folder.rglob("*") if path.is_file()]
    assert (place.folder / "uv.lock") in found
    assert not [path for path in found if token in path.read_bytes()]


def test_settings_of_the_machine_change_nothing(
    place: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A hostile index in every place that uv reads is never asked; the consumer's own is."""
    make_wheel(tmp_path / "hostile", "issue-core", "0.2.99")
    make_wheel(tmp_path / "hostile", "blue", "99")
    with watch(tmp_path / "hostile") as hostile:
        cache = tmp_path / "cache"
        for name, value in bad_settings(tmp_path / "bad", hostile.url, hostile.folder).items():
            monkeypatch.setenv(name, value)
        monkeypatch.setenv("UV_CACHE_DIR", str(cache))
        place.write(settings='constraint-dependencies = ["blue<2"]')
        locked = place.relock()
        uv.check_fresh(place.folder, place.wanted, bench=place.bench)
        uv.prove(place.folder, [], place.wanted, bench=place.bench)
        assert hostile.requests == []
    assert {entry.name: entry.version for entry in locked.packages} == {
        "blue": "1.0",
        "consumer": "0.1",
        "green": "2.0",
        "issue-core": "0.2.0",
    }
    assert place.public.requests


OLD_LOCK = 'version = 1\nrevision = 3\nrequires-python = ">=3.11"\n'

FAILURES: dict[str, tuple[dict[str, str], dict[str, object], str, str]] = {
    "no solution": (
        {"version_range": ">=0.4"},
        {},
        r"uv lock failed: No solution found .*issue-core>=0\.4",
        "Something else in the consumer excludes issue-core 0.2.0 (wanted: >=0.2,<0.3)",
    ),
    "cooldown": (
        {"settings": 'exclude-newer = "2020-01-01"'},
        {},
        r"filtered by `exclude-newer`",
        "`exclude-newer-package = { issue-core = false }`",
    ),
    "pinned uv": (
        {"settings": 'required-version = "==0.5.1"'},
        {},
        r"Required uv version `==0\.5\.1` does not match",
        "install that uv beside this tool",
    ),
    "no credentials": (
        {},
        {"credentials": None},
        r"lack of valid authentication credentials",
        "wants credentials to be read: set registry.read-token",
    ),
    "no such interpreter": (
        {},
        {"python": "3.77"},
        r"No interpreter found for Python 3\.77",
        "Install a Python that the consumer's requires-python allows",
    ),
    "path without a sibling": (
        {"source": '{ path = "../nowhere" }'},
        {},
        r"Distribution not found at",
        "a path dependency on a folder that is not in its repository",
    ),
    "not TOML": ({"settings": "x = ["}, {}, r"TOML parse error", "Run `uv lock`"),
    "out of time": ({}, {"timeout": 0.001}, r"did not end within 0\.001 s", "Raise bump.timeout"),
}


@pytest.mark.parametrize("name", FAILURES)
def test_failure_says_why_and_what_to_do(place: Place, name: str) -> None:
    """Uv's reason comes as one paragraph, with the step that mends it; the lock stays."""
    manifest, bench, reason, step = FAILURES[name]
    place.folder.mkdir()
    (place.folder / "uv.lock").write_text(OLD_LOCK)
    place.write(**manifest)
    with pytest.raises(LockFailed, match=reason) as caught:
        place.relock(**bench)
    assert step in caught.value.next_step
    assert "\n" not in caught.value.message
    assert (place.folder / "uv.lock").read_text() == OLD_LOCK


def test_registry_without_the_package(place: Place) -> None:
    """A wrong address is told as such: nothing else is asked for the package."""
    place.write(registry=place.public.url)
    with pytest.raises(LockFailed, match="not found in the package registry") as caught:
        place.relock()
    assert "is the index that has issue-core 0.2.0, owner included" in caught.value.next_step


def test_check_fresh(place: Place) -> None:
    """Uv has the word on whether the lock fits the manifest."""
    place.write()
    place.relock()
    uv.check_fresh(place.folder, place.wanted, bench=place.bench)
    place.write(version_range=">=0.2,<0.4")
    with pytest.raises(LockFailed, match=r"The lockfile at `uv\.lock` needs to be updated"):
        uv.check_fresh(place.folder, place.wanted, bench=place.bench)


def test_prove_installs_and_runs_the_checks(place: Place) -> None:
    """Checks run in an environment that has the package; the consumer's folder stays clean."""
    place.write()
    place.relock()
    files = sorted(place.folder.iterdir())
    code = "import issue_core; assert issue_core.__version__ == '0.2.0'"
    told = uv.prove(
        place.folder,
        [["python", "-c", code], ["uv", "run", "--locked", "python", "-c", code], ["true"]],
        place.wanted,
        bench=place.bench,
    )
    assert told == (
        "uv sync --locked",
        f"python -c {code}",
        f"uv run --locked python -c {code}",
        "true",
    )
    assert sorted(place.folder.iterdir()) == files


@pytest.mark.parametrize(
    ("argv", "says"),
    [
        (["python", "-c", "print('two'); raise SystemExit(3)"], r"exit code 3\.\ntwo"),
        (["uv", "run", "nothing-of-this-name"], r"exit code 2"),
        (["no-such-program"], r"exit code 127\.\nno-such-program"),
    ],
)
def test_prove_shows_what_a_failing_check_said(place: Place, argv: list[str], says: str) -> None:
    """A consumer that does not work on the new version is not delivered."""
    place.write()
    place.relock()
    with pytest.raises(LockFailed, match=says) as caught:
        uv.prove(place.folder, [argv], place.wanted, bench=place.bench)
    assert "Mend the consumer for this version" in caught.value.next_step


def test_prove_ends_a_check_that_hangs(place: Place) -> None:
    """A check has the bump's time and no more."""
    place.write()
    place.relock()
    hangs = ["python", "-c", "import threading; threading.Event().wait()"]
    bench = replace(place.bench, timeout=3)
    with pytest.raises(LockFailed, match="did not end within 3 s"):
        uv.prove(place.folder, [hangs], place.wanted, bench=bench)


def test_prove_refuses_a_stale_lock(place: Place) -> None:
    """What is proven is the lockfile as it is, never a newer one made on the way."""
    place.write()
    place.relock()
    place.write(version_range=">=0.2,<0.4")
    with pytest.raises(LockFailed, match=r"uv sync failed: .*needs to be updated") as caught:
        uv.prove(place.folder, [], place.wanted, bench=place.bench)
    assert caught.value.next_step == "Run `uv lock` in the consumer and look at what it changes."
