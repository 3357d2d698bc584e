"""Which range a release gives a consumer, and when a change of it breaks."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from packaging.specifiers import SpecifierSet
from packaging.version import Version

from release.bump.range_changes import range_change
from release.bump.ranges import admits, is_above, specifier_for
from release.errors import ConfigurationError

PARTS = st.integers(min_value=0, max_value=2100)


@pytest.mark.parametrize(
    ("template", "version", "expected"),
    [
        ("compatible", "0.2.1", ">=0.2,<0.3"),
        ("compatible", "1.4.2", ">=1.4,<2"),
        ("compatible", "0.0.3", ">=0.0,<0.1"),
        ("compatible", "0", ">=0,<0.1"),
        ("compatible", "3", ">=3,<4"),
        ("compatible", "2026.1.15", ">=2026.1,<2027"),
        ("compatible", "0.3.0rc1", ">=0.3.0rc1,<0.4"),
        ("compatible", "1.0.0.dev3", ">=1.0.0.dev3,<2"),
        ("compatible", "0.2.1.post1", ">=0.2,<0.3"),
        ("compatible", "1!0.2.1", ">=1!0.2,<1!0.3"),
        ("exact", "0.2.1", "==0.2.1"),
        ("exact", "1!0.2.1rc1", "==1!0.2.1rc1"),
        ("minimum", "0.2.1", ">=0.2.1"),
        ("minimum", "0.2.1a2", ">=0.2.1a2"),
        ("caret", "1.4.2", ">=1.4.2,<2"),
        ("caret", "0.2.1", ">=0.2.1,<0.3"),
        ("caret", "0.0.3", ">=0.0.3,<0.0.4"),
        ("caret", "0.0.0", ">=0.0.0,<0.0.1"),
        ("caret", "0.0", ">=0.0,<0.1"),
        ("caret", "0", ">=0,<1"),
        ("caret", "0.0.0.7", ">=0.0.0.7,<0.0.0.8"),
        ("caret", "2!0.2.1", ">=2!0.2.1,<2!0.3"),
        (">={major}.{minor}", "0.2.1", ">=0.2"),
        (">={version},<{next_major}", "1.4.2", ">=1.4.2,<2"),
        ("~={major}.{minor}.{patch}", "1.4.2", "~=1.4.2"),
        (">={major}.{minor},<{major}.{next_minor}", "3", ">=3.0,<3.1"),
        (">=0.1", "0.2.1", ">=0.1"),
    ],
)
def test_a_template_gives_a_range(template: str, version: str, expected: str) -> None:
    """The named ranges, and templates with every field."""
    assert specifier_for(template, Version(version)) == expected


@pytest.mark.parametrize("template", ["compatible", "exact", "minimum", "caret", ">={version}"])
@given(
    release=st.lists(PARTS, min_size=1, max_size=4),
    epoch=st.integers(0, 2),
    suffix=st.sampled_from(["", "a1", "rc2", ".dev3", ".post4", "rc1.dev1"]),
)
def test_a_range_always_admits_its_version(
    template: str, release: list[int], epoch: int, suffix: str
) -> None:
    """Whatever the version looks like, the range is valid and an installer takes it."""
    version = Version(f"{epoch}!{'.'.join(map(str, release))}{suffix}")
    specifiers = SpecifierSet(specifier_for(template, version))
    assert admits(specifiers, version)
    assert specifiers.contains(version, prereleases=True)


@pytest.mark.parametrize("version", ["0.3.0", "0.3.1", "1.0"])
def test_compatible_excludes_what_may_break(version: str) -> None:
    """The range of 0.2.1 leaves 0.3 and all after it out."""
    assert not admits(SpecifierSet(specifier_for("compatible", Version("0.2.1"))), Version(version))


@pytest.mark.parametrize(
    ("template", "version", "message", "next_step"),
    [
        (
            ">={majr}.{minor}",
            "0.2.1",
            (
                "The range '>={majr}.{minor}' has the field {majr}, which is not known."
                " Did you mean {major}?"
            ),
            "Known fields: {major}, {minor}, {patch}, {next_major}, {next_minor}, {version}.",
        ),
        (
            ">={}",
            "0.2.1",
            "The range '>={}' has the field {}, which is not known.",
            "Known fields: {major}, {minor}, {patch}, {next_major}, {next_minor}, {version}.",
        ),
        (
            ">={major!r}",
            "0.2.1",
            (
                "The range '>={major!r}' has the field {major}, which is not known."
                " Did you mean {major}?"
            ),
            "Known fields: {major}, {minor}, {patch}, {next_major}, {next_minor}, {version}.",
        ),
        (
            ">={major",
            "0.2.1",
            "The range '>={major' is no template: expected '}' before end of string.",
            "Close every brace, for example >={major}.{minor},<{next_major}.",
        ),
        (
            "compatibel",
            "0.2.1",
            (
                "The range 'compatibel' gives 'compatibel', which is no version specifier."
                " Did you mean 'compatible'?"
            ),
            "Use compatible, exact, minimum, caret, or a template such as >={major}.{minor}.",
        ),
        (
            "{major}",
            "0.2.1",
            "The range '{major}' gives '0', which is no version specifier.",
            "Use compatible, exact, minimum, caret, or a template such as >={major}.{minor}.",
        ),
        (
            ">={next_minor}",
            "0.2.1",
            "The range '>={next_minor}' gives '>=3' for 0.2.1, which does not admit 0.2.1 itself.",
            'Use a range with {version} as its lower bound, or "compatible".',
        ),
        (
            ">={major}.{minor}",
            "0.2.1rc1",
            (
                "The range '>={major}.{minor}' gives '>=0.2' for 0.2.1rc1, which does not admit"
                " 0.2.1rc1 itself."
            ),
            'Use a range with {version} as its lower bound, or "compatible".',
        ),
        (
            ">={major}.{minor},<{next_major}",
            "1!0.2.1",
            (
                "The range '>={major}.{minor},<{next_major}' gives '>=0.2,<1' for 1!0.2.1, which"
                " does not admit 1!0.2.1 itself."
            ),
            'Use a range with {version} as its lower bound, or "compatible".',
        ),
    ],
)
def test_a_template_that_cannot_be_is_refused(
    template: str, version: str, message: str, next_step: str
) -> None:
    """The sentence says what was seen, and what is known."""
    with pytest.raises(ConfigurationError) as told:
        specifier_for(template, Version(version))
    assert (str(told.value), told.value.next_step) == (message, next_step)


@pytest.mark.parametrize(
    ("specifiers", "version", "expected"),
    [
        ("", "0.2.1", True),
        ("", "0.3.0rc1", False),
        (">=0.2", "0.3.0rc1", False),
        (">=0.3.0rc1", "0.3.0rc1", True),
        (">=0.2,<0.3", "0.3.0", False),
        ("==0.3.*", "0.3.0rc1", False),
        ("===0.3.0rc1", "0.3.0rc1", True),
    ],
)
def test_a_range_admits_what_an_installer_takes(
    specifiers: str, version: str, *, expected: bool
) -> None:
    """A pre-release is taken only where the range names one."""
    assert admits(SpecifierSet(specifiers), Version(version)) is expected


@pytest.mark.parametrize(
    ("before", "after", "breaking"),
    [
        (None, ">=0.2,<0.3", False),
        (">=0.2,<0.3", ">=0.3,<0.4", True),
        (">=0.2,<0.3", ">=0.2.1,<0.3", False),
        (">=0.2,<0.3", ">=0.2", True),
        (">=0.2", ">=0.3,<0.4", False),
        (">=0.2,<0.3.0", ">=0.2,<=0.3", True),
        (">=0.2,<=0.3", ">=0.2,<0.3", False),
        ("~=0.2.0", ">=0.2,<0.3", False),
        ("~=0.2.0", ">=0.3,<0.4", True),
        ("~=1.4", ">=1.9,<2", False),
        ("==0.2.*", ">=0.2,<0.3", False),
        ("==0.2.*", ">=0.3,<0.4", True),
        ("==0.2.0", "==0.2.1", False),
        ("==0.2.0", "==0.3.0", True),
        ("==1.2.0", "==1.9.0", False),
        ("==1!1.2.0", "==1!2.0.0", True),
        ("<0.3,!=0.2.5", ">=0.2,<0.3", False),
        ("!=0.2.5", ">=0.3,<0.4", False),
        (">=0.3,<0.4", ">=0.2,<0.3", False),
        (">=1.0,<2,<1.5", ">=1.4,<2", True),
    ],
)
def test_a_change_breaks_where_the_upper_side_opens(
    before: str | None, after: str, *, breaking: bool
) -> None:
    """The new range allows what the old one excluded above; a pin counts as compatible."""
    change = range_change(before, after)
    assert (change.before, change.after) == (before or "", after)
    assert change.breaking is breaking


@pytest.mark.parametrize(
    ("specifiers", "version", "expected"),
    [
        ("", "1.0", False),
        (">=2,<3", "1.0", True),
        (">=1.0,<2", "1.0", False),
        (">=0.2,<0.3", "1.0", False),
        (">1.0", "1.0", True),
        (">1.0", "1.0.post1", True),
        (">0.9", "1.0", False),
        ("<3,>=2,!=2.1", "1.0", True),
        ("!=2.0", "1.0", False),
        ("<2", "3.0", False),
        ("<=0.5", "1.0", False),
        ("==2.0", "1.0", True),
        ("==1.0", "1.0", False),
        ("==0.9", "1.0", False),
        ("==1.0+local", "1.0", False),
        ("==1.1+local", "1.0", True),
        ("===2.0", "1.0", True),
        ("===0.9", "1.0", False),
        ("===any", "1.0", False),
        ("==2.*", "1.9", True),
        ("==2.*", "2.0rc1", False),
        ("==1.*", "1.0", False),
        ("==0.*", "1.0", False),
        ("~=2.1", "2.0", True),
        ("~=2.1", "2.1", False),
        ("~=2.1.0", "2.2", False),
        (">=1!0.1", "2.0", True),
        (">=2.0", "1!0.1", False),
        ("==1!1.*", "2.0", True),
        (">=2.0rc1", "1.0", True),
        (">=2.0rc2", "2.0rc1", True),
        (">=2.0", "2.0rc1", True),
        (">=1.0", "2.0rc1", False),
        ("==2.0rc1", "2.0", False),
    ],
)
def test_a_range_is_above_what_its_lower_side_excludes(
    specifiers: str, version: str, *, expected: bool
) -> None:
    """Only where a range or a pin begins counts, with epochs and pre-releases in their order."""
    assert is_above(SpecifierSet(specifiers), Version(version)) is expected


@given(
    parts=st.lists(PARTS, min_size=2, max_size=3),
    operator=st.sampled_from([">=", "==", "~=", "==="]),
)
def test_no_range_is_above_the_version_that_it_begins_with(parts: list[int], operator: str) -> None:
    """It is above what is lower, and not above itself or what is higher."""
    version = ".".join(map(str, parts))
    specifiers = SpecifierSet(f"{operator}{version}")
    assert not is_above(specifiers, Version(version))
    assert not is_above(specifiers, Version(f"{version}.post1"))
    assert is_above(specifiers, Version(f"{version}rc1"))
