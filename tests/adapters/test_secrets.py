"""Secrets come from the environment, an owner's file, or the keyring, and print as ***."""

from collections.abc import Iterator
from pathlib import Path

import keyring
import keyring.backend
import pytest

from release.adapters.secrets import read
from release.config import SecretSource
from release.errors import ConfigurationError
from release.secret import Credentials, Secret

CANARY = "canary-7f3a"


def test_a_secret_prints_as_stars() -> None:
    """Neither text nor repr shows it, also inside of other values."""
    credentials = Credentials(username="bot", token=Secret(CANARY))

    assert (str(Secret(CANARY)), repr(Secret(CANARY))) == ("***", "***")
    assert CANARY not in repr(credentials)


def test_secrets_compare_by_value() -> None:
    """Equal values are equal secrets, and nothing else is."""
    assert Secret(CANARY) == Secret(CANARY)
    assert len({Secret(CANARY), Secret(CANARY)}) == 1
    assert Secret(CANARY) != CANARY


@pytest.mark.parametrize(
    ("variables", "expected"),
    [({"T": f"{CANARY}\n"}, Secret(CANARY)), ({"T": " "}, None), ({}, None)],
)
def test_a_variable_holds_it(variables: dict[str, str], expected: Secret | None) -> None:
    """One that is not set, or empty, is no secret; the stage that needs it says so."""
    source = SecretSource(env="T")

    assert read(source, key="k", username="u", root=Path(), caller=variables) == expected


def test_no_source_is_no_secret() -> None:
    """Reading may need none."""
    assert read(None, key="k", username="u", root=Path()) is None


def test_an_owners_file_holds_it(tmp_path: Path) -> None:
    """The file is meant against the folder of release.toml."""
    (tmp_path / "token").write_text(f"{CANARY}\n", "utf-8")
    (tmp_path / "token").chmod(0o600)

    source = SecretSource(file="token")
    assert read(source, key="k", username="u", root=tmp_path) == Secret(CANARY)


@pytest.mark.parametrize(
    ("content", "mode", "said"),
    [
        (CANARY.encode(), 0o640, "others can read the file"),
        (b" \n", 0o600, "is empty"),
        (b"\xff" + CANARY.encode(), 0o600, "it is not text"),
        (None, 0, "No such file"),
    ],
)
def test_a_file_that_will_not_do_is_refused(
    tmp_path: Path, content: bytes | None, mode: int, said: str
) -> None:
    """What is wrong with it is told, and never what is in it."""
    if content is not None:
        (tmp_path / "token").write_bytes(content)
        (tmp_path / "token").chmod(mode)

    with pytest.raises(ConfigurationError, match=said) as caught:
        read(SecretSource(file="token"), key="registry.token", username="u", root=tmp_path)

    assert CANARY not in f"{caught.value} {caught.value.next_step}"
    assert "registry.token" in str(caught.value)


class OneEntry(keyring.backend.KeyringBackend):
    """A keyring of one entry; real ones need a desktop session."""

    priority = 1

    def get_password(self, service: str, username: str) -> str | None:
        """Return the entry, or say that the keyring is locked."""
        if service == "locked":
            raise keyring.errors.KeyringLocked
        return CANARY if (service, username) == ("gitea", "bot") else None

    def set_password(self, service: str, username: str, password: str) -> None:
        """Keep nothing."""


@pytest.fixture
def one_entry() -> Iterator[None]:
    """Let the library use the keyring of one entry."""
    before = keyring.get_keyring()
    keyring.set_keyring(OneEntry())  # type: ignore[no-untyped-call]  # as the library has it
    yield
    keyring.set_keyring(before)


@pytest.mark.usefixtures("one_entry")
def test_the_keyring_holds_it() -> None:
    """Service and user name find it; no such entry is no secret."""
    source = SecretSource(keyring="gitea")

    assert read(source, key="k", username="bot", root=Path()) == Secret(CANARY)
    assert read(source, key="k", username="other", root=Path()) is None


@pytest.mark.usefixtures("one_entry")
def test_a_locked_keyring_is_told() -> None:
    """CI has none to unlock: the other ways are named."""
    with pytest.raises(ConfigurationError, match="KeyringLocked"):
        read(SecretSource(keyring="locked"), key="k", username="bot", root=Path())
