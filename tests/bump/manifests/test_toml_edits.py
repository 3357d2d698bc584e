"""Single operations on a TOML text: what they write, and that data and text agree."""

from __future__ import annotations

import tomllib

import pytest

from release.bump.manifests.operations import (
    AddField,
    AppendTable,
    Operation,
    RemoveField,
    ReplaceField,
    SetValue,
    applied,
)
from release.bump.manifests.splices import Splice, spliced
from release.bump.manifests.toml_edits import splices_for
from release.bump.manifests.toml_scanner import read

CASES: list[tuple[str, str, Operation, str]] = [
    (
        "a string keeps quotes and escapes",
        'a = "\\u0061 x b"',
        SetValue(path=("a",), value="a y b"),
        'a = "\\u0061 y b"',
    ),
    (
        "characters that need an escape write the string anew",
        "a = 'x'",
        SetValue(path=("a",), value="it's"),
        'a = "it\'s"',
    ),
    (
        "a backslash is escaped",
        'a = "x"',
        SetValue(path=("a",), value="x\\y"),
        'a = "x\\\\y"',
    ),
    (
        "a repeated character is not counted twice",
        'a = "aa"',
        SetValue(path=("a",), value="aaa"),
        'a = "aaa"',
    ),
    ("a string may end empty", "a = 'x'", SetValue(path=("a",), value=""), "a = ''"),
    (
        "another type is written anew",
        "a = 'x' # y",
        SetValue(path=("a",), value=False),
        "a = false # y",
    ),
    ("an item of an array", "a = [1, 'b']", SetValue(path=("a", 1), value="c"), "a = [1, 'c']"),
    (
        "the last part of a dotted key",
        "a.'b' = 1",
        ReplaceField(path=("a", "b"), key="c", value="d"),
        'a.c = "d"',
    ),
    ("the first pair of an inline table", "a = { b = 1, c = 2 }", RemoveField(path=("a", "b")),
     "a = { c = 2 }"),
    ("the only pair of an inline table", "a = { b = 1 }", RemoveField(path=("a", "b")), "a = {  }"),
    ("the last pair of an inline table", "a = {b=1,c=2}", RemoveField(path=("a", "c")),
     "a = {b=1}"),
    ("the first line of a file", "a = 1\r\nb = 2\r\n", RemoveField(path=("a",)), "b = 2\r\n"),
    ("the only line of a file", "a = 1", RemoveField(path=("a",)), ""),
    ("the last line of a file", "a = 1\r\nb = 2", RemoveField(path=("b",)), "a = 1"),
    ("an indented line with a comment", "a = 1\n\tb = 2 # c\n", RemoveField(path=("b",)),
     "a = 1\n\t# c\n"),
    ("a line below a header alone", "[t] # c", AddField(path=("t",), key="k", value=True),
     "[t] # c\nk = true"),
    ("a line in the middle of a file", "[t]\n  a=1\n\n[u]\n",
     AddField(path=("t",), key="k", value=True), "[t]\n  a=1\n  k=true\n\n[u]\n"),
    ("a section in an empty text", "", AddField(path=("t", "u"), key="k", value=True),
     "[t.u]\nk = true\n"),
    ("a section before a header without a blank line", "[t.a]\nx = 1\n[v]\n",
     AddField(path=("t", "u"), key="k", value=True), "[t.a]\nx = 1\n\n[t.u]\nk = true\n\n[v]\n"),
    ("comments below the last line stay with it", "[t.a]\nx = 1\n# x\n\n[v]\n",
     AddField(path=("t", "u"), key="k", value=True),
     "[t.a]\nx = 1\n# x\n\n[t.u]\nk = true\n\n[v]\n"),
    ("comments above the next header stay with that", "[t.a]\nx = 1\n# v\n[v]\n",
     AddField(path=("t", "u"), key="k", value=True),
     "[t.a]\nx = 1\n\n[t.u]\nk = true\n\n# v\n[v]\n"),
    ("a section after dotted keys of its parent", "t.a = 1\n\n[v]\n",
     AddField(path=("t", "u"), key="k", value=True), "t.a = 1\n\n[t.u]\nk = true\n\n[v]\n"),
    ("an item of an array whose items share lines", "a = [\n  {x = 1}, {x = 2}\n]",
     AppendTable(path=("a",), table={"x": True}), "a = [\n  {x = 1}, {x = 2}, {x = true}\n]"),
    ("an item after a comment of the array", "a = [\n  {x = 1}, # one\n  {x = 2}\n]",
     AppendTable(path=("a",), table={"x": True}),
     "a = [\n  {x = 1}, # one\n  {x = 2},\n  {x = true}\n]"),
    ("an item where the last comma follows a comment", "a = [\n  {x = 1} # one\n  , # two\n]",
     AppendTable(path=("a",), table={"x": True}),
     "a = [\n  {x = 1} # one\n  , # two\n  {x = true},\n]"),
    ("an item where a comment follows on another line", "a = [ {x = 1}\n# one\n]",
     AppendTable(path=("a",), table={"x": True}), "a = [ {x = 1}, {x = true}\n# one\n]"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "operation", "expected"),
    [case[1:] for case in CASES],
    ids=[case[0] for case in CASES],
)
def test_an_operation_writes_exactly_this(text: str, operation: Operation, expected: str) -> None:
    """The text is as a person would write it, and says what the data is meant to be."""
    document = read(text)
    written = spliced(text, splices_for(document, [operation]))
    assert written == expected
    assert tomllib.loads(written) == applied(document.data, [operation])


def test_edits_that_overlap_are_an_error() -> None:
    """Two splices of the same characters: nothing is guessed."""
    splices = [Splice(start=0, end=2, text=""), Splice(start=1, end=3, text="")]
    with pytest.raises(ValueError, match="two edits overlap at offset 1"):
        spliced("abc", splices)


def test_an_operation_on_nothing_is_an_error() -> None:
    """A path that stands nowhere."""
    with pytest.raises(KeyError):
        splices_for(read("a = 1"), [RemoveField(path=("b",))])
