"""How an issue reads: in an address, and on one line."""

from __future__ import annotations

from typing import TYPE_CHECKING

from slugify import slugify

if TYPE_CHECKING:
    from issue_core.issues import Issue

# The usual transliteration drops the dots: "Büro" would become "buro".
GERMAN = (("ä", "ae"), ("ö", "oe"), ("ü", "ue"), ("Ä", "Ae"), ("Ö", "Oe"), ("Ü", "Ue"))


def slug_of(title: str, *, max_length: int = 60) -> str:
    """Return the title in lower-case ASCII with hyphens, cut between two words."""
    return slugify(title, replacements=GERMAN, max_length=max_length, word_boundary=True)


def format_issue(issue: Issue) -> str:
    """Return one line: number, state, title, and the labels if there are any."""
    labels = f" ({', '.join(sorted(issue.labels))})" if issue.labels else ""
    return f"#{issue.number} [{issue.state}] {issue.title}{labels}"
