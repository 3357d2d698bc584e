"""Every folder of tests/cases/manifests: a real manifest, and what a bump makes of it."""

from __future__ import annotations

import tomllib

import pytest

from release.bump.manifests.pyproject import rewrite
from release.errors import EditRefused
from tests.support.manifests import CASES, Case, guarded, read_case

ALL = [read_case(folder) for folder in sorted(CASES.iterdir()) if folder.is_dir()]


def cases(outcome: str) -> pytest.MarkDecorator:
    """Run a test for each case that ends like this."""
    chosen = [case for case in ALL if case.outcome == outcome]
    return pytest.mark.parametrize("case", chosen, ids=[case.name for case in chosen])


def test_every_case_ends_in_a_known_way() -> None:
    """No case is passed over because of a misspelled outcome."""
    assert {case.outcome for case in ALL} == {"changed", "unchanged", "refused"}
    assert len(ALL) >= 70


@cases("changed")
def test_a_manifest_becomes_exactly_this(case: Case) -> None:
    """The bytes, the reports with their lines, and whether the step breaks, are as written."""
    result = rewrite(case.before, case.wanted, path="pyproject.toml")
    assert result.text == case.after
    assert tuple(f"{told.place} {told.code}" for told in result.reports) == case.reports
    assert any(change.breaking for change in result.ranges) == case.breaking
    assert result.reasons


@cases("changed")
def test_a_second_rewrite_changes_no_byte(case: Case) -> None:
    """What was rewritten once has nothing left to do, and gives no reason and no range."""
    once = rewrite(case.before, case.wanted, path="pyproject.toml")
    again = rewrite(once.text, case.wanted, path="pyproject.toml")
    assert (again.text, again.reasons, again.ranges) == (once.text, (), ())


@cases("changed")
def test_the_guard_takes_what_the_editor_made(case: Case) -> None:
    """What the guard would refuse in a manifest is refused before any lock tool runs."""
    result = rewrite(case.before, case.wanted, path="pyproject.toml")
    assert guarded(result.text, case.wanted) == ()


@cases("changed")
def test_no_secret_of_the_manifest_is_told(case: Case) -> None:
    """A credential in a URL that goes is in no reason and no report."""
    result = rewrite(case.before, case.wanted, path="pyproject.toml")
    assert "s3cr3t" not in repr((result.reasons, result.reports, result.ranges))


@cases("changed")
def test_line_ends_and_byte_order_mark_stay(case: Case) -> None:
    """CRLF stays CRLF in every line, and a final line end is kept, or kept missing."""
    result = rewrite(case.before, case.wanted, path="pyproject.toml").text
    assert result.startswith("\ufeff") == case.before.startswith("\ufeff")
    assert result.endswith("\n") == case.before.endswith("\n")
    is_crlf = "\r\n" in case.before
    assert result.count("\r\n") == (result.count("\n") if is_crlf else 0)
    tomllib.loads(result.removeprefix("\ufeff"))


@cases("unchanged")
def test_a_manifest_that_is_right_stays(case: Case) -> None:
    """Not a byte changes, and no reason is given."""
    result = rewrite(case.before, case.wanted, path="pyproject.toml")
    assert (result.text, result.reasons, result.ranges) == (case.before, (), ())
    assert guarded(result.text, case.wanted) == ()
    assert tuple(f"{told.place} {told.code}" for told in result.reports) == case.reports


@cases("refused")
def test_an_edit_is_refused_with_its_lines(case: Case) -> None:
    """All findings are told together, each with its line and the edit to make by hand."""
    with pytest.raises(EditRefused) as refused:
        rewrite(case.before, case.wanted, path="pyproject.toml")
    findings = refused.value.findings
    assert tuple(f"{told.place} {told.code}" for told in findings) == case.findings
    assert all(told.message in str(refused.value) and told.next_step for told in findings)
    assert "s3cr3t" not in repr((str(refused.value), findings))
    assert refused.value.next_step == findings[0].next_step
