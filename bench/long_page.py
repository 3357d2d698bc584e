"""Publish and verify against a page of ten thousand files, against a page of ten."""

from __future__ import annotations

import contextlib
import hashlib
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final

from commands import CommandFailed, clean_environment, run
from results import Baseline, Goal, Measured, Result, Samples
from servers import link, serve
from whole_release import PACKAGE, VERSION, examples

if TYPE_CHECKING:
    from collections.abc import Iterator

    from servers import Server

LENGTHS: Final = (10_000, 10)

CONFIG: Final = f"""\
[package]
name = "{PACKAGE}"
repository = "{{repository}}"
version = "{VERSION}"

[registry]
name = "coulomb"
url = "{{url}}"
token = {{{{ env = "BENCH_TOKEN" }}}}

[verify]
imports = ["issue_core"]
"""


def measure(folder: Path, runs: int) -> Measured:
    """Measure both lengths in turn."""
    repository = examples(folder) / PACKAGE
    told: dict[int, list[float]] = {length: [] for length in LENGTHS}
    with contextlib.ExitStack() as stack:
        servers = {length: stack.enter_context(_index(length)) for length in LENGTHS}
        places = {
            length: _configured(folder / f"page-{length}", repository, server.url)
            for length, server in servers.items()
        }
        for turn in range(runs + 1):
            for length, server in servers.items():
                seconds = _published(places[length], server)
                if turn > 0:  # the first one fills the caches, and builds
                    told[length].append(seconds)
    long, short = (Samples(values=tuple(told[length]), unit="s") for length in LENGTHS)
    return Measured(
        results=(
            Result(
                name=f"page: publish and verify, {LENGTHS[0]:,} files listed",
                ours=long,
                baseline=Baseline(name=f"{LENGTHS[1]} files listed", samples=short),
                goal=Goal(bound=1.3),
            ),
        )
    )


def _index(length: int) -> contextlib.AbstractContextManager[Server]:
    return serve(PACKAGE, b"".join(_older_files(length)))


def _older_files(length: int) -> Iterator[bytes]:
    """Yield the links of as many older files: a wheel and an sdist for each version."""
    stem = PACKAGE.replace("-", "_")
    for number in range(length // 2):
        version = f"0.1.{number}"
        for filename in (f"{stem}-{version}-py3-none-any.whl", f"{stem}-{version}.tar.gz"):
            yield link(filename, hashlib.sha256(filename.encode()).hexdigest())


def _configured(root: Path, repository: Path, url: str) -> Path:
    root.mkdir()
    config = root / "release.toml"
    config.write_text(CONFIG.format(repository=repository, url=url), "utf-8")
    return config


def _published(config: Path, server: Server) -> float:
    """Publish and verify in a new process, and make sure that the files were sent."""
    server.files.clear()
    child = Path(__file__).with_name("long_page_child.py")
    completed = run(
        (sys.executable, str(child), str(config)),
        cwd=config.parent,
        env=clean_environment({"BENCH_TOKEN": "token"}),
    )
    if completed.returncode != 0 or len(server.files) != 2:  # noqa: PLR2004  # wheel and sdist
        raise CommandFailed(f"{completed.stdout}{completed.stderr}\n{list(server.files)}")
    return float(completed.stdout)
