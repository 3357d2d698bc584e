"""One upload is one request, and every end of it is an answer."""

from __future__ import annotations

import base64
import hashlib
import json
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

import pytest

from release.adapters.upload import Answer, Uploader
from release.errors import UploadFailed
from release.model import Artifact
from tests.support.index_servers import (
    CREDENTIALS,
    METADATA,
    TOKEN,
    Registry,
    Request,
    answering,
    build,
    closed_port,
    scripted,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


@pytest.fixture
def registry() -> Iterator[Registry]:
    """A scripted registry."""
    with scripted() as served:
        yield served


@pytest.fixture
def wheel(tmp_path: Path) -> Artifact:
    """A small wheel."""
    return build(tmp_path / "built").wheel


def uploader(registry: Registry, *, timeout: float = 5) -> Uploader:
    """Return the uploader of a registry."""
    return Uploader(url=registry.url, credentials=CREDENTIALS, timeout=timeout)


def test_an_upload_arrives_whole_and_signed(registry: Registry, wheel: Artifact) -> None:
    """The bytes, the token and the form are what the registry needs."""
    assert uploader(registry).upload(wheel) == Answer(status=201, text="Created")
    assert hashlib.sha256(registry.stored[wheel.filename]).hexdigest() == wheel.sha256
    ((method, path, headers),) = registry.seen
    assert (method, path) == ("POST", "/")
    assert base64.b64decode(headers["Authorization"].removeprefix("Basic ")).decode() == (
        f"__token__:{TOKEN}"
    )


@pytest.mark.parametrize("status", [200, 201, 400, 401, 403, 404, 409, 413, 429, 500, 503])
def test_any_status_is_an_answer_after_exactly_one_request(
    registry: Registry, wheel: Artifact, status: int
) -> None:
    """Repeating is not this layer's business; twine's own repetition is off."""
    registry.always_post = answering(status, b"<p>the server's &amp; words</p>\n")
    assert uploader(registry).upload(wheel) == Answer(status=status, text="the server's & words")
    assert len(registry.seen) == 1


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("7", 7.0),
        ("-7", 0.0),
        ("Wed, 21 Oct 2015 07:28:30 GMT", 30.0),
        ("soon", None),
        ("9" * 400, None),
        ("9" * 5_000, None),
        ("Wed, 21 Oct 99999999999999999999 07:28:30 GMT", None),
    ],
)
def test_retry_after_is_told_in_seconds(
    registry: Registry, wheel: Artifact, value: str, expected: float | None
) -> None:
    """A number, or a date that is read by the server's own clock."""

    def reply(request: Request) -> None:
        request.rfile.read(int(request.headers["Content-Length"]))
        request.send_response_only(503)
        request.send_header("Date", "Wed, 21 Oct 2015 07:28:00 GMT")
        request.send_header("Retry-After", value)
        request.send_header("Content-Length", "0")
        request.end_headers()

    registry.on_post = [reply]
    assert uploader(registry).upload(wheel).retry_after == expected


@pytest.mark.parametrize(
    ("location", "text"),
    [
        ("/user/login?token=canary", "redirect to {url}/user/login"),
        ("http://bot:canary@other/", "redirect to http://other/"),
        ("http://[bad", "redirect to (a URL that cannot be read)"),
    ],
)
def test_a_redirect_is_told_and_not_followed(
    registry: Registry, wheel: Artifact, location: str, text: str
) -> None:
    """The token goes to no other place."""
    registry.on_post = [answering(302, Location=location)]
    answer = uploader(registry).upload(wheel)
    assert answer == Answer(status=302, text=text.format(url=registry.url))
    assert len(registry.seen) == 1


def _cut_sentence(request: Request) -> None:
    request.rfile.read(int(request.headers["Content-Length"]))
    request.send_response(500, "Broken")
    request.send_header("Content-Length", "1000")
    request.end_headers()
    request.wfile.write(b"the beginning")
    request.lose()


@pytest.mark.parametrize(
    ("reply", "expected"),
    [
        (Request.lose, Answer(status=None, text="the connection was lost")),
        (Request.hang, Answer(status=None, text="no answer within 1 s")),
        (_cut_sentence, Answer(status=500, text="Broken")),
    ],
)
def test_an_answer_that_does_not_come_is_told(
    registry: Registry,
    wheel: Artifact,
    reply: Callable[[Request], None],
    expected: Answer,
) -> None:
    """Silence and a lost connection are answers too; what cannot be read is left out."""
    registry.on_post = [reply]
    told = uploader(registry, timeout=1).upload(wheel)
    # A connection that is cut while we write may be told as reset.
    assert told in {expected, Answer(status=None, text="connection reset by peer")}
    assert len(registry.seen) == 1


def test_a_refused_connection_is_told(wheel: Artifact) -> None:
    """Nobody listens: one sentence, no traceback."""
    gone = Registry(url=f"http://127.0.0.1:{closed_port()}")
    assert uploader(gone).upload(wheel) == Answer(status=None, text="connection refused")


