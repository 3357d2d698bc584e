"""A release and a wish → the range that a consumer's requirement gets; all of it pure."""

from __future__ import annotations

import difflib
import string
from typing import TYPE_CHECKING, Final

from packaging.specifiers import InvalidSpecifier, SpecifierSet
from packaging.version import InvalidVersion, Version

from release.errors import ConfigurationError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from packaging.specifiers import Specifier

FIELDS: Final = ("major", "minor", "patch", "next_major", "next_minor", "version")


def specifier_for(template: str, version: Version) -> str:
    """Return the range for one release.

    ``compatible`` stays below the next version that may break: the next minor one before
    1.0 (0.2.1: ``>=0.2,<0.3``), the next major one after (1.4.2: ``>=1.4,<2``). ``exact``
    is ``==0.2.1``, ``minimum`` is ``>=0.2.1``. ``caret`` is Poetry's and Cargo's ``^0.2.1``:
    at least this one, below the next change of its first part that is not zero
    (``>=0.2.1,<0.3``; ``^0.0.3`` is ``>=0.0.3,<0.0.4``). Anything else is a template such as
    ``>={major}.{minor},<{next_major}``.

    Raises:
        ConfigurationError: The template has an unknown field, gives no range, or gives one
            that does not admit the version itself.
    """
    named = _NAMED.get(template)
    specifier = named(version) if named else _filled(template, version)
    try:
        is_admitted = admits(SpecifierSet(specifier), version)
    except InvalidSpecifier:
        raise _not_a_range(template, specifier) from None
    if not is_admitted:
        raise ConfigurationError(
            f"The range {template!r} gives {specifier!r} for {version}, which does not admit"
            f" {version} itself.",
            next_step='Use a range with {version} as its lower bound, or "compatible".',
        )
    return specifier


def admits(specifiers: SpecifierSet, version: Version) -> bool:
    """Tell whether an installer takes this version for this range.

    A pre-release is taken only where the range names one: ``>=0.2`` contains 0.3.0rc1 by its
    order, but no installer chooses it.
    """
    if not specifiers.contains(version, prereleases=True):
        return False
    return not version.is_prerelease or any(map(_names_prerelease, specifiers))


def is_above(specifiers: SpecifierSet, version: Version) -> bool:
    """Tell whether a range begins above this version, whatever it ends with.

    A pin begins at its own version; what only excludes (``!=``, ``<``, ``<=``) begins nowhere.
    """
    return any(_begins_above(specifier, version) for specifier in specifiers)


def _begins_above(specifier: Specifier, version: Version) -> bool:
    match specifier.operator:
        case ">=" | ">":
            # these leave nothing out but what is below them
            return not specifier.contains(version, prereleases=True)
        case "==" if specifier.version.endswith(".*"):
            return version < Version(f"{specifier.version.removesuffix('.*')}.dev0")
        case "~=" | "==" | "===":
            return _public(specifier.version) > _public(version.public)
        case _:
            return False


def _public(text: str) -> Version:
    """Return a version without its local label; the lowest one where ``===`` has no version."""
    try:
        return Version(Version(text).public)
    except InvalidVersion:
        return Version("0.dev0")


def _names_prerelease(specifier: Specifier) -> bool:
    if specifier.operator == "===":
        return True
    return Version(specifier.version.removesuffix(".*")).is_prerelease


# named ranges -----------------------------------------------------------------------


def _compatible_range(version: Version) -> str:
    """Begin at the minor version, or at a pre-release itself, which ``>=0.3`` would leave out."""
    lower = version.public if version.is_prerelease else written(version, version.release[:2])
    return f">={lower},<{next_breaking(version)}"


def _exact(version: Version) -> str:
    return f"=={version}"


def _minimum(version: Version) -> str:
    return f">={version.public}"


def _caret(version: Version) -> str:
    first = next((at for at, part in enumerate(version.release) if part), len(version.release) - 1)
    upper = (*version.release[:first], version.release[first] + 1)
    return f">={version.public},<{written(version, upper)}"


_NAMED: Final[Mapping[str, Callable[[Version], str]]] = {
    "compatible": _compatible_range,
    "exact": _exact,
    "minimum": _minimum,
    "caret": _caret,
}


def next_breaking(version: Version) -> str:
    """Return the next version that may break, as PEP 440 orders it, epoch and all."""
    upper = (version.major + 1,) if version.major else (0, version.minor + 1)
    return written(version, upper)


def written(version: Version, parts: tuple[int, ...]) -> str:
    """Return these parts as a version of the same epoch."""
    epoch = f"{version.epoch}!" if version.epoch else ""
    return epoch + ".".join(map(str, parts))


# templates --------------------------------------------------------------------------


def _filled(template: str, version: Version) -> str:
    values = {
        "major": version.major,
        "minor": version.minor,
        "patch": version.micro,
        "next_major": version.major + 1,
        "next_minor": version.minor + 1,
        "version": version.public,
    }
    try:
        parts = list(string.Formatter().parse(template))
    except ValueError as error:
        raise ConfigurationError(
            f"The range {template!r} is no template: {error}.",
            next_step="Close every brace, for example >={major}.{minor},<{next_major}.",
        ) from None
    for _, field, options, conversion in parts:
        if field is not None and (field not in values or options or conversion):
            raise _unknown_field(template, field)
    return template.format_map(values)


def _unknown_field(template: str, field: str) -> ConfigurationError:
    near = difflib.get_close_matches(field, FIELDS, n=1)
    known = ", ".join(f"{{{name}}}" for name in FIELDS)
    return ConfigurationError(
        f"The range {template!r} has the field {{{field}}}, which is not known."
        + (f" Did you mean {{{near[0]}}}?" if near else ""),
        next_step=f"Known fields: {known}.",
    )


def _not_a_range(template: str, specifier: str) -> ConfigurationError:
    near = difflib.get_close_matches(template, list(_NAMED), n=1)
    return ConfigurationError(
        f"The range {template!r} gives {specifier!r}, which is no version specifier."
        + (f" Did you mean {near[0]!r}?" if near else ""),
        next_step=f"Use {', '.join(_NAMED)}, or a template such as >={{major}}.{{minor}}.",
    )
