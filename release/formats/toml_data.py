"""Looking into TOML data in which anything may be missing, or of another type."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


def table_at(data: object, path: Sequence[str | int]) -> Mapping[str, Any]:
    """Return the table at a path; an empty one where there is none."""
    found = _at(data, path)
    return found if isinstance(found, dict) else {}


def array_at(data: object, path: Sequence[str | int]) -> list[Any]:
    """Return the array at a path; an empty one where there is none."""
    found = _at(data, path)
    return found if isinstance(found, list) else []


def text_at(data: object, path: Sequence[str | int]) -> str | None:
    """Return the text at a path; None where there is none."""
    found = _at(data, path)
    return found if isinstance(found, str) else None


def _at(data: object, path: Sequence[str | int]) -> object:
    for part in path:
        data = data.get(part) if isinstance(data, dict) else None
    return data
