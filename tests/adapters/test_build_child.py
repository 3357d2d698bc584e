"""The program that builds: what it does to a tree, an sdist and an environment."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
import tarfile
from typing import TYPE_CHECKING, Any

import pytest

from release.adapters import build_child
from release.adapters.build_child import Environment, Failed, HookServer, copy_tree, main, unpack
from release.adapters.sandbox import uv_executable
from tests.support.backends import inside_files
from tests.support.repositories import make_repository

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def strict() -> Iterator[None]:
    """A umask under which nobody else may do anything."""
    before = os.umask(0o077)
    yield
    os.umask(before)


def mode(path: Path) -> int:
    """Return the permission bits."""
    return path.lstat().st_mode & 0o777


def request(tree: Path, work: Path, **settings: Any) -> dict[str, Any]:  # noqa: ANN401  # any key
    """Return what the builder asks for."""
    work.mkdir(parents=True, exist_ok=True)
    return {
        "tree": str(tree),
        "subfolder": "",
        "work": str(work),
        "uv": uv_executable(),
        "uv_environ": {},
        "constraints_file": None,
        "hashed": None,
        **settings,
    }


def test_a_tree_is_copied_as_another_machine_would_have_it(tmp_path: Path, strict: None) -> None:
    """Permissions by the umask, links as links, git's objects shared, the rest copied."""
    tree = make_repository(tmp_path / "tree", {"a": "a", "run": "#!", "folder/b": "b"})
    (tree / "run").chmod(0o755)
    (tree / "link").symlink_to("a")
    (tree / "to-folder").symlink_to("folder")
    (tree / "dead").symlink_to("nowhere")
    copy_tree(tree, tmp_path / "copy")
    copy = tmp_path / "copy"
    assert (mode(copy / "a"), mode(copy / "run"), mode(copy / "folder")) == (0o600, 0o700, 0o700)
    links = ("link", "to-folder", "dead")
    assert [str((copy / name).readlink()) for name in links] == ["a", "folder", "nowhere"]
    objects = [path for path in (copy / ".git" / "objects").rglob("*") if path.is_file()]
    assert objects
    assert {path.stat().st_nlink for path in objects} == {2}
    assert (copy / ".git" / "HEAD").stat().st_nlink == 1


def test_objects_that_cannot_be_linked_are_copied(tmp_path: Path) -> None:
    """Here since a file of the name is there, elsewhere between file systems."""
    (tmp_path / "object").write_bytes(b"x")
    (tmp_path / "target").write_bytes(b"")
    build_child.copy_file(tmp_path / "object", tmp_path / "target", link=True)
    assert (tmp_path / "target").read_bytes() == b"x"
    assert (tmp_path / "target").stat().st_nlink == 1


def test_an_sdist_is_unpacked_by_the_umask(tmp_path: Path, strict: None) -> None:
    """Executable stays executable."""
    with tarfile.open(tmp_path / "s.tar.gz", "w:gz") as archive:
        for name, bits in (("s/a", 0o666), ("s/run", 0o777)):
            info = tarfile.TarInfo(name)
            info.mode = bits
            archive.addfile(info, io.BytesIO())
    top = unpack(tmp_path / "s.tar.gz", tmp_path / "unpacked")
    assert top == tmp_path / "unpacked" / "s"
    assert (mode(top / "a"), mode(top / "run")) == (0o600, 0o700)


@pytest.mark.parametrize("names", [["../escape"], ["a/x", "b/x"], []])
def test_an_sdist_that_cannot_be_right_is_refused(tmp_path: Path, names: list[str]) -> None:
    """A member outside of it, two top folders, or none."""
    (tmp_path / "unpacked").mkdir()
    with tarfile.open(tmp_path / "s.tar.gz", "w:gz") as archive:
        for name in names:
            archive.addfile(tarfile.TarInfo(name), io.BytesIO())
    with pytest.raises(Failed, match=r"s\.tar\.gz cannot be unpacked"):
        unpack(tmp_path / "s.tar.gz", tmp_path / "unpacked")
    assert not (tmp_path / "escape").exists()


