"""Files and folders: one move, permissions kept, nothing left behind."""

from __future__ import annotations

import os
import threading
from typing import TYPE_CHECKING

import pytest

from release.adapters import files

if TYPE_CHECKING:
    from pathlib import Path


def test_a_temporary_folder_is_gone_whatever_happens() -> None:
    """Also after an error inside, and where it was removed already."""
    with files.temporary_folder("x") as folder:
        (folder / "a").write_text("a", encoding="utf-8")
    assert not folder.exists()
    kept: list[Path] = []

    def fail() -> None:
        with files.temporary_folder("x") as other:
            kept.append(other)
            files.remove_tree(other)
            raise ValueError("inside")

    with pytest.raises(ValueError, match="inside"):
        fail()
    assert not kept[0].exists()


def test_a_file_is_replaced_with_its_permissions(tmp_path: Path) -> None:
    """The bytes are new, the permission bits the old ones; a new file takes the umask."""
    path = tmp_path / "folder" / "script"
    files.replace(path, b"one")
    mask = os.umask(0o022)
    os.umask(mask)
    assert path.stat().st_mode & 0o777 == 0o666 & ~mask
    path.chmod(0o751)
    files.replace(path, b"two")
    assert path.read_bytes() == b"two"
    assert path.stat().st_mode & 0o777 == 0o751
    assert list(path.parent.iterdir()) == [path]


def test_a_link_stays_one(tmp_path: Path) -> None:
    """Its target is replaced."""
    (tmp_path / "real").write_bytes(b"one")
    (tmp_path / "link").symlink_to("real")
    files.replace(tmp_path / "link", b"two")
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "real").read_bytes() == b"two"


def test_a_failed_replacement_leaves_the_old_file(tmp_path: Path) -> None:
    """And no other one."""
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "inner").write_bytes(b"")
    with pytest.raises(OSError, match="folder"):
        files.replace(tmp_path / "folder", b"two")
    assert [path.name for path in tmp_path.iterdir()] == ["folder"]


def test_copies_keep_permissions_and_links(tmp_path: Path) -> None:
    """The folders on the way are made."""
    source = tmp_path / "source"
    files.replace(source / "a", b"a")
    (source / "a").chmod(0o755)
    (source / "link").symlink_to("a")
    files.copy(source / "a", tmp_path / "new" / "b")
    assert (tmp_path / "new" / "b").stat().st_mode & 0o777 == 0o755
    files.copy(source / "link", tmp_path / "new" / "link")
    assert (tmp_path / "new" / "link").is_symlink()


def test_digests_are_those_of_sha256(tmp_path: Path) -> None:
    """In lower-case hex."""
    (tmp_path / "empty").touch()
    assert files.sha256(tmp_path / "empty") == (
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    )


def test_a_folder_is_replaced_in_one_move(tmp_path: Path) -> None:
    """Nothing of what was there stays, and nothing beside it."""
    target = tmp_path / "store" / "release"
    for text in ("one", "two"):
        with files.new_folder_beside(target) as new:
            (new / text).touch()
            files.replace_folder(new, target)
        assert [path.name for path in target.iterdir()] == [text]
    assert [path.name for path in target.parent.iterdir()] == ["release"]


def test_a_new_folder_that_was_not_moved_goes_away(tmp_path: Path) -> None:
    """Also after an error."""

    def fail() -> None:
        with files.new_folder_beside(tmp_path / "x") as new:
            (new / "file").touch()
            raise ValueError("inside")

    with pytest.raises(ValueError, match="inside"):
        fail()
    assert list(tmp_path.iterdir()) == []


def test_only_one_holds_a_folders_lock(tmp_path: Path) -> None:
    """The second waits for the first."""
    target, order = tmp_path / "store" / "release", list[str]()
    waiting = threading.Event()

    def second() -> None:
        waiting.set()
        with files.locked(target):
            order.append("second")

    thread = threading.Thread(target=second)
    with files.locked(target):
        thread.start()
        waiting.wait(30)
        thread.join(0.1)
        order.append("first")
    thread.join(30)
    assert order == ["first", "second"]
