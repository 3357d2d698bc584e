"""Where secrets are read: the environment, a file of the owner's, or the keyring."""

from __future__ import annotations

import os
import stat
from pathlib import Path
from typing import TYPE_CHECKING

from release.errors import ConfigurationError
from release.secret import Secret

if TYPE_CHECKING:
    from collections.abc import Mapping

    from release.config import SecretSource


def read(
    source: SecretSource | None,
    *,
    key: str,
    username: str,
    root: Path,
    caller: Mapping[str, str] | None = None,
) -> Secret | None:
    """Read a secret from where the configuration says.

    Args:
        source: The configured way; None where none is configured.
        key: The configuration's key, for messages.
        username: Whose entry of the keyring is meant.
        root: The folder against which a relative file is meant.
        caller: The environment; this process's own when not given.

    Returns:
        The secret, or None where the variable is not set (or empty) or the keyring has no
        such entry: whether that is a fault, only the stage that needs it can tell.

    Raises:
        ConfigurationError: The file does not exist, cannot be read, is empty, or others can
            read it.
    """
    if source is None:
        return None
    if source.env is not None:
        value = (os.environ if caller is None else caller).get(source.env)
    elif source.file is not None:
        value = _from_file(root / Path(source.file).expanduser(), key)
    else:
        value = _from_keyring(str(source.keyring), username)
    return Secret(value.strip()) if value and value.strip() else None


def _from_file(path: Path, key: str) -> str:
    try:
        mode = path.stat().st_mode
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        said = error.strerror if isinstance(error, OSError) else "it is not text"
        raise ConfigurationError(
            f"{key}: the file {path} cannot be read: {said}.",
            next_step="Put the token there, alone, in a file that only you can read.",
        ) from None
    if mode & (stat.S_IRWXG | stat.S_IRWXO):
        raise ConfigurationError(
            f"{key}: others can read the file {path} (mode {stat.S_IMODE(mode):04o}).",
            next_step=f"chmod 600 {path}, and make a new token if it was there for long.",
        )
    if not text.strip():
        raise ConfigurationError(
            f"{key}: the file {path} is empty.", next_step="Put the token there."
        )
    return text


def _from_keyring(service: str, username: str) -> str | None:
    import keyring
    import keyring.errors

    try:
        return keyring.get_password(service, username)
    except keyring.errors.KeyringError as error:
        raise ConfigurationError(
            f"The keyring cannot be read: {type(error).__name__}.",
            next_step="Unlock it, or take the token from a variable or a file.",
        ) from None
