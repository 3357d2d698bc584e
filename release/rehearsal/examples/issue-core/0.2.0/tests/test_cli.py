"""The command."""

from pathlib import Path

import pytest

from issue_core.cli import main


def test_from_opening_to_closing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """An issue is added, moved, and then shown only with ``--all``."""
    file = ["--file", str(tmp_path / "issues.json")]
    assert main([*file, "add", "Frist?", "--label", "frist"]) == 0
    assert main([*file, "move", "1", "closed"]) == 0
    assert main([*file, "list"]) == 0
    assert main([*file, "list", "--all"]) == 0
    assert capsys.readouterr().out.splitlines() == [
        "#1 [open] Frist? (frist)",
        "#1 [closed] Frist? (frist)",
        "#1 [closed] Frist? (frist)",
    ]


def test_a_refusal_is_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """No traceback reaches the user."""
    assert main(["--file", str(tmp_path / "issues.json"), "move", "4", "closed"]) == 1
    assert capsys.readouterr().err == "There is no issue #4.\n"
