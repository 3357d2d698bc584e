"""Indexes that watch, lie or come late; wheels by hand; and a machine full of bad settings.

Run as a program, this module verifies a release inside of such a machine's settings:
they reach a real process of its own, and never the test run.
"""

from __future__ import annotations

import contextlib
import csv
import hashlib
import io
import json
import os
import sys
import threading
import zipfile
from base64 import urlsafe_b64encode
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING

from packaging.utils import canonicalize_name, parse_wheel_filename
from packaging.version import Version

from release.model import Artifact, Built, Release, Wanted
from release.secret import Credentials, Secret

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

WHEEL = b"Wheel-Version: 1.0\nGenerator: tests\nRoot-Is-Purelib: true\nTag: py3-none-any\n"


def make_wheel(
    folder: Path,
    name: str,
    version: str,
    *,
    requires: Sequence[str] = (),
    files: Mapping[str, str] | None = None,
    scripts: Mapping[str, str] | None = None,
) -> Path:
    """Write a wheel; without ``files``, one package that knows its version."""
    module = name.replace("-", "_")
    info = f"{module}-{version}.dist-info"
    metadata = [f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n"]
    metadata += [f"Requires-Dist: {requirement}\n" for requirement in requires]
    given = files or {f"{module}/__init__.py": f"__version__ = {version!r}\n"}
    members = {path: text.encode() for path, text in given.items()}
    members[f"{info}/METADATA"] = "".join(metadata).encode()
    members[f"{info}/WHEEL"] = WHEEL
    if scripts:
        points = "".join(f"{script} = {target}\n" for script, target in scripts.items())
        members[f"{info}/entry_points.txt"] = f"[console_scripts]\n{points}".encode()
    record = io.StringIO()
    rows = csv.writer(record, lineterminator="\n")
    rows.writerows((path, _record_digest(data), len(data)) for path, data in members.items())
    rows.writerow((f"{info}/RECORD", "", ""))
    members[f"{info}/RECORD"] = record.getvalue().encode()
    folder.mkdir(parents=True, exist_ok=True)
    target = folder / f"{module}-{version}-py3-none-any.whl"
    with zipfile.ZipFile(target, "w") as archive:
        for path, data in members.items():
            archive.writestr(path, data)
    return target


def _record_digest(data: bytes) -> str:
    digest = urlsafe_b64encode(hashlib.sha256(data).digest()).decode().rstrip("=")
    return f"sha256={digest}"


def make_built(*paths: Path) -> Built:
    """Return what a build of these files would hand on; a wheel is the first of them."""
    name, version, _, _ = parse_wheel_filename(paths[0].name)
    return Built(
        release=make_release(name, str(version)),
        artifacts=tuple(
            Artifact(
                path=path,
                kind="wheel" if path.suffix == ".whl" else "sdist",
                sha256=hashlib.sha256(path.read_bytes()).hexdigest(),
                size=path.stat().st_size,
            )
            for path in paths
        ),
        requirements=(),
        reproduced=True,
    )


def make_release(name: str = "issue-core", version: str = "0.2.0") -> Release:
    """Return a release of that name and version."""
    return Release(
        name=canonicalize_name(name),
        version=Version(version),
        tag=f"v{version}",
        tag_object="1" * 40,
        commit="2" * 40,
        commit_time=1_700_000_000,
    )


def make_wanted(
    url: str = "https://gitea.example.org/api/packages/coulomb/pypi/simple",
    *,
    digests: Sequence[tuple[str, str]] = (),
    version: str = "0.2.0",
) -> Wanted:
    """Return what a bump to issue-core asks of a consumer."""
    release = make_release(version=version)
    return Wanted(
        release=release,
        specifier=">=0.2,<0.3",
        index_name="coulomb",
        index_url=url,
        digests=tuple(digests),
        internal=frozenset({release.name, canonicalize_name("tender-core")}),
    )


# an index that watches --------------------------------------------------------------


@dataclass(kw_only=True)
class WatchingIndex:
    """A simple index over a folder of wheels that remembers what it was asked for."""

    folder: Path
    url: str = ""
    links: str = ""
    lists_after: int = 0
    requests: list[str] = field(default_factory=list)

    def page(self, name: str) -> bytes | None:
        """Return the project page, or None for a project that the folder does not have."""
        pages = [path for path in self.requests if path.endswith(f"/{name}/")]
        if len(pages) <= self.lists_after:
            return b"<!DOCTYPE html><html><body></body></html>"
        found = [
            path
            for path in sorted(self.folder.glob("*.whl"))
            if canonicalize_name(path.name.split("-")[0]) == name
        ]
        anchors = "".join(
            f'<a href="{self.links}/files/{path.name}'
            f'#sha256={hashlib.sha256(path.read_bytes()).hexdigest()}">{path.name}</a>\n'
            for path in found
        )
        return f"<!DOCTYPE html><html><body>{anchors}</body></html>".encode() if found else None

    def answer(self, path: str) -> bytes | None:
        """Return the body for a request's path."""
        self.requests.append(path)
        kind, _, name = path.strip("/").partition("/")
        if kind == "simple":
            return self.page(name)
        file = self.folder / name
        return file.read_bytes() if kind == "files" and file.is_file() else None


@contextlib.contextmanager
def watch(
    folder: Path, *, links: str | None = None, lists_after: int = 0
) -> Iterator[WatchingIndex]:
    """Serve ``folder`` on loopback; ``links`` puts the files on another host.

    ``lists_after`` is how often the page stays empty before it lists its files.
    """
    folder.mkdir(parents=True, exist_ok=True)
    index = WatchingIndex(folder=folder, lists_after=lists_after)

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            """Answer, and remember the question."""
            body = index.answer(self.path)
            self.send_response(200 if body is not None else 404)
            kind = "text/html" if self.path.endswith("/") else "application/octet-stream"
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body or b"")))
            self.end_headers()
            if self.command == "GET":
                self.wfile.write(body or b"")

        do_HEAD = do_GET  # noqa: N815  # http.server looks for this name

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # its name
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    index.url = f"http://127.0.0.1:{server.server_port}/simple/"
    index.links = links if links is not None else f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield index
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


