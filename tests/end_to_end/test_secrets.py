"""A planted token is in nothing that was written or printed, and in no argument list."""

import base64
import re
import threading
from pathlib import Path
from typing import Self
from urllib.parse import quote

import pytest
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from release.adapters import embedded_registry
from release.adapters.files import temporary_folder
from tests.support.command import Ended, bytes_below
from tests.support.repositories import commit, make_repository
from tests.support.worlds import CONSUMER, World


def forms(token: str) -> list[bytes]:
    """Return the token as it could leak: plain, percent-encoded, base64 with and without user."""
    plain = token.encode()
    return [
        plain,
        quote(token, safe="").encode(),
        base64.b64encode(plain).rstrip(b"="),
        base64.b64encode(b"__token__:" + plain).rstrip(b"="),
        plain.hex().encode(),
    ]


class Watcher:
    """Reads the argument lists and environments of all processes while a run goes on."""

    def __init__(self) -> None:
        """Begin with nothing seen."""
        self.arguments: set[bytes] = set()
        self.builds: set[bytes] = set()
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._watch)

    def __enter__(self) -> Self:
        """Start to read."""
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        """Stop."""
        self._stop.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._stop.wait(0.01):
            for process in Path("/proc").glob("[0-9]*"):
                try:
                    arguments = (process / "cmdline").read_bytes()
                    self.arguments.add(arguments)
                    if b"build_child" in arguments or b"pyproject_hooks" in arguments:
                        self.builds.add((process / "environ").read_bytes())
                except OSError:
                    continue


@pytest.fixture
def watched(world: World) -> tuple[Ended, Watcher, World]:
    """Run a whole release with a consumer while all processes are watched."""
    world.add_consumer("app")
    folder = world.runner("runner", ["app"])
    with Watcher() as watcher:
        ended = world.release(folder, "run", CANARY_OF_ANY_NAME=f"x{world.token}")
    assert ended.code == 0, ended.text
    return ended, watcher, world


def test_the_token_leaks_nowhere(watched: tuple[Ended, Watcher, World]) -> None:
    """Not into output, record, lockfile, commit or manifest, nor into any argument list."""
    ended, watcher, world = watched
    written = b"".join(bytes_below(world.folder).values())

    for form in forms(world.token):
        assert form not in written
        assert form not in ended.text.encode()
        assert not [line for line in watcher.arguments if form in line]


def test_no_build_sees_the_token(watched: tuple[Ended, Watcher, World]) -> None:
    """The environment of a build holds no secret, whatever its name."""
    _, watcher, world = watched

    assert watcher.builds
    for form in forms(world.token):
        assert not [environ for environ in watcher.builds if form in environ]


def test_a_refused_token_is_not_shown(world: World) -> None:
    """Errors of the registry are told without what was sent."""
    token = "wr0ng+token/with=signs"

    ended = world.release(world.runner("runner", []), "publish", RELEASE_TOKEN=token)

    assert ended.code == 4
    for form in forms(token):
        assert form not in ended.text.encode()


def test_a_reader_reads_a_private_registry(world: World) -> None:
    """The read token reaches installs and locks, and no file."""
    world.add_consumer("app")
    folder = world.runner("runner", ["app"])
    with (
        temporary_folder("private") as packages,
        embedded_registry.serve(packages, read_needs_token=True) as registry,
    ):
        token = registry.credentials.token.reveal()
        settings = ("--set", f"registry.url={registry.url}")
        reader = (*settings, "--set", 'registry.read-token={env="READER"}')

        without = world.release(folder, "run", *settings, RELEASE_TOKEN=token)
        ended = world.release(folder, "run", *reader, RELEASE_TOKEN=token, READER=token)

    written = b"".join(bytes_below(world.folder).values())
    assert without.code == 4
    assert "401" in without.stderr
    assert ended.code == 0, ended.text
    for form in forms(token):
        assert form not in written
        assert form not in ended.text.encode()


def test_an_index_that_only_looks_like_ours_gets_no_token(
    world: World, httpserver: HTTPServer
) -> None:
    """Uv takes credentials from variables by the index's name; ours go by the host."""
    seen: list[str | None] = []

    def refuse(request: Request) -> Response:
        seen.append(request.headers.get("Authorization"))
        return Response(status=404)

    httpserver.expect_request(re.compile("/.*")).respond_with_handler(refuse)
    other = f"http://localhost:{httpserver.port}/simple"
    manifest = (
        CONSUMER.format(name="app")
        .replace('"demo",', '"demo", "elsewhere",')
        .replace("[tool.uv.sources]", '[tool.uv.sources]\nelsewhere = { index = "ac_me" }')
        + f'\n[[tool.uv.index]]\nname = "ac_me"\nurl = "{other}"\nexplicit = true\n'
    )
    repository = make_repository(world.consumer("app"), {"pyproject.toml": manifest})
    commit(repository, {"uv.lock": 'version = 1\nrevision = 3\nrequires-python = ">=3.11"\n'})
    folder = world.runner("runner", ["app"])

    ended = world.release(
        folder,
        "run",
        *("--set", "registry.name=ac-me", "--set", 'registry.read-token={env="RELEASE_TOKEN"}'),
    )

    assert ended.code == 6, ended.text
    assert seen
    assert set(seen) == {None}


@pytest.mark.parametrize("key", ["package.repository", "public-index.url", "registry.simple-url"])
def test_an_address_with_a_user_part_is_refused_and_not_shown(world: World, key: str) -> None:
    """It would stand in progress, record and JSON."""
    folder = world.runner("runner", [])

    for verb in ("config", "run", "plan"):
        ended = world.release(folder, verb, "--set", f"{key}=https://bot:CANARY@127.0.0.1:1/x")
        assert ended.code == 2
        assert key in ended.stderr
        assert "CANARY" not in ended.text
