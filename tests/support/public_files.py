"""Well-known wheels and sdists of the public index, fetched once and kept outside."""

from __future__ import annotations

import hashlib
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import httpx

from release.adapters import environment, files
from release.adapters.sandbox import Sandbox

if TYPE_CHECKING:
    from collections.abc import Mapping

PYPROJECT = """\
[project]
name = "well-known"
version = "0"
requires-python = ">=3.11"
dependencies = [{dependencies}]
"""


def cache_folder() -> Path:
    """Return the folder of the user's that keeps the files between runs."""
    variables = environment.variables()
    base = variables.get("XDG_CACHE_HOME") or str(Path.home() / ".cache")
    folder = Path(base) / "tag-to-lock" / "public-files"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def fetch(
    wanted: Mapping[str, str], kind: Literal["wheel", "sdist"], scratch: Path
) -> dict[str, Path]:
    """Return the file of each ``name: version``; uv's lock says where it is and its sha256."""
    folder = cache_folder()
    pins = {name: f"{name}=={version}" for name, version in wanted.items()}
    known = {name: _kept(folder, pin, kind) for name, pin in pins.items()}
    if not all(known.values()):
        locked = _lock(list(pins.values()), scratch)
        with httpx.Client(timeout=60, follow_redirects=True) as client:
            for name, pin in pins.items():
                _keep(folder, pin, kind, _choose(locked[name], kind), client)
    return {name: _present(folder, pin, kind) for name, pin in pins.items()}


def _kept(folder: Path, pin: str, kind: str) -> Path | None:
    return next((folder / pin / kind).glob("*.*"), None)


def _present(folder: Path, pin: str, kind: str) -> Path:
    path = _kept(folder, pin, kind)
    assert path is not None, f"{pin} has no {kind}"
    return path


def _lock(pins: list[str], scratch: Path) -> dict[str, Any]:
    project = scratch / "well-known"
    project.mkdir()
    dependencies = ", ".join(f'"{pin}"' for pin in pins)
    (project / "pyproject.toml").write_text(PYPROJECT.format(dependencies=dependencies))
    Sandbox(folder=scratch).uv(["lock"], cwd=project, timeout=120)
    lock = tomllib.loads((project / "uv.lock").read_text())
    return {package["name"]: package for package in lock["package"]}


def _choose(package: dict[str, Any], kind: str) -> dict[str, Any]:
    """Return the sdist, or a wheel: for any platform, else for Linux and CPython 3.11."""
    if kind == "sdist":
        chosen: dict[str, Any] = package["sdist"]
        return chosen
    endings = ("-none-any.whl", "-cp311-cp311-manylinux", "-abi3-manylinux", "-none-manylinux")
    for ending in endings:
        for wheel in package["wheels"]:
            if ending in wheel["url"] and ("manylinux" not in ending or "x86_64" in wheel["url"]):
                return dict(wheel)
    raise AssertionError(f"no wheel of {package['name']} fits")


def _keep(
    folder: Path, pin: str, kind: str, chosen: Mapping[str, Any], client: httpx.Client
) -> None:
    filename = chosen["url"].rpartition("/")[2]
    if (folder / pin / kind / filename).exists():
        return
    content = client.get(chosen["url"]).raise_for_status().content
    assert f"sha256:{hashlib.sha256(content).hexdigest()}" == chosen["hash"]
    files.replace(folder / pin / kind / filename, content)
