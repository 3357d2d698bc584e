"""The whole release of one package to one consumer, against two ways without us.

All three do the same release of the example repositories, interleaved, each from the same
state: an empty registry, the consumer as it was, warm caches of uv and pip. Putting that
state back is not part of any time.
"""

from __future__ import annotations

import contextlib
import json
import shutil
import sys
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Final

from baselines import Task, floor, script
from commands import CommandFailed, clean_environment, run, timed, timed_stages
from release.adapters import embedded_registry
from release.adapters.sandbox import Sandbox, uv_executable
from release.rehearsal.layout import lay_out
from results import Baseline, Breakdown, Goal, Measured, Result, Samples, medians

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    Contestant = Callable[[], dict[str, float]]

PACKAGE: Final = "issue-core"
CONSUMER: Final = "vergabe-teilnahme"
VERSION: Final = "0.2.0"
INDEX: Final = "coulomb"

CONFIG: Final = f"""\
[package]
name = "{PACKAGE}"
repository = "{PACKAGE}"
version = "{VERSION}"

[registry]
name = "{INDEX}"
url = "{{url}}"
token = {{{{ env = "BENCH_TOKEN" }}}}

[verify]
imports = ["issue_core"]
commands = [["issue-core", "--version"]]

[[consumer]]
repository = "{CONSUMER}"
delivery = "working-tree"
commit = true
"""


@dataclass(frozen=True, kw_only=True, slots=True)
class Scene:
    """Where the release takes place: ``root`` holds the repositories and release.toml."""

    root: Path
    packages: Path
    url: str
    start: str
    tools: Path
    environment: Mapping[str, str]

    @property
    def consumer(self) -> Path:
        """The consumer's checkout."""
        return self.root / CONSUMER

    def restore(self) -> None:
        """Put everything back as it was before a release."""
        _git(self.consumer, "reset", "--quiet", "--hard", self.start)
        _git(self.consumer, "clean", "--quiet", "-dffx")
        scratch = self.root / "scratch"
        for folder in (self.root / ".release", scratch):
            shutil.rmtree(folder, ignore_errors=True)
        for published in self.packages.iterdir():
            published.unlink()
        scratch.mkdir()


def measure(folder: Path, runs: int) -> Measured:
    """Measure ours, the script and the floor in turn; the script in every second turn."""
    with _scene(folder) as scene:
        contestants = {"ours": _ours(scene), "script": _script(scene), "floor": _floor(scene)}
        told: dict[str, list[dict[str, float]]] = {name: [] for name in contestants}
        for release in contestants.values():  # fills the caches
            _released(scene, release)
        for turn in range(runs):
            for name, release in contestants.items():
                if name != "script" or turn % 2 == 0:
                    told[name].append(_released(scene, release))
    return _measured(told)


def _measured(told: Mapping[str, list[dict[str, float]]]) -> Measured:
    seconds = {
        name: Samples(values=tuple(sum(run.values()) for run in stages), unit="s")
        for name, stages in told.items()
    }
    return Measured(
        results=(
            Result(
                name="release: how many times faster than a script",
                ours=seconds["ours"],
                baseline=Baseline(name="a team's script", samples=seconds["script"]),
                goal=Goal(bound=3.5, at_least=True),
            ),
            Result(
                name="release: how much slower than the floor",
                ours=seconds["ours"],
                baseline=Baseline(name="the floor", samples=seconds["floor"]),
                goal=Goal(bound=1.6),
            ),
        ),
        breakdown=Breakdown(
            title="where a release spends its seconds",
            contestants={name: medians(stages) for name, stages in told.items()},
        ),
    )


# the three ways -------------------------------------------------------------------------