def test_a_build_talks_through_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The result, or what failed where; the backend's words are in the log."""
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")
    for extra, expected in (("print('built')", "wheel"), ("print('built')\n1 / 0", "failed")):
        tree = make_repository(tmp_path / expected / "tree", inside_files(extra))
        work = tmp_path / expected / "work"
        wanted = tmp_path / expected / "request.json"
        wanted.write_text(json.dumps(request(tree, work)), encoding="utf-8")
        main(wanted)
        assert expected in json.loads((work / "result.json").read_text(encoding="utf-8"))
        assert "built" in (work / "log.txt").read_text(encoding="utf-8")


def test_later_requirements_are_seen_by_later_hooks(tmp_path: Path) -> None:
    """Also those that need another start of Python; what is there is not asked for again."""
    work = tmp_path / "work"
    environment = Environment(work / "environment", request(tmp_path, work), work / "log.txt")
    script = tmp_path / "script.py"
    script.write_text("import sys, flit_core\n", encoding="utf-8")
    with pytest.raises(subprocess.CalledProcessError):
        environment.call_hook(["python", str(script)], str(tmp_path))
    environment.install({"flit-core==3.12.0"})
    environment.call_hook(["python", str(script)], str(tmp_path))
    server = environment.server
    environment.install(["flit-core==3.12.0"])
    assert environment.server is server
    assert environment.versions() == ["flit-core==3.12.0"]
    environment.start_install(["surely-not==0"])
    environment.close()


def test_a_fork_is_what_a_new_python_would_be(tmp_path: Path) -> None:
    """Arguments, folder, variables, standard streams and ``__main__`` are its own."""
    script = tmp_path / "script.py"
    script.write_text(
        "import atexit, os, sys\n"
        "atexit.register(print, 'at exit')\n"
        "print(sys.argv[1:], os.getcwd(), os.environ['X'], repr(sys.stdin.read()), __name__)\n"
        "print(__file__ == sys.argv[0], sys.modules['__main__'].__dict__ is globals())\n"
        "sys.exit(int(sys.argv[1]))\n",
        encoding="utf-8",
    )
    server = HookServer(sys.executable)
    log = tmp_path / "log.txt"
    order = {"cwd": str(tmp_path), "environ": {"X": "1"}, "log": str(log)}
    for code in (0, 3):
        assert server.run({**order, "argv": [str(script), str(code)]}) == code
    assert log.read_text(encoding="utf-8") == "".join(
        f"['{code}'] {tmp_path} 1 '' __main__\nTrue True\nat exit\n" for code in (0, 3)
    )
    server.end()
    assert server.process.returncode == 0


def test_a_server_that_is_gone_is_a_failure(tmp_path: Path) -> None:
    """Whether it dies before or while it is asked."""
    server = HookServer(sys.executable)
    server.process.kill()
    server.process.wait()
    order = {"argv": ["x"], "cwd": str(tmp_path), "environ": {}, "log": str(tmp_path / "log")}
    assert server.run(order) == -1
    server.end()


def test_what_uv_cannot_install_is_told(tmp_path: Path) -> None:
    """The log has uv's own words."""
    work = tmp_path / "work"
    environment = Environment(work / "environment", request(tmp_path, work), work / "log.txt")
    with pytest.raises(Failed, match="uv cannot install the build requirements"):
        environment.install(["surely-not>=1,<1"])
    assert "surely-not" in (work / "log.txt").read_text(encoding="utf-8")


def test_what_has_no_hash_is_refused_where_hashes_are_known(tmp_path: Path) -> None:
    """Names are compared normalized."""
    work = tmp_path / "work"
    asked = request(tmp_path, work, hashed=["flit-core==3.12.0"])
    environment = Environment(work / "environment", asked, work / "log.txt")
    environment.install(["flit_core==3.12.0"])
    with pytest.raises(Failed, match=r"flit-core==3\.11\.0"):
        environment.install(["flit-core==3.11.0"])


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('[build-system]\nrequires = ["a", 1]\n', ["a"]),
        ("[build-system]\n", []),
        ("build-system = 1\n", []),
        ("[", []),
        (None, []),
    ],
)
def test_requirements_are_guessed_early(
    tmp_path: Path, text: str | None, expected: list[str]
) -> None:
    """Whatever is unusual is left for ``build`` to judge."""
    if text is not None:
        (tmp_path / "pyproject.toml").write_text(text, encoding="utf-8")
    assert build_child.probable_requirements(tmp_path) == expected
