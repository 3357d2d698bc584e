"""Image files: take out what only served the package's named build context; pure.

Removed are copies from the context or from a sibling folder, and mounts of the context,
where nothing else in the file needs what they brought (``release.bump.image_plan``).
What cannot be proven stays as it is and is reported, with its line and the edit by hand.
Comments stay, and are reported where they lost what they spoke of.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from release.bump import dockerfile
from release.bump.contexts import finding, mentioned_contexts
from release.bump.image_plan import make_plan
from release.errors import EditRefused
from release.model import Finding, Rewritten

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from release.bump.dockerfile import Flag, Instruction
    from release.bump.image_plan import Plan
    from release.model import Wanted


def rewrite(text: str, wanted: Wanted, *, path: str) -> Rewritten:
    """Return the image file without what served the package's build context only.

    Every byte outside the removed lines and flags stays; a second run changes nothing.

    Raises:
        EditRefused: The edited file does not read back as it was meant.
    """
    instructions = dockerfile.parse(text)
    plan = make_plan(instructions, wanted)
    lines = dockerfile.split_lines(text)
    edited = _edit(lines, plan)
    new_text = "".join(line for line in edited if line is not None)
    _check(new_text, plan, instructions, path)
    return Rewritten(
        text=new_text,
        reasons=tuple(_reasons(plan, wanted)),
        reports=tuple(_reports(lines, edited, plan, wanted, path)),
    )


def report(text: str, wanted: Wanted, path: str) -> tuple[Finding, ...]:
    """Tell where a file hands the package's folder to an image build.

    Workflows, Makefiles, scripts and compose files are not edited here.
    """
    return tuple(mentioned_contexts(text, wanted, path))


# editing ----------------------------------------------------------------------------


def _edit(lines: Sequence[str], plan: Plan) -> list[str | None]:
    """Return the lines as they shall be; None for a line that goes."""
    edited: list[str | None] = list(lines)
    for instruction, flag in reversed(plan.flags):
        _remove_flag(edited, instruction, flag)
    for instruction in plan.removed:
        edited[instruction.first : instruction.last + 1] = [None] * (
            instruction.last - instruction.first + 1
        )
        _close_gap(edited, instruction)
    return edited


def _remove_flag(edited: list[str | None], instruction: Instruction, flag: Flag) -> None:
    """Take one flag out, and its line where nothing else stands on it."""
    line = edited[flag.line] or ""
    rest = line[: flag.start] + line[flag.end :].lstrip(" \t")
    is_empty = rest.strip() in {"", "\\", "`"} and flag.line != instruction.first
    edited[flag.line] = None if is_empty else rest


def _close_gap(edited: list[str | None], instruction: Instruction) -> None:
    """Where an instruction stood alone between two blank lines, leave one of them."""
    above = next((line for line in reversed(edited[: instruction.first]) if line is not None), "")
    below = next(
        (n for n in range(instruction.last + 1, len(edited)) if edited[n] is not None), None
    )
    if below is not None and not above.strip() and not (edited[below] or "").strip():
        edited[below] = None


def _check(text: str, plan: Plan, before: Sequence[Instruction], path: str) -> None:
    """Read the result back: the instructions that stay are as they were, without the flags."""
    gone = {instruction.first for instruction in plan.removed}
    flags = [flag for _, flag in plan.flags]
    meant = [
        _meaning(instruction, flags) for instruction in before if instruction.first not in gone
    ]
    found = [_meaning(instruction, ()) for instruction in dockerfile.parse(text)]
    if meant != found:
        raise EditRefused(
            f"{path} would not read back as it was meant after the edit.",
            next_step="Take the package's build context out of it by hand, then bump again.",
        )


def _meaning(instruction: Instruction, without: Sequence[Flag]) -> tuple[object, ...]:
    flags = tuple((flag.name, flag.value) for flag in instruction.flags if flag not in without)
    return instruction.keyword, flags, instruction.rest, instruction.body


# telling ----------------------------------------------------------------------------


def _reasons(plan: Plan, wanted: Wanted) -> Iterator[str]:
    why = f"{wanted.release.name} comes from the index {wanted.index_name} now"
    for instruction in plan.removed:
        said = " ".join([instruction.keyword, *map(str, instruction.flags), instruction.rest])
        yield f"removed `{said}`: {why}"
    for instruction, flag in plan.flags:
        yield f"removed `{flag}` from {instruction.keyword}: {why}"


def _reports(
    lines: Sequence[str],
    edited: Sequence[str | None],
    plan: Plan,
    wanted: Wanted,
    path: str,
) -> Iterator[Finding]:
    """Yield what a person should look at; lines are those of the edited file."""
    remaining = "".join(line for line in edited if line is not None)
    yield from mentioned_contexts(remaining, wanted, path)
    for instruction, reason in plan.kept:
        yield finding(
            path,
            _new_number(edited, instruction.first),
            f"{reason} It stays as it is.",
            f"Change it by hand, so that it needs the folder of {wanted.release.name} no more: "
            f"the package comes from the index {wanted.index_name}. As long as a line takes "
            "files from that folder, go on giving it to the build (--build-context "
            f"{wanted.release.name}=FOLDER): the image cannot be built without it.",
        )
    for instruction in plan.removed:
        comment = _comment_above(lines, instruction)
        if comment is not None:
            yield finding(
                path,
                _new_number(edited, comment),
                f"This comment stood above the removed {instruction.keyword}.",
                "Take it out, or let it speak of what follows.",
            )


def _new_number(edited: Sequence[str | None], number: int) -> int:
    """Return the line's number after the edit, from 1."""
    return 1 + sum(line is not None for line in edited[:number])


def _comment_above(lines: Sequence[str], instruction: Instruction) -> int | None:
    """Return the first line of the comment directly above; None where there is none."""
    number = instruction.first
    while number > 0 and lines[number - 1].lstrip().startswith("#"):
        number -= 1
    return number if number < instruction.first else None
