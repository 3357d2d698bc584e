"""The checks of twine and check-wheel-contents work without what they import for nothing."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING

from release.adapters.package_checks import check_description, check_wheel
from release.adapters.processes import run
from tests.support.wheels import METADATA, Draft

if TYPE_CHECKING:
    from pathlib import Path

PROGRAM = """
import json, pathlib, sys
from release.adapters.package_checks import check_description, check_wheel
wheel = pathlib.Path(sys.argv[1])
description = check_description(wheel)
checked = check_wheel(wheel, ignore=frozenset({"W002"}))
heavy = sorted(set(sys.modules) & {"docutils.core", "pydantic", "check_wheel_contents.config"})
print(json.dumps([description.broken, [one.name for one in checked], heavy]))
"""


def checked_apart(wheel: Path, folder: Path) -> list[object]:
    """Run both checks in a fresh interpreter; tell their results and the heavy modules."""
    completed = run(
        [sys.executable, "-c", PROGRAM, str(wheel)],
        cwd=folder,
        env={"PYTHONPATH": ":".join(sys.path)},
        timeout=60,
    )
    result: list[object] = json.loads(completed.stdout)
    return result


def test_a_markdown_package_loads_neither_docutils_nor_pydantic(tmp_path: Path) -> None:
    """They cost more than inspection itself, and a Markdown readme needs neither."""
    draft = Draft(wheel_only={"tests/__init__.py": ""})
    wheel = draft.write_wheel(tmp_path)
    assert checked_apart(wheel, tmp_path) == ["", ["W005", "W009"], []]


def test_a_restructured_text_is_rendered_by_docutils(tmp_path: Path) -> None:
    """What is loaded later is loaded when it is needed."""
    draft = Draft(metadata=METADATA.replace("text/markdown", "text/x-rst"))
    draft.metadata += "\n.. nothing-that-exists::\n\n   text\n"
    broken, names, heavy = checked_apart(draft.write_wheel(tmp_path), tmp_path)
    assert "nothing-that-exists" in str(broken)
    assert (names, heavy) == ([], ["docutils.core"])


def test_an_empty_rendering_is_broken_too(tmp_path: Path) -> None:
    """A readme of comments shows nothing, and the reason is told."""
    draft = Draft(metadata=METADATA.replace("text/markdown", "text/x-rst").partition("\n# ")[0])
    draft.metadata += "\n.. a comment only\n"
    broken = check_description(draft.write_wheel(tmp_path)).broken
    assert broken == "No content rendered from RST source."


def test_a_wheel_that_the_library_cannot_read_is_told_and_not_raised(tmp_path: Path) -> None:
    """The reason comes back as a check without a name."""
    draft = Draft(wheel_text="Wheel-Version: 1.0\n")
    (checked,) = check_wheel(draft.write_wheel(tmp_path), ignore=frozenset())
    assert checked.name == ""
    assert checked.message == "Root-Is-Purelib header not found in WHEEL file"
