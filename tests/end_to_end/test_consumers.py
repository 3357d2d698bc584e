"""Consumers of several shapes, bumped by the installed command with the real uv."""

import tomllib
from pathlib import Path
from typing import Any

import pytest

from tests.support.repositories import commit, make_repository
from tests.support.worlds import CONSUMER, World, git, next_version

WORKSPACE = """\
[project]
name = "all"
version = "1.0"
requires-python = ">=3.11"

[tool.uv.workspace]
members = ["services/*"]
"""


def locked(folder: Path) -> dict[str, Any]:
    """Return the locked entry of the package."""
    packages = tomllib.loads((folder / "uv.lock").read_text("utf-8"))["package"]
    return next(package for package in packages if package["name"] == "demo")


def test_a_member_of_a_workspace_has_its_lockfile_above_it(world: World) -> None:
    """The manifest is the member's, the lockfile the workspace's; both are delivered."""
    member = CONSUMER.format(name="web").replace("../demo", "../../../demo")
    app = world.add_consumer(
        "app", {"pyproject.toml": WORKSPACE, "services/web/pyproject.toml": member}
    )
    folder = world.runner("runner", ["app"], more='manifest = "services/web/pyproject.toml"\n')

    ended = world.release(folder, "run")

    assert ended.code == 0, ended.text
    assert locked(app)["source"] == {"registry": f"{world.url}/simple"}
    assert git(app, "status", "--porcelain").split() == [
        "M", "services/web/pyproject.toml", "M", "uv.lock",
    ]  # fmt: skip


def test_the_consumers_own_name_for_the_index_is_kept(world: World) -> None:
    """An index with the registry's URL is the registry, whatever the consumer calls it."""
    source = 'demo = { path = "../demo", editable = true }'
    manifest = (
        CONSUMER.format(name="app")
        .replace('"demo",', '"demo>=0.1,<0.2",')
        .replace(source, 'demo = { index = "house" }')
        + f'\n[[tool.uv.index]]\nname = "house"\nurl = "{world.url}/simple"\nexplicit = true\n'
    )
    app = make_repository(world.consumer("app"), {"pyproject.toml": manifest})

    ended = world.release(world.runner("runner", ["app"]), "run")

    assert ended.code == 0, ended.text
    assert "BREAKING: >=0.1,<0.2 → >=0.2,<0.3" in ended.stdout
    assert (app / "pyproject.toml").read_text("utf-8") == manifest.replace(
        "demo>=0.1,<0.2", "demo>=0.2,<0.3"
    )


def test_a_consumer_without_a_lockfile_gets_the_range_alone(world: World) -> None:
    """There is nothing to regenerate, and nothing to prove."""
    app = world.add_consumer("app")
    git(app, "rm", "--quiet", "uv.lock")
    git(app, "commit", "--quiet", "--message=No lock")

    ended = world.release(world.runner("runner", ["app"]), "run")

    assert ended.code == 0, ended.text
    assert git(app, "status", "--porcelain").split() == ["M", "pyproject.toml"]


def test_a_check_that_fails_keeps_the_bump_back(world: World) -> None:
    """The consumer is as it was; the check's own output is told."""
    app = world.add_consumer("app")
    checks = 'checks = [["python", "-c", "raise SystemExit(\'the suite is red\')"]]\n'

    ended = world.release(world.runner("runner", ["app"], more=checks), "run")

    assert ended.code == 6
    assert "the suite is red" in ended.stdout
    assert git(app, "status", "--porcelain") == ""


def test_a_check_sees_no_token(world: World) -> None:
    """It is the consumer's code; the install before it had what it needed."""
    app = world.add_consumer("app")
    script = "import os; open('seen', 'w').write(repr(dict(os.environ)))"
    checks = f'checks = [["python", "-c", "{script}; print(open(\'seen\').read())"], ["false"]]\n'

    ended = world.release(
        world.runner("runner", ["app"], more=checks),
        "run",
        "--set",
        'registry.read-token={env="READER"}',
        READER="canary-reader",
    )

    assert ended.code == 6
    assert "canary-reader" not in ended.text
    assert not (app / "seen").exists()


@pytest.mark.parametrize("linked", ["pyproject.toml", "uv.lock"])
@pytest.mark.parametrize("more", ["", "commit = true\n"])
def test_a_link_out_of_the_consumer_is_never_followed(world: World, linked: str, more: str) -> None:
    """What a link leads to is not the consumer's: it is refused, and nothing is written."""
    app = world.add_consumer("app")
    victim = world.folder / "victim"
    (app / linked).rename(victim)
    (app / linked).symlink_to(victim)
    commit(app, {}, "Link")
    before = victim.read_bytes()

    ended = world.release(world.runner("runner", ["app"], more=more), "run")

    assert ended.code == 6, ended.text
    assert "leads elsewhere" in ended.stdout
    assert victim.read_bytes() == before
    assert git(app, "status", "--porcelain") == ""


@pytest.mark.parametrize("manifest", ["/etc/hostname", "../app/pyproject.toml", "conf"])
def test_a_manifest_is_a_file_below_the_consumer(world: World, manifest: str) -> None:
    """An absolute path, a way around, a folder: each is refused with a sentence."""
    app = world.add_consumer("app")
    (app / "conf").mkdir()
    folder = world.runner("runner", ["app"], more=f'manifest = "{manifest}"\n')

    ended = world.release(folder, "run")

    assert ended.code == 6, ended.text
    assert "../app: refused" in ended.stdout
    assert "This is a bug" not in ended.text


def test_a_release_takes_no_consumer_back(world: World) -> None:
    """An old tag that is run again finds a consumer that is further on."""
    app = world.add_consumer("app")
    next_version(world, "0.2.5")
    folder = world.runner("runner", ["app"])
    assert world.release(folder, "run", "0.2.5").code == 0

    ended = world.release(folder, "run", "0.2.0")

    assert ended.code == 0, ended.text
    assert "it has demo 0.2.5 already, which is newer" in ended.text
    assert locked(app)["version"] == "0.2.5"


@pytest.mark.parametrize(
    "odd",
    [
        'requires-python = "3.11"',
        "requires-python = 3",
    ],
)
def test_an_odd_consumer_blocks_no_other(world: World, odd: str) -> None:
    """Whatever is wrong with one, the next one is bumped."""
    world.add_consumer("good")
    world.add_consumer("odd")
    manifest = CONSUMER.format(name="odd").replace('requires-python = ">=3.11"', odd)
    commit(world.consumer("odd"), {"pyproject.toml": manifest}, "Odd")
    folder = world.runner("runner", ["odd", "good"])

    ended = world.release(folder, "run")

    assert "../good: bumped" in ended.stdout
    assert ended.code == 6, ended.text
    assert "../odd: refused" in ended.stdout


def test_a_folder_inside_of_a_repository_is_told_how_to_be_named(world: World) -> None:
    """A clone is of the whole repository."""
    app = world.add_consumer("app")
    (app / "inner").mkdir()
    (app / "inner" / "pyproject.toml").write_text(CONSUMER.format(name="inner"), "utf-8")
    commit(app, {}, "Inner")
    folder = world.runner("runner", ["app/inner"], more="commit = true\n")

    ended = world.release(folder, "run")

    assert ended.code == 6
    assert "in consumer.manifest inner/pyproject.toml" in ended.stdout
