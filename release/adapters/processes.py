"""The one way in which this project runs a program."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import threading
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextvars import ContextVar
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from release.errors import ProcessFailed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from pathlib import Path

    from release.secret import Secret

Result = TypeVar("Result")


@dataclass(frozen=True, kw_only=True, slots=True)
class Completed:
    """A program that ended: its exit code and both streams, secrets masked."""

    code: int
    stdout: str
    stderr: str


def run(
    argv: Sequence[str],
    *,
    cwd: Path,
    env: Mapping[str, str],
    timeout: float,
    stdin: str | None = None,
    secrets: Sequence[Secret] = (),
    check: bool = True,
    umask: int = -1,
) -> Completed:
    """Run ``argv`` in ``cwd`` with exactly ``env``, in a process group of its own.

    Args:
        argv: Program and arguments; no shell sees them, and no secret is among them.
        cwd: The working directory.
        env: The whole environment of the program.
        timeout: Seconds after which the whole group is killed.
        stdin: Text for the program's standard input; without it, the input is empty.
        secrets: Values that are masked in both streams before anything keeps them.
        check: Whether an exit code other than 0 raises.
        umask: The umask of the program; -1 leaves the caller's.

    Raises:
        ProcessFailed: The exit code is not 0 (with ``check``), the time is over, or the
            program cannot be started (code 127 where it does not exist, else 126, as a
            shell would say).
    """
    try:
        process = subprocess.Popen(
            argv,
            cwd=cwd,
            env=dict(env),
            stdin=subprocess.DEVNULL if stdin is None else subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            encoding="utf-8",
            errors="replace",
            start_new_session=True,
            umask=umask,
        )
    except OSError as error:
        code = 127 if isinstance(error, FileNotFoundError) else 126
        told = f"{error.filename}: {error.strerror}"
        raise ProcessFailed(argv, code, "", told) from error
    with _ending_with_us(process):
        try:
            stdout, stderr = process.communicate(stdin, timeout=timeout)
        except subprocess.TimeoutExpired:
            _kill(process)
            stdout, stderr = process.communicate()
            raise ProcessFailed(
                argv, -1, _mask(stdout, secrets), _mask(stderr, secrets), timed_out=True
            ) from None
    completed = Completed(
        code=process.returncode, stdout=_mask(stdout, secrets), stderr=_mask(stderr, secrets)
    )
    if check and completed.code != 0:
        raise ProcessFailed(argv, completed.code, completed.stdout, completed.stderr)
    return completed


def interrupt_on_termination() -> None:
    """Let SIGTERM end this process as Ctrl+C does: a runner that cancels a job sends it."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)


def run_together(
    calls: Sequence[Callable[[], Result]], *, workers: int | None = None
) -> tuple[Result, ...]:
    """Make the calls at the same time, each in a thread, and return what they returned.

    ``workers`` bounds how many run at once; all do when it is not given.

    When one of them raises, or we are interrupted, the programs that the others run are
    killed, and the first error is raised.
    """
    crew = _Crew()
    with ThreadPoolExecutor(workers or max(len(calls), 1)) as pool:
        futures = [pool.submit(crew.work, call) for call in calls]
        try:
            for future in as_completed(futures):
                future.result()
        except BaseException:
            crew.disband()
            raise
    return tuple(future.result() for future in futures)


@contextlib.contextmanager
def in_background(call: Callable[[], Result]) -> Iterator[Callable[[], Result]]:
    """Make a call in a thread beside the block; yield how to wait for what it returns.

    When the block raises, or we are interrupted, the programs that the call runs are killed.
    """
    crew = _Crew()
    with ThreadPoolExecutor(1) as pool:
        future = pool.submit(crew.work, call)
        try:
            yield future.result
        except BaseException:
            crew.disband()
            raise


class _Crew:
    """Threads that stop together: what one of them runs can be killed from outside.

    A crew that works for another one stops with it.
    """

    def __init__(self) -> None:
        self._outer = _crew.get()
        self._lock = threading.Lock()
        self._running: set[subprocess.Popen[str]] = set()
        self._disbanded = False

    def work(self, call: Callable[[], Result]) -> Result:
        """Make one call in this thread, as part of the crew."""
        token = _crew.set(self)
        try:
            return call()
        finally:
            _crew.reset(token)

    def disband(self) -> None:
        """Kill what runs, and whatever a thread of ours starts from now on."""
        with self._lock:
            self._disbanded = True
            for process in self._running:
                _kill(process)

    def add(self, process: subprocess.Popen[str]) -> None:
        if self._outer:
            self._outer.add(process)
        with self._lock:
            self._running.add(process)
            if self._disbanded:
                _kill(process)

    def remove(self, process: subprocess.Popen[str]) -> None:
        if self._outer:
            self._outer.remove(process)
        with self._lock:
            self._running.discard(process)


_crew: ContextVar[_Crew | None] = ContextVar("_crew", default=None)


@contextlib.contextmanager
def _ending_with_us(process: subprocess.Popen[str]) -> Iterator[None]:
    """Kill the program's group when we are interrupted while it runs."""
    crew = _crew.get()
    if crew:
        crew.add(process)
    try:
        yield
    finally:
        if crew:
            crew.remove(process)
        if process.poll() is None:
            _kill(process)
            process.wait()


def _kill(process: subprocess.Popen[str]) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)


def _mask(text: str, secrets: Sequence[Secret]) -> str:
    for secret in secrets:
        if secret.reveal():
            text = text.replace(secret.reveal(), "***")
    return text
