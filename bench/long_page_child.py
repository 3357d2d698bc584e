"""Publish and verify once, and print the seconds that both took together.

Arguments: the configuration. What it names is built and inspected before the time begins.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

from release.adapters import terminal
from release.assembly import open_job, open_project
from release.pipeline import prepare, publish_files, verify_install
from release.story import Story


def main(config: str) -> None:
    """Do what the two verbs do, with the adapters that they get."""
    project = open_project(config, settings=(), version=None, folder=Path.cwd())
    progress = terminal.progress(quiet=True)
    with open_job(project, progress) as job:
        story = Story(progress=progress, now=job.clock.now)
        built = prepare(job, story)
        start = time.perf_counter()
        publish_files(job, story, built)
        verify_install(job, story, built)
        sys.stdout.write(f"{time.perf_counter() - start}\n")


if __name__ == "__main__":
    main(sys.argv[1])
