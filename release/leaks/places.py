"""Member names → what kind of text stands there."""

from __future__ import annotations

import re
from typing import Final

_TEST_FOLDERS: Final = frozenset(
    {"test", "tests", "testing", "_tests", "_testing", "test-data", "test_data", "testdata"}
)
_TEST_FILE: Final = re.compile(r"(?:test_.*|.*_tests?|conftest)\.py[iw]?")
_PROSE_FOLDERS: Final = frozenset({"doc", "docs", "example", "examples", "licenses"})
_PROSE_ENDINGS: Final = (
    *(".md", ".markdown", ".mdx", ".rst", ".rest", ".txt", ".adoc", ".tex", ".org"),
    *(".html", ".htm", ".css", ".svg", ".po", ".pot", ".1", ".ipynb"),
)
_TESTS_WITHIN: Final = (".rs", ".go", ".java", ".kt", ".swift", ".cs")
"""Sources with their tests inside; a path cannot be told from one of those."""
_PROSE_NAMES: Final = re.compile(
    r"METADATA|PKG-INFO|RECORD|SOURCES\.txt"
    r"|(?:README|CHANGES|CHANGELOG|NEWS|HISTORY|AUTHORS|CONTRIBUTORS|THANKS|LICEN[CS]E|COPYING)"
    r"(?:[.\-_][^/]*)?",
    re.IGNORECASE,
)


def is_test(member: str) -> bool:
    """Whether a member belongs to tests, whose paths and passwords are made up."""
    *folders, name = member.split("/")
    return not _TEST_FOLDERS.isdisjoint(folders) or _TEST_FILE.fullmatch(name) is not None


def is_documentation(member: str) -> bool:
    """Whether a member lies in a folder of documentation or examples."""
    return not _PROSE_FOLDERS.isdisjoint(member.split("/")[:-1])


def is_prose(member: str) -> bool:
    """Whether a member is written for people; a path in it is a story, not a setting."""
    name = member.rpartition("/")[2]
    return (
        is_documentation(member)
        or name.lower().endswith(_PROSE_ENDINGS)
        or _PROSE_NAMES.fullmatch(name) is not None
    )


def takes_effect(member: str) -> bool:
    """Whether an absolute path in a member is used when the package is."""
    return not (is_test(member) or is_prose(member) or member.endswith(_TESTS_WITHIN))
