"""The checks of twine and of check-wheel-contents, called as libraries.

Both are imported without the half that is not needed: together they would cost more
than all the rest of inspection.
"""

from __future__ import annotations

import importlib
import sys
from dataclasses import dataclass
from types import ModuleType
from typing import IO, TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from check_wheel_contents.checker import WheelChecker

NO_DESCRIPTION = "`long_description` missing."
NO_DESCRIPTION_TYPE = "`long_description_content_type` missing. defaulting to `text/x-rst`."


@dataclass(frozen=True, kw_only=True, slots=True)
class DescriptionCheck:
    """What ``twine check`` says of one file.

    ``invalid`` is why its metadata cannot be read (empty: it can), ``warnings`` are the
    failures of ``--strict``, ``broken`` is why the description cannot be rendered.
    """

    invalid: str = ""
    warnings: tuple[str, ...] = ()
    broken: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class WheelCheck:
    """One failed check of check-wheel-contents; no ``name`` where it cannot read the wheel."""

    name: str
    message: str
    paths: tuple[str, ...] = ()


def check_description(path: Path) -> DescriptionCheck:
    """Run twine's check on one wheel or sdist."""
    check = _twine_check()
    from twine.exceptions import InvalidDistribution

    stream = check._WarningStream()  # noqa: SLF001 - check.check() prints, this returns
    try:
        warnings, is_ok = check._check_file(str(path), stream)  # noqa: SLF001 - the same
    except InvalidDistribution as error:
        return DescriptionCheck(invalid=str(error))
    return DescriptionCheck(
        warnings=tuple(warnings), broken="" if is_ok else str(stream) or "It renders to nothing."
    )


def check_wheel(
    path: Path, *, ignore: frozenset[str], expected: tuple[str, ...] = ()
) -> tuple[WheelCheck, ...]:
    """Run check-wheel-contents on one wheel.

    Args:
        path: The wheel.
        ignore: Names of checks that are left out.
        expected: Top-level names that are meant, however common they are.
    """
    checker = _wheel_checker()
    from check_wheel_contents.checks import Check
    from check_wheel_contents.contents import WheelContents
    from check_wheel_contents.errors import WheelValidationError

    checker.selected = {check for check in Check if check.name not in ignore}
    checker.toplevel = list(expected) or None
    try:
        failed = checker.check_contents(WheelContents.from_wheel(path))
    except (WheelValidationError, ValueError) as error:
        return (WheelCheck(name="", message=str(error)),)
    return tuple(
        WheelCheck(name=one.check.name, message=one.check.value, paths=tuple(sorted(one.args)))
        for one in failed
    )


def _twine_check() -> ModuleType:
    """Return twine's check, imported without docutils (200 ms).

    It loads the renderer of reStructuredText for every file, Markdown or not.
    """
    stand_in = ModuleType("readme_renderer.rst")
    stand_in.__dict__["render"] = _render_restructured_text
    return _import_beside(stand_in, "twine.commands.check")


def _render_restructured_text(
    raw: str, stream: IO[str] | None = None, **settings: object
) -> str | None:
    """Render as ``readme_renderer.rst`` does, which is loaded now."""
    from readme_renderer import rst

    return rst.render(raw, stream=stream, **settings)


def _wheel_checker() -> WheelChecker:
    """Return a checker, imported without its reader of configuration files.

    ``check_wheel_contents.config`` loads pydantic (250 ms) to read files in which we are
    not interested; the checker names its class in annotations only.
    """
    stand_in = ModuleType("check_wheel_contents.config")
    stand_in.__dict__["Configuration"] = object
    checker: WheelChecker = _import_beside(stand_in, "check_wheel_contents.checker").WheelChecker()
    return checker


def _import_beside(stand_in: ModuleType, name: str) -> ModuleType:
    """Import a module for which, this once, the stand-in is the module of that name."""
    replaced = stand_in.__name__
    if name in sys.modules or replaced in sys.modules:
        return importlib.import_module(name)
    parent_name, _, child = replaced.rpartition(".")
    parent = importlib.import_module(parent_name)
    sys.modules[replaced] = stand_in
    setattr(parent, child, stand_in)
    try:
        return importlib.import_module(name)
    finally:
        del sys.modules[replaced]
        delattr(parent, child)
