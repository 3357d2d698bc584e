"""A deadline ends what it watches, whenever that was begun."""

from __future__ import annotations

import threading

import pytest
import requests

from release.adapters.connections import open_session
from release.adapters.deadline import Deadline


def test_a_deadline_ends_what_is_watched_before_and_after() -> None:
    """A connection that opens when the time is over is shut down at once."""
    ended = threading.Event()
    with Deadline(0) as deadline:
        deadline.watch(ended.set)
        assert ended.wait(5)
        late = threading.Event()
        deadline.watch(late.set)
        assert late.is_set()
        with pytest.raises(TimeoutError):
            deadline.check()


def test_a_deadline_survives_what_has_ended_by_itself() -> None:
    """An end that fails does not keep the others from theirs."""

    def failing() -> None:
        raise OSError

    ended = threading.Event()
    with Deadline(0.01) as deadline:
        deadline.watch(failing)
        deadline.watch(ended.set)
        assert ended.wait(5)


def test_a_deadline_that_is_not_reached_ends_nothing() -> None:
    """Leaving the block stops it."""
    ended = threading.Event()
    with Deadline(60) as deadline:
        deadline.watch(ended.set)
        deadline.check()
    assert not ended.is_set()


@pytest.mark.parametrize(
    ("variables", "expected"),
    [
        ({}, True),
        ({"SSL_CERT_DIR": "/certificates"}, "/certificates"),
        ({"SSL_CERT_DIR": "/certificates", "SSL_CERT_FILE": "/one.pem"}, "/one.pem"),
        ({"SSL_CERT_FILE": "/one.pem", "CURL_CA_BUNDLE": "/two.pem"}, "/two.pem"),
        ({"SSL_CERT_FILE": "/one.pem", "REQUESTS_CA_BUNDLE": "/two.pem"}, "/two.pem"),
    ],
)
def test_certificates_of_the_machine_are_used(
    variables: dict[str, str], expected: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A company's own certificate stands in one of the usual variables."""
    for name in ("SSL_CERT_FILE", "SSL_CERT_DIR", "CURL_CA_BUNDLE", "REQUESTS_CA_BUNDLE"):
        monkeypatch.delenv(name, raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    with requests.Session() as plain:
        session = open_session(plain, credentials=None, timeout=1)
        taken = session.merge_environment_settings("https://registry.invalid", {}, None, None, None)
    assert taken["verify"] == expected
