"""The build itself, as a program: ``python -I build_child.py REQUEST``.

umask, time zone, locale and working directory belong to a whole process; therefore each
build has one. It imports nothing of this project, so it starts quickly, and it talks
through files: REQUEST says what to build, ``result.json`` in the work folder what became
of it, and ``log.txt`` there holds what the backend printed.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import subprocess
import sys
import sysconfig
import tarfile
import tomllib
import venv
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, cast

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from typing import Literal

    Kind = Literal["sdist", "wheel"]

HOOKS = Path(__file__).with_name("build_hooks.py")


class Failed(Exception):
    """The build cannot go on; ``step`` says where, the message and the log say why."""

    def __init__(self, step: str, message: str) -> None:
        """Keep both, for ``result.json``."""
        super().__init__(message)
        self.step = step
        self.message = message


class Environment:
    """A virtual environment that uv fills: an isolated one, as ``build`` understands it."""

    def __init__(self, folder: Path, request: Mapping[str, Any], log: Path) -> None:
        """Make it, empty."""
        self.request = request
        self.log = log
        self.installed: set[str] = set()
        self.uv: subprocess.Popen[bytes] | None = None
        self.server: HookServer | None = None
        venv.EnvBuilder(symlinks=True, with_pip=False).create(folder)
        paths = sysconfig.get_paths(scheme="venv", vars={"base": str(folder)})
        self.scripts, self.purelib = paths["scripts"], paths["purelib"]
        self.python_executable = str(Path(self.scripts, "python"))

    def make_extra_environ(self) -> Mapping[str, str]:
        """Return what hooks see on top: the environment's programs come first."""
        path = os.environ.get("PATH")
        return {"PATH": os.pathsep.join([self.scripts, path]) if path else self.scripts}

    def start_install(self, requirements: Collection[str]) -> None:
        """Let uv install what is not there yet, while other work is done."""
        missing = sorted(set(requirements) - self.installed)
        if not missing:
            return
        self.stop_server()
        constraints = self.request["constraints_file"]
        with self.log.open("ab") as log:
            self.uv = subprocess.Popen(
                [
                    self.request["uv"],
                    *("pip", "install", "--quiet", "--no-config"),
                    *("--keyring-provider", "disabled", "--python", self.python_executable),
                    *(("--constraints", constraints) if constraints else ()),
                    *(("--build-constraints", constraints) if constraints else ()),
                    *("--", *missing),
                ],
                env={**os.environ, **self.request["uv_environ"]},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        self.installed.update(missing)

    def finish_install(self) -> None:
        """Wait for uv, and prove that all of it had a known hash, where hashes are known."""
        if self.uv is None:
            return
        if self.uv.wait() != 0:
            raise Failed("environment", "uv cannot install the build requirements.")
        self.uv = None
        hashed = self.request["hashed"]
        if hashed is not None:
            # uv compares a hash where it is given one, and takes the rest as it comes.
            unknown = sorted(set(self.versions()).difference(hashed))
            if unknown:
                raise Failed("hashes", ", ".join(unknown))

    def install(self, requirements: Collection[str]) -> None:
        """Have these installed."""
        self.start_install(requirements)
        self.finish_install()

    def versions(self) -> list[str]:
        """Return all that is installed, as ``name==version`` with normalized names."""
        from importlib import metadata

        from packaging.utils import canonicalize_name

        found = metadata.distributions(path=[self.purelib])
        return sorted(f"{canonicalize_name(d.name)}=={d.version}" for d in found)

    def call_hook(
        self,
        cmd: Sequence[str],
        cwd: str | None = None,
        extra_environ: Mapping[str, str] | None = None,
    ) -> None:
        """Run ``cmd``, a Python script, in a fork of the hook server."""
        order = {
            "argv": list(cmd[1:]),
            "cwd": cwd,
            "environ": dict(extra_environ or {}),
            "log": str(self.log),
        }
        server = self.server or self.start_server()
        code = server.run(order)
        if code:
            raise subprocess.CalledProcessError(code, cmd)

    def start_server(self) -> HookServer:
        """Start the process that hooks are forks of; it sees what is installed by now."""
        self.server = HookServer(self.python_executable)
        return self.server

    def stop_server(self) -> None:
        """End it: what is installed later may need another start of Python."""
        if self.server:
            self.server.end()
            self.server = None

    def close(self) -> None:
        """End what still runs."""
        self.stop_server()
        if self.uv:
            self.uv.kill()
            self.uv.wait()


class HookServer:
    """A running ``build_hooks.py``, and its two pipes."""

    def __init__(self, python: str) -> None:
        """Start it."""
        self.process = subprocess.Popen(
            [python, str(HOOKS)],
            env={name: value for name, value in os.environ.items() if not name.startswith("UV_")},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        self.orders = cast("IO[bytes]", self.process.stdin)
        self.answers = cast("IO[bytes]", self.process.stdout)

    def end(self) -> None:
        """Let it end, and wait for that."""
        with contextlib.suppress(BrokenPipeError):
            self.orders.close()
        self.process.wait()
        self.answers.close()

    def run(self, order: Mapping[str, Any]) -> int:
        """Run a script as a fork, and return its exit code; a server that is gone fails."""
        try:
            self.orders.write(json.dumps(order).encode() + b"\n")
            self.orders.flush()
            return int(self.answers.readline() or b"-1")
        except BrokenPipeError:
            return -1


def build(request: Mapping[str, Any]) -> dict[str, Any]:
    """Build the sdist from the tree, then the wheel from the sdist, in one environment."""
    work = Path(request["work"])
    source, dist = work / "source", work / "dist"
    environment = Environment(work / "environment", request, work / "log.txt")
    try:
        environment.start_install(
            probable_requirements(Path(request["tree"], request["subfolder"]))
        )
        copy_tree(Path(request["tree"]), source)
        sdist = build_one("sdist", source / request["subfolder"], dist, environment)
        wheel = build_one("wheel", unpack(sdist, work / "unpacked"), dist, environment)
        requirements = environment.versions()
    finally:
        environment.close()
    return {"sdist": str(sdist), "wheel": str(wheel), "requirements": requirements}


def probable_requirements(folder: Path) -> list[str]:
    """Return what will be needed first; anything unusual is left for ``build`` to judge."""
    try:
        table = tomllib.loads((folder / "pyproject.toml").read_text(encoding="utf-8"))
        requires = table["build-system"]["requires"]
    except (OSError, ValueError, KeyError, TypeError):
        return []
    return [text for text in requires if isinstance(text, str)]


def build_one(kind: Kind, folder: Path, dist: Path, environment: Environment) -> Path:
    """Build one artifact from ``folder`` into ``dist``."""
    from build import BuildBackendException, BuildException, ProjectBuilder

    try:
        builder = ProjectBuilder.from_isolated_env(
            environment, folder, runner=environment.call_hook
        )
        environment.finish_install()
        environment.install(builder.build_system_requires)
        environment.install(builder.get_requires_for_build(kind))
        return Path(builder.build(kind, dist))
    except (BuildException, BuildBackendException) as error:
        raise Failed(kind, str(error)) from error


def copy_tree(tree: Path, target: Path) -> None:
    """Copy a checkout as another machine would have it: permissions by this umask.

    git's objects never change, so they are linked where that is possible.
    """
    target.mkdir(parents=True)
    for entry in os.scandir(tree):
        there = target / entry.name
        if entry.is_dir(follow_symlinks=False):
            copy_tree(Path(entry), there)
        else:
            copy_file(Path(entry), there, link=".git/objects/" in entry.path)


def copy_file(path: Path, target: Path, *, link: bool) -> None:
    """Copy (or link) one file; of its permissions, only "executable" goes along."""
    if link:
        try:
            os.link(path, target)
        except OSError:
            shutil.copyfile(path, target)
        return
    shutil.copyfile(path, target, follow_symlinks=False)
    if not path.is_symlink() and path.stat().st_mode & 0o100:
        target.chmod(target.stat().st_mode | (0o111 & ~umask()))


def unpack(sdist: Path, folder: Path) -> Path:
    """Unpack an sdist with permissions by this umask, and return its one folder."""
    mask = umask()

    def plain(member: tarfile.TarInfo, path: str) -> tarfile.TarInfo:
        safe = tarfile.data_filter(member, path)
        is_open = member.isdir() or member.mode & 0o100
        return safe.replace(mode=(0o777 if is_open else 0o666) & ~mask, deep=False)

    try:
        with tarfile.open(sdist) as archive:
            archive.extractall(folder, filter=plain)  # noqa: S202  # the filter refuses them
        (top,) = folder.iterdir()
    except (tarfile.TarError, ValueError, OSError) as error:
        raise Failed("sdist", f"{sdist.name} cannot be unpacked: {error}") from error
    return top


def umask() -> int:
    """Return the umask of this process, which has one thread only."""
    mask = os.umask(0)
    os.umask(mask)
    return mask


def main(request: Path) -> None:
    """Build as the request says, and write ``result.json``."""
    wanted = json.loads(request.read_text(encoding="utf-8"))
    try:
        result = build(wanted)
    except Failed as error:
        result = {"failed": error.step, "message": error.message}
    (Path(wanted["work"]) / "result.json").write_text(json.dumps(result), encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
