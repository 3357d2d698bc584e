"""Leaks are found wherever they begin, in memory that does not grow, and examples are none."""

from __future__ import annotations

import tracemalloc
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from release.leaks import AT_MOST, OVERLAP, find_leaks
from release.leaks.places import takes_effect

if TYPE_CHECKING:
    from collections.abc import Iterator

TOKEN = b"ghp_q7Zt4XwB9sLk2VnR8mYc1HdJ6fPg3TaE5uQo"
HEX = "9f3c1a7be04d5826c1f09e7d3b8a4c62d05e71fa"


def found(text: str, member: str = "pkg/settings.cfg") -> list[tuple[str, int]]:
    """Return code and line of every leak in one member."""
    data = text.encode()
    return [(leak.code, leak.line) for leak in find_leaks(member, len(data), [data])]


@given(
    before=st.integers(min_value=0, max_value=3 * OVERLAP),
    sizes=st.lists(st.integers(min_value=1, max_value=2 * OVERLAP), max_size=5),
)
def test_a_token_is_found_once_wherever_the_pieces_end(before: int, sizes: list[int]) -> None:
    """A border between two pieces hides nothing and counts nothing twice."""
    text = b"x = 1\n" * (before // 6) + b" " * (before % 6) + TOKEN + b"\n" + b"y = 2\n" * 900
    pieces = list(_cut(text, sizes))
    leaks = find_leaks("pkg/settings.cfg", len(text), pieces)
    assert [(leak.code, leak.line) for leak in leaks] == [("token", before // 6 + 1)]


@given(cut=st.integers(min_value=0, max_value=200))
def test_the_middle_of_a_word_is_no_beginning(cut: int) -> None:
    """What stands before a window counts: a longer word does not become a token there."""
    text = b"x" * (2 * OVERLAP) + TOKEN + b"\n" * (2 * OVERLAP)
    assert find_leaks("pkg/a.cfg", len(text), _cut(text, [OVERLAP + cut])) == []


def _cut(text: bytes, sizes: list[int]) -> Iterator[bytes]:
    for size in sizes:
        yield text[:size]
        text = text[size:]
    yield text


def peak_of(megabytes: int) -> int:
    """Return the most memory in use while a member of that size is read."""
    quiet = b"y = {'number': 2 + 3, 'name': 'value'}\n" * 6_500
    loud = b'path = "/home/tegwick/data"  # https://user:pass@example.org/\n' * 4_000
    pieces = (loud if number % 20 == 0 else quiet for number in range(megabytes * 4))
    tracemalloc.start()
    leaks = find_leaks("pkg/settings.cfg", megabytes << 20, pieces)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert len(leaks) == AT_MOST
    return peak


def test_the_memory_does_not_grow_with_the_member() -> None:
    """Four times the size, and the same few megabytes."""
    assert peak_of(12) < 1.1 * peak_of(3) < 6_000_000


def test_a_binary_member_is_read_to_its_end_and_holds_no_text() -> None:
    """Its digest needs every byte; its text would be chance."""
    pieces = iter([b"\x7fELF\0" + TOKEN, TOKEN, TOKEN])
    assert find_leaks("pkg/_fast.so", 200, pieces) == []
    assert next(pieces, None) is None


@pytest.mark.parametrize(
    "text",
    [
        'key = b"-----BEGIN RSA PRIVATE KEY-----"',
        "-----BEGIN PRIVATE KEY-----\n<a very long private key string>\n-----END PRIVATE KEY-----",
        "-----BEGIN PRIVATE KEY-----\nMIIE...\n-----END PRIVATE KEY-----",
        "-----BEGIN CERTIFICATE-----\nMIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQC7VJTUt9Us",
        "aws_access_key_id = AKIAIOSFODNN7EXAMPLE",
        "aws_secret_access_key = wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
        "token = ghp_xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx",
        "token = ghp_0123456789abcdefghijklmnopqrstuvwxyz",
        f"revision = {HEX}",
        f"token_cache_key = '{HEX}'",
        f"token = {HEX}{HEX[:24]}",
        "token = 0000000000000000000000000000000000000000",
        "https://user:password@proxy.com/",
        "https://${USER}:${PASSWORD}@pypi.company.com/simple",
        "https://%(user)s:%(secret)s@pypi.company.com/simple",
        "https://user:hunter2@pypi.company.com/",
        "postgresql://scott:tiger@db.internal.net/test",
        "postgres://postgres:postgres@db.internal.net/",
        "amqp://guest:guest@localhost:5672//",
        "https://billing:wintergarden@gitea.example.org/",
        "redis://billing:wintergarden@cache:6379",
        "https://x:y@db.internal.net",
        "https://jo%40email.com:a%20secret@www.python.org",
        "cache = /home/user/.cache",
        "work = /home/runner/work/issue-core",
        "url = https://example.org/home/tegwick/data/",
        "url = https://home/tegwick/data/",
        "folder = ${HOME}/home/tegwick/data/",
        "# folder = /home/tegwick/data/",
        "xpath = //root/data",
        "root = /root/",
    ],
)
def test_an_example_is_no_leak(text: str) -> None:
    """What documentation and well-known packages write raises no alarm."""
    assert found(f"{text}\n") == []


@pytest.mark.parametrize(
    "text",
    [
        "folder = /home/tegwick/data/",
        "folder = file:///home/tegwick/data/",
        "CFLAGS = -I/home/tegwick/include/",
        r"folder = C:\Users\tegwick\data",
        "folder = C:/Users/tegwick/data",
        "folder = /root/data",
        '/* "/home/tegwick/src/fast.pyx":12',
    ],
)
def test_a_path_in_a_setting_is_a_leak(text: str) -> None:
    """A setting takes effect, and so do the paths of the machine that compiled."""
    assert found(f"\n{text}\n") == [("home-path", 2)]


def test_a_path_in_a_module_counts_where_it_is_used() -> None:
    """Comments, docstrings and sentences speak of paths; a string that begins with one uses it."""
    module = '''"""Read /home/tegwick/data/."""

# Once this was /home/tegwick/data/
HELP = "For example /home/tegwick/data/"
TEXT = """
/home/tegwick/data/
"""
DATA = "/home/tegwick/data/"
RAW = b"/home/tegwick/data/"
URL = f"file:///home/tegwick/{HELP}"
SETTING = "DATA=/Users/maren/data/"
CACHE = "/home/user/.cache/"
NUMBER = 1
'''
    assert found(module, "pkg/settings.py") == [("home-path", line) for line in (8, 9, 10, 11)]


def test_other_leaks_of_a_module_are_found_too() -> None:
    """A module is parsed for its paths only; a token counts in a comment as well."""
    module = f"# {TOKEN.decode()}\nDATA = 1\n"
    assert found(module, "pkg/settings.py") == [("token", 1)]


def test_a_module_that_cannot_be_parsed_is_read_like_a_setting() -> None:
    """Nothing is lost to a syntax error; a long module is not parsed at all."""
    assert found('print "/home/tegwick/data/"\n', "pkg/old.py") == [("home-path", 1)]
    long = 'DATA = "/home/tegwick/data/"\n' + "x = 1\n" * 200_000
    assert found(long, "pkg/long.py") == [("home-path", 1)]


@pytest.mark.parametrize(
    ("member", "expected"),
    [
        ("pkg/settings.py", True),
        ("pkg/defaults.toml", True),
        ("pkg/conf/tests.py", True),
        ("pkg/tests/conf.py", False),
        ("pkg/test_conf.py", False),
        ("pkg/conftest.py", False),
        ("docs/conf.py", False),
        ("README.md", False),
        ("pkg-1.0.dist-info/METADATA", False),
        ("src/lib.rs", False),
    ],
)
def test_where_a_path_takes_effect(member: str, expected: bool) -> None:  # noqa: FBT001 - a parameter
    """Tests, documentation and text for people only speak of paths."""
    assert takes_effect(member) is expected


def test_a_human_password_in_tests_is_a_fixture_and_a_random_one_is_not() -> None:
    """Tests are full of made-up passwords; a machine's password got there by accident."""
    human = "https://billing:wintergarden@db.internal.net/\n"
    machine = "https://billing:q7Zt4XwB9sLk2Vn@db.internal.net/\n"
    assert found(human, "tests/test_db.py") == []
    assert found(machine, "tests/test_db.py") == [("url-credentials", 1)]
