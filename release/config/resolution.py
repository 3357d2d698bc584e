"""File, environment and flags → Config, with the origin of each value; pure.

Precedence: flag, environment, file, default.
"""

from __future__ import annotations

import difflib
import re
import tomllib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import msgspec

from release.config import Config, SecretSource
from release.errors import ConfigurationError
from release.formats.urls import shown, url_fault

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

FLAG: Final = "flag"
ENVIRONMENT: Final = "environment"
FILE: Final = "file"
DEFAULT: Final = "default"


@dataclass(frozen=True, kw_only=True, slots=True)
class Value:
    """One value of the configuration, and where it came from."""

    key: str
    value: object
    origin: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Resolved:
    """The configuration together with the origin of each of its values."""

    config: Config
    values: tuple[Value, ...]


def resolve(
    *,
    text: str,
    filename: str,
    environment: Mapping[str, str],
    settings: Sequence[str] = (),
) -> Resolved:
    """Merge file, environment and flags into one configuration.

    Args:
        text: The text of release.toml, or of a pyproject.toml with ``[tool.release]``.
        filename: How messages name that file.
        environment: Variables; ``RELEASE_REGISTRY_URL`` sets ``registry.url``, and so on.
        settings: ``KEY=VALUE`` from the command line, VALUE as TOML or as a bare string.

    Raises:
        ConfigurationError: Not TOML, an unknown key (the nearest known one is named), or
            a value of the wrong type; the message carries the key's path.
    """
    table = _read(text, filename)
    origins = dict.fromkeys(_known_paths(table, filename), f"{FILE} {filename}")
    for origin, key, value in (*_from_environment(environment), *_from_settings(settings)):
        _set(table, key, value, origin)
        origins[key] = origin
    config = _convert(table, filename, origins)
    _check_urls(config, filename, origins)
    return Resolved(config=config, values=tuple(_values(config, origins)))


def with_version(resolved: Resolved, version: str) -> Resolved:
    """Return the configuration with another version to release.

    Args:
        resolved: What file, environment and flags gave.
        version: A version, or a tag that fits ``package.tag`` (``v0.2.1``).
    """
    before, _, after = resolved.config.package.tag.partition("{version}")
    fits = version.startswith(before) and version.endswith(after)
    named = version.removeprefix(before).removesuffix(after) if fits else version
    package = msgspec.structs.replace(resolved.config.package, version=named)
    values = tuple(
        Value(key=value.key, value=named, origin=f"{FLAG} VERSION")
        if value.key == "package.version"
        else value
        for value in resolved.values
    )
    return Resolved(config=msgspec.structs.replace(resolved.config, package=package), values=values)


def schema() -> dict[str, Any]:
    """Return the JSON schema of release.toml, generated from the types above."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **msgspec.json.schema(Config),
    }


# reading ----------------------------------------------------------------------------


def _read(text: str, filename: str) -> dict[str, Any]:
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ConfigurationError(
            f"{filename} is not TOML: {error}.", next_step="Mend that line."
        ) from error
    except RecursionError:
        raise _too_deep(filename) from None
    return _tool_table(table, filename) if filename.endswith("pyproject.toml") else table


def _tool_table(table: dict[str, Any], filename: str) -> dict[str, Any]:
    tool = table.get("tool", {})
    found = tool.get("release") if isinstance(tool, dict) else tool
    if found is None:
        raise ConfigurationError(
            f"{filename} has no [tool.release].",
            next_step="Add the table, or write release.toml beside it.",
        )
    if not isinstance(found, dict):
        name = "tool.release" if isinstance(tool, dict) else "tool"
        raise ConfigurationError(
            f"{filename}: {name} is {found!r}, where a table is wanted.",
            next_step="Write [tool.release] as a table.",
        )
    return found


def _known_paths(table: Mapping[str, Any], filename: str) -> tuple[str, ...]:
    try:
        return tuple(_paths(table))
    except RecursionError:
        raise _too_deep(filename) from None


def _too_deep(filename: str) -> ConfigurationError:
    return ConfigurationError(
        f"{filename} has tables or lists too deep in one another.",
        next_step="No key of ours lies deeper than two tables: take the others out.",
    )


def _paths(table: Mapping[str, Any], prefix: str = "") -> Iterator[str]:
    """Yield the path of each value: ``registry.url``, ``consumer[0].range``."""
    for key, value in table.items():
        path = f"{prefix}{key}"
        if isinstance(value, dict) and not _is_secret_source(path):
            yield from _paths(value, f"{path}.")
        elif isinstance(value, list) and value and all(isinstance(item, dict) for item in value):
            for position, item in enumerate(value):
                yield from _paths(item, f"{path}[{position}].")
        else:
            yield path


def _is_secret_source(path: str) -> bool:
    return path.endswith("token")


def _from_environment(environment: Mapping[str, str]) -> Iterator[tuple[str, str, object]]:
    """Yield the variables ``RELEASE_<TABLE>_<KEY>`` of every table that exists once.

    A name that begins like one of ours but has no such key is yielded too, so that a
    typing error is told and not passed over. An empty variable counts as not set.
    """
    tables = sorted((name for name, kind in _fields(Config).items() if _is_table(kind)), key=len)
    for variable in sorted(name for name, text in environment.items() if text):
        for name in reversed(tables):
            prefix = f"RELEASE_{name.upper().replace('-', '_')}_"
            if variable.startswith(prefix):
                key = variable.removeprefix(prefix).lower().replace("_", "-")
                path = f"{name}.{key}"
                yield f"{ENVIRONMENT} {variable}", path, _value(path, environment[variable])
                break


def _from_settings(settings: Sequence[str]) -> Iterator[tuple[str, str, object]]:
    for setting in settings:
        key, equals, text = setting.partition("=")
        if not equals or not re.fullmatch(r"[a-z-]+\.[a-z-]+", key):
            raise ConfigurationError(
                f"--set {key} is not of the form TABLE.KEY=VALUE.",
                next_step="For example: --set registry.timeout=10",
            )
        yield f"{FLAG} --set", key, _value(key, text)


def _value(key: str, text: str) -> object:
    """Read a value as TOML where that gives what the key holds, else as the text itself."""
    table, _, name = key.partition(".")
    kind = _fields(_fields(Config).get(table)).get(name)
    try:
        parsed: object = tomllib.loads(f"value = {text}")["value"]
        msgspec.convert(parsed, kind, strict=True)
    except (tomllib.TOMLDecodeError, msgspec.ValidationError, TypeError, RecursionError):
        return text
    return parsed


def _set(table: dict[str, Any], key: str, value: object, origin: str) -> None:
    name, _, rest = key.partition(".")
    inner = table.setdefault(name, {})
    if not isinstance(inner, dict):
        raise ConfigurationError(
            f"{origin} sets {key}, but {name} is no table.", next_step="Set it in the file."
        )
    inner[rest] = value


# checking ---------------------------------------------------------------------------


def _convert(table: Mapping[str, Any], filename: str, origins: Mapping[str, str]) -> Config:
    try:
        return msgspec.convert(table, Config)
    except msgspec.ValidationError as error:
        raise _explained(str(error), filename, origins) from None


def _explained(message: str, filename: str, origins: Mapping[str, str]) -> ConfigurationError:
    """Turn msgspec's ``… - at `$.consumer[2].path``` into a sentence with key and origin."""
    said, _, place = message.partition(" - at ")
    path = place.strip("`").removeprefix("$").removeprefix(".")
    unknown = re.search(r"unknown field `(.+)`", said)
    missing = re.search(r"missing required field `(.+)`", said)
    if unknown or missing:
        name = (unknown or missing)[1]  # type: ignore[index]  # one of them matched
        path = f"{path}.{name}" if path else name
    origin = origins.get(path) or next(
        (told for key, told in origins.items() if path and key.startswith(path)), filename
    )
    where = origin.removeprefix(f"{FILE} ")
    if unknown:
        return _unknown_key(path, where)
    if missing:
        return ConfigurationError(
            f"{where}: the key {path!r} is missing.", next_step=f"Set {path} in {filename}."
        )
    if path.endswith("token") and "got `str`" in said:
        return ConfigurationError(
            f"{where}: {path} says where the token is, and is never the token itself.",
            next_step=f'Write {path} = {{ env = "RELEASE_TOKEN" }}, or file or keyring. If the '
            "token itself stood there, revoke it.",
        )
    return ConfigurationError(
        f"{where}: {path or 'the file'}: {said[:1].lower()}{said[1:].replace('`', '')}.",
        next_step="`release config --schema` has what each key may be.",
    )


