"""How much memory the upload of a large wheel takes."""

from __future__ import annotations

import random
import sys
import zipfile
from pathlib import Path
from typing import Final

from commands import CommandFailed, clean_environment, run
from results import Goal, Measured, Result, Samples
from servers import serve

MEGABYTE: Final = 1_000_000
SIZE: Final = 200
RUNS: Final = 3


def measure(folder: Path, runs: int) -> Measured:
    """Measure the peak of a process that uploads the wheel and does nothing else."""
    wheel = large_wheel(folder)
    with serve() as server:
        peaks = [uploaded(server.url, wheel) for _ in range(min(runs, RUNS))]
        if server.received < len(peaks) * wheel.stat().st_size:
            raise CommandFailed("The server did not receive the whole wheel each time.")
    return Measured(
        results=(
            Result(
                name=f"memory: peak while uploading {SIZE} MB",
                ours=Samples(values=tuple(peak / MEGABYTE for peak in peaks), unit="MB"),
                goal=Goal(bound=80, unit="MB"),
            ),
        )
    )


def uploaded(url: str, wheel: Path) -> int:
    """Upload in a new process, and return its peak in bytes."""
    child = Path(__file__).with_name("memory_child.py")
    argv = (sys.executable, str(child), f"{url}/", str(wheel))
    completed = run(argv, cwd=wheel.parent, env=clean_environment({}))
    if completed.returncode != 0:
        raise CommandFailed(completed.stderr)
    return int(completed.stdout)


def large_wheel(folder: Path) -> Path:
    """Make a wheel of random bytes, which no compression makes smaller."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "large-1.0-py3-none-any.whl"
    chance = random.Random(1)  # noqa: S311  # the same bytes each time
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as archive:
        for number in range(SIZE):
            archive.writestr(f"large/{number:03}.bin", chance.randbytes(MEGABYTE))
        archive.writestr(
            "large-1.0.dist-info/METADATA", "Metadata-Version: 2.1\nName: large\nVersion: 1.0\n"
        )
        archive.writestr(
            "large-1.0.dist-info/WHEEL",
            "Wheel-Version: 1.0\nGenerator: bench\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
        )
        archive.writestr("large-1.0.dist-info/RECORD", "")
    return path
