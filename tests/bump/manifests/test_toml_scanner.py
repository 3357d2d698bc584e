"""The positions in a TOML text: proven against ``tomllib``, on written and generated texts."""

from __future__ import annotations

import copy
import tomllib
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, reject, settings
from hypothesis import strategies as st

from release.bump.manifests.toml_scanner import ScanFailed, _Scanner, is_same, read
from tests.support.toml_texts import documents

if TYPE_CHECKING:
    from release.bump.manifests.toml_spans import Path

FEW = settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.filter_too_much])
MANY = settings(
    max_examples=10_000,
    deadline=None,
    suppress_health_check=[HealthCheck.filter_too_much, HealthCheck.too_slow],
)

TEXT = """\
# first
title = "x" # note
[tool."uv".sources] # here
a.b = { path = '..', "editable"=true }
list = [ 1, # one
  [2, 3],
]
[[tool.uv.index]]
name = "one"
[[tool.uv.index]]
name = "two"
auth.user = 1979-05-27 07:32:00
"""


def test_every_key_and_value_has_its_place() -> None:
    """Paths, keys and values of each way to write a table."""
    document = read(TEXT)
    spans = {
        path: (TEXT[place.pair.start : place.pair.keys[-1].end], TEXT[node.start : node.end])
        for path, place in document.pairs.items()
        for node in [place.pair.value]
    }
    sources: Path = ("tool", "uv", "sources")
    assert spans == {
        ("title",): ("title", '"x"'),
        (*sources, "a", "b"): ("a.b", "{ path = '..', \"editable\"=true }"),
        (*sources, "a", "b", "path"): ("path", "'..'"),
        (*sources, "a", "b", "editable"): ('"editable"', "true"),
        (*sources, "list"): ("list", "[ 1, # one\n  [2, 3],\n]"),
        ("tool", "uv", "index", 0, "name"): ("name", '"one"'),
        ("tool", "uv", "index", 1, "name"): ("name", '"two"'),
        ("tool", "uv", "index", 1, "auth", "user"): ("auth.user", "1979-05-27 07:32:00"),
    }
    assert [TEXT[section.start : section.end] for section in document.sections] == [
        "",
        '[tool."uv".sources]',
        "[[tool.uv.index]]",
        "[[tool.uv.index]]",
    ]


@pytest.mark.parametrize(
    ("path", "line"),
    [
        (("title",), 2),
        (("tool", "uv", "sources"), 3),
        (("tool", "uv", "sources", "a", "b", "editable"), 4),
        (("tool", "uv", "sources", "list", 1, 0), 6),
        (("tool", "uv", "index", 1), 10),
        (("tool", "uv", "sources", "list", 7), 5),
        (("elsewhere",), 1),
    ],
)
def test_a_path_has_a_line(path: Path, line: int) -> None:
    """What is not there itself has the line of the nearest table around it."""
    assert read(TEXT).line(path) == line


@pytest.mark.parametrize(
    "text",
    [
        "[[a]]\n\n[b]\n\n[a.c]\n",
        "[a]\n[[a.b]]\nx=1\n[a.c]\n[[a.b]]\nx=2\n",
        "[t]\nk=1\n[[t.u.i]]\n[t.r]\n[t.u.i.a]\n",
        "[[tool.uv.index]]\n\n\n[tool.a.b]\n\n[tool.uv.index.auth]\n# c\n",
        "[[t.a]]\n[t]\nk=1\n[t.a.b]\n",
        "[x.y.z.w]\n[x]\n",
        "",
        "# only a comment",
    ],
)
def test_texts_that_trap_other_tools_are_read(text: str) -> None:
    """Tables that lie apart, which tomlkit reorders or does not read."""
    assert read(text).data == tomllib.loads(text)


@pytest.mark.parametrize(
    "text",
    ["a = {\n b = 1 }", "a = { b = 1, }", "a = 1\n[a.b]", "a = 1\n[[a]]", "= 1", "a = ", "[a"],
)
def test_what_is_not_toml_here_fails(text: str) -> None:
    """TOML 1.1 and broken texts: ``tomllib`` refuses them first, and the scanner does too."""
    with pytest.raises(tomllib.TOMLDecodeError):
        read(text)
    try:
        scanned = _Scanner(text).document().data
    except (ScanFailed, IndexError):
        return
    assert "," in text, scanned  # a last comma is let through; tomllib does not


def test_positions_that_give_other_data_are_refused() -> None:
    """A scan that reads anything else than the reader of the data is not believed."""
    with pytest.raises(ScanFailed, match="do not give what tomllib reads"):
        read('a = "b"', meaning=lambda _: {"a": "c"})


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        (1, True, False),
        (1, 1.0, False),
        (float("nan"), float("nan"), True),
        ({"a": [1, {"b": "c"}]}, {"a": [1, {"b": "c"}]}, True),
        ({"a": 1}, {"b": 1}, False),
        ([1], [1, 2], False),
        ("1", 1, False),
    ],
)
def test_values_are_the_same_by_type_and_content(
    one: object, other: object, *, expected: bool
) -> None:
    """TOML has more differences than Python's equality."""
    assert is_same(one, other) is expected


def check_spans(text: str, data: st.DataObject) -> None:
    """Read a text; change one value by its span: that value changes, and nothing else."""
    try:
        meant = tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        reject()
    document = read(text)
    assert is_same(document.data, meant)
    if not document.nodes:
        return
    path = data.draw(st.sampled_from(sorted(document.nodes, key=repr)))
    node = document.nodes[path]
    changed = tomllib.loads(f'{text[: node.start]}"changed"{text[node.end :]}')
    at: Any = meant
    for part in path[:-1]:
        at = at[part]
    assert is_same(at[path[-1]], node.data)
    at[path[-1]] = "changed"
    assert is_same(changed, copy.deepcopy(meant))


@FEW
@given(text=documents(), data=st.data())
def test_generated_texts_have_true_spans(text: str, data: st.DataObject) -> None:
    """Whatever ``tomllib`` reads is read here to the same data, with spans that hold."""
    check_spans(text, data)


@pytest.mark.many
@MANY
@given(text=documents(), data=st.data())
def test_many_generated_texts_have_true_spans(text: str, data: st.DataObject) -> None:
    """The same, ten thousand times."""
    check_spans(text, data)
