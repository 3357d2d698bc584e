"""Builds of an sdist and its wheel, each in a sealed process of its own."""

from __future__ import annotations

import json
import re
import sys
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from release.adapters import environment, processes
from release.adapters.sandbox import Sandbox, uv_executable
from release.errors import BuildFailed, ProcessFailed
from release.formats.urls import without_users

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_CHILD: Final = Path(__file__).with_name("build_child.py")
_LAST_LINES: Final = 20
_NO_NETWORK: Final = re.compile(
    r"error sending request|dns error|failed to lookup|client error \(Connect\)"
    r"|Failed to fetch|timed out|Network connectivity is disabled",
    re.IGNORECASE,
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Order:
    """What is built: a checkout, the package's folder in it, and its build requirements.

    ``constraints`` are the lines of a constraints file; ``hashed`` are its pins that carry
    a hash (``hatchling==1.33.0``), None where none does: then no hash is asked for.
    """

    tree: Path
    subfolder: str
    epoch: int
    constraints: tuple[str, ...] = ()
    hashed: frozenset[str] | None = None
    public_index_url: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Conditions:
    """How the machine looks to one build; ``path`` is the folder below the scratch one."""

    path: str
    umask: int
    zone: str
    locale: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Product:
    """What one build made: the files, and all that its environment held."""

    sdist: Path
    wheel: Path
    requirements: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Builder:
    """The ``build`` library with our own uv; one build may take ``timeout`` seconds."""

    timeout: float = 1800.0

    def build(
        self, order: Order, *, conditions: Sequence[Conditions], scratch: Path
    ) -> tuple[Product, ...]:
        """Build under each of the conditions, all at the same time.

        Raises:
            BuildFailed: The backend failed, or its environment could not be made; the
                backend's last lines are told.
        """
        return processes.run_together(
            [partial(self._build, order, each, scratch / each.path) for each in conditions]
        )

    def _build(self, order: Order, conditions: Conditions, folder: Path) -> Product:
        work = folder / "work"
        work.mkdir(parents=True)
        request = folder / "request.json"
        request.write_text(json.dumps(_request(order, folder)), encoding="utf-8")
        try:
            Sandbox(folder=folder).run(
                [sys.executable, "-I", str(_CHILD), str(request)],
                cwd=work,
                timeout=self.timeout,
                extra=_variables(order, conditions),
                umask=conditions.umask,
            )
        except ProcessFailed as error:
            raise _unfinished(error, work) from error
        return _product(json.loads((work / "result.json").read_text(encoding="utf-8")), work)


def _request(order: Order, folder: Path) -> Mapping[str, Any]:
    constraints = folder / "constraints.txt"
    if order.constraints:
        constraints.write_text("\n".join(order.constraints), encoding="utf-8")
    return {
        "tree": str(order.tree),
        "subfolder": order.subfolder,
        "work": str(folder / "work"),
        "uv": uv_executable(),
        "uv_environ": _uv_variables(order),
        "constraints_file": str(constraints) if order.constraints else None,
        "hashed": None if order.hashed is None else sorted(order.hashed),
    }


def _uv_variables(order: Order) -> dict[str, str]:
    """Return what uv alone sees; the backend has no business with any of it."""
    variables = {"UV_NO_PROGRESS": "1"}
    cache = environment.uv_cache_folder()
    if cache:
        variables["UV_CACHE_DIR"] = cache
    if order.public_index_url:
        variables["UV_DEFAULT_INDEX"] = order.public_index_url
    return variables


def _variables(order: Order, conditions: Conditions) -> dict[str, str]:
    """Return what the backend sees on top of a sealed environment."""
    return {
        "SOURCE_DATE_EPOCH": str(order.epoch),
        "TZ": conditions.zone,
        "LANG": conditions.locale,
        "LC_ALL": conditions.locale,
    }


def _product(result: Mapping[str, Any], work: Path) -> Product:
    if "failed" in result:
        raise _failure(result["failed"], result["message"], _last_lines(work))
    return Product(
        sdist=Path(result["sdist"]),
        wheel=Path(result["wheel"]),
        requirements=tuple(result["requirements"]),
    )


def _failure(step: str, message: str, told: str) -> BuildFailed:
    if step == "hashes":
        return BuildFailed(
            f"The constraints file has hashes, but none for {message}, which the build "
            "environment holds.",
            next_step="Lock all build requirements: uv pip compile --generate-hashes",
        )
    if step == "environment":
        return BuildFailed(
            f"The build environment cannot be made: {message}\n{told}",
            next_step="Check the network, the proxy (HTTPS_PROXY, SSL_CERT_FILE) and "
            "public-index.url."
            if _NO_NETWORK.search(told)
            else "Mend build-system.requires, or the constraints file.",
        )
    return BuildFailed(
        f"The backend could not build the {step}: {message}\n{told}",
        next_step="`uv build` in a clean clone of the tag shows the same in full.",
    )


def _unfinished(error: ProcessFailed, work: Path) -> BuildFailed:
    told = _last_lines(work)
    if error.timed_out:
        return BuildFailed(
            f"The build did not end in its time.\n{told}",
            next_step="Find out in a clean clone of the tag what `uv build` waits for.",
        )
    last = "\n".join(error.stderr.strip().splitlines()[-_LAST_LINES:])
    return BuildFailed(
        f"The build ended with exit code {error.code}.\n{told}\n{last}".rstrip(),
        next_step="`uv build` in a clean clone of the tag shows more.",
    )


def _last_lines(work: Path) -> str:
    """Return the end of what the backend printed, which may be long."""
    log = work / "log.txt"
    if not log.exists():
        return ""
    with log.open("rb") as stream:
        stream.seek(max(0, log.stat().st_size - 100_000))
        lines = stream.read().decode("utf-8", errors="replace").strip().splitlines()
    return without_users("\n".join(lines[-_LAST_LINES:]))
