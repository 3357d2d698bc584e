"""The command ``issue-core``."""

from __future__ import annotations

import argparse
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from issue_core import MoveRefused, NoSuchIssue, State, Store, __version__

if TYPE_CHECKING:
    from collections.abc import Sequence


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; 0 when it did what it should, 1 when it refused."""
    options = _parser().parse_args(arguments)
    store = Store.load(options.file)
    try:
        options.run(store, options)
    except (MoveRefused, NoSuchIssue) as refusal:
        print(refusal, file=sys.stderr)
        return 1
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="issue-core", description="Keep issues in a JSON file.")
    parser.add_argument("--version", action="version", version=f"%(prog)s {__version__}")
    parser.add_argument("--file", type=Path, default=Path("issues.json"), metavar="PATH")
    verbs = parser.add_subparsers(required=True, metavar="VERB")

    add = verbs.add_parser("add", help="open an issue")
    add.add_argument("title")
    add.add_argument("--label", action="append", default=[], dest="labels")
    add.set_defaults(run=_add)

    move = verbs.add_parser("move", help="bring an issue into another state")
    move.add_argument("number", type=int)
    move.add_argument("state", type=State, choices=list(State))
    move.add_argument("--note", default="")
    move.set_defaults(run=_move)

    show = verbs.add_parser("list", help="show the issues that are not settled")
    show.add_argument("--all", action="store_true", help="show the settled ones too")
    show.set_defaults(run=_list)
    return parser


def _add(store: Store, options: argparse.Namespace) -> None:
    issue = store.add(options.title, at=datetime.now(UTC), labels=options.labels)
    store.save(options.file)
    print(issue)


def _move(store: Store, options: argparse.Namespace) -> None:
    issue = store[options.number].move(options.state, at=datetime.now(UTC), note=options.note)
    store.replace(issue)
    store.save(options.file)
    print(issue)


def _list(store: Store, options: argparse.Namespace) -> None:
    now = datetime.now(UTC)
    for issue in store if options.all else store.unsettled():
        print(f"{issue}, opened {issue.age(now)}")
