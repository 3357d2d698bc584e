"""Consumers of several shapes, bumped by the installed command with the real uv."""

import tomllib
from pathlib import Path
from typing import Any

from tests.support.repositories import make_repository
from tests.support.worlds import CONSUMER, World, git

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
