"""Packages that bring their own build backend: nothing is installed, and each does one thing."""

from __future__ import annotations

from typing import Final

_PYPROJECT: Final = """\
[build-system]
requires = []
build-backend = "inside"
backend-path = ["backend"]

[project]
name = "sample"
version = "1.0"
"""

_BACKEND: Final = """\
import gzip, io, json, locale, os, pathlib, sys, tarfile, time, zipfile

EPOCH = int(os.environ["SOURCE_DATE_EPOCH"])
METADATA = "Metadata-Version: 2.1\\nName: sample\\nVersion: 1.0\\n"


def content():
    return "plain"


def build_sdist(folder, config_settings=None):
    name = "sample-1.0.tar.gz"
    with open(os.path.join(folder, name), "wb") as raw:
        with gzip.GzipFile("", "wb", fileobj=raw, mtime=EPOCH) as packed:
            with tarfile.open(fileobj=packed, mode="w") as archive:
                for path in sorted(pathlib.Path(".").rglob("*")):
                    if path.is_file() and ".git" not in path.parts and path.suffix != ".pyc":
                        add(archive, "sample-1.0/" + path.as_posix(), path.read_bytes())
                add(archive, "sample-1.0/PKG-INFO", METADATA.encode())
    return name


def add(archive, name, data):
    info = tarfile.TarInfo(name)
    info.size, info.mtime = len(data), EPOCH
    archive.addfile(info, io.BytesIO(data))


def build_wheel(folder, config_settings=None, metadata_directory=None):
    name = "sample-1.0-py3-none-any.whl"
    with zipfile.ZipFile(os.path.join(folder, name), "w") as archive:
        for path, text in (
            ("sample.py", content()),
            ("sample-1.0.dist-info/METADATA", METADATA),
            ("sample-1.0.dist-info/WHEEL", "Wheel-Version: 1.0\\n"),
        ):
            archive.writestr(zipfile.ZipInfo(path, time.gmtime(EPOCH)[:6]), text)
    return name
"""


def inside_files(extra: str = "", *, requires: str = "[]") -> dict[str, str]:
    """Return a package whose backend is ``extra`` on top of one that is reproducible.

    A function ``content`` in ``extra`` gives the text of the wheel's ``sample.py``;
    ``requires`` is the list of build requirements, as TOML.
    """
    return {
        "pyproject.toml": _PYPROJECT.replace("[]", requires),
        "backend/inside.py": f"{_BACKEND}\n\n{extra}",
    }
