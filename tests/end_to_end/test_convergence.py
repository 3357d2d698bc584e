"""Run twice, killed anywhere, run at the same time by two runners: the end is the same."""

import os
import signal
import tomllib
from pathlib import Path

import pytest

from tests.support.command import bytes_below
from tests.support.worlds import World, git, next_version

FILES = ["demo-0.2.0-py3-none-any.whl", "demo-0.2.0.tar.gz"]
BRANCH = "release/demo"


def bare(world: World, name: str) -> None:
    """Turn a consumer into a bare repository, as a forge has them."""
    repository = world.consumer(name)
    git(repository, "clone", "--quiet", "--bare", ".", str(world.folder / f"{name}.git"))


def show(world: World, path: str) -> str:
    """Return a file of the consumer's branch."""
    return git(world.folder / "app.git", "show", f"{BRANCH}:{path}")


def assert_released(world: World) -> None:
    """The registry has each file once, and the branch one commit with range and lock."""
    assert world.published() == FILES
    assert git(world.folder / "app.git", "rev-list", "--count", f"main..{BRANCH}") == "1"
    manifest = tomllib.loads(show(world, "pyproject.toml"))
    (package,) = (
        package
        for package in tomllib.loads(show(world, "uv.lock"))["package"]
        if package["name"] == "demo"
    )
    assert manifest["project"]["dependencies"] == ["demo>=0.2,<0.3"]
    assert package["source"] == {"registry": f"{world.url}/simple"}


def test_two_runners_at_once_end_in_one_release(world: World) -> None:
    """Both succeed; every file is published once and one commit lies on the branch."""
    world.add_consumer("app")
    bare(world, "app")
    runners = [
        world.start(world.runner(name, ["app.git"], "branch"), "run") for name in ("one", "two")
    ]

    ended = [(runner, *runner.communicate(timeout=120)) for runner in runners]

    for runner, stdout, stderr in ended:
        assert runner.returncode == 0, f"{stdout}\n{stderr}"
    assert_released(world)


@pytest.mark.parametrize(
    "line",
    [
        "source   clone",
        "build    build",
        "publish  publish",
        "         demo-0.2.0-py3-none-any.whl is on the index",
        "verify   install",
        "bump     bring",
        "         ../app.git: regenerating",
    ],
)
def test_killed_anywhere_the_next_run_finishes(world: World, line: str) -> None:
    """SIGKILL at each stage: nothing has to be cleaned up by hand, nothing is done twice."""
    world.add_consumer("app")
    bare(world, "app")
    folder = world.runner("runner", ["app.git"], "branch")
    killed = world.start(folder, "run")
    assert killed.stderr is not None
    seen = next((told for told in killed.stderr if told.startswith(line)), None)
    os.kill(killed.pid, signal.SIGKILL)
    killed.communicate()

    ended = world.release(folder, "run")

    assert seen is not None
    assert ended.code == 0, ended.text
    assert_released(world)


def test_a_second_run_changes_no_byte_anywhere(world: World) -> None:
    """Registry, consumer, artifacts and record are as they were."""
    world.add_consumer("app")
    folder = world.runner("runner", ["app"])
    first = world.release(folder, "run")
    before = bytes_below(world.folder)

    second = world.release(folder, "run")

    after = bytes_below(world.folder)
    assert (first.code, second.code) == (0, 0), second.text
    assert {
        path for path in before.keys() | after.keys() if before.get(path) != after.get(path)
    } <= {"app/.git/index"}


def test_the_next_release_goes_on_from_the_same_branch(world: World) -> None:
    """One branch for each consumer and package; a commit that somebody put there stays."""
    world.add_consumer("app")
    bare(world, "app")
    folder = world.runner("runner", ["app.git"], "branch")
    assert world.release(folder, "run").code == 0
    clone = world.folder / "clone"
    git(world.folder, "clone", "--quiet", f"--branch={BRANCH}", "app.git", str(clone))
    (clone / "NOTES").write_text("by hand\n", encoding="utf-8")
    git(clone, "add", "NOTES")
    git(clone, "commit", "--quiet", "--message=By hand")
    git(clone, "push", "--quiet")
    next_version(world, "0.3.0")

    ended = world.release(folder, "run", "0.3.0")

    assert ended.code == 0, ended.text
    assert "BREAKING: >=0.2,<0.3 → >=0.3,<0.4" in ended.stdout
    assert show(world, "NOTES") == "by hand"
    assert "demo>=0.3,<0.4" in show(world, "pyproject.toml")


def test_a_dirty_working_tree_of_the_package_does_not_matter(world: World) -> None:
    """The tag is built from a clean clone: an untracked file is not shipped."""
    (world.package / "src" / "demo" / "left_over.py").write_text("", encoding="utf-8")
    (world.package / "src" / "demo" / "__init__.py").write_text("broken(", encoding="utf-8")
    folder = world.runner("runner", [])

    ended = world.release(folder, "run")

    assert ended.code == 0, ended.text
    assert "no consumer is configured" in ended.stdout


def test_an_uncommitted_edit_in_the_consumer_is_kept(world: World) -> None:
    """The working tree is bumped as it lies there."""
    app = world.add_consumer("app")
    manifest = app / "pyproject.toml"
    edited = manifest.read_text("utf-8").replace('version = "1.0"', 'version = "1.1"  # soon')
    manifest.write_text(edited, encoding="utf-8")
    (app / "new.py").write_text("x = 1\n", encoding="utf-8")
    folder = world.runner("runner", ["app"])

    ended = world.release(folder, "run")

    assert ended.code == 0, ended.text
    assert manifest.read_text("utf-8") == (
        edited.replace('"demo",  #', '"demo>=0.2,<0.3",  #').replace(
            'demo = { path = "../demo", editable = true }', 'demo = { index = "acme" }'
        )
        + f'\n[[tool.uv.index]]\nname = "acme"\nurl = "{world.url}/simple"\nexplicit = true\n'
    )
    assert sorted(path.name for path in Path(app).iterdir()) == [
        ".git",
        "new.py",
        "pyproject.toml",
        "uv.lock",
    ]


def test_killed_between_the_files_and_the_commit_the_next_run_commits(world: World) -> None:
    """The files hold already what the bump brings; only the commit is missing."""
    app = world.add_consumer("app")
    folder = world.runner("runner", ["app"], more="commit = true\n")
    assert world.release(folder, "run").code == 0
    git(app, "reset", "--quiet", "--mixed", "HEAD~1")
    left = git(app, "status", "--porcelain").split()

    ended = world.release(folder, "run")

    assert left == ["M", "pyproject.toml", "M", "uv.lock"]
    assert ended.code == 0, ended.text
    assert git(app, "status", "--porcelain") == ""
    assert git(app, "log", "-1", "--format=%s%n%an <%ae>").splitlines() == [
        "Take demo 0.2.0 from the acme index",
        "release <release@localhost>",
    ]


def test_a_commit_is_not_made_over_an_edit_that_it_does_not_know(world: World) -> None:
    """The file stays as it is, and what to do is said."""
    app = world.add_consumer("app")
    manifest = app / "pyproject.toml"
    edited = manifest.read_text("utf-8") + "# by hand\n"
    manifest.write_text(edited, encoding="utf-8")
    folder = world.runner("runner", ["app"], more="commit = true\n")

    ended = world.release(folder, "run")

    assert ended.code == 6
    assert "holds edits that the bump was not made from" in ended.stdout
    assert manifest.read_text("utf-8") == edited
    assert git(app, "status", "--porcelain").split() == ["M", "pyproject.toml"]
