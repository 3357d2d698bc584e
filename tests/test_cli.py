"""The command line: help that is worth reading, and errors that become exit codes."""

import re
from pathlib import Path

import pytest

from release import help_texts
from release.cli import main
from release.errors import ReleaseError
from tests.support.command import release


def test_help_tells_what_it_is_and_how_it_ends(capsys: pytest.CaptureFixture[str]) -> None:
    """The way of a release, every verb, and every exit code."""
    with pytest.raises(SystemExit, match="0"):
        main(["--help"])

    told = capsys.readouterr().out
    assert "tag -> source -> build -> inspect -> publish -> verify -> bump -> record" in told
    for verb, short in help_texts.SHORT.items():
        assert re.search(rf"^ +{verb} +{re.escape(short)}$", told, re.MULTILINE)
    assert re.findall(r"^  (\d+) ", told, re.MULTILINE) == [
        "0",
        "2",
        "3",
        "4",
        "5",
        "6",
        "70",
        "130",
    ]


@pytest.mark.parametrize("verb", sorted(help_texts.SHORT))
def test_each_verb_explains_itself_with_an_example(
    verb: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """What it does, what it changes, and how it is called."""
    with pytest.raises(SystemExit, match="0"):
        main([verb, "--help"])

    told = capsys.readouterr().out
    assert help_texts.LONG[verb] in told
    assert f"release {verb}" in told.partition("examples:")[2]


def test_the_version_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    """`release --version` says which project and which version."""
    with pytest.raises(SystemExit, match="0"):
        main(["--version"])

    assert re.fullmatch(r"release \(tag-to-lock\) \d+\.\d+\.\d+\n", capsys.readouterr().out)


@pytest.mark.parametrize("arguments", [[], ["publsh"], ["run", "1.0", "2.0"], ["run", "--nope"]])
def test_wrong_usage_exits_with_2(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    """Argparse's own code is the one of design for usage."""
    with pytest.raises(SystemExit, match="2"):
        main(arguments)

    assert "usage: release" in capsys.readouterr().err


def test_config_shows_every_value_and_where_it_came_from(tmp_path: Path) -> None:
    """A person reads the table, a machine the JSON; the token's value is in neither."""
    (tmp_path / "release.toml").write_text(
        '[package]\nname = "demo"\n[registry]\ntoken = { env = "RELEASE_TOKEN" }\n', "utf-8"
    )
    env = {"RELEASE_TOKEN": "CANARY", "RELEASE_REGISTRY_URL": "http://h"}

    table = release(tmp_path, "config", "--set", "bump.workers=1", env=env)
    machine = release(tmp_path, "config", "--json", env=env)

    assert re.search(
        r"registry\.url +\| http://h +\| environment RELEASE_REGISTRY_URL", table.stdout
    )
    assert re.search(r"bump\.workers +\| 1 +\| flag --set", table.stdout)
    assert re.search(r"package\.name +\| demo +\| file release\.toml", table.stdout)
    assert {
        "key": "registry.token",
        "value": {"env": "RELEASE_TOKEN"},
        "origin": "file release.toml",
    } in machine.json
    assert "CANARY" not in table.text + machine.text


def test_config_prints_the_schema(tmp_path: Path) -> None:
    """Editors check release.toml with it."""
    assert release(tmp_path, "config", "--schema").json["$ref"] == "#/$defs/Config"


def test_a_bug_of_ours_is_told_as_one(tmp_path: Path) -> None:
    """Exit code 70, with a trace: here, a record that cannot be written over a folder."""
    (tmp_path / "release.toml").write_text('[package]\nname = "demo"\n', "utf-8")
    (tmp_path / ".release").write_text("a file where the folder should be", "utf-8")

    ended = release(tmp_path, "build")

    assert ended.code == ReleaseError.exit_code
    assert "Traceback" in ended.stderr
    assert "This is a bug in release" in ended.stderr
