"""A server of fresh processes: ``python build_hooks.py``, with the build environment's Python.

PEP 517 asks for a process of its own for each hook of a backend. Starting Python four
times costs more than many hooks do; here each is a fork of one process that has imported
modules of the standard library and nothing else. Orders come as lines of JSON on standard
input, exit codes leave as lines on standard output.
"""

from __future__ import annotations

import importlib
import json
import os
import sys
import types

STANDARD = (
    "configparser csv email.message email.parser glob hashlib importlib.metadata logging pathlib "
    "re shutil subprocess tarfile tempfile tomllib traceback urllib.parse zipfile"
)
"""What nearly every backend imports; the hooks need not do it again."""


def serve() -> None:
    """Fork for each order; only a fork returns from here with something left to run."""
    for line in sys.stdin.buffer:
        order = json.loads(line)
        code = compiled(order["argv"][0])
        child = os.fork()
        if child == 0:
            become(order)
            exec(code, sys.modules["__main__"].__dict__)  # noqa: S102  # the hook's own script
            return
        _, status = os.waitpid(child, 0)
        sys.stdout.write(f"{os.waitstatus_to_exitcode(status)}\n")
        sys.stdout.flush()


def compiled(script: str, known: dict[str, types.CodeType] = {}) -> types.CodeType:  # noqa: B006  # the cache
    """Return the script's code, compiled once."""
    if script not in known:
        with open(script, "rb") as stream:  # noqa: PTH123  # pathlib need not be there
            known[script] = compile(stream.read(), script, "exec")
    return known[script]


def become(order: dict[str, object]) -> None:
    """Make this fork what ``python SCRIPT ARGUMENT…`` would be with that folder and log."""
    log = os.open(str(order["log"]), os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o666)
    nothing = os.open(os.devnull, os.O_RDONLY)
    for source, target in ((nothing, 0), (log, 1), (log, 2)):
        os.dup2(source, target)
    os.close(log)
    os.close(nothing)
    os.environ.update(order["environ"])  # type: ignore[call-overload]  # text to text
    os.chdir(str(order["cwd"]))
    sys.argv[:] = order["argv"]  # type: ignore[call-overload]  # a list of text
    script = types.ModuleType("__main__")
    script.__file__ = sys.argv[0]
    sys.modules["__main__"] = script
    importlib.invalidate_caches()


if __name__ == "__main__":
    del sys.path[0]
    for name in STANDARD.split():
        try:
            importlib.import_module(name)
        except ImportError:
            continue
    serve()
