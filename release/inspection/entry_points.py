"""A wheel's entry_points.txt: each one names a module that is there."""

from __future__ import annotations

import configparser
import re
from typing import TYPE_CHECKING, Final

from release.model import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from release.inspection.contents import Contents

_ENTRY_POINT: Final = re.compile(
    r"(?P<module>[A-Za-z_]\w*(?:\.\w+)*)\s*(?::\s*(?P<attribute>\w+(?:\.\w+)*)\s*)?(?:\[.*\]\s*)?"
)
_MODULE_ENDINGS: Final = r"\.(?:py|pyi|[-\w.]*so|[-\w.]*pyd)"


def check_entry_points(
    contents: Contents, dist_info: str, *, has_dependencies: bool
) -> Iterator[Finding]:
    """Look for the module of each entry point.

    A module of another package can only be there where something is depended on.
    """
    member = f"{dist_info}/entry_points.txt"
    place = f"{contents.artifact.filename}:{member}"
    parser = configparser.RawConfigParser(
        delimiters=("=",), strict=True, comment_prefixes=("#", ";")
    )
    parser.optionxform = str  # type: ignore[assignment, method-assign]  # keep the case
    try:
        parser.read_string(contents.kept.get(member, b"").decode())
    except (configparser.Error, UnicodeDecodeError) as error:
        yield _entry_point(place, f"It cannot be read: {str(error).splitlines()[0]}.")
        return
    for group in parser.sections():
        for name, value in parser.items(group):
            wrong = _wrong_with(value, contents.files, has_dependencies=has_dependencies)
            if group in {"console_scripts", "gui_scripts"} and ":" not in value:
                wrong = wrong or "names no function"
            if wrong:
                yield _entry_point(place, f"{name} = {value!r} in [{group}] {wrong}.")


def _wrong_with(value: str, files: frozenset[str], *, has_dependencies: bool) -> str:
    match = _ENTRY_POINT.fullmatch(value.strip())
    if match is None:
        return "is not of the form module:attribute"
    module = match["module"].replace(".", "/")
    top, _, _ = module.partition("/")
    is_ours = _has_module(top, files)
    if (is_ours and not _has_module(module, files)) or not (is_ours or has_dependencies):
        return f"names the module {match['module']}, which is not in the wheel"
    return ""


def _has_module(path: str, files: frozenset[str]) -> bool:
    """Whether a module or a package (a namespace too) lies at a path of the library."""
    library = r"(?:[^/]+\.data/(?:pure|plat)lib/)?"
    wanted = re.compile(f"{library}{re.escape(path)}(?:{_MODULE_ENDINGS}|/.*)")
    return any(wanted.fullmatch(name) for name in files)


def _entry_point(place: str, message: str) -> Finding:
    return Finding(
        code="entry-point-invalid",
        place=place,
        message=message,
        next_step="Mend [project.scripts] or [project.entry-points].",
    )
