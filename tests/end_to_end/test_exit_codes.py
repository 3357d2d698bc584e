"""Each way to end has its exit code, its sentence and its next step."""

import json
import os
import signal
import zipfile

import pytest

from tests.support.repositories import commit, package_files, tag
from tests.support.worlds import CONSUMER, World, git


def test_0_every_verb_in_turn(world: World) -> None:
    """build, publish, verify, bump one by one make the same release as run."""
    world.add_consumer("app")
    folder = world.runner("runner", ["app"])

    for verb in ("build", "plan", "publish", "verify", "bump"):
        ended = world.release(folder, verb, "v0.2.0", "--json")
        assert ended.code == 0, ended.text
        assert ended.json["exit_code"] == 0
    record = json.loads((folder / ".release" / "record.json").read_text("utf-8"))

    assert [step["stage"] for step in record["steps"]] == [
        "source", "build", "inspect", "publish", "verify", "bump",
    ]  # fmt: skip
    assert world.release(folder, "run").code == 0


def test_2_configuration(world: World) -> None:
    """An unknown key; the nearest known one is named."""
    folder = world.runner("runner", [])

    ended = world.release(folder, "run", "--set", "registry.tokn=x", "--json")

    assert ended.code == 2
    assert ended.json["error"]["message"] == "flag --set: the key 'registry.tokn' is not known."
    assert "next:  Did you mean 'registry.token'?" in ended.stderr


def test_2_a_user_part_in_the_registrys_url(world: World) -> None:
    """It would end up in manifests and lockfiles; it is not shown either."""
    folder = world.runner("runner", [])

    ended = world.release(folder, "run", "--set", "registry.url=http://bot:CANARY@127.0.0.1:1/")

    assert ended.code == 2
    assert "registry.url has a user part in its address" in ended.stderr
    assert "CANARY" not in ended.text


def test_2_no_configuration(world: World) -> None:
    """A folder without release.toml."""
    ended = world.release(world.folder, "run")

    assert ended.code == 2
    assert "There is no release.toml" in ended.stderr


def test_3_source(world: World) -> None:
    """No such tag: nothing was built."""
    ended = world.release(world.runner("runner", []), "run", "9.9")

    assert ended.code == 3
    assert "next:" in ended.stderr
    assert world.published() == []


def test_3_inspection(world: World) -> None:
    """A private key in the package: everything found is told, and nothing is published."""
    key = "-----BEGIN " + "OPENSSH PRIVATE KEY-----\n" + "b3BlbnNzaC1rZXktdjEAAAAABG5vbmUA\n" * 4
    files = package_files("demo", "0.3.0")
    commit(
        world.package, {**files, "src/demo/id_ed25519": key + "-----END OPENSSH PRIVATE KEY-----\n"}
    )
    tag(world.package, "v0.3.0")

    ended = world.release(world.runner("runner", []), "run", "0.3.0")

    assert ended.code == 3
    assert "id_ed25519" in ended.stderr
    assert world.published() == []


def test_4_no_token(world: World) -> None:
    """Without a token nothing can be published; what to set is said."""
    ended = world.release(world.runner("runner", []), "run", RELEASE_TOKEN="")

    assert ended.code == 4
    assert "registry.token reads the variable RELEASE_TOKEN, which is not set." in ended.stderr


def test_4_wrong_token(world: World) -> None:
    """The registry's refusal comes through."""
    ended = world.release(world.runner("runner", []), "publish", RELEASE_TOKEN="wrong")

    assert ended.code == 4
    assert "403" in ended.stderr


def test_4_conflict(world: World) -> None:
    """Another file of the same name: both digests are told, nothing is uploaded."""
    other = world.packages / "demo-0.2.0-py3-none-any.whl"
    with zipfile.ZipFile(other, "w") as archive:
        archive.writestr("demo.py", "")
    folder = world.runner("runner", [])

    ended = world.release(folder, "run", "--json")

    assert ended.code == 4
    assert ended.json["error"]["kind"] == "RegistryConflict"
    assert world.published() == [other.name]


def test_4_bump_before_publish(world: World) -> None:
    """A consumer is never bumped to what the index does not have."""
    world.add_consumer("app")

    ended = world.release(world.runner("runner", ["app"]), "bump")

    assert ended.code == 4
    assert "release publish" in ended.stderr


def test_5_verification(world: World) -> None:
    """The package cannot be imported from a clean install; the consumer is not touched."""
    files = package_files("demo", "0.3.0")
    commit(world.package, {**files, "src/demo/__init__.py": "import no_such_module\n"})
    tag(world.package, "v0.3.0")
    app = world.add_consumer("app")

    ended = world.release(world.runner("runner", ["app"]), "run", "0.3.0")

    assert ended.code == 5
    assert "no_such_module" in ended.stderr
    assert git(app, "status", "--porcelain") == ""


def test_6_a_consumer_that_cannot_be_bumped_blocks_no_other(world: World) -> None:
    """It is told with its reason; the other one is bumped, and the exit code says so."""
    world.add_consumer("good")
    bad = CONSUMER.format(name="bad").replace('"demo",', "").replace("demo = ", "other = ")
    world.add_consumer("bad", {"pyproject.toml": bad})
    folder = world.runner("runner", ["bad", "good"])

    ended = world.release(folder, "run")

    assert ended.code == 6
    assert "../bad: refused" in ended.stdout
    assert "../good: bumped" in ended.stdout
    assert "demo>=0.2,<0.3" in (world.consumer("good") / "pyproject.toml").read_text("utf-8")


@pytest.mark.parametrize("sent", [signal.SIGINT, signal.SIGTERM])
def test_130_interrupted(world: World, sent: signal.Signals) -> None:
    """Ctrl+C, or a runner that ends the job: no trace, and the next run goes on."""
    folder = world.runner("runner", [])
    running = world.start(folder, "run")
    assert running.stderr is not None
    next(line for line in running.stderr if line.startswith("build"))
    os.kill(running.pid, sent)
    _, stderr = running.communicate(timeout=60)

    assert running.returncode == 130, stderr
    assert "Traceback" not in stderr
    assert world.release(folder, "run").code == 0
