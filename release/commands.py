"""What each verb prints and returns, once its work is done by the pipeline."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import msgspec

from release import record
from release.adapters import files, streams, terminal
from release.assembly import open_job, open_project, open_registry, open_rehearsal
from release.config import resolution
from release.errors import ConfigurationError
from release.pipeline import carry_out
from release.record import forms as record_forms

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator

    from release.assembly import Project
    from release.errors import ReleaseError
    from release.model import Bump
    from release.pipeline import Finished

RECORDED: Final = frozenset({"run", "build", "publish", "verify", "bump"})


def dispatch(arguments: argparse.Namespace) -> int:
    """Run the verb that a command line names, and return its exit code."""
    match arguments.verb:
        case "config":
            return show_config(arguments)
        case "serve":
            return serve(arguments)
        case "rehearse":
            return rehearse(arguments)
        case _:
            return carry_out_verb(arguments)


def carry_out_verb(arguments: argparse.Namespace) -> int:
    """Do a verb of the pipeline, keep its record, and print how it ended."""
    project = _project(arguments, arguments.version)
    with open_job(project, terminal.progress(quiet=arguments.quiet)) as job:
        finished = carry_out(arguments.verb, job)
    kept = finished.record
    if kept is not None and arguments.verb in RECORDED:
        kept = keep_record(project, kept)
    _show(arguments, finished, kept)
    return finished.error.exit_code if finished.error else 0


def rehearse(arguments: argparse.Namespace) -> int:
    """Do one release after another in copies, and show what became of the consumers."""
    projects = [_project(arguments, version) for version in arguments.version or [None]]
    with open_rehearsal(projects, terminal.progress(quiet=arguments.quiet)) as jobs:
        for job in jobs:
            finished = carry_out("run", job)
            _show(arguments, finished, finished.record, diffs=True)
            if finished.error is not None:
                return finished.error.exit_code
    return 0


def serve(arguments: argparse.Namespace) -> int:
    """Serve the embedded registry until interrupted."""
    project = _project(arguments, None)
    if project.config.registry.url is not None:
        raise ConfigurationError(
            f"{project.config.registry.name} is a registry of its own, at registry.url.",
            next_step="`release serve` is for the embedded registry, which stands in without one.",
        )
    with open_registry(project) as registry:
        told = {"name": registry.name, "url": registry.url, "simple_url": registry.simple_url}
        sentence = f"{registry.name} is at {registry.simple_url} until you press Ctrl+C."
        streams.result(_inline(told) if arguments.json else sentence)
        terminal.wait_for_interrupt()
    return 0


def show_config(arguments: argparse.Namespace) -> int:
    """Print every value with its origin, or the JSON schema."""
    if arguments.schema:
        streams.result(_json(resolution.schema()))
        return 0
    project = _project(arguments, None)
    values = project.resolved.values
    if arguments.json:
        streams.result(_json([msgspec.to_builtins(value) for value in values]))
    else:
        rows = ((value.key, _shown(value.value), value.origin) for value in values)
        terminal.table(f"{project.root}", ("key", "value", "from"), rows)
    return 0


def keep_record(project: Project, now: record.Record) -> record.Record:
    """Merge with the record that is there, write what changed, and return what is kept."""
    path = project.state / "record.json"
    previous = record_forms.from_json(path.read_bytes()) if path.exists() else None
    merged = record.merge(previous, now)
    if merged != previous:
        files.replace(path, record_forms.to_json(merged))
        files.replace(path.with_suffix(".md"), record_forms.to_markdown(merged).encode())
    return merged


# showing ---------------------------------------------------------------------------------


def _show(
    arguments: argparse.Namespace,
    finished: Finished,
    kept: record.Record | None,
    *,
    diffs: bool = False,
) -> None:
    if arguments.json:
        streams.result(_json(as_json(arguments.verb, finished, kept)))
        return
    if arguments.verb == "plan":
        for step in finished.plan:
            streams.result(terminal.plan_line(step))
    if kept is not None:
        columns = ("stage", "outcome", "time", "digest")
        ended = record_forms.rows(finished.record) if finished.record else ()
        terminal.table(f"{kept.package} {kept.version}", columns, ended)
    for bump in finished.bumps:
        for line in bump_lines(bump, diffs=diffs or arguments.verb == "plan"):
            streams.result(line)
    if finished.error is not None:
        for line in error_lines(finished.error):
            streams.complain(line)


def bump_lines(bump: Bump, *, diffs: bool) -> Iterator[str]:
    """Yield what a person wants to read of one consumer's bump."""
    yield f"{bump.consumer}: {bump.status}"
    if bump.delivered_to:
        yield f"  delivered to {bump.delivered_to}"
    if bump.status == "refused":
        yield f"  {bump.reason}"
        yield from (f"  {finding}" for finding in bump.reports)
        yield f"  next: {bump.next_step}"
        return
    yield from (f"  {change}" for change in bump.ranges)
    for moved in bump.moved:
        yield f"  {moved.name} {moved.before or '-'} → {moved.after or '-'}: {moved.cause}"
    yield from (f"  checked: {check}" for check in bump.checks)
    yield from (f"  look at {report}" for report in bump.reports)
    if diffs:
        yield from diff(bump)


def diff(bump: Bump) -> Iterator[str]:
    """Yield the bump's changes as a unified diff."""
    import difflib

    for change in bump.changes:
        yield from (
            line.rstrip("\r\n")
            for line in difflib.unified_diff(
                _lines(change.before),
                _lines(change.after),
                f"a/{change.path}",
                f"b/{change.path}",
            )
        )


def _lines(content: bytes | None) -> list[str]:
    return (content or b"").decode("utf-8", errors="replace").splitlines(keepends=True)


def error_lines(error: ReleaseError) -> Iterator[str]:
    """Yield an error for people: what was seen, every finding, the next step."""
    yield f"error: {error.message}"
    yield from (f"  {finding}" for finding in error.findings)
    yield f"next:  {error.next_step}"


def as_json(verb: str, finished: Finished, kept: record.Record | None) -> dict[str, Any]:
    """Return the result of a verb for machines; docs/reference/verbs.md has its keys."""
    error = finished.error
    return {
        "verb": verb,
        "exit_code": error.exit_code if error else 0,
        "plan": msgspec.to_builtins(finished.plan),
        "record": msgspec.to_builtins(kept),
        "error": error_as_json(error) if error else None,
    }


def error_as_json(error: ReleaseError) -> dict[str, Any]:
    """Return an error for machines."""
    return {
        "kind": type(error).__name__,
        "message": error.message,
        "next_step": error.next_step,
        "findings": msgspec.to_builtins(error.findings),
    }


def show_error_as_json(error: ReleaseError) -> None:
    """Print what ended a verb before it could begin."""
    streams.result(_json({"exit_code": error.exit_code, "error": error_as_json(error)}))


def _json(value: object) -> str:
    return msgspec.json.format(msgspec.json.encode(value), indent=2).decode()


def _shown(value: object) -> str:
    return "-" if value is None else value if isinstance(value, str) else _inline(value)


def _inline(value: object) -> str:
    return msgspec.json.encode(value).decode()


def _project(arguments: argparse.Namespace, version: str | None) -> Project:
    return open_project(
        arguments.config, settings=arguments.settings, version=version, folder=Path.cwd()
    )
