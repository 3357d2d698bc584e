"""Verbs and arguments; the only place that turns an error into an exit code.

Nothing heavier than argparse is imported before a verb is known, so that help is quick.
"""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Final

from release import help_texts
from release.adapters import streams
from release.errors import ReleaseError

if TYPE_CHECKING:
    from collections.abc import Sequence

INTERRUPTED: Final = 130
BUG: Final = 70


def main(argv: Sequence[str] | None = None) -> int:
    """Run one verb and return the exit code of the process.

    Args:
        argv: The arguments after the program's name; the process's own when not given.
    """
    streams.open_streams()
    try:
        return _run(_parser().parse_args(argv))
    finally:
        streams.close_streams()


def _run(arguments: argparse.Namespace) -> int:
    try:
        from release import commands
        from release.adapters import processes

        processes.interrupt_on_termination()
        return commands.dispatch(arguments)
    except ReleaseError as error:
        _tell(error, as_json=arguments.json)
        return error.exit_code
    except KeyboardInterrupt:
        streams.complain("\ninterrupted; run the same verb again to go on.")
        return INTERRUPTED
    except Exception:  # noqa: BLE001  # the edge: a bug is told with its trace and its own code
        import traceback

        streams.complain(traceback.format_exc().rstrip())
        streams.complain("This is a bug in release; please report it with the trace above.")
        return BUG


def _tell(error: ReleaseError, *, as_json: bool) -> None:
    from release import commands

    if as_json:
        commands.show_error_as_json(error)
    for line in commands.error_lines(error):
        streams.complain(line)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="release",
        description=help_texts.DESCRIPTION,
        epilog=help_texts.EXIT_CODES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action=_Version, nargs=0, help="print the version and exit")
    verbs = parser.add_subparsers(dest="verb", metavar="VERB", required=True)
    common = _common()
    for verb, short in help_texts.SHORT.items():
        sub = verbs.add_parser(
            verb,
            help=short,
            description=help_texts.LONG[verb],
            epilog=f"examples:\n{help_texts.EXAMPLES[verb]}",
            parents=[common],
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )
        if verb == "config":
            sub.add_argument("--schema", action="store_true", help="print the JSON schema instead")
        elif verb != "serve":
            sub.add_argument(
                "version",
                nargs="*" if verb == "rehearse" else "?",
                metavar="VERSION",
                help="the version to release, or its tag "
                "(default: package.version, or the newest tag)",
            )
    return parser


def _common() -> argparse.ArgumentParser:
    common = argparse.ArgumentParser(add_help=False)
    common.add_argument(
        "--config",
        metavar="FILE",
        help="release.toml, or a pyproject.toml with [tool.release] (default: RELEASE_CONFIG, "
        "or the one in this folder)",
    )
    common.add_argument(
        "--set",
        action="append",
        default=[],
        metavar="TABLE.KEY=VALUE",
        dest="settings",
        help="set one value of the configuration, as TOML or bare text; repeatable",
    )
    common.add_argument("--json", action="store_true", help="print the result as JSON on stdout")
    common.add_argument("-q", "--quiet", action="store_true", help="show no progress on stderr")
    return common


class _Version(argparse.Action):
    """Look the version up only when it is asked for."""

    def __call__(self, parser: argparse.ArgumentParser, *_: object) -> None:
        from importlib.metadata import version

        streams.result(f"release (tag-to-lock) {version('tag-to-lock')}")
        parser.exit()