def _ours(scene: Scene) -> Contestant:
    command = str(Path(sys.executable).with_name("release"))
    argv = (command, "run", "--quiet", "--config", str(scene.root / "release.toml"))

    def release() -> dict[str, float]:
        total = timed(argv, cwd=scene.root, env=scene.environment)
        record = json.loads((scene.root / ".release" / "record.json").read_text("utf-8"))
        stages = {step["stage"]: float(step["seconds"]) for step in record["steps"]}
        if record["build"]["reproduced"] is not True:
            raise CommandFailed("The release did not build twice.")
        return {**stages, "start, looks, record": total - sum(stages.values())}

    return release


def _script(scene: Scene) -> Contestant:
    return lambda: timed_stages(script(_task(scene)), env=scene.environment)


def _floor(scene: Scene) -> Contestant:
    return lambda: timed_stages(floor(_task(scene)), env=scene.environment)


def _task(scene: Scene) -> Task:
    return Task(
        package=PACKAGE,
        module="issue_core",
        version=VERSION,
        specifier=">=0.2,<0.3",
        repository=scene.root / PACKAGE,
        consumer=scene.consumer,
        index_name=INDEX,
        registry_url=scene.url,
        uv=uv_executable(),
        tools=scene.tools,
        scratch=scene.root / "scratch",
    )


def _released(scene: Scene, release: Contestant) -> dict[str, float]:
    """Let one contestant release from the start, and make sure that it did the whole of it."""
    scene.restore()
    stages = release()
    published = sorted(path.name for path in scene.packages.iterdir())
    lock = (scene.consumer / "uv.lock").read_text("utf-8")
    dirty = _git(scene.consumer, "status", "--porcelain", "--untracked-files=no")
    commits = _git(scene.consumer, "rev-list", "--count", f"{scene.start}..HEAD")
    if len(published) != 2 or f"{scene.url}/simple" not in lock or dirty or commits != "1":  # noqa: PLR2004  # wheel and sdist
        raise CommandFailed(
            f"The release is not whole: {published} published, {commits} commits, "
            f"changed and not committed: {dirty or 'nothing'}."
        )
    return stages


# the scene ------------------------------------------------------------------------------


@contextlib.contextmanager
def _scene(folder: Path) -> Iterator[Scene]:
    """Lay the repositories out, install the script's tools, and serve an empty registry."""
    root, packages = examples(folder), folder / "packages"
    with embedded_registry.serve(packages) as registry:
        (root / "release.toml").write_text(CONFIG.format(url=registry.url), "utf-8")
        token, username = registry.credentials.token.reveal(), registry.credentials.username
        yield Scene(
            root=root,
            packages=packages,
            url=registry.url,
            start=_git(root / CONSUMER, "rev-parse", "HEAD"),
            tools=_team_tools(folder / "tools"),
            environment=clean_environment(
                {
                    "BENCH_TOKEN": token,
                    "TWINE_USERNAME": username,
                    "TWINE_PASSWORD": token,
                    "UV_PUBLISH_TOKEN": token,
                }
            ),
        )


def _team_tools(folder: Path) -> Path:
    """Make the environment of the script: Python's own pip, build and twine as we have them."""
    environment, here = clean_environment({}), Path.cwd()
    timed((sys.executable, "-m", "venv", str(folder)), cwd=here, env=environment)
    wanted = [f"{name}=={version(name)}" for name in ("build", "twine")]
    install = (uv_executable(), "pip", "install", "--python", str(folder), *wanted)
    timed(install, cwd=here, env=environment)
    return folder


def examples(folder: Path) -> Path:
    """Return the folder of the example repositories, which are laid out once."""
    root, sandbox = folder / "project", folder / "layout"
    sandbox.mkdir(exist_ok=True)
    lay_out(root, sandbox=Sandbox(folder=sandbox), say=lambda _: None)
    return root


def _git(folder: Path, *arguments: str) -> str:
    completed = run(("git", *arguments), cwd=folder, env=clean_environment({}))
    if completed.returncode != 0:
        raise CommandFailed(f"git {arguments} in {folder}:\n{completed.stderr}")
    return completed.stdout.strip()
