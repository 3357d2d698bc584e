"""URLs are shown without what may be secret, and compared by their server."""

import pytest

from release.formats.urls import origin, shown, url_fault, without_user, without_users


def test_a_shown_url_has_no_user_and_no_query() -> None:
    """Neither a message nor a page carries what may be secret in a URL."""
    assert shown("http://bot:canary@h:1/simple/x/?token=canary#canary") == "http://h:1/simple/x/"
    assert shown("../a/folder") == "../a/folder"
    assert shown("http://[canary") == "(a URL that cannot be read)"


def test_all_but_the_user_part_stays() -> None:
    """A URL that is used, not shown, keeps its query and its fragment."""
    assert without_user("https://u:p@h:1/x?q=1#f") == "https://h:1/x?q=1#f"
    assert without_user("HTTPS://h/x?") == "HTTPS://h/x?"


def test_user_parts_are_left_out_of_a_text() -> None:
    """Of every address in it, also where a password holds an at sign."""
    text = "a 'http://u:p@h/x' ssh://u@h:1/y http://u:p@q@h/z git@h:x mail@example.org"
    assert without_users(text) == "a 'http://h/x' ssh://h:1/y http://h/z git@h:x mail@example.org"


def test_an_origin_is_scheme_host_and_port() -> None:
    """The default port is the same as none; a user part is no part of it."""
    assert origin("HTTP://Host/a") == origin("http://u:p@host:80/b") == "http://host"
    assert origin("https://u:p@h:3000/x") == origin("https://h:3000/y") == "https://h:3000"
    assert origin("http://[::1]:8080/x") == "http://[::1]:8080"
    assert origin("http://h:1") != origin("http://h:2")
    with pytest.raises(ValueError, match="IPv6"):
        origin("http://[canary")


@pytest.mark.parametrize(
    ("url", "fault"),
    [
        ("https://h", ""),
        ("http://bot:canary@[::1]:3000/api/packages/acme/pypi", ""),
        ("HTTPS://h:65535/", ""),
        ("http://h:65536/", "which has no host and port that can be read"),
        ("http://[canary", "which has no host and port that can be read"),
        ("http://h:canary/", "which has no host and port that can be read"),
        ("ht!tp://[", "which is not http or https"),
        ("ftp://h/", "which is not http or https"),
        ("h/simple", "which is not http or https"),
        ("http:///simple", "which names no host"),
        ("http://h/a b", "which has a space or a control character"),
        ("http://h/a\n", "which has a space or a control character"),
    ],
)
def test_the_fault_of_an_address_is_told(url: str, fault: str) -> None:
    """Scheme, host and port are those of a web server; nothing of the URL is quoted."""
    assert url_fault(url) == fault
