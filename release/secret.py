"""Secrets as a type that cannot be printed, and credentials made of one."""

from __future__ import annotations

from dataclasses import dataclass


class Secret:
    """A value that prints ``***``; only the adapter that sends it calls ``reveal``."""

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        """Wrap the plain value."""
        self._value = value

    def reveal(self) -> str:
        """Return the plain value, for the one place that must send it."""
        return self._value

    def __repr__(self) -> str:
        """Mask the value."""
        return "***"

    __str__ = __repr__

    def __eq__(self, other: object) -> bool:
        """Compare by value."""
        return isinstance(other, Secret) and other._value == self._value

    def __hash__(self) -> int:
        """Hash by value."""
        return hash(self._value)


@dataclass(frozen=True, kw_only=True, slots=True)
class Credentials:
    """Who reads or writes a registry: HTTP Basic, the token as its password.

    Gitea ignores the user name when the password is a valid token.
    """

    username: str
    token: Secret
