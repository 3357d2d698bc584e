"""pyproject.toml of a uv-managed project: text in, text out.

Looks at the data (``decisions``), does what was decided to the text by splices
(``toml_edits``), and proves the result: both texts are read again with ``tomllib``, the new
data must be the old one with exactly the decided operations done to it, and a second look
must find nothing left to do. What cannot be proven is refused with the edit to make by hand.
"""

from __future__ import annotations

import tomllib
from typing import TYPE_CHECKING

from release.bump.manifests import mentions, refusals
from release.bump.manifests.decisions import decide
from release.bump.manifests.operations import applied
from release.bump.manifests.refusals import Note
from release.bump.manifests.splices import spliced
from release.bump.manifests.toml_edits import splices_for
from release.bump.manifests.toml_scanner import ScanFailed, is_same, read
from release.bump.manifests.workspaces import inherited_from
from release.errors import ConfigurationError, EditRefused
from release.formats.urls import without_user
from release.model import Finding, Rewritten

if TYPE_CHECKING:
    from collections.abc import Sequence

    from release.bump.manifests.operations import Operation
    from release.bump.manifests.toml_spans import Document
    from release.bump.manifests.workspaces import Root
    from release.model import Wanted

_MARK = "\ufeff"


def rewrite(text: str, wanted: Wanted, *, path: str, roots: Sequence[Root] = ()) -> Rewritten:
    """Return the manifest with the package as a range from the wanted index.

    Every byte outside the changed spans stays. The text is unchanged where the package
    already comes from the index and its present range admits the release.

    Args:
        text: The file, decoded as UTF-8 with its own line ends, and its byte order mark.
        wanted: The release, the range and the index.
        path: How findings name the file.
        roots: The pyproject.toml files in the folders above, the nearest first: a member of a
            workspace takes its sources from there too.

    Raises:
        EditRefused: It does not depend on the package, or the edit cannot be proven; each
            finding has its line and the edit to make by hand.
        ConfigurationError: The index's URL holds a user part.
    """
    if without_user(wanted.index_url) != wanted.index_url:
        raise ConfigurationError(
            f"The URL of the index {wanted.index_name!r} holds a user part.",
            next_step="Take it out of registry.url and registry.simple-url; set a token instead.",
        )
    body = text.removeprefix(_MARK)
    document = _read(body, wanted, path)
    decision = decide(document.data, wanted, inherited_from(roots, wanted.release.name))
    refused = [*decision.refusals, *mentions.other_tools(document.data, wanted)]
    if refused:
        raise _refused(_findings(document, refused, path), wanted, path)
    edited = _edited(document, decision.operations, wanted, path)
    told = [*decision.notes, *mentions.told(document.data, wanted)]
    return Rewritten(
        text=text[: len(text) - len(body)] + edited,
        reasons=tuple(decision.reasons),
        ranges=tuple(dict.fromkeys(decision.ranges)),
        reports=tuple(_findings(document, told, path)),
    )


def _read(body: str, wanted: Wanted, path: str) -> Document:
    try:
        return read(body)
    except tomllib.TOMLDecodeError as error:
        said = f"It is not TOML: {error}."
        if _is_newer_toml(body):
            said = (
                "It is written in TOML 1.1 (a line break or a last comma in an inline table, for"
                f" example), which Python's tomllib does not read: {error}."
            )
        line = _line_told(str(error))
    except ScanFailed as error:
        said, line = f"It cannot be edited provably: {error}.", 1
    finding = Finding(
        code="unreadable",
        place=f"{path}:{line}",
        message=said,
        next_step=refusals.by_hand(wanted),
    )
    raise _refused([finding], wanted, path)


def _is_newer_toml(body: str) -> bool:
    import tomlkit
    from tomlkit.exceptions import TOMLKitError

    try:
        tomlkit.parse(body)
    except TOMLKitError:
        return False
    return True


def _line_told(message: str) -> int:
    """Return the line in ``… (at line 23, column 3)``."""
    _, _, place = message.partition("at line ")
    number = place.partition(",")[0]
    return int(number) if number.isdecimal() else 1


def _edited(document: Document, operations: Sequence[Operation], wanted: Wanted, path: str) -> str:
    """Do the operations to the text, and prove it."""
    if not operations:
        return document.text
    try:
        text = spliced(document.text, splices_for(document, operations))
        doubt = _doubt(text, applied(document.data, operations), wanted)
    except (KeyError, ValueError) as error:
        text, doubt = "", f"the edit fails ({error})"
    if doubt:
        note = Note(
            code="unproven",
            path=operations[0].path,
            message=f"The edit cannot be proven: {doubt}.",
            next_step=refusals.by_hand(wanted),
        )
        raise _refused(_findings(document, [note], path), wanted, path)
    return text


def _doubt(text: str, meant: dict[str, object], wanted: Wanted) -> str:
    """Return why an edited text is not what was meant; nothing where it is."""
    data = tomllib.loads(text)
    if not is_same(data, meant):
        return "the edited text does not say what was meant"
    if decide(data, wanted).operations:
        return "the edited text would need another edit"
    return ""


def _findings(document: Document, notes: Sequence[Note], path: str) -> list[Finding]:
    return [
        Finding(
            code=note.code,
            place=f"{path}:{document.line(note.path)}" if note.path else path,
            message=note.message,
            next_step=note.next_step,
        )
        for note in notes
    ]


def _refused(findings: Sequence[Finding], wanted: Wanted, path: str) -> EditRefused:
    told = " ".join(finding.message for finding in findings)
    return EditRefused(
        f"{path} was not changed for {wanted.release}. {told}",
        next_step=findings[0].next_step,
        findings=findings,
    )
