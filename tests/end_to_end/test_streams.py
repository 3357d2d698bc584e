"""Whatever becomes of stdout and stderr, the work is done and the exit code is the work's."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path
from typing import IO, TYPE_CHECKING

import pytest

from tests.support.command import PROGRAM

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.support.worlds import World

Stream = int | IO[bytes]


@pytest.fixture
def gone() -> Iterator[Stream]:
    """A pipe whose reader has gone away, as `head` does."""
    read, write = os.pipe()
    os.close(read)
    yield write
    os.close(write)


@pytest.fixture
def full() -> Iterator[Stream]:
    """A disk that is full."""
    with Path("/dev/full").open("wb") as stream:
        yield stream


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A configuration that holds what not every encoding can."""
    (tmp_path / "release.toml").write_text(
        '[package]\nname = "demo"\n[registry]\nusername = "→é"\n', "utf-8"
    )
    return tmp_path


def ended(
    folder: Path,
    *arguments: str,
    stdout: Stream = subprocess.PIPE,
    stderr: Stream = subprocess.PIPE,
    without: str = "",
    env: dict[str, str] | None = None,
) -> subprocess.CompletedProcess[bytes]:
    """Run the command; ``without`` closes streams as a shell does (``2>&-``)."""
    return subprocess.run(
        ["sh", "-c", f'exec "$@" {without}', "sh", *PROGRAM, *arguments],
        cwd=folder,
        env={**os.environ, **(env or {})},
        stdout=stdout,
        stderr=stderr,
        check=False,
        timeout=300,
    )


@pytest.mark.parametrize("arguments", [("config",), ("config", "--json"), ("--help",)])
def test_a_reader_of_the_result_that_goes_away_is_no_failure(
    folder: Path, gone: Stream, arguments: tuple[str, ...]
) -> None:
    """No trace, no complaint of Python's at its end, exit code 0."""
    run = ended(folder, *arguments, stdout=gone)

    assert (run.returncode, run.stderr) == (0, b"")


@pytest.mark.parametrize("more", [(), ("--json",)])
def test_a_full_disk_is_told_where_the_result_is_lost(
    folder: Path, full: Stream, more: tuple[str, ...]
) -> None:
    """The work is done, so its exit code stays; that nothing was written is said."""
    run = ended(folder, "config", *more, stdout=full)

    assert run.returncode == 0
    assert run.stderr == b"The result cannot be written to stdout: No space left on device.\n"


@pytest.mark.parametrize("without", ["2>&-", "<&- 2>&-", "<&- >&- 2>&-", ">&-"])
def test_closed_streams_are_no_failure(folder: Path, without: str) -> None:
    """A service manager may start a program without any."""
    run = ended(folder, "config", "--json", without=without)

    assert run.returncode == 0
    assert bool(run.stdout) == (">&-" not in without.replace("2>&-", ""))
    assert run.stderr == b""


def test_an_error_has_its_exit_code_without_a_stream_to_tell_it(folder: Path, gone: Stream) -> None:
    """Both streams gone, and still the code of the error."""
    assert ended(folder, "config", "--set", "a=b", stderr=gone).returncode == 2
    assert ended(folder, "config", "--set", "a=b", without=">&- 2>&-").returncode == 2
    assert ended(folder, "config", "--nope", stderr=gone).returncode == 2


@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "utf-8"])
def test_what_an_encoding_lacks_is_escaped(folder: Path, encoding: str) -> None:
    """On both streams; nothing is lost, and nothing fails."""
    env = {"PYTHONIOENCODING": encoding}
    expected = "→é".encode(encoding, errors="backslashreplace")

    assert expected in ended(folder, "config", env=env).stdout
    told = ended(folder, "config", "--set", "→é", env=env).stderr
    assert b"--set " + expected + b" is not of the form" in told


def test_a_release_goes_on_when_nobody_reads(world: World, gone: Stream, full: Stream) -> None:
    """Progress into a closed pipe and onto a full disk stops nothing; the record is kept."""
    for name, stdout, stderr in (("one", gone, gone), ("two", full, full)):
        folder = world.runner(name, [])

        run = ended(folder, "run", stdout=stdout, stderr=stderr, env=world.environment())

        assert run.returncode == 0
        record = json.loads((folder / ".release" / "record.json").read_bytes())
        assert (record["package"], record["version"]) == ("demo", "0.2.0")
        assert len(world.published()) == 2


@pytest.mark.parametrize("quiet", [(), ("-q",)])
def test_a_plan_is_told_in_any_encoding_to_whoever_reads(
    world: World, gone: Stream, quiet: tuple[str, ...]
) -> None:
    """Its marks are escaped where they must be."""
    folder = world.runner("runner", [])
    env = world.environment(PYTHONIOENCODING="latin-1")

    assert b"\\u2192 publish" in ended(folder, "plan", *quiet, env=env).stdout
    assert ended(folder, "plan", *quiet, stdout=gone, env=env).returncode == 0
