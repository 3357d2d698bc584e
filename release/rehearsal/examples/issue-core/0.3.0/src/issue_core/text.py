"""How an issue reads: in an address, on one line, and by its age."""

from __future__ import annotations

from typing import TYPE_CHECKING

import humanize
from slugify import slugify

if TYPE_CHECKING:
    from datetime import datetime

    from issue_core.issues import Issue

# The usual transliteration drops the dots: "Büro" would become "buro".
GERMAN = (("ä", "ae"), ("ö", "oe"), ("ü", "ue"), ("Ä", "Ae"), ("Ö", "Oe"), ("Ü", "Ue"))


def slug_of(title: str, *, max_length: int = 60) -> str:
    """Return the title in lower-case ASCII with hyphens, cut between two words."""
    return slugify(title, replacements=GERMAN, max_length=max_length, word_boundary=True)


def age_of(opened: datetime, now: datetime) -> str:
    """Return the time between the two in words."""
    return humanize.naturaltime(now - opened)


def format_issue(issue: Issue) -> str:
    """Return one line: number, state, title, and the labels if there are any."""
    labels = f" ({', '.join(sorted(issue.labels))})" if issue.labels else ""
    return f"#{issue.number} [{issue.state}] {issue.title}{labels}"