# a machine full of bad settings -----------------------------------------------------


def bad_settings(folder: Path, hostile_url: str, wheels: Path) -> dict[str, str]:
    """Lay out configuration files in ``folder`` and return variables, all for the worse."""
    home, config, machine = folder / "home", folder / "config", folder / "machine"
    pip = f"[global]\nindex-url = {hostile_url}\nextra-index-url = {hostile_url}\n"
    uv = f'[[index]]\nurl = "{hostile_url}"\ndefault = true\n'
    texts = {
        home / ".config" / "pip" / "pip.conf": pip,
        home / ".pip" / "pip.conf": pip,
        home / ".config" / "uv" / "uv.toml": uv,
        home / ".netrc": "machine 127.0.0.1 login mallory password wrong\n",
        config / "pip" / "pip.conf": pip,
        config / "uv" / "uv.toml": uv,
        machine / "pip" / "pip.conf": pip,
        machine / "uv" / "uv.toml": uv,
        folder / "pip.conf": pip,
        folder / "constraints.txt": "issue-core==9.9\n",
        folder / "path" / "issue_core.py": "raise SystemExit('the shadow was imported')\n",
        folder / "path" / "sitecustomize.py": "print('the shadow ran')\n",
    }
    for path, text in texts.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return {
        "HOME": str(home),
        "XDG_CONFIG_HOME": str(config),
        "XDG_CONFIG_DIRS": str(machine),
        "NETRC": str(home / ".netrc"),
        "PIP_CONFIG_FILE": str(folder / "pip.conf"),
        "PIP_INDEX_URL": hostile_url,
        "PIP_EXTRA_INDEX_URL": hostile_url,
        "PIP_FIND_LINKS": str(wheels),
        "PIP_CONSTRAINT": str(folder / "constraints.txt"),
        "PIP_TARGET": str(folder / "target"),
        "UV_INDEX": f"coulomb={hostile_url}",
        "UV_DEFAULT_INDEX": hostile_url,
        "UV_EXTRA_INDEX_URL": hostile_url,
        "UV_INDEX_URL": hostile_url,
        "UV_FIND_LINKS": str(wheels),
        "UV_CONSTRAINT": str(folder / "constraints.txt"),
        "UV_OVERRIDE": str(folder / "constraints.txt"),
        "UV_CONFIG_FILE": str(machine / "uv" / "uv.toml"),
        "UV_INDEX_STRATEGY": "unsafe-best-match",
        "UV_PROJECT_ENVIRONMENT": str(folder / "target"),
        "UV_FROZEN": "1",
        "PYTHONPATH": str(folder / "path"),
        "PYTHONHOME": str(folder / "nowhere"),
        "VIRTUAL_ENV": str(folder / "nowhere"),
    }


def verify_in_child(arguments: Mapping[str, object]) -> None:
    """Take the settings, stand in the folder with the shadow, verify, print what was proven."""
    from release.adapters.index import Index
    from release.config import Verify
    from release.verify import verify

    given = {key: str(value) for key, value in arguments.items()}
    os.environ.update(json.loads(given["settings"]))
    os.chdir(given["cwd"])
    reader = Credentials(username="__token__", token=Secret(given["token"]))
    proofs = verify(
        make_built(Path(given["wheel"])),
        index=Index(url=given["index"], credentials=reader, timeout=10),
        index_name="coulomb",
        credentials=reader,
        config=Verify(installers=("uv", "pip"), commands=(("issue", "--version"),)),
        internal=frozenset(),
        public_index_url=given["public"],
        folder=Path(given["folder"]),
        budget=5,
        say=lambda _: None,
    )
    print(  # noqa: T201  # its result, for the test that started it
        json.dumps(
            [
                {item.name: [item.version, item.index] for item in proof.installed}
                for proof in proofs
            ]
        )
    )


if __name__ == "__main__":
    verify_in_child(json.load(sys.stdin))
