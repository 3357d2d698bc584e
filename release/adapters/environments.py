"""Fresh environments: find an interpreter for one, and run what was installed into it."""

from __future__ import annotations

import ast
import os
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from packaging.utils import canonicalize_name
from packaging.version import Version

from release.adapters import environment as variables
from release.errors import ConfigurationError, ProcessFailed

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from packaging.utils import NormalizedName

    from release.adapters.sandbox import Sandbox


@dataclass(frozen=True, kw_only=True, slots=True)
class Interpreter:
    """A Python on this machine; ``version`` in full (``3.12.4``)."""

    path: str
    version: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Environment:
    """A virtual environment that was made by this run."""

    folder: Path
    interpreter: Interpreter

    @property
    def scripts(self) -> Path:
        """Where its programs are."""
        return self.folder / "bin"

    @property
    def python(self) -> Path:
        """Its interpreter."""
        return self.scripts / "python"

    @property
    def site_packages(self) -> Path:
        """Where its packages are."""
        return self.folder / "lib" / f"python{self.minor_version}" / "site-packages"

    @property
    def minor_version(self) -> str:
        """``3.12`` of ``3.12.4``."""
        return ".".join(self.interpreter.version.split(".")[:2])

    def distributions(self) -> dict[NormalizedName, str]:
        """Return name and version of everything that is installed."""
        found = {}
        for folder in sorted(self.site_packages.glob("*.dist-info")):
            name, _, version = folder.name.removesuffix(".dist-info").rpartition("-")
            found[canonicalize_name(name)] = str(Version(version))
        return found


# interpreters -----------------------------------------------------------------------

_VERSION: Final = "import sys; print('.'.join(map(str, sys.version_info[:3])))"


def running_interpreter() -> Interpreter:
    """Return the Python that runs us."""
    return Interpreter(path=sys.executable, version=".".join(map(str, sys.version_info[:3])))


def find_interpreter(wanted: str, *, sandbox: Sandbox, timeout: float) -> Interpreter:
    """Return the interpreter of that version, or at that path; nothing is downloaded.

    Raises:
        ConfigurationError: This machine has none.
    """
    try:
        path = wanted if "/" in wanted else _search(wanted, sandbox=sandbox, timeout=timeout)
        asked = sandbox.run([path, "-I", "-c", _VERSION], cwd=sandbox.folder, timeout=timeout)
    except (ProcessFailed, PermissionError) as error:
        raise ConfigurationError(
            f"verify.python asks for {wanted}, and this machine has no such Python that runs.",
            next_step=f"Install it (`uv python install {wanted}`), give its path instead, "
            "or take it out of verify.python.",
        ) from error
    return Interpreter(path=path, version=asked.stdout.strip())


def _search(wanted: str, *, sandbox: Sandbox, timeout: float) -> str:
    """Return the path that uv finds; its own installations lie in the caller's home."""
    installed = variables.uv_python_folder()
    found = sandbox.uv(
        ["python", "find", "--no-project", "--system", wanted],
        cwd=sandbox.folder,
        timeout=timeout,
        extra={"UV_PYTHON_INSTALL_DIR": installed} if installed else {},
    )
    return found.stdout.strip()


# running ----------------------------------------------------------------------------

# No module is imported that the interpreter has not loaded by itself: each costs time.
_IMPORT: Final = """
import sys
found, failed = {}, {}
for name in sys.argv[2:]:
    try:
        __import__(name)
        module = sys.modules[name]
        found[name] = getattr(module, "__file__", None) or list(getattr(module, "__path__", []))[0]
    except BaseException:
        import traceback
        failed[name] = traceback.format_exc()
with open(sys.argv[1], "w", encoding="utf-8") as stream:
    stream.write(repr((found, failed)))
"""


@dataclass(frozen=True, kw_only=True, slots=True)
class Imported:
    """What importing gave: the file of each module, or its traceback."""

    files: dict[str, str]
    failures: dict[str, str]


def run_imports(
    environment: Environment, modules: Sequence[str], *, sandbox: Sandbox, timeout: float
) -> Imported:
    """Import each module, isolated (``-I``) and in an empty folder.

    Raises:
        ProcessFailed: The interpreter died, or did not end in time.
    """
    result = sandbox.folder / "imports"
    sandbox.run(
        [str(environment.python), "-I", "-c", _IMPORT, str(result), *modules],
        cwd=_empty_folder(sandbox),
        timeout=timeout,
    )
    try:
        files, failures = ast.literal_eval(result.read_text("utf-8"))
    except FileNotFoundError:
        # A module that ends the interpreter by os._exit(0) leaves no result.
        return Imported(files={}, failures=dict.fromkeys(modules, "The interpreter ended."))
    return Imported(files=files, failures=failures)


def run_command(
    environment: Environment, argv: Sequence[str], *, sandbox: Sandbox, timeout: float
) -> None:
    """Run a program of the environment, its scripts first on PATH, in an empty folder.

    Raises:
        ProcessFailed: It is not in the environment (code 127), failed, or took too long.
    """
    program = environment.scripts / argv[0]
    if program.parent != environment.scripts or not program.exists():
        raise ProcessFailed(argv, 127, "", f"{argv[0]} is no program of the environment")
    search = os.pathsep.join((str(environment.scripts), sandbox.environment().get("PATH", "")))
    sandbox.run(
        [str(program), *argv[1:]],
        cwd=_empty_folder(sandbox),
        timeout=timeout,
        extra={"PATH": search, "VIRTUAL_ENV": str(environment.folder)},
    )


def _empty_folder(sandbox: Sandbox) -> Path:
    folder = sandbox.folder / "empty"
    folder.mkdir(parents=True, exist_ok=True)
    return folder
