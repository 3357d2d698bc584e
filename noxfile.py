"""Sessions that install and call; no logic.

`nox -s release` does the main job, `nox` runs every check. Arguments after `--` go to the
verb or to pytest: `nox -s release -- 0.2.1`, `nox -s tests -- -k publish`.
"""

import sys

import nox

nox.needs_version = ">=2026.4"
nox.options.default_venv_backend = "uv|virtualenv"
nox.options.reuse_venv = "yes"
nox.options.error_on_missing_interpreters = True
nox.options.sessions = ["lint", "types", "tests", "many", "docs"]

PINS = ("-c", "constraints.txt")


# the product ---------------------------------------------------------------------------


@nox.session
def release(session: nox.Session) -> None:
    """Release: the package of release.toml, from its tag to its consumers' lockfiles."""
    call(session, "run")


@nox.session
def plan(session: nox.Session) -> None:
    """Show every step of the release, and change nothing."""
    call(session, "plan")


@nox.session
def build(session: nox.Session) -> None:
    """Build the tag twice, and inspect the artifacts."""
    call(session, "build")


@nox.session
def publish(session: nox.Session) -> None:
    """Bring the artifacts to the index."""
    call(session, "publish")


@nox.session
def verify(session: nox.Session) -> None:
    """Prove a clean install from the index."""
    call(session, "verify")


@nox.session
def bump(session: nox.Session) -> None:
    """Bring the release into every consumer."""
    call(session, "bump")


def call(session: nox.Session, verb: str) -> None:
    """Install this checkout and run one verb."""
    session.install(*PINS, "--reinstall-package", "tag-to-lock", ".")
    # nox would join the two streams, and `--json` would be no JSON any more.
    session.run("release", verb, *session.posargs, stderr=sys.stderr)


# the checks ----------------------------------------------------------------------------


@nox.session
def lint(session: nox.Session) -> None:
    """Style and format."""
    session.install(*PINS, "--group", "lint")
    session.run("ruff", "check", ".")
    session.run("ruff", "format", "--check", ".")


@nox.session
def types(session: nox.Session) -> None:
    """Types, strictly, over package, tests and this file."""
    session.install(*PINS, "-e", ".", "--group", "types")
    session.run("mypy")


@nox.session
def tests(session: nox.Session) -> None:
    """Every test, against the wheel that is built from this checkout; branches covered."""
    run_tests(session, "-n", "2", "--dist", "loadgroup", *session.posargs)
    session.run("coverage", "combine", "--quiet")
    session.run("coverage", "report")


@nox.session
def many(session: nox.Session) -> None:
    """Ten thousand generated manifests and index pages."""
    run_tests(session, "-n", "2", "-m", "many", *session.posargs)


def run_tests(session: nox.Session, *arguments: str) -> None:
    """Build the wheel, install it, and run pytest where no source tree can be imported."""
    # Not session.create_tmp(): it becomes TMPDIR, and lies inside of a git repository.
    wheels = f"{session.virtualenv.location}/wheels"
    session.install(*PINS, "build[uv]", "--group", "tests", "nox")
    session.run(
        "python", "-m", "build", "--installer=uv", "--wheel", f"--outdir={wheels}", silent=True
    )
    session.install(
        *PINS, "--reinstall-package", "tag-to-lock", f"--find-links={wheels}", "tag-to-lock"
    )
    session.run("python", "-m", "tests", *arguments)


@nox.session
def docs(session: nox.Session) -> None:
    """The documentation, without warnings; the pages lie in docs/_build."""
    session.install(*PINS, "-e", ".", "--group", "docs")
    session.run("sphinx-build", "-W", "--keep-going", "-q", "docs", "docs/_build")


@nox.session
def bench(session: nox.Session) -> None:
    """Speed, as ratios against the tools that we call, in one run."""
    session.install(*PINS, "--reinstall-package", "tag-to-lock", ".", "--group", "tests")
    session.run("python", "bench/bench.py", *session.posargs)
