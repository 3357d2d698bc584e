"""The one way to run a program: what comes back, and what is left behind."""

from __future__ import annotations

import os
import signal
import sys
import threading
from functools import partial
from pathlib import Path

import pytest

from release.adapters.processes import run, run_together
from release.errors import ProcessFailed
from release.secret import Secret

HERE = Path(__file__).parent


def python(code: str, **settings: object) -> str:
    """Run a line of Python, and return what it printed."""
    return run(
        [sys.executable, "-I", "-c", code],
        cwd=HERE,
        env={"A": "1"},
        timeout=60,
        **settings,  # type: ignore[arg-type]  # each test passes what run takes
    ).stdout


def test_the_environment_is_exactly_the_one_given() -> None:
    """Nothing of ours is inherited, and nothing comes on standard input."""
    assert python("import os; print(sorted(set(os.environ) - {'LC_CTYPE'}))") == "['A']\n"
    assert python("import sys; print(repr(sys.stdin.read()))") == "''\n"
    assert python("print(input())", stdin="told\n") == "told\n"


def test_the_umask_is_the_programs_own() -> None:
    """Ours stays as it is."""
    before = os.umask(0o022)
    os.umask(before)
    assert python("import os; print(os.umask(0))", umask=0o077) == f"{0o077}\n"
    assert os.umask(before) == before


def test_a_failure_carries_both_streams_and_no_secret() -> None:
    """With what ended it; an empty secret masks nothing."""
    code = "import sys; print('out CANARY'); print('err CANARY', file=sys.stderr); sys.exit(3)"
    secrets = [Secret("CANARY"), Secret("")]
    with pytest.raises(ProcessFailed) as caught:
        python(code, secrets=secrets)
    error = caught.value
    assert (error.code, error.stdout, error.stderr) == (3, "out ***\n", "err ***\n")
    assert error.timed_out is False
    assert str(error).endswith("… ended with exit code 3.\nout ***\nerr ***")
    assert python("import sys; sys.exit(3)", check=False) == ""


def test_bytes_that_are_no_text_do_not_stop_it() -> None:
    """They are replaced."""
    assert python(r"import os; os.write(1, b'\xff\n')") == "\ufffd\n"


def test_a_program_that_cannot_be_started_is_told(tmp_path: Path) -> None:
    """127 where it or the folder is not there, 126 where it may not run."""
    (tmp_path / "plain").write_text("", encoding="utf-8")
    for argv, cwd, code in (
        ([str(tmp_path / "absent")], tmp_path, 127),
        ([sys.executable], tmp_path / "absent", 127),
        ([str(tmp_path / "plain")], tmp_path, 126),
        ([sys.executable], tmp_path / "plain", 126),
    ):
        with pytest.raises(ProcessFailed) as caught:
            run(argv, cwd=cwd, env={}, timeout=60)
        assert caught.value.code == code


def is_running(pid: int) -> bool:
    """Tell whether a process runs; one that ended and waits to be read does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").split(")")[1].split()[0] != "Z"
    except FileNotFoundError:
        return False


FAMILY = (
    "import subprocess, sys; child = subprocess.Popen([sys.executable, '-c', "
    "'import time; time.sleep(600)']); print(child.pid, flush=True); child.wait()"
)


def test_after_its_time_a_program_is_killed_with_its_children() -> None:
    """What it printed until then is told."""
    with pytest.raises(ProcessFailed, match="did not end in its time") as caught:
        run([sys.executable, "-I", "-c", FAMILY], cwd=HERE, env={}, timeout=1.5)
    assert caught.value.timed_out is True
    child = int(caught.value.stdout)
    signal_sent = threading.Event()
    for _ in range(200):
        if not is_running(child):
            break
        signal_sent.wait(0.02)
    assert not is_running(child)


def test_calls_run_at_the_same_time_and_answer_in_order() -> None:
    """Each waits for the other, so one after the other would not end."""
    meeting = threading.Barrier(2, timeout=30)
    assert run_together([partial(_meet, meeting, 1), partial(_meet, meeting, 2)]) == (1, 2)


def _meet(meeting: threading.Barrier, answer: int) -> int:
    meeting.wait()
    return answer


@pytest.mark.parametrize("late", [False, True])
def test_one_failure_ends_the_others(tmp_path: Path, *, late: bool) -> None:
    """Programs that run are killed, and those that would be started later as well."""
    started = threading.Event()
    sleep = [sys.executable, "-I", "-c", "import time; time.sleep(600)"]

    def wait() -> None:
        if late:
            started.wait(30)
        else:
            started.set()
        run(sleep, cwd=tmp_path, env={}, timeout=500)

    def fail() -> None:
        if not late:
            started.wait(30)
        raise ValueError("first")

    timer = threading.Timer(0.3, started.set)
    timer.start()
    with pytest.raises(ValueError, match="first"):
        run_together([wait, fail])
    timer.join()


def test_an_interrupt_ends_all_of_them(tmp_path: Path) -> None:
    """Ctrl-C reaches the main thread only; the programs of the others end with it."""
    code = f"""
import sys
sys.path.insert(0, {str(HERE.parent.parent)!r})
from functools import partial
from pathlib import Path
from release.adapters.processes import run, run_together
argv = [sys.executable, "-c", "import os,time; print(os.getpid(), flush=True); "
        "open('pid-' + str(os.getpid()), 'w').close(); time.sleep(600)"]
try:
    run_together([partial(run, argv, cwd=Path('.'), env={{}}, timeout=500)] * 2)
except KeyboardInterrupt:
    print("interrupted")
"""
    import subprocess

    process = subprocess.Popen([sys.executable, "-c", code], cwd=tmp_path, stdout=subprocess.PIPE)
    pause = threading.Event()
    for _ in range(1500):
        if len(list(tmp_path.glob("pid-*"))) == 2:
            break
        pause.wait(0.02)
    process.send_signal(signal.SIGINT)
    stdout, _ = process.communicate(timeout=60)
    assert stdout == b"interrupted\n"
    pids = [int(path.name.removeprefix("pid-")) for path in tmp_path.glob("pid-*")]
    assert len(pids) == 2
    assert not [pid for pid in pids if is_running(pid)]
