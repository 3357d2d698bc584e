"""Files and folders: read, digest, and replace in one move."""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import os
import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator


@contextlib.contextmanager
def temporary_folder(prefix: str) -> Iterator[Path]:
    """Yield a new folder, gone afterwards whatever happened inside."""
    folder = Path(tempfile.mkdtemp(prefix=f"release-{prefix}-")).resolve()
    try:
        yield folder
    finally:
        remove_tree(folder)


def remove_tree(folder: Path) -> None:
    """Remove a folder and all below it; one that is not there is fine."""
    shutil.rmtree(folder, ignore_errors=True)


def replace(path: Path, content: bytes) -> None:
    """Give ``path`` this content in one move, its permission bits kept.

    The bytes are written beside the target and renamed over it, so a reader sees the old
    file or the new one, and a failure leaves the old one. A symbolic link stays one: its
    target is replaced.
    """
    target = path.resolve()
    target.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(prefix=f".{target.name}.", dir=target.parent)
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        if target.exists():
            shutil.copymode(target, name)
        else:
            Path(name).chmod(0o666 & ~_umask())
        Path(name).replace(target)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


@contextlib.contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Hold what no other process holds at the same time for this folder, there or not.

    The lock ends with the process, however that ends; its file stays, empty.
    """
    folder.parent.mkdir(parents=True, exist_ok=True)
    with (folder.parent / f".{folder.name}.lock").open("w") as stream:
        fcntl.flock(stream, fcntl.LOCK_EX)
        yield


@contextlib.contextmanager
def new_folder_beside(target: Path) -> Iterator[Path]:
    """Yield a new folder beside ``target``, to be filled and moved onto it."""
    target.parent.mkdir(parents=True, exist_ok=True)
    folder = Path(tempfile.mkdtemp(prefix=f".{target.name}.", dir=target.parent))
    folder.chmod(0o777 & ~_umask())
    try:
        yield folder
    finally:
        remove_tree(folder)


def replace_folder(source: Path, target: Path) -> None:
    """Move ``source`` to ``target`` in one move; what was there goes away first."""
    if target.exists():
        with new_folder_beside(target) as aside:
            target.replace(aside / target.name)
    source.replace(target)


def sha256(path: Path) -> str:
    """Return the file's SHA-256 in lower-case hex, read in pieces."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def copy(source: Path, target: Path) -> None:
    """Copy one file with its permission bits, making the folders on the way."""
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copy2(source, target, follow_symlinks=False)


def _umask() -> int:
    current = os.umask(0)
    os.umask(current)
    return current