def _unknown_key(path: str, where: str) -> ConfigurationError:
    table, _, name = path.rpartition(".")
    kind: Any = Config
    for part in filter(None, re.sub(r"\[\d+\]", "", table).split(".")):
        kind = _fields(kind).get(part)
    known = sorted(_fields(kind))
    near = difflib.get_close_matches(name, known, n=1, cutoff=0.5)
    prefix = f"{table}." if table else ""
    return ConfigurationError(
        f"{where}: the key {path!r} is not known.",
        next_step=f"Did you mean {prefix + near[0]!r}?"
        if near
        else f"Known here: {', '.join(known)}.",
    )


def _check_urls(config: Config, filename: str, origins: Mapping[str, str]) -> None:
    """Refuse addresses that would fail only after the build."""
    for key, url in (
        ("registry.url", config.registry.url),
        ("registry.simple-url", config.registry.simple_url),
        ("public-index.url", config.public_index.url),
    ):
        reason = url_fault(url) if url is not None else ""
        if url is not None and reason:
            where = origins.get(key, filename).removeprefix(f"{FILE} ")
            raise ConfigurationError(
                f"{where}: {key} is {shown(url)}, {reason}.",
                next_step="Write it as https://HOST/PATH, with a port (below 65536) if need be.",
            )


# showing ----------------------------------------------------------------------------


def _values(
    config: msgspec.Struct, origins: Mapping[str, str], prefix: str = ""
) -> Iterator[Value]:
    """Yield every value in the order of the types, defaults included."""
    for name, value in zip(_fields(type(config)), msgspec.structs.astuple(config), strict=True):
        path = f"{prefix}{name}"
        if isinstance(value, SecretSource):
            way = {key: told for key, told in msgspec.structs.asdict(value).items() if told}
            yield Value(key=path, value=way, origin=origins.get(path, DEFAULT))
        elif isinstance(value, msgspec.Struct):
            yield from _values(value, origins, f"{path}.")
        elif isinstance(value, tuple) and value and isinstance(value[0], msgspec.Struct):
            for position, item in enumerate(value):
                yield from _values(item, origins, f"{path}[{position}].")
        else:
            yield Value(key=path, value=value, origin=origins.get(path, DEFAULT))


def _fields(kind: object) -> dict[str, Any]:
    """Return the keys of a table's type with their types; of anything else, none."""
    item = _item(kind)
    if item is None:
        return {}
    return {field.encode_name: field.type for field in msgspec.structs.fields(item)}


def _is_table(kind: object) -> bool:
    return isinstance(kind, type) and issubclass(kind, msgspec.Struct)


def _item(kind: object) -> type[msgspec.Struct] | None:
    """Return the table's type itself, or that of the items of an array of tables."""
    for candidate in (kind, *getattr(kind, "__args__", ())):
        if isinstance(candidate, type) and issubclass(candidate, msgspec.Struct):
            return candidate
    return None
