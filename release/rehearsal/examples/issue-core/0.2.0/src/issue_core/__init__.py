"""The core of an issue tracker: issues, states, and the ways between them."""

from importlib.metadata import version

from issue_core.issues import Event, Issue
from issue_core.states import MOVES, MoveRefused, State
from issue_core.store import NoSuchIssue, Store
from issue_core.text import format_issue, slug_of

__all__ = [
    "MOVES",
    "Event",
    "Issue",
    "MoveRefused",
    "NoSuchIssue",
    "State",
    "Store",
    "format_issue",
    "slug_of",
]

__version__ = version("issue-core")
