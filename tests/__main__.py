"""Run pytest where only the installed wheel can be imported, never the source tree.

`python -m tests` in the checkout copies what the tests read to a folder without
``release/`` and starts pytest there; the working directory is on the path of Python, so a
test run in the checkout itself would import the sources.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parent.parent
NEEDED = (
    "tests",
    "docs",
    "workflows",
    "README.md",
    "CHANGELOG.md",
    "CONTRIBUTING.md",
    "LICENSE",
    "constraints.txt",
    "noxfile.py",
    "pyproject.toml",
    "release.toml",
    ".ci",
)


def main() -> int:
    """Copy, run, and return pytest's exit code."""
    with tempfile.TemporaryDirectory(prefix="tests-") as folder:
        for name in NEEDED:
            source, target = CHECKOUT / name, Path(folder) / name
            if source.is_dir():
                ignored = shutil.ignore_patterns("__pycache__", "_build")
                shutil.copytree(source, target, ignore=ignored)
            elif source.exists():
                shutil.copy2(source, target)
        environment = {
            **os.environ,
            "COVERAGE_FILE": str(CHECKOUT / ".coverage"),
            "CHECKOUT": str(CHECKOUT),
        }
        return subprocess.run(
            [sys.executable, "-m", "coverage", "run", "-m", "pytest", *sys.argv[1:]],
            cwd=folder,
            env=environment,
            check=False,
        ).returncode


if __name__ == "__main__":
    sys.exit(main())