def test_a_url_or_a_file_that_twine_refuses_is_no_answer(tmp_path: Path, wheel: Artifact) -> None:
    """Nothing was sent, and the sentence says so."""
    with pytest.raises(UploadFailed, match="twine does not send"):
        uploader(Registry(url="no-url")).upload(wheel)
    broken = tmp_path / wheel.filename
    broken.write_bytes(b"no wheel")
    for path in (broken, tmp_path / "absent" / wheel.filename):
        with pytest.raises(UploadFailed, match="twine does not send"):
            uploader(Registry(url="http://127.0.0.1:1")).upload(
                Artifact(path=path, kind="wheel", sha256="0" * 64, size=8)
            )


def test_no_setting_of_the_machine_is_taken_and_nothing_is_printed(
    registry: Registry, tmp_path: Path, wheel: Artifact
) -> None:
    """No .pypirc, netrc, keyring, TWINE_* or prompt; our streams stay ours."""
    home = tmp_path / "home"
    home.mkdir()
    (home / ".pypirc").write_text("[pypi]\nusername = canary\npassword = canary\n")
    (home / ".netrc").write_text("machine 127.0.0.1 login canary password canary\n")
    (home / ".netrc").chmod(0o600)
    done = _in_a_process(
        registry,
        wheel.path,
        {
            "HOME": str(home),
            "TWINE_USERNAME": "canary",
            "TWINE_PASSWORD": "canary",
            "PYTHON_KEYRING_BACKEND": "no.such.Backend",
        },
    )
    assert done["stdout"] == ""
    assert done["stderr"] == ""
    assert done["status"] == 201
    ((_, _, headers),) = registry.seen
    assert "canary" in TOKEN
    assert base64.b64decode(headers["Authorization"].removeprefix("Basic ")).decode() == (
        f"__token__:{TOKEN}"
    )


def test_a_wheel_of_200_mb_is_uploaded_in_80_mb(tmp_path: Path) -> None:
    """It is streamed: memory does not grow with the artifact."""
    big = tmp_path / "issue_core-0.2.0-py3-none-any.whl"
    with zipfile.ZipFile(big, "w") as archive:
        archive.writestr("issue_core-0.2.0.dist-info/METADATA", METADATA)
        with archive.open("issue_core/data.bin", "w", force_zip64=True) as member:
            for _ in range(200):
                member.write(bytes(1_000_000))
    with scripted() as registry:
        registry.on_post = [_swallow]
        done = _in_a_process(registry, big, {})
    assert done["status"] == 201
    assert int(str(done["peak_kb"])) < 80_000


def _swallow(request: Request) -> None:
    left = int(request.headers["Content-Length"])
    assert left > 200_000_000
    while left:
        left -= len(request.rfile.read(min(left, 1_000_000)))
    request.answer(201)


PROGRAM = r"""
import contextlib, io, json, pathlib, re, sys
from release.adapters.upload import Uploader
from release.model import Artifact
from release.secret import Credentials, Secret
url, path, token = sys.argv[1:]
path = pathlib.Path(path)
artifact = Artifact(path=path, kind="wheel", sha256="", size=path.stat().st_size)
credentials = Credentials(username="__token__", token=Secret(token))
out, err = io.StringIO(), io.StringIO()
with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
    answer = Uploader(url=url, credentials=credentials, timeout=30).upload(artifact)
# Not ru_maxrss: a process inherits that from the one which started it.
peak = int(re.search(r"VmHWM:\s+(\d+)", pathlib.Path("/proc/self/status").read_text())[1])
print(json.dumps({"status": answer.status, "stdout": out.getvalue(),
                  "stderr": err.getvalue(), "peak_kb": peak}))
"""


def _in_a_process(registry: Registry, path: Path, extra: dict[str, str]) -> dict[str, object]:
    root = Path(__file__).parents[2]
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, registry.url, str(path), TOKEN],
        cwd=root,
        env={"PATH": "", "PYTHONPATH": str(root), **extra},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    assert done.stderr == ""
    result: dict[str, object] = json.loads(done.stdout)
    return result


def test_no_answer_and_no_repr_shows_the_token(registry: Registry, wheel: Artifact) -> None:
    """Not even where the server echoes it, in any form."""
    whole = base64.b64encode(f"__token__:{TOKEN}".encode()).decode()
    alone = base64.b64encode(TOKEN.encode()).decode()
    forms = {TOKEN, quote(TOKEN), quote(TOKEN, safe=""), whole, alone}
    registry.always_post = answering(403, " ".join(sorted(forms)).encode())
    answer = uploader(registry).upload(wheel)
    assert answer.text == " ".join(["***"] * len(forms))
    written = f"{answer!r} {uploader(registry)!r}"
    assert not [form for form in forms if form in written]
