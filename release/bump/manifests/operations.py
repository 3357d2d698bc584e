"""What is to change in a manifest, as values; and what each change means for its data.

A decision is a list of these. They are done twice: to the data, here, and to the text, in
``toml_edits``. Both must give the same, or the edit is refused.
"""

from __future__ import annotations

import copy
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable

    from release.bump.manifests.toml_spans import Path


@dataclass(frozen=True, kw_only=True, slots=True)
class SetValue:
    """Give the key or array item at ``path`` another value."""

    path: Path
    value: str | bool


@dataclass(frozen=True, kw_only=True, slots=True)
class ReplaceField:
    """Put ``key = value`` where the key at ``path`` stands."""

    path: Path
    key: str
    value: str


@dataclass(frozen=True, kw_only=True, slots=True)
class RemoveField:
    """Take the key at ``path`` away."""

    path: Path


@dataclass(frozen=True, kw_only=True, slots=True)
class AddField:
    """Add a key to the table at ``path``, which is made where it is not there."""

    path: Path
    key: str
    value: bool | dict[str, str]


@dataclass(frozen=True, kw_only=True, slots=True)
class AppendTable:
    """Add a table to the array of tables at ``path``, which is made where it is not there."""

    path: Path
    table: dict[str, str | bool]


Operation = SetValue | ReplaceField | RemoveField | AddField | AppendTable


def applied(data: dict[str, object], operations: Iterable[Operation]) -> dict[str, object]:
    """Return the data as it is meant to be after the operations."""
    meant = copy.deepcopy(data)
    for operation in operations:
        _apply(meant, operation)
    return meant


def _apply(data: Any, operation: Operation) -> None:  # noqa: ANN401 - TOML data of any shape
    match operation:
        case SetValue(path=path, value=value):
            _at(data, path[:-1])[path[-1]] = value
        case ReplaceField(path=path, key=key, value=value):
            table = _at(data, path[:-1])
            del table[path[-1]]
            table[key] = value
        case RemoveField(path=path):
            del _at(data, path[:-1])[path[-1]]
        case AddField(path=path, key=key, value=value):
            _at(data, path)[key] = copy.deepcopy(value)
        case _:
            array = _at(data, operation.path[:-1]).setdefault(operation.path[-1], [])
            array.append(dict(operation.table))


def _at(data: Any, path: Path) -> Any:  # noqa: ANN401 - TOML data of any shape
    for part in path:
        data = data[part] if isinstance(part, int) else data.setdefault(part, {})
    return data
