"""The checks of check-wheel-contents that have sense here, told by our codes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from release.adapters import package_checks
from release.inspection.members import LEAVE_OUT
from release.model import Finding

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from release.inspection.contents import Contents

WITHOUT_SENSE_HERE: Final = frozenset({"W001", "W002", "W009", "W101", "W102", "W201", "W202"})
"""Checks that we do for both archives (bytecode) or with more knowledge (names, files),
and W002: the same bytes under two names harm nobody (numpy and botocore have many)."""
_CODES: Final = {
    "W003": ("top-level-file", "it is no module, and lands in site-packages itself"),
    "W004": ("not-importable", "no import statement can name this path"),
    "W005": ("top-level-common", "the name belongs to everybody, and would hide or be hidden"),
    "W006": ("top-level-init", "it makes site-packages itself a package"),
    "W007": ("wheel-empty", "the wheel installs no module"),
    "W008": ("wheel-empty", "the wheel installs nothing"),
    "W010": ("top-level-without-modules", "it lands in site-packages and holds no module"),
}


def check_layout(contents: Contents, expected: Collection[str]) -> Iterator[Finding]:
    """Run check-wheel-contents; a common name that is expected may stand."""
    filename = contents.artifact.filename
    failed = package_checks.check_wheel(
        contents.artifact.path, ignore=WITHOUT_SENSE_HERE, expected=tuple(expected)
    )
    for one in failed:
        if not one.name:
            yield Finding(
                code="wheel-invalid",
                place=filename,
                message=f"check-wheel-contents: {one.message.rstrip('.')}.",
                next_step="Build the wheel again with a backend that works.",
            )
            continue
        code, why = _CODES[one.name]
        for path in one.paths or ("",):
            if _has_sense(one.name, path):
                place = f"{filename}:{path}" if path else filename
                yield Finding(
                    code=code,
                    place=place,
                    message=f"check-wheel-contents {one.name}: {why}.",
                    next_step=LEAVE_OUT,
                )


def _has_sense(check: str, path: str) -> bool:
    """Whether a failed check means harm.

    Below an importable folder there are good reasons for modules that no statement can
    import: migrations, locales, hooks, scripts. Compiled libraries lie beside the package
    in ``NAME.libs``; a stub may lie beside its module.
    """
    top = path.partition("/")[0]
    if top.endswith((".libs", ".dylibs")) or (check == "W003" and path.endswith(".pyi")):
        return False
    if check == "W004":
        stem = top.removesuffix(".py")
        return path.endswith(".py") and not (stem.isidentifier() or stem.endswith("-stubs"))
    return check != "W008"  # W007 says the same
