"""Every spelling of a version is found, and no other version."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from packaging.utils import canonicalize_name
from packaging.version import Version

from release.formats.spellings import VersionFiles, Wanted

NAME = canonicalize_name("issue-core")
WHEEL_END = "-py3-none-any.whl"


@pytest.mark.parametrize(
    ("version", "filename", "name", "spelled"),
    [
        ("1.0.0", "issue_core-1.0.0-py3-none-any.whl", "issue_core", "1.0.0"),
        ("1.0.0", "Issue-Core-1-py3-none-any.whl", "Issue-Core", "1"),
        ("1.0.0", "issue.core-1.0-7-py3-none-any.whl", "issue.core", "1.0"),
        ("1.0.0", "issue__core-v01.00.0.0.TAR.GZ", "issue__core", "v01.00.0.0"),
        ("1", "issue-core-0!1.0.zip", "issue-core", "0!1.0"),
        ("2!1.10", "issue_core-02!1.10.0.tar.gz", "issue_core", "02!1.10.0"),
        ("1.0rc1", "issue_core-1.0.0-Preview_01.tar.gz", "issue_core", "1.0.0-Preview_01"),
        ("1.0a0", "issue_core-1.0alpha.tar.gz", "issue_core", "1.0alpha"),
        ("1.0b2", "issue_core-1.0_beta.2.tar.gz", "issue_core", "1.0_beta.2"),
        ("1.0.post1", "issue_core-1.0-1.tar.gz", "issue_core", "1.0-1"),
        ("1.0.post1", "issue_core-1.0-r1.tar.gz", "issue_core", "1.0-r1"),
        ("1.0.dev3", "issue_core-1.0_DEV3-py3-none-any.whl", "issue_core", "1.0_DEV3"),
    ],
)
def test_a_file_of_the_version_is_read_however_it_is_spelled(
    version: str, filename: str, name: str, spelled: str
) -> None:
    """Name, zeros, case, separators, prefixes and old words are as PEP 440 and 503 allow."""
    files = VersionFiles(NAME, Version(version))

    read = files.read(filename)

    assert read is not None
    assert (read.name, read.version) == (name, spelled)
    assert Version(spelled) == Version(version)
    assert files.is_near(f"… {filename}</a>")
    assert Wanted(filenames=frozenset(), version=files).keeps(filename)


@pytest.mark.parametrize(
    ("version", "filename"),
    [
        ("1.0.0", "issue_core-1.0.1.tar.gz"),
        ("1.0.0", "issue_core-1.0.0.post1.tar.gz"),
        ("1.0.0", "issue_core-1.0-1.tar.gz"),
        ("1.0.0", "issue_core-1.0.0rc1-py3-none-any.whl"),
        ("1.0.0", "issue_core-10.tar.gz"),
        ("1.0.0", "issue_core-1!1.0.0.tar.gz"),
        ("1.0.0", "issue_core_more-1.0.0.tar.gz"),
        ("1.0.0", "more_issue_core-1.0.0.tar.gz"),
        ("1.0.0", "issue_core-1.0.0.tar.gz.asc"),
        ("1.0.0", "issue_core-1.0.0-py2.7.egg"),
        ("1.0.post1", "issue_core-1.0-1-py3-none-any.whl"),
        ("1.0.post1", "issue_core-1.0.tar.gz"),
    ],
)
def test_another_file_is_passed_over(version: str, filename: str) -> None:
    """A near version, a build number, a longer project name and a signature are others."""
    assert VersionFiles(NAME, Version(version)).read(filename) is None


gaps = st.sampled_from(["", "-", "_", "."])
numbers = st.sampled_from(["", "0", "1", "01", "12"])
spelled_versions = st.builds(
    "{}{}{}{}{}".format,
    st.sampled_from(["", "v", "V", "0!", "1!", "v01!"]),
    st.lists(st.sampled_from(["0", "1", "01", "2", "12"]), min_size=1, max_size=4).map(".".join),
    st.just("")
    | st.builds(
        "{}{}{}".format,
        gaps,
        st.sampled_from(["a", "Alpha", "b", "beta", "rc", "C", "pre", "preview"]),
        numbers,
    ),
    st.just("")
    | st.builds("{}{}{}".format, gaps, st.sampled_from(["post", "rev", "R"]), numbers)
    | st.sampled_from(["-0", "-1", "-01"]),
    st.just("") | st.builds("{}{}{}".format, gaps, st.sampled_from(["dev", "DEV"]), numbers),
)


@given(spelled_versions, st.none() | spelled_versions)
def test_a_spelling_is_read_exactly_where_the_versions_are_equal(
    spelled: str, other: str | None
) -> None:
    """As an sdist, what packaging calls equal is found, and nothing else."""
    version = Version(other or spelled)
    files = VersionFiles(NAME, version)
    filename = f"issue_core-{spelled}.tar.gz"

    assert (files.read(filename) is not None) == (Version(spelled) == version)
    if Version(spelled) == version:
        assert files.is_near(filename)
